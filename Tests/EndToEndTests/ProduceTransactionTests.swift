// Transactions: all of a run becomes visible at once, or nothing of it.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ProduceTransactionTests {
    private let topic: String
    private let name: String

    init() throws {
        topic = try Kafka.topic("transactions", partitions: 3)
        name = Kafka.name("id")
    }

    private func start(_ more: [String] = [], _ input: InputStream = .held) throws -> Program {
        try Kafka.start(["produce", topic, "--transactional-id", name] + more, input: input)
    }

    private func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "\($0)\n" }.joined()
    }

    /// What a reader sees that takes committed records only, which is what kctl does.
    ///
    /// The broker agrees to a commit before it is seen: `count` records are waited for.
    private func committed(atLeast count: Int = 0) throws -> [Int] {
        if count > 0 {
            let some = try Kafka.run(["consume", topic, "--from-beginning", "-n", "\(count)"])
            #expect(some.lines.count == count, "\(some.errors)")
        }
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        return read.lines.compactMap { Int($0) }.sorted()
    }

    /// Waits until so many records are in the topic, committed or not.
    private func waitForUncommitted(_ count: Int) throws {
        let read = try Kafka.run([
            "consume", topic, "--from-beginning", "-n", "\(count)", "-X",
            "isolation.level=read_uncommitted",
        ])
        try #require(read.lines.count == count, "\(read.errors)")
    }

    @Test func allOfItBecomesVisibleAtTheEnd() throws {
        let run = try start()
        run.send(lines(1...1000))
        try waitForUncommitted(1000)
        #expect(try committed().isEmpty)
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.tally == Tally(1000))
        #expect(try committed(atLeast: 1000) == Array(1...1000))
    }

    @Test func manyRecordsInOneTransaction() throws {
        let outcome = try start(["--receipt", "-"], .text(lines(1...300_000))).finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.tally == Tally(300_000))
        #expect(try outcome.json().first?["acknowledged"]?.int64 == 300_000)
        #expect(try committed(atLeast: 300_000) == Array(1...300_000))
    }

    @Test func aLineThatIsNoRecordTakesEverythingBack() throws {
        let good = (1...1000).map { "{\"value\":\($0)}\n" }
        let input = good[..<500].joined() + "{\"value\":\n" + good[500...].joined()
        let outcome = try start(["--json", "--receipt", "-"], .text(input)).finish()
        #expect(outcome.ending == .exited(7))
        #expect(outcome.errors.hasPrefix("kctl: line 501, column "))
        let tally = try #require(outcome.tally, "\(outcome.errors)")
        #expect(tally.acked == 0)
        #expect(tally == Tally(read: 501, sent: tally.sent, acked: 0, failed: 501))
        let receipt = try #require(try outcome.json().first)
        #expect(receipt["acknowledged"]?.int64 == 0)
        #expect(receipt["partitions"] == .array([]), "nothing is there for good")
        #expect(try committed().isEmpty)
        // The name is free, and the topic can be read to its end.
        let again = try start([], .text(lines(1...10))).finish()
        #expect(again.tally == Tally(10), "\(again.errors)")
        #expect(try committed(atLeast: 10) == Array(1...10))
    }

    @Test func aRecordThatTheBrokerRefusesTakesEverythingBack() throws {
        let small = try Kafka.topic("small", partitions: 1, ["--config", "max.message.bytes=2000"])
        let long = String(repeating: "x", count: 5000)
        let outcome = try Kafka.run(
            ["produce", small, "--transactional-id", name],
            input: .text(lines(1...50) + long + "\n" + lines(51...100))
        )
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errors.contains("line 51: record of 5000 bytes"), "\(outcome.errors)")
        #expect(outcome.tally?.acked == 0)
        #expect(outcome.tally?.failed == outcome.tally?.read)
        let read = try Kafka.run(["consume", small, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.output.isEmpty)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalTakesEverythingBack(number: Int32) throws {
        let run = try start()
        run.send(lines(1...1000))
        try waitForUncommitted(1000)
        run.signal(number)
        let outcome = run.finish()
        #expect(outcome.ending == .signalled(number))
        #expect(outcome.tally == Tally(read: 1000, acked: 0, failed: 1000), "\(outcome.errors)")
        // Aborted, and not left open until it times out: the end of the topic can be reached.
        #expect(try committed().isEmpty)
        let limit = ContinuousClock.now + .seconds(20)
        while try Kafka.ends(of: topic).reduce(0, +) <= 1000, ContinuousClock.now < limit {}
        let ends = try Kafka.ends(of: topic)
        #expect(ends.reduce(0, +) > 1000, "the records and the markers of their abortion")
    }

    @Test func aProducerThatIsKilledLeavesNothingVisible() throws {
        let run = try start()
        run.send(lines(1...1000))
        try waitForUncommitted(1000)
        run.signal(SIGKILL)
        #expect(run.finish().ending == .signalled(SIGKILL))
        let again = try start([], .text(lines(1...1000))).finish()
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(try committed(atLeast: 1000) == Array(1...1000))
    }

    @Test func stepsAreCommittedOneByOne() throws {
        let run = try start(["--transaction-size", "100"])
        run.send(lines(1...250))
        // The reader ends with the second step; of the third nothing can be seen.
        let reader = try Kafka.run(["consume", topic, "--from-beginning", "-n", "200"])
        #expect(reader.lines.count == 200, "\(reader.errors)")
        try waitForUncommitted(250)
        #expect(try committed(atLeast: 200) == Array(1...200))
        run.send(lines(251...300))
        let third = try Kafka.run(["consume", topic, "--from-beginning", "-n", "300"])
        #expect(third.lines.count == 300, "\(third.errors)")
        run.send(lines(301...310))
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.tally == Tally(310))
        #expect(try committed(atLeast: 310) == Array(1...310))
    }

    @Test func whatWasCommittedBeforeASignalStays() throws {
        let run = try start(["--transaction-size", "100"])
        run.send(lines(1...250))
        try waitForUncommitted(250)
        run.signal(SIGINT)
        let outcome = run.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(outcome.tally == Tally(read: 250, acked: 200, failed: 50), "\(outcome.errors)")
        #expect(try committed(atLeast: 200) == Array(1...200))
    }

    @Test func aSecondProducerOfTheNameFencesTheFirstOff() throws {
        let first = try start()
        first.send(lines(1...100))
        try waitForUncommitted(100)
        let second = try start([], .text(lines(1001...1100))).finish()
        #expect(second.ending == .exited(0), "\(second.errors)")
        first.send(lines(101...200))
        first.endInput()
        let outcome = first.finish()
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(outcome.errors.contains("'\(name)'"), "the name: \(outcome.errors)")
        #expect(outcome.errors.contains("_FENCED"), "why: \(outcome.errors)")
        #expect(outcome.tally?.acked == 0, "\(outcome.errors)")
        #expect(outcome.tally?.failed == outcome.tally?.read, "\(outcome.errors)")
        #expect(outcome.elapsed < .seconds(30))
        #expect(try committed(atLeast: 100) == Array(1001...1100))
    }
}
