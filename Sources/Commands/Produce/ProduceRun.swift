// One run of `produce`: reads input, sends it, steps the sender and waits, in one loop.
//
// 1. Input is read only while everything read before has been enqueued: a broker that stops
//    answering stops the reading, and memory stays flat.
// 2. After the end of input, or a signal, the loop runs until every outcome is known; a second
//    signal, or the end of the time for flushing, purges what is left.

import CommandKit
import Crypto
import JSON
import KafkaCore
import Output
import Reactor
import Records
import SendEngine

/// The state of a run.
struct ProduceRun: ~Copyable {
    private enum Source { case input, reports, signal }

    let connection: Connection
    let request: ProduceRequest
    let context: Context
    let reports: RunReports
    let signals: SignalSource
    var sender: BatchSender
    var feed: InputFeed
    /// The first signal that arrived, if one did.
    private(set) var signal: Signal?
    /// The error that ended the run early, if one did.
    private(set) var failure: CommandError?
    /// The status of the process when no other reason comes first.
    var status: ExitStatus?
    var limits = TopicLimits()
    /// The checkpoint of an earlier run.
    var resumed: Checkpoint?
    /// The signals that arrived while the end of a transaction was waited for.
    var heldSignals: [Signal] = []

    private var loop: Loop<Source>
    private var wantsInput = false
    private var isReading = true
    private var reportedFailures = 0

    /// The longest wait for records in flight after a signal.
    static let signalFlushTime = Duration.seconds(10)
    /// The largest number of failures that are reported one by one.
    static let shownFailures = 10

    init(
        _ connection: Connection,
        _ request: ProduceRequest,
        inputs: consuming InputQueue,
        resumed: Checkpoint?,
        _ signals: SignalSource,
        in context: Context
    ) throws(CommandError) {
        // Whatever can fail is made before the first part of self is.
        let wakeup = try connection.makeWakeup()
        let sender = try Self.sender(connection, raising: wakeup, request)
        let reports = RunReports(
            request,
            isResumed: resumed != nil,
            inputs: inputs,
            context: context
        )
        let hash = try Self.hash(isWanted: request.reports.receipt != nil)
        let consumed = try Self.digest(isWanted: request.reports.checkpoint != nil)
        feed = InputFeed(
            inputs,
            reader: request.reader,
            fixed: request.fixed(now: context.clock.unixMilliseconds),
            hash: hash,
            consumed: consumed
        )
        reports.topics = request.topic.map { [$0] } ?? []
        self.resumed = resumed
        self.sender = sender
        self.reports = reports
        self.connection = connection
        self.request = request
        self.context = context
        self.signals = signals
        loop = Loop(clock: connection.clock)
        loop.watch(wakeup.number, for: .readable, as: .reports)
        loop.watch(signals.number, for: .readable, as: .signal)
    }

    private static func sender(
        _ connection: Connection,
        raising wakeup: Wakeup,
        _ request: ProduceRequest
    ) throws(CommandError) -> BatchSender {
        var sender = BatchSender(
            connection.client,
            raising: wakeup,
            request.sending,
            at: connection.clock.now
        )
        guard let topic = request.topic else { return sender }
        do { _ = try sender.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        return sender
    }

    private static func hash(isWanted: Bool) throws(CommandError) -> SHA256? {
        isWanted ? try .begin() : nil
    }

    private static func digest(isWanted: Bool) throws(CommandError) -> ConsumedDigest? {
        isWanted ? try ConsumedDigest() : nil
    }

    /// The counts of the run.
    var tally: DeliveryTally { sender.book.tally }

    /// Sends everything and waits for every outcome.
    mutating func finish() throws(CommandError) {
        do { try begin() } catch { end(error) }
        while true {
            step()
            keepUp(isLast: false)
            // Any error ends the reading; records in flight are waited for, and counted.
            do { try push() } catch { end(error) }
            if endTransactionWhenDue() { continue }
            if sender.isDone(at: connection.clock.now) { break }
            try wait()
            if loop.isReady(.signal) { takeSignal() }
            guard wantsInput, loop.isReady(.input), isReading else { continue }
            do { try read() } catch { end(error) }
        }
        // Of a transaction that never ended, nothing is done.
        reports.failed?.keep()
        // A line that failed last is done as well, though no report has come since.
        settle()
        keepUp(isLast: true)
        reports.progress.clear()
    }

    private mutating func wait() throws(CommandError) {
        if wantsInput, isReading {
            loop.watch(feed.inputs.number, for: .readable, as: .input)
        } else {
            loop.unwatch(.input)
        }
        let deadline = sender.deadline(at: connection.clock.now)
        let due = [deadline, reports.nextDue(sender.book)].compactMap(\.self).min()
        do { try loop.wait(until: due) } catch {
            throw CommandError(error, doing: "cannot wait")
        }
    }

    private mutating func keepUp(isLast: Bool) {
        let now = connection.clock.now
        do throws(CommandError) {
            try reports.keepUp(feed, sender.book, at: now, isLast: isLast)
        } catch {
            end(error)
        }
    }

    private mutating func read() throws(CommandError) {
        let new = try feed.read()
        guard request.reports.isTee, !new.isEmpty else { return }
        do { try context.output.sink.write(feed.block.bytes.extracting(new)) } catch {
            if case .interrupted(let number) = error { return take(Signal(number: number)) }
            // Records that were read are sent: only the reading ends.
            note(CommandError(endingTheReading: error))
            isReading = false
        }
    }

    // MARK: - Sending

    private mutating func push() throws(CommandError) {
        wantsInput = false
        while !sender.isFinishing {
            let mayEnter = reports.hasRoom(sender.book)
            let progress: BatchSender.Progress
            do throws(KafkaError) {
                let now = connection.clock.now
                progress = try feed.send(by: &sender, mayEnter: mayEnter, at: now)
            } catch {
                throw CommandError(error, "transactional id '\(transactionalID)'")
            }
            switch progress {
            case .enqueued(let count, let isFull):
                takeRefusals(of: count)
                if isFull { return }
            case .unsendable(let part): report(part)
            case .finished: guard try cut() else { return }
            case .waiting: return
            }
        }
    }

    /// Cuts the next batch; false when there is none for now.
    private mutating func cut() throws(CommandError) -> Bool {
        let step = try feed.advance(limit: Producer.batchSize)
        try accept()
        switch step {
        case .batch:
            sender.beginBatch()
            resolveTopics()
            return true
        case .needsInput where isReading:
            wantsInput = true
            return false
        case .needsInput, .exhausted:
            sender.finish(by: flushDeadline)
            return false
        }
    }

    private var flushDeadline: Instant? {
        request.delivery.flushTimeout.map { connection.clock.now + $0 }
    }

    /// Reports what the library refused of the records that were enqueued last.
    private mutating func takeRefusals(of count: Int) {
        let failures = sender.takeFailures()
        hold(count)
        for failure in failures { keepRefused(failure) }
        for failure in failures { report(failure) }
    }

    // MARK: - Outcomes and signals

    private mutating func step() {
        let reports = reports
        let event = sender.step(
            at: connection.clock.now,
            stored: { reports.add(stored: $0) },
            failed: { reports.add(failed: $0, $1, $2) }
        )
        if sender.isPurging { stopInput() }
        for failure in sender.takeFailures() { report(failure) }
        settle()
        if let event { note(event.text) }
    }

    private mutating func settle() {
        let reports = reports
        sender.settle { reports.add(stored: $0) }
    }

    mutating func takeSignal() {
        while let arrived = signals.next() { take(arrived) }
    }

    mutating func take(_ arrived: Signal) {
        guard signal == nil else { return purge() }
        signal = arrived
        isReading = false
        // Records that were read are accepted and still sent; a transaction is aborted anyway.
        if request.isTransactional { return purge() }
        // Records that are not due yet are not waited for.
        if request.pace != nil || request.delivery.rate != nil {
            end(nil)
            let line = sender.cutoff?.line ?? 0
            note(
                line > 0
                    ? "stopped after line \(line); the input after it was not sent"
                    : "stopped before the first record"
            )
        } else if tally.outstanding > 0 {
            note("stopping; sending the input read so far (Ctrl-C again stops at once)")
        }
        let time = request.delivery.flushTimeout ?? Self.signalFlushTime
        sender.limit(to: connection.clock.now + time)
    }

    /// Drops what is not yet stored; every record is still reported.
    mutating func purge() {
        sender.purge(at: connection.clock.now)
        stopInput()
    }

    /// Ends the reading and cutting; records in flight are still waited for.
    mutating func end(_ error: CommandError?) {
        if let error { note(error) }
        sender.stop(by: flushDeadline)
        stopInput()
    }

    private mutating func stopInput() {
        isReading = false
        if let cutoff = sender.cutoff { feed.stop(at: cutoff.byte) }
    }

    // MARK: - Words

    /// Reports what ends the run, unless something has before.
    private mutating func note(_ error: CommandError) {
        guard failure == nil else { return }
        report(error)
        failure = .reported(error.status)
    }

    func note(_ text: String) {
        reports.progress.clear()
        context.note(text)
    }

    func report(_ error: CommandError) {
        reports.progress.clear()
        context.report(error)
    }

    /// Reports one record's failure, unless too many have been.
    mutating func reportFailure(_ error: CommandError) {
        reportedFailures += 1
        if reportedFailures <= Self.shownFailures {
            report(error)
        } else if reportedFailures == Self.shownFailures + 1 {
            note("more failures follow; they are only counted")
        }
    }
}
