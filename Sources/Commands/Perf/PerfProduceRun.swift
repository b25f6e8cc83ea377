// One load test with a producer: records handed over, delivery reports and signals in one loop.
//
// 1. Reports are taken after every batch that was handed over: a latency is not that of this loop.
//    They are taken before the next is, or a full queue could be waited for that is empty by then.
// 2. A queue that is full, or a rate, ends the handing over for now; only then does the loop wait.
// 3. After the last record, or a signal, the loop goes on until every fate is known; a second signal,
//    or the end of the time for flushing, purges what is left.

import CommandKit
import KafkaCore
import Output
import Reactor
import SendEngine

/// The state of a run.
struct PerfProduceRun: ~Copyable {
    private enum Source { case reports, signal }

    private(set) var account = PerfAccount()
    /// The first signal that arrived, if one did.
    private(set) var signal: Signal?
    /// What ended the run early, if something did.
    private(set) var trouble: CommandError?

    private let connection: Connection
    private let context: Context
    private let topic: String
    private let partition: Int32?
    private let records: Int
    private let producer: Producer
    private let wakeup: Wakeup
    private let signals: SignalSource
    private var payload: PerfPayload
    private var loop: Loop<Source>
    private var batch: [RecordSlice] = []
    private var limiter: RateLimiter?
    private var stall: StallWatch
    private var progress: ProgressLine
    private var isSending = true
    private var flushDeadline: Instant?
    private var purgeDeadline: Instant?
    private let start: Instant

    init(
        _ options: PerfProduce.Options,
        topic: String,
        _ payload: PerfPayload,
        through connection: Connection,
        _ signals: SignalSource,
        in context: Context
    ) throws(CommandError) {
        let wakeup = try connection.makeWakeup()
        var producer = Producer(connection.client)
        do { _ = try producer.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        start = connection.clock.now
        self.connection = connection
        self.context = context
        self.topic = topic
        self.payload = payload
        self.producer = producer
        self.signals = signals
        self.wakeup = wakeup
        partition = options.partition
        records = options.records ?? 0
        limiter = options.delivery.rate.map { [start] in RateLimiter($0, now: start) }
        stall = StallWatch(now: start)
        progress = ProgressLine(context.errors, isWanted: options.showsProgress ? true : nil)
        loop = Loop(clock: connection.clock)
        connection.client.raise(wakeup)
        loop.watch(wakeup.number, for: .readable, as: .reports)
        loop.watch(signals.number, for: .readable, as: .signal)
    }

    /// Sends everything and waits for every fate.
    mutating func finish() throws(CommandError) {
        while true {
            takeReports()
            let hasRoom = push()
            let now = connection.clock.now
            if let due = progress.nextDue, now >= start + due {
                let text = progressText(now - start)
                progress.show(text, at: now - start)
            }
            if !isSending, account.tally.outstanding == 0 { break }
            if let purgeDeadline, purgeDeadline <= now { break }
            if let flushDeadline, flushDeadline <= now { giveUp() }
            do { try loop.wait(until: hasRoom ? now : nextDeadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if loop.isReady(.signal) { takeSignals() }
        }
        progress.clear()
    }

    /// How long it took.
    var time: Duration { (account.last ?? connection.clock.now) - start }

    private var nextDeadline: Instant? {
        var deadlines = [flushDeadline, purgeDeadline, progress.nextDue.map { start + $0 }]
        if account.tally.outstanding > 0 { deadlines.append(stall.due) }
        if let limiter, isSending { deadlines.append(limiter.next) }
        deadlines.append(connection.client.nextServe(after: connection.clock.now))
        return deadlines.compactMap(\.self).min()
    }

    // MARK: - Handing over

    /// Hands the next records over; false when there are none, or no room for them now.
    private mutating func push() -> Bool {
        guard isSending else { return false }
        let now = connection.clock.now
        var room = min(Producer.batchSize, records - account.tally.read)
        if limiter != nil { room = min(room, limiter?.available(at: now) ?? room) }
        guard room > 0 else { return false }
        // What found no room the last time is first.
        while batch.count < room {
            batch.append(RecordSlice(partition: partition, value: ByteSlice(payload.next())))
        }
        for index in 0..<room { batch[index].sequence = Int(now.nanoseconds) }
        let done = Self.send(batch.prefix(room), of: payload.bytes, by: producer, &account)
        batch.removeFirst(done)
        limiter?.spend(done)
        if account.tally.read == records { stopSending() }
        return done == room
    }

    private static func send(
        _ batch: ArraySlice<RecordSlice>,
        of bytes: [UInt8],
        by producer: borrowing Producer,
        _ account: inout PerfAccount
    ) -> Int {
        let done = producer.send(batch, of: bytes.span.bytes) { record, error in
            account.fail(error, size: record.size)
        }
        account.send(done)
        return done
    }

    private mutating func stopSending() {
        guard isSending else { return }
        isSending = false
        producer.sendLingering()
    }

    // MARK: - Reports and signals

    private mutating func takeReports() {
        wakeup.clear()
        let before = account.tally.acknowledged
        Self.takeReports(of: connection, &account)
        for failure in account.takeUntold() { tell(failure.error, size: failure.size) }
        let event = stall.tick(
            at: connection.clock.now,
            isAcknowledged: account.tally.acknowledged > before,
            inFlight: account.tally.outstanding,
            reason: connection.client.complaints.telling
        )
        if let event { note(event.text) }
    }

    private static func takeReports(of connection: Connection, _ account: inout PerfAccount) {
        let clock = connection.clock
        connection.client.serve { account.take($0, at: clock.now) }
    }

    private mutating func tell(_ error: KafkaError, size: Int) {
        // The library drops what it has when it can do no more; this is why.
        let reason = error.isPurged ? connection.client.fatalError ?? error : error
        var told = CommandError(reason, topic: topic, on: connection.servers)
        if error.kind == .tooLarge, error.remedy == nil {
            let limit = connection.largestBatch(of: topic, within: connection.timeout)
            told.replaceMessage(
                "\(counted(size, "byte")), and max.message.bytes of topic '\(topic)' is "
                    + (limit.map { "\($0)" } ?? "less"),
                hint: "kctl configs alter topic \(topic) --set max.message.bytes=\(size + 1024)"
            )
        }
        report(told)
        guard error.endsLoadTest, isSending else { return }
        note("no more records are sent: they would fare no better")
        stopSending()
    }

    private mutating func takeSignals() {
        while let arrived = signals.next() {
            guard signal == nil else {
                giveUp()
                continue
            }
            signal = arrived
            stopSending()
            flushDeadline = connection.clock.now + ProduceRun.signalFlushTime
        }
    }

    /// Drops what is not yet stored; every record is still reported.
    private mutating func giveUp() {
        stopSending()
        account.hasGivenUp = true
        flushDeadline = nil
        if purgeDeadline == nil {
            purgeDeadline = connection.clock.now + ProduceRun.purgeTime
        }
        producer.purge()
    }

    // MARK: - Telling

    private mutating func report(_ error: CommandError) {
        progress.clear()
        context.report(error)
    }

    private mutating func note(_ text: String) {
        progress.clear()
        context.note(text)
    }

    private func progressText(_ elapsed: Duration) -> String {
        let tally = account.tally
        var parts = [
            "\(ShortNumber.count(tally.acknowledged)) records",
            ShortNumber.rate(tally.acknowledged, over: elapsed),
            ShortNumber.byteRate(account.bytes, over: elapsed),
            "median \(DurationText.decimal(account.latencies.quantile(perMille: 500))) ms",
            "99 % \(DurationText.decimal(account.latencies.quantile(perMille: 990))) ms",
            "\(tally.acknowledged * 100 / max(records, 1)) %",
        ]
        if tally.failed > 0 { parts.insert("\(tally.failed) failed", at: 1) }
        return parts.joined(separator: ", ")
    }
}
