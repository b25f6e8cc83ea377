// One run of `produce`: input, the library's queue, delivery reports and signals in one loop.
//
// 1. Input is read only while everything read before has been queued: a broker that stops
//    answering stops the reading, and memory stays flat.
// 2. A record is entered in the books once, and then acknowledged or failed once.
// 3. After the end of input, or a signal, the loop goes on until every fate is known; a second
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
    let options: Produce.Options
    let context: Context
    let books: Deliveries
    let reports: RunReports
    var producer: Producer
    var feed: InputFeed
    var destinations: Destinations
    var pending: PendingRecords
    var transaction: TransactionState?
    /// The first signal that arrived, if one did.
    private(set) var signal: Signal?
    /// What ended the run early, if something did.
    var trouble: CommandError?
    /// How the process ends when no other reason comes first.
    var status: ExitStatus?
    var limits = TopicLimits()
    /// What an earlier run left.
    var resumed: Checkpoint?
    let createFlag: String?

    private let wakeup: Wakeup
    let signals: SignalSource
    private var loop: Loop<Source>
    private var limiter: RateLimiter?
    private var pace: ReplayPace?
    private var stall: StallWatch
    private var wantsInput = false
    private var isReading = true
    private(set) var isExhausted = false
    private var flushDeadline: Instant?
    private var purgeDeadline: Instant?
    private var toldFailures = 0

    /// How long what is under way is waited for after a signal.
    static let signalFlushTime = Duration.seconds(10)
    /// How long the reports of records that were dropped are waited for.
    static let purgeTime = Duration.seconds(2)
    /// How many records may be under way and waiting for one before them.
    private static let window = 262_144
    /// How many failures are told one by one.
    static let shownFailures = 10

    init(
        _ connection: Connection,
        _ options: Produce.Options,
        _ manner: Produce.Manner,
        inputs: consuming InputQueue,
        resumed: Checkpoint?,
        _ signals: SignalSource,
        in context: Context
    ) throws(CommandError) {
        // Whatever can fail is made before the first part of self is.
        let wakeup = try connection.makeWakeup()
        let now = connection.clock.now
        let topic = options.topic
        let producer = try Self.producer(connection, topic)
        let books = Deliveries(isTransactional: options.delivery.transactionalID != nil)
        let reports = RunReports(
            options,
            books: books,
            isResumed: resumed != nil,
            inputs: inputs,
            context: context
        )
        let hash = try Self.hash(isWanted: options.reports.receipt != nil)
        let consumed = try Self.digest(isWanted: options.reports.checkpoint != nil)
        feed = InputFeed(
            inputs,
            reader: manner.reader,
            fixed: options.input.fixed(
                now: context.clock.unixMilliseconds,
                topicPrefix: manner.topicPrefix
            ),
            hash: hash,
            consumed: consumed
        )
        self.resumed = resumed
        createFlag = manner.createFlag
        reports.topics = topic.map { [$0] } ?? []
        destinations = Destinations(isSingle: topic != nil)
        self.books = books
        self.reports = reports
        self.connection = connection
        self.options = options
        self.context = context
        self.producer = producer
        self.signals = signals
        self.wakeup = wakeup
        pending = PendingRecords(copies: options.input.copies)
        limiter = options.delivery.rate.map { RateLimiter($0, now: now) }
        pace = manner.pace
        stall = StallWatch(now: now)
        transaction =
            options.delivery.transactionalID == nil
            ? nil : TransactionState(size: options.delivery.transactionSize)
        loop = Loop(clock: connection.clock)
        connection.client.raise(wakeup)
        loop.watch(wakeup.number, for: .readable, as: .reports)
        loop.watch(signals.number, for: .readable, as: .signal)
    }

    private static func producer(
        _ connection: Connection,
        _ topic: String?
    ) throws(CommandError) -> Producer {
        var producer = Producer(connection.client)
        guard let topic else { return producer }
        do { _ = try producer.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        return producer
    }

    private static func hash(isWanted: Bool) throws(CommandError) -> SHA256? {
        isWanted ? try .begin() : nil
    }

    private static func digest(isWanted: Bool) throws(CommandError) -> ConsumedDigest? {
        isWanted ? try ConsumedDigest() : nil
    }

    /// Sends everything and waits for every fate.
    mutating func finish() throws(CommandError) {
        do { try begin() } catch { end(error) }
        while true {
            takeReports()
            keepUp(isLast: false)
            // Whatever goes wrong ends the reading; what is under way is waited for, and counted.
            do { try push() } catch { end(error) }
            if endTransactionWhenDue() { continue }
            if isOver || purgeDeadline.map({ $0 <= connection.clock.now }) ?? false { break }
            watchInput()
            do { try loop.wait(until: nextDeadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if let flushDeadline, flushDeadline <= connection.clock.now { giveUp() }
            if loop.isReady(.signal) { takeSignal() }
            guard wantsInput, loop.isReady(.input), isReading else { continue }
            do { try read() } catch { end(error) }
        }
        // Of a transaction that never ended, nothing is done.
        reports.failed?.keep()
        // A line that failed last is done as well, though no report has come since.
        books.advance()
        keepUp(isLast: true)
        reports.progress.clear()
    }

    private mutating func keepUp(isLast: Bool) {
        let now = connection.clock.now
        do throws(CommandError) { try reports.keepUp(feed, at: now, isLast: isLast) } catch {
            end(error)
        }
    }

    private var isOver: Bool {
        isExhausted && pending.isEmpty && books.tally.outstanding == 0
            && transaction?.isOpen != true
    }

    private mutating func watchInput() {
        if wantsInput, isReading {
            loop.watch(feed.inputs.number, for: .readable, as: .input)
        } else {
            loop.unwatch(.input)
        }
    }

    private var nextDeadline: Instant? {
        var deadlines = [flushDeadline, purgeDeadline, reports.nextDue]
        if books.tally.outstanding > 0 { deadlines.append(stall.due) }
        if let limiter, !pending.isEmpty { deadlines.append(limiter.next) }
        if !pending.isEmpty { deadlines.append(pace?.next) }
        deadlines.append(connection.client.nextServe(after: connection.clock.now))
        return deadlines.compactMap(\.self).min()
    }

    private mutating func read() throws(CommandError) {
        let new = try feed.read()
        guard options.reports.isTee, !new.isEmpty else { return }
        do { try context.output.sink.write(feed.block.bytes.extracting(new)) } catch {
            if case .interrupted(let number) = error { return take(Signal(number: number)) }
            // What was read is sent: only the reading ends.
            note(CommandError(endingTheReading: error))
            isReading = false
        }
    }

    // MARK: - Handing over

    private mutating func push() throws(CommandError) {
        wantsInput = false
        while !isExhausted {
            if pending.isEmpty {
                guard books.entryCount < Self.window, reports.hasRoom else { return }
                if try fill() { continue }
                guard try cut() else { return }
                continue
            }
            var room = pending.rest.count
            if let transaction { room = min(room, transaction.room) }
            if limiter != nil {
                room = min(room, limiter?.available(at: connection.clock.now) ?? room)
            }
            if pace != nil {
                let now = connection.clock.now
                room = pace?.due(pending.rest.prefix(room), at: now) ?? room
            }
            guard room > 0 else { return }
            try beginTransaction()
            guard handOver(room) == room else { return }
        }
    }

    /// Enters the next records of the batch in the books; false when it has no more.
    private mutating func fill() throws(CommandError) -> Bool {
        let refused = Self.fill(&pending, feed, destinations, books)
        if let refused { tell(refused) }
        return !pending.isEmpty || refused != nil
    }

    private static func fill(
        _ pending: inout PendingRecords,
        _ feed: borrowing InputFeed,
        _ destinations: Destinations,
        _ books: Deliveries
    ) -> PendingRecords.Refused? {
        books.write { book in
            pending.fill(
                from: feed.batch,
                of: feed.inputs.index,
                at: feed.base,
                destinations,
                limit: Producer.batchSize,
                in: &book
            )
        }
    }

    /// Cuts the next batch; false when there is none for now.
    private mutating func cut() throws(CommandError) -> Bool {
        let step = try feed.advance(limit: Producer.batchSize)
        try accept()
        switch step {
        case .batch:
            pending.begin()
            resolveTopics()
            return true
        case .needsInput where isReading:
            wantsInput = true
            return false
        case .needsInput, .exhausted:
            exhaust()
            return false
        }
    }

    private mutating func exhaust() {
        guard !isExhausted else { return }
        isExhausted = true
        producer.sendLingering()
        if flushDeadline == nil, let time = options.delivery.flushTimeout {
            flushDeadline = connection.clock.now + time
        }
    }

    private mutating func handOver(_ count: Int) -> Int {
        let books = books
        let done = producer.send(
            pending.rest.prefix(count),
            headers: feed.batch.headers,
            of: feed.block.bytes,
            and: feed.batch.made.bytes,
            // What stands behind a record that ends the run is not sent, in whatever pieces it came.
            stopsAtRefusal: options.delivery.onError == .stop || transaction != nil
        ) { record, error in books.refuse(record.sequence, error, size: record.size) }
        let failures = books.takeFailures()
        hold(done)
        for failure in failures { keepRefused(failure) }
        pending.handOver(done)
        limiter?.spend(done)
        transaction?.count(done)
        for failure in failures { tell(failure) }
        return done
    }

    // MARK: - Reports and signals

    private mutating func takeReports() {
        wakeup.clear()
        let before = books.tally.stored
        let books = books
        connection.client.serve { books.take($0) }
        for failure in books.takeFailures() { tell(failure) }
        books.advance()
        let event = stall.tick(
            at: connection.clock.now,
            isAcknowledged: books.tally.stored > before,
            inFlight: books.tally.outstanding,
            reason: connection.client.complaints.telling
        )
        if let event { note(event.text) }
    }

    mutating func takeSignal() {
        while let arrived = signals.next() { take(arrived) }
    }

    mutating func take(_ arrived: Signal) {
        guard signal == nil else { return giveUp() }
        signal = arrived
        isReading = false
        // What was read was accepted and is still sent; but a transaction comes to nothing anyway.
        if transaction != nil { return giveUp() }
        // What is not due yet is not waited for.
        if pace != nil { dropPending() }
        let time = options.delivery.flushTimeout ?? Self.signalFlushTime
        flushDeadline = connection.clock.now + time
    }

    /// Whether what is not yet stored has been dropped.
    var hasGivenUp: Bool { purgeDeadline != nil }

    /// Drops what is not yet stored; every record is still reported.
    mutating func giveUp() {
        dropPending()
        flushDeadline = nil
        if purgeDeadline == nil { purgeDeadline = connection.clock.now + Self.purgeTime }
        producer.purge()
    }

    /// Ends the reading and cutting; what is under way is still waited for.
    mutating func end(_ error: CommandError?) {
        if let error { note(error) }
        dropPending()
    }

    /// Reports what ends the run, unless something has before.
    private mutating func note(_ error: CommandError) {
        guard trouble == nil else { return }
        report(error)
        trouble = .reported(error.status)
    }

    private mutating func dropPending() {
        let last = (pending.rest.first?.sequence ?? books.nextEntry) - 1
        feed.stop(at: (books.entry(last)?.end ?? books.settled).byte)
        books.withdraw(pending.drop())
        isReading = false
        exhaust()
    }

    // MARK: - Telling

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
        toldFailures += 1
        if toldFailures <= Self.shownFailures {
            report(error)
        } else if toldFailures == Self.shownFailures + 1 {
            note("further failures are only counted")
        }
    }
}
