// Sends what was read from an input, in its order, and knows what became of each record.
//
// 1. A record is entered in the book before it is enqueued, and settled once.
// 2. Records are entered only while fewer than `window` are, so that memory stays flat.
// 3. What a purge or `stop` leaves is taken back out of the book: it was never enqueued.

package import KafkaCore
package import Reactor
package import Records

/// Sends batches of records and keeps the book of them.
package struct BatchSender: ~Copyable {
    /// The task of a run.
    package struct Request {
        /// The number of records that may be enqueued in a time.
        package var rate: RecordRate?
        /// The pace of records by their timestamps.
        package var pace: ReplayPace?
        /// The number of times that each record is sent.
        package var copies = 1
        /// True when all records go to the topic with the number 0.
        package var hasSingleTopic = true
        /// True to enqueue nothing behind a record that the library refuses.
        package var stopsAtRefusal = false
        /// The stored records that a step reports.
        package var storedReports = DeliveryBook.StoredReports.none
        /// The transactions, if records are sent in some.
        package var transaction: Transaction?

        /// Sends each record once, as fast as it is taken.
        package init() {}
    }

    /// The outcome of one call of `send`.
    package enum Progress {
        /// Records were enqueued or refused: as many as `count`; `isFull` says to wait for a step.
        case enqueued(count: Int, isFull: Bool)
        /// The next part of the batch cannot be sent.
        case unsendable(PendingRecords.Unsendable)
        /// Nothing of the batch is left.
        case finished
        /// Nothing can be enqueued before a step, or before `deadline`.
        case waiting
    }

    /// The book of all records.
    package internal(set) var book: DeliveryBook
    /// The destinations of records, by the topics that they name.
    package var destinations: Destinations
    /// The end of what was enqueued, once something that was read was dropped.
    package private(set) var cutoff: InputMark?
    /// The transactions, if there are any.
    package internal(set) var transaction: Transaction?

    var sender: Sender
    private var pending: PendingRecords
    private var pace: ReplayPace?
    private let stopsAtRefusal: Bool

    /// The number of records that may be in flight and waiting for one before them.
    private static let window = 262_144

    /// Makes a sender on a producer client, as `Sender` does; sends nothing.
    package init(
        _ client: Client,
        raising wakeup: Wakeup?,
        _ request: Request,
        at now: Instant
    ) {
        sender = Sender(client, raising: wakeup, rate: request.rate, at: now)
        book = DeliveryBook(
            isTransactional: request.transaction != nil,
            storedReports: request.storedReports
        )
        destinations = Destinations(isSingle: request.hasSingleTopic)
        pending = PendingRecords(copies: request.copies)
        pace = request.pace
        transaction = request.transaction
        stopsAtRefusal = request.stopsAtRefusal || request.transaction != nil
    }

    /// Makes a topic known.
    ///
    /// - Returns: the number by which `destinations` name it: 0, 1, 2, …
    /// - Throws: `KafkaError` when the name is not one.
    package mutating func addTopic(_ name: String) throws(KafkaError) -> Int {
        try sender.addTopic(name)
    }

    /// The descriptor that is readable when there is something for a `step`.
    package var descriptor: Int32? { sender.descriptor }

    /// The time of the next `step` though nothing is reported; nil when there is none.
    package func deadline(at now: Instant) -> Instant? {
        let isWaiting = !pending.isEmpty
        let due = sender.deadline(isWaiting: isWaiting, inFlight: outstanding, at: now)
        guard isWaiting, let next = pace?.next else { return due }
        return min(due ?? next, next)
    }

    // MARK: - Sending

    /// Begins a new batch; nothing of the one before is left.
    package mutating func beginBatch() {
        pending.begin()
    }

    /// Enqueues the next records of a batch.
    ///
    /// The batch is of the input with the number `input`, and its block begins at byte `base` of all
    /// inputs. `mayEnter` is false when no more records may be entered for now.
    /// - Throws: `KafkaError` when no transaction can be begun.
    package mutating func send(
        _ batch: borrowing RecordBatch,
        of block: RawSpan,
        input: Int,
        from base: Int,
        mayEnter: Bool,
        at now: Instant
    ) throws(KafkaError) -> Progress {
        if pending.isEmpty {
            guard mayEnter, book.ledger.count < Self.window else { return .waiting }
            let unsendable = pending.fill(
                from: batch,
                of: input,
                at: base,
                destinations,
                limit: Producer.batchSize,
                in: &book
            )
            if let unsendable { return .unsendable(unsendable) }
            if pending.isEmpty { return .finished }
        }
        let room = room(at: now)
        guard room > 0 else { return .waiting }
        if let transaction, !transaction.isOpen {
            try sender.producer.beginTransaction()
            self.transaction?.begin()
        }
        let count = enqueue(room, batch, block)
        return .enqueued(count: count, isFull: count < room)
    }

    private mutating func room(at now: Instant) -> Int {
        var room = pending.rest.count
        if let transaction { room = min(room, transaction.room) }
        room = sender.room(for: room, at: now)
        if pace != nil { room = pace?.due(pending.rest.prefix(room), at: now) ?? room }
        return room
    }

    private mutating func enqueue(
        _ count: Int,
        _ batch: borrowing RecordBatch,
        _ block: RawSpan
    ) -> Int {
        var refused: [(record: RecordSlice, error: KafkaError)] = []
        let done = sender.send(
            pending.rest.prefix(count),
            headers: batch.headers,
            of: block,
            and: batch.madeBytes,
            // What stands behind a record that ends the run is not sent, in whatever pieces it came.
            stopsAtRefusal: stopsAtRefusal
        ) { refused.append(($0, $1)) }
        for (record, error) in refused {
            book.refuse(record.sequence, error, size: record.size)
        }
        pending.enqueue(done)
        transaction?.count(done)
        return done
    }

    /// The records that the last `send` enqueued; it counted `count` of them.
    package func lastEnqueued(_ count: Int) -> ArraySlice<RecordSlice> {
        pending.records[(pending.done - count)..<pending.done]
    }

    // MARK: - Outcomes

    /// Serves the client: settles each record that is reported.
    ///
    /// `stored` gets those that the request asked for. `failed` gets each failure while the record's
    /// bytes are there; all failures wait for `takeFailures`. When the time of `finish` is over, what
    /// is left is purged, and `cutoff` is set.
    /// - Returns: whether acknowledgements have stopped or come again, when that changed.
    package mutating func step(
        at now: Instant,
        stored: (Ledger.Entry) -> Void,
        failed: (DeliveryBook.Failure, Ledger.Entry, borrowing Record) -> Void
    ) -> StallWatch.Event? {
        sender.wakeup?.clear()
        let before = (stored: book.tally.stored, failures: book.failures.count)
        let client = sender.client
        client.serve { book.take($0, stored: stored, failed: failed) }
        let acknowledged = book.tally.stored - before.stored
        sender.counts.acknowledged += acknowledged
        sender.counts.failed += book.failures.count - before.failures
        if sender.isOverdue(at: now) { purge(at: now) }
        return sender.notice(at: now, isAcknowledged: acknowledged > 0, inFlight: outstanding)
    }

    /// Records that were read and whose outcome is not known.
    private var outstanding: Int { sender.counts.inFlight + pending.rest.count }

    /// Lets records leave the book whose outcome is known, and that of all before them.
    ///
    /// `stored` gets those that the request asked for in the order of the input.
    package mutating func settle(_ stored: (Ledger.Entry) -> Void) {
        book.advance(stored)
    }

    /// Hands out the failures since the last call.
    package mutating func takeFailures() -> [DeliveryBook.Failure] { book.takeFailures() }

    /// Returns what a failure concerns, and the error that explains it.
    package func explanation(of error: KafkaError) -> (scope: FailureScope, error: KafkaError) {
        sender.explanation(of: error)
    }

    /// Counts a failure; `isDone` lets the low-water mark pass it.
    package mutating func fail(
        _ serial: Int,
        _ cause: FailureCause,
        isDone: Bool,
        wasSent: Bool
    ) {
        book.fail(serial, cause, isDone: isDone, wasSent: wasSent)
        if transaction != nil { transaction?.hasFailed = true }
    }

    // MARK: - The end

    /// Enqueues nothing more, and drops what was read and is not enqueued.
    ///
    /// Waits for records in flight until `deadline`; see `Sender.finish`.
    package mutating func stop(by deadline: Instant?) {
        drop()
        sender.finish(by: deadline)
    }

    /// No more batches come: what was read is sent, and waited for until `deadline`.
    package mutating func finish(by deadline: Instant?) {
        sender.finish(by: deadline)
    }

    /// Purges what is left at `deadline`, in place of a deadline that was set; goes on until then.
    package mutating func limit(to deadline: Instant) { sender.limit(to: deadline) }

    /// Drops what is not stored yet; every record is still reported.
    package mutating func purge(at now: Instant) {
        stop(by: nil)
        sender.purge(at: now)
    }

    private mutating func drop() {
        if cutoff == nil {
            let last = (pending.rest.first?.sequence ?? book.ledger.next) - 1
            cutoff = book.ledger[last]?.end ?? book.settled
        }
        book.withdraw(pending.drop())
    }

    /// True once no more batches come.
    package var isFinishing: Bool { sender.isFinishing }
    /// True once what was not stored yet has been dropped.
    package var isPurging: Bool { sender.isPurging }
    /// True while records of the batch have not been enqueued.
    package var hasPending: Bool { !pending.isEmpty }

    /// True when every record is accounted for and no transaction is open, or when nothing more is to
    /// be known.
    package func isDone(at now: Instant) -> Bool {
        sender.isFinishing && outstanding == 0
            && transaction?.isOpen != true || sender.isGivenUp(at: now)
    }
}
