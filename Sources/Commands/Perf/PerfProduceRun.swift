// One load test with a producer: sends records, steps the sender and waits, in one loop.
//
// 1. Reports are taken after every batch that was enqueued: a latency is not that of this loop.
//    They are taken before the next is, or a full queue could be waited for that is empty by then.
// 2. A queue that is full, or a rate, ends the sending for now; only then does the loop wait.
// 3. After the last record, or a signal, the loop runs until every outcome is known; a second
//    signal, or the end of the time for flushing, purges what is left.

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

    private let connection: Connection
    private let context: Context
    private let topic: String
    private let partition: Int32?
    private let records: Int
    private let signals: SignalSource
    private var sender: Sender
    private var payload: PerfPayload
    private var loop: Loop<Source>
    private var batch: [RecordSlice] = []
    private var progress: ProgressLine
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
        let start = connection.clock.now
        let rate = options.delivery.rate
        var sender = Sender(connection.client, raising: wakeup, rate: rate, at: start)
        do { _ = try sender.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        self.connection = connection
        self.context = context
        self.topic = topic
        self.payload = payload
        self.sender = sender
        self.signals = signals
        self.start = start
        partition = options.partition
        records = options.records ?? 0
        progress = ProgressLine(context.errors, isWanted: options.showsProgress ? true : nil)
        loop = Loop(clock: connection.clock)
        loop.watch(wakeup.number, for: .readable, as: .reports)
        loop.watch(signals.number, for: .readable, as: .signal)
    }

    /// Sends everything and waits for every outcome.
    mutating func finish() throws(CommandError) {
        while true {
            step()
            let hasRoom = push()
            let now = connection.clock.now
            if let due = progress.nextDue, now >= start + due {
                let text = progressText(now - start)
                progress.show(text, at: now - start)
            }
            if sender.isDone(at: now) { break }
            do { try loop.wait(until: hasRoom ? now : nextDeadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if loop.isReady(.signal) { takeSignals() }
        }
        progress.clear()
    }

    /// The duration of the load test.
    var time: Duration { (account.last ?? connection.clock.now) - start }

    private var nextDeadline: Instant? {
        let now = connection.clock.now
        return [
            sender.deadline(isWaiting: !sender.isFinishing, at: now),
            progress.nextDue.map { start + $0 },
        ].compactMap(\.self).min()
    }

    // MARK: - Sending

    /// Enqueues the next records; false when there are none, or no room for them now.
    private mutating func push() -> Bool {
        guard !sender.isFinishing else { return false }
        let now = connection.clock.now
        let wanted = min(Producer.batchSize, records - account.tally.read)
        let room = sender.room(for: wanted, at: now)
        guard room > 0 else { return false }
        // A record that found no room the last time is first.
        while batch.count < room {
            batch.append(RecordSlice(partition: partition, value: ByteSlice(payload.next())))
        }
        for index in 0..<room { batch[index].sequence = Int(now.nanoseconds) }
        var refused: [(error: KafkaError, size: Int)] = []
        let bytes = payload.bytes
        let done = sender.send(batch.prefix(room), of: bytes.span.bytes) {
            refused.append(($1, $0.size))
        }
        for (error, size) in refused { account.fail(error, size: size) }
        account.send(done)
        batch.removeFirst(done)
        if account.tally.read == records { sender.finish(by: nil) }
        return done == room
    }

    // MARK: - Outcomes and signals

    private mutating func step() {
        let clock = connection.clock
        account.hasGivenUp = sender.isPurging
        let event = sender.step(at: clock.now) { account.take($0, at: clock.now) }
        for failure in account.takeUnreported() { report(failure.error, size: failure.size) }
        if let event { note(event.text) }
    }

    private mutating func report(_ error: KafkaError, size: Int) {
        // The library drops what it has when it can do no more; this is why.
        let reason = error.isPurged ? connection.client.fatalError ?? error : error
        var shown = CommandError(reason, topic: topic, on: connection.servers)
        if error.kind == .tooLarge, error.remedy == nil {
            let limit = connection.largestBatch(of: topic, within: connection.timeout)
            shown.replaceMessage(
                "record of \(counted(size, "byte")) exceeds max.message.bytes of topic '\(topic)'"
                    + (limit.map { ", \($0)" } ?? ""),
                hint: "kctl configs alter topic \(topic) --set max.message.bytes=\(size + 1024)"
            )
        }
        report(shown)
        guard error.endsLoadTest, !sender.isFinishing else { return }
        note("stopping: further records would fail too")
        sender.finish(by: nil)
    }

    private mutating func takeSignals() {
        while let arrived = signals.next() {
            let now = connection.clock.now
            guard signal == nil else {
                sender.finish(by: nil)
                sender.purge(at: now)
                continue
            }
            signal = arrived
            sender.finish(by: nil)
            sender.limit(to: now + ProduceRun.signalFlushTime)
        }
    }

    // MARK: - Words

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
            counted(tally.acknowledged, "record", as: ShortNumber.count(tally.acknowledged)),
            ShortNumber.rate(tally.acknowledged, over: elapsed),
            ShortNumber.byteRate(account.bytes, over: elapsed),
            "p50 \(DurationText.decimal(account.latencies.quantile(perMille: 500))) ms",
            "p99 \(DurationText.decimal(account.latencies.quantile(perMille: 990))) ms",
            ProgressBar.text(tally.acknowledged, of: records, after: elapsed),
        ]
        if tally.failed > 0 { parts.insert("\(tally.failed) failed", at: 1) }
        return parts.joined(separator: ", ")
    }
}
