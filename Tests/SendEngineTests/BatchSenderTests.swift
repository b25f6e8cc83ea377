// Batches of an input, sent to a mock cluster: the book, the low-water mark, and how a run ends.

import KafkaCore
import Reactor
import Records
import Testing

@testable import SendEngine

/// A run of lines `0`, `1`, … of two bytes each, by a loop like that of a command.
private struct LineRun: ~Copyable {
    let fixture: SendFixture
    var sender: BatchSender
    var stored: [Int] = []
    var failures: [DeliveryBook.Failure] = []
    private let block: [UInt8]
    private var batch = RecordBatch()
    private var isBatchSent = false

    init(
        _ fixture: SendFixture,
        _ lines: Int,
        _ request: BatchSender.Request = BatchSender.Request(),
        properties: [(String, String)] = [],
        at now: Instant? = nil,
        times: [Int64] = []
    ) throws {
        self.fixture = fixture
        block = (0..<lines).flatMap { [UInt8(ascii: "0") + UInt8($0 % 10), UInt8(ascii: "\n")] }
        for line in 0..<lines {
            let value = ByteSlice(line * 2..<line * 2 + 1)
            let time = times.isEmpty ? nil : times[line]
            let record = RecordSlice(partition: 0, timestamp: time, value: value)
            batch.append(record, line: line + 1, end: line * 2 + 2)
        }
        sender = try fixture.batchSender(try fixture.client(properties), request, at: now)
        sender.beginBatch()
    }

    /// Enqueues what may be; the result of the last call.
    @discardableResult
    mutating func push(at now: Instant) throws -> BatchSender.Progress {
        let block = block
        while true {
            let progress = try sender.send(
                batch,
                of: block.span.bytes,
                input: 0,
                from: 0,
                mayEnter: true,
                at: now
            )
            if case .enqueued(_, isFull: false) = progress { continue }
            if case .finished = progress { sender.finish(by: nil) }
            return progress
        }
    }

    mutating func step(at now: Instant) {
        var stored: [Int] = []
        _ = sender.step(
            at: now,
            stored: { stored.append($0.line) },
            failed: { _, _, _ in }
        )
        failures += sender.takeFailures()
        sender.settle { stored.append($0.line) }
        self.stored += stored
    }

    /// Steps until nothing is in flight; failures are counted, as done or not.
    mutating func wait(at now: Instant, isDone: Bool = false) throws {
        let descriptor = sender.descriptor
        try fixture.drive(descriptor) {
            let before = failures.count
            step(at: now)
            for failure in failures[before...] {
                sender.fail(
                    failure.serial,
                    .code(failure.error.codeName),
                    isDone: isDone,
                    wasSent: failure.wasSent
                )
            }
            sender.settle { _ in }
            return sender.sender.counts.inFlight == 0
        }
    }
}

struct BatchSenderTests {
    @Test func everyLineIsAccountedFor() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var run = try LineRun(fixture, 3000)
        try run.push(at: now)
        try run.wait(at: now)
        #expect(run.sender.isDone(at: now) == true)
        #expect(run.sender.book.tally.acknowledged == 3000)
        #expect(run.sender.book.lowWater == InputMark(byte: 6000, line: 3000))
        var spans: [[Int]] = []
        run.sender.book.spans.forEach { topic, partition, span in
            spans.append([topic, partition, span.records, Int(span.last ?? -1)])
        }
        #expect(spans == [[0, 0, 3000, 2999]])
        #expect(run.stored.isEmpty)
    }

    @Test(arguments: [DeliveryBook.StoredReports.asTheyCome, .inOrder])
    func storedRecordsAreReportedWhenThatIsAskedFor(_ reports: DeliveryBook.StoredReports) throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var request = BatchSender.Request()
        request.storedReports = reports
        request.copies = 2
        var run = try LineRun(fixture, 3, request)
        try run.push(at: now)
        try run.wait(at: now)
        #expect(run.stored == [1, 1, 2, 2, 3, 3])
    }

    /// A failure that is not done with holds the low-water mark before it.
    @Test(arguments: [(false, 0), (true, 5)])
    func theLowWaterMarkWaitsForWhatHasToBeSentAgain(_ isDone: Bool, _ line: Int) throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        fixture.cluster.refuse(.produce, with: [10])
        var run = try LineRun(fixture, 5)
        try run.push(at: now)
        try run.wait(at: now, isDone: isDone)
        #expect(!run.failures.isEmpty)
        #expect(run.failures.first?.serial == 0)
        #expect(run.failures.allSatisfy { $0.error.kind == .tooLarge && $0.wasSent })
        #expect(run.sender.book.lowWater.line == line)
        #expect(run.sender.book.tally.failed == run.failures.count)
        #expect(run.sender.isDone(at: now) == true)
    }

    @Test func whatTheLibraryRefusesEndsTheSendingWhereThatIsAskedFor() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var request = BatchSender.Request()
        request.stopsAtRefusal = true
        // No record fits, so that the first is refused and nothing behind it is enqueued.
        var run = try LineRun(fixture, 5, request, properties: [("message.max.bytes", "1000")])
        let block = [UInt8](repeating: 7, count: 4000)
        var batch = RecordBatch()
        batch.append(RecordSlice(value: ByteSlice(0..<2000)), line: 1, end: 2000)
        batch.append(RecordSlice(value: ByteSlice(0..<1)), line: 2, end: 2001)
        let progress = try run.sender.send(
            batch,
            of: block.span.bytes,
            input: 0,
            from: 0,
            mayEnter: true,
            at: now
        )
        guard case .enqueued(count: 1, isFull: true) = progress else {
            Issue.record("\(progress)")
            return
        }
        #expect(run.sender.takeFailures().map(\.serial) == [0])
        run.sender.stop(by: nil)
        #expect(run.sender.cutoff == InputMark(byte: 2000, line: 1))
        #expect(run.sender.book.tally.read == 1)
    }

    @Test func rateAndPaceSayWhenToComeAgain() throws {
        let fixture = try SendFixture()
        let manual = ManualClock()
        var request = BatchSender.Request()
        request.pace = ReplayPace(factor: 2)
        var run = try LineRun(fixture, 3, request, at: manual.now, times: [1000, 1000, 3000])
        guard case .waiting = try run.push(at: manual.now) else {
            Issue.record("the third record is not due")
            return
        }
        #expect(run.sender.book.tally.read == 3)
        #expect(run.sender.sender.counts.sent == 2)
        #expect(run.sender.deadline(at: manual.now) == manual.now + .seconds(1))
        // What is not due yet is taken back out of the book.
        run.sender.stop(by: nil)
        #expect(run.sender.cutoff == InputMark(byte: 4, line: 2))
        try run.wait(at: manual.now)
        #expect(run.sender.book.tally.read == 2)
        #expect(run.sender.book.lowWater == InputMark(byte: 4, line: 2))
        #expect(run.sender.isDone(at: manual.now) == true)
    }

    @Test func theEndOfTheTimeDropsWhatIsLeft() throws {
        let fixture = try SendFixture()
        fixture.cluster.setBroker(1, isUp: false)
        let manual = ManualClock()
        let small = [("queue.buffering.max.messages", "2")]
        var run = try LineRun(fixture, 5, properties: small, at: manual.now)
        guard case .enqueued(count: 2, isFull: true) = try run.push(at: manual.now) else {
            Issue.record("the queue takes two")
            return
        }
        run.sender.limit(to: manual.now + .seconds(10))
        manual.advance(by: .seconds(10))
        run.step(at: manual.now)
        #expect(run.sender.isPurging == true)
        #expect(run.sender.cutoff == InputMark(byte: 4, line: 2))
        try run.wait(at: manual.now)
        #expect(run.failures.map(\.serial) == [0, 1])
        #expect(run.failures.allSatisfy { $0.error.isPurged && !$0.wasSent })
        #expect(run.sender.book.tally.read == 2)
        #expect(run.sender.isDone(at: manual.now) == true)
    }
}

struct TransactionTests {
    private func request(size: Int?) -> BatchSender.Request {
        var request = BatchSender.Request()
        request.transaction = Transaction(size: size)
        return request
    }

    private func run(_ fixture: SendFixture, size: Int?) throws -> LineRun {
        let properties = [("transactional.id", "x"), ("transaction.timeout.ms", "10000")]
        let run = try LineRun(fixture, 5, request(size: size), properties: properties)
        try complete { () throws(KafkaError) in try run.sender.initTransactions() }
        return run
    }

    /// Repeats a step until it is done; each is bounded.
    private func complete(
        _ step: () throws(KafkaError) -> Producer.TransactionStep
    ) throws {
        var count = 0
        while try step() == .pending {
            count += 1
            try #require(count < 150, "no answer")
        }
    }

    @Test func aTransactionTakesSoManyAndIsCommitted() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var run = try run(fixture, size: 3)
        guard case .waiting = try run.push(at: now) else {
            Issue.record("a transaction takes three records")
            return
        }
        #expect(run.sender.transaction?.isOpen == true)
        #expect(run.sender.transaction?.room == 0)
        try run.wait(at: now)
        #expect(run.sender.book.tally.acknowledged == 0)
        #expect(run.sender.book.tally.provisional == 3)
        #expect(run.sender.book.lowWater == InputMark())
        #expect(run.sender.transactionDuty(isAborting: false) == .commit)
        #expect(run.sender.transactionDuty(isAborting: true) == .abort)
        try complete { () throws(KafkaError) in try run.sender.commit() }
        #expect(run.sender.book.tally.acknowledged == 3)
        #expect(run.sender.book.lowWater == InputMark(byte: 6, line: 3))
        #expect(run.sender.transactionDuty(isAborting: false) == .nothing)
        // The rest is in the next one.
        guard case .finished = try run.push(at: now) else {
            Issue.record("two records are left")
            return
        }
        #expect(run.sender.transactionDuty(isAborting: false) == .nothing)
        try run.wait(at: now)
        #expect(run.sender.transactionDuty(isAborting: false) == .commit)
        #expect(run.sender.isDone(at: now) == false)
        try complete { () throws(KafkaError) in try run.sender.commit() }
        #expect(run.sender.book.tally.acknowledged == 5)
        #expect(run.sender.isDone(at: now) == true)
    }

    @Test func aFailureAbortsIt() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var run = try run(fixture, size: nil)
        try run.push(at: now)
        try run.wait(at: now)
        #expect(run.sender.transactionDuty(isAborting: false) == .commit)
        run.sender.fail(4, .code("odd"), isDone: false, wasSent: true)
        #expect(run.sender.transactionDuty(isAborting: false) == .abort)
        try complete { () throws(KafkaError) in try run.sender.abort() }
        run.sender.endAborted(isUnknown: false)
        #expect(run.sender.book.tally.acknowledged == 0)
        #expect(run.sender.book.tally.causes.map(\.cause) == [.code("odd"), .aborted])
        #expect(run.sender.book.lowWater == InputMark())
    }

    @Test func anUnknownEndCountsAsNeither() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var run = try run(fixture, size: nil)
        try run.push(at: now)
        try run.wait(at: now)
        run.sender.endAborted(isUnknown: true)
        #expect(run.sender.book.tally.failed == 0)
        #expect(run.sender.book.tally.unknown == 5)
        #expect(run.sender.transaction?.hasFailed == true)
    }

    /// Another producer with the same transactional id fences this one off.
    @Test func whoeverIsFencedOffCannotCommit() throws {
        let fixture = try SendFixture()
        let now = fixture.clock.now
        var run = try run(fixture, size: nil)
        try run.push(at: now)
        try run.wait(at: now)
        fixture.cluster.refuse(.endTransaction, with: [47])
        var failure: KafkaError?
        do { try complete { () throws(KafkaError) in try run.sender.commit() } } catch {
            failure = error as? KafkaError
        }
        #expect(failure != nil)
        #expect(run.sender.book.tally.acknowledged == 0)
        #expect(run.sender.book.lowWater == InputMark())
    }
}
