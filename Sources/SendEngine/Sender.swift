// Sends records by one client and reports each outcome, in a loop that belongs to the caller.
//
// 1. Nothing here blocks but `finish` (1 ms, once) and a step of a transaction (`slice`).
// 2. Every record that was enqueued is reported once, by a `step`: as stored or as failed.
// 3. A full queue and a rate are no errors: fewer records are enqueued, and `deadline` or the
//    descriptor says when to come again.

package import KafkaCore
package import Reactor

/// Sends records and counts what became of them.
package struct Sender: ~Copyable {
    /// Records by outcome.
    package struct Counts: Equatable, Sendable {
        /// Records that were enqueued.
        package internal(set) var sent = 0
        /// Records that a broker has stored.
        package internal(set) var acknowledged = 0
        /// Records that were refused or dropped after they had been enqueued.
        package internal(set) var failed = 0

        /// Records whose outcome is not known yet.
        package var inFlight: Int { sent - acknowledged - failed }
    }

    /// The time that a step of a transaction may block: the caller sees signals in between.
    package static let slice = Duration.milliseconds(200)
    /// The time for the reports of records that were purged.
    package static let purgeTime = Duration.seconds(2)

    /// The outcomes of the records so far.
    package internal(set) var counts = Counts()
    /// True once nothing more is to be enqueued.
    package private(set) var isFinishing = false

    let client: Client
    private(set) var producer: Producer
    let wakeup: Wakeup?
    var stall: StallWatch
    private var limiter: RateLimiter?
    private var finishDeadline: Instant?
    private var purgeDeadline: Instant?

    /// Makes a sender on a producer client; sends nothing.
    ///
    /// `wakeup` is raised when there is something for a `step`, and cleared there. It is nil when the
    /// caller has the client raise something of its own. The client has to report every record:
    /// `delivery.report.only.error` is false.
    package init(
        _ client: Client,
        raising wakeup: Wakeup?,
        rate: RecordRate? = nil,
        at now: Instant
    ) {
        self.client = client
        self.wakeup = wakeup
        producer = Producer(client)
        stall = StallWatch(now: now)
        limiter = rate.map { RateLimiter($0, now: now) }
        if let wakeup { client.raise(wakeup) }
    }

    /// The descriptor that is readable when there is something for a `step`.
    package var descriptor: Int32? { wakeup?.number }

    /// Makes a topic known.
    ///
    /// - Returns: the number by which records name it: 0, 1, 2, …
    /// - Throws: `KafkaError` when the name is not one.
    package mutating func addTopic(_ name: String) throws(KafkaError) -> Int {
        try producer.addTopic(name)
    }

    /// The time of the next `step` though nothing is reported; nil when there is none.
    ///
    /// `isWaiting`: the caller has records that the rate holds back.
    package func deadline(isWaiting: Bool, at now: Instant) -> Instant? {
        deadline(isWaiting: isWaiting, inFlight: counts.inFlight, at: now)
    }

    func deadline(isWaiting: Bool, inFlight: Int, at now: Instant) -> Instant? {
        var deadlines = [finishDeadline, purgeDeadline, client.nextServe(after: now)]
        if inFlight > 0 { deadlines.append(stall.due) }
        if isWaiting { deadlines.append(limiter?.next) }
        return deadlines.compactMap(\.self).min()
    }

    // MARK: - Sending

    /// Returns how many of `count` records the rate lets through now.
    package mutating func room(for count: Int, at now: Instant) -> Int {
        guard let available = limiter?.available(at: now) else { return count }
        return min(count, available)
    }

    /// Enqueues a record; its `sequence` is the tag that comes back with its outcome.
    ///
    /// - Returns: false when the queue is full, or the rate does not let it through yet.
    /// - Throws: `KafkaError` when the library refuses it, for instance as too large.
    package mutating func send(
        _ record: OutgoingRecord,
        to topic: Int,
        at now: Instant
    ) throws(KafkaError) -> Bool {
        guard room(for: 1, at: now) > 0, try producer.send(record, to: topic) else { return false }
        count(sent: 1, of: 1)
        return true
    }

    /// Enqueues records, beginning with the first; the `sequence` of each is its tag.
    ///
    /// The rate is the caller's business: `room(for:at:)`. The rest is as in `Producer.send`.
    /// - Returns: how many were enqueued or refused. Fewer than given means that the queue is full.
    package mutating func send(
        _ records: ArraySlice<RecordSlice>,
        headers: [HeaderSlice] = [],
        of input: RawSpan,
        and made: RawSpan = RawSpan(),
        stopsAtRefusal: Bool = false,
        onRefusal: (RecordSlice, KafkaError) -> Void
    ) -> Int {
        var refused = 0
        let done = producer.send(
            records,
            headers: headers,
            of: input,
            and: made,
            stopsAtRefusal: stopsAtRefusal
        ) { record, error in
            refused += 1
            onRefusal(record, error)
        }
        count(sent: done - refused, of: done)
        return done
    }

    private mutating func count(sent: Int, of done: Int) {
        counts.sent += sent
        limiter?.spend(done)
    }

    // MARK: - Outcomes

    /// Serves the client: reports each outcome, and purges when the time of `finish` is over.
    ///
    /// `outcome` gets the report of each record: where it was stored, or why it was not.
    /// - Returns: whether acknowledgements have stopped or come again, when that changed.
    package mutating func step(
        at now: Instant,
        _ outcome: (borrowing DeliveryReport) -> Void
    ) -> StallWatch.Event? {
        wakeup?.clear()
        var reported = Counts()
        client.serve { report in
            if report.isAcknowledged { reported.acknowledged += 1 } else { reported.failed += 1 }
            outcome(report)
        }
        counts.acknowledged += reported.acknowledged
        counts.failed += reported.failed
        if isOverdue(at: now) { purge(at: now) }
        return notice(
            at: now,
            isAcknowledged: reported.acknowledged > 0,
            inFlight: counts.inFlight
        )
    }

    mutating func notice(at now: Instant, isAcknowledged: Bool, inFlight: Int) -> StallWatch.Event?
    {
        stall.tick(
            at: now,
            isAcknowledged: isAcknowledged,
            inFlight: inFlight,
            reason: client.complaints.mainReason
        )
    }

    // MARK: - The end

    /// Enqueues nothing more: has what lingers sent now, and purges what is left at `deadline`.
    ///
    /// Blocks for a millisecond. Does nothing the second time; a deadline that is set already stays.
    package mutating func finish(by deadline: Instant?) {
        guard !isFinishing else { return }
        isFinishing = true
        producer.sendLingering()
        if finishDeadline == nil, purgeDeadline == nil { finishDeadline = deadline }
    }

    /// Purges what is left at `deadline`, in place of a deadline that was set; goes on until then.
    package mutating func limit(to deadline: Instant) {
        if purgeDeadline == nil { finishDeadline = deadline }
    }

    /// Has what lingers sent now, though more will follow.
    package func sendLingering() {
        producer.sendLingering()
    }

    /// Drops what is not stored yet; every record is still reported.
    package mutating func purge(at now: Instant) {
        finishDeadline = nil
        if purgeDeadline == nil { purgeDeadline = now + Self.purgeTime }
        producer.purge()
    }

    /// True once what was not stored yet has been dropped.
    package var isPurging: Bool { purgeDeadline != nil }

    /// True when the time for the reports of what was purged is over: nothing more is to be known.
    package func isGivenUp(at now: Instant) -> Bool { purgeDeadline.map { $0 <= now } ?? false }

    /// True when nothing more is to be sent and every outcome is known, or never will be.
    package func isDone(at now: Instant) -> Bool {
        isFinishing && counts.inFlight == 0 || isGivenUp(at: now)
    }

    func isOverdue(at now: Instant) -> Bool { finishDeadline.map { $0 <= now } ?? false }
}
