// Transactions with a checkpoint: whatever ends a run, and whenever, each line is there once.

import Glibc
import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProduceExactlyOnceTests {
    private let folder: TemporaryFolder
    private let topic: String
    private let name: String

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("once", partitions: 2)
        name = Kafka.name("once")
    }

    private var state: String { "\(folder.path)/state" }

    private var arguments: [String] {
        ["produce", topic, "--checkpoint", state, "--transactional-id", name]
    }

    private func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "\($0)\n" }.joined()
    }

    /// The lines that the checkpoint says are done, and those that may be.
    private struct Done: Equatable {
        var surely = 0
        var perhaps = 0
    }

    private func done() throws -> Done {
        guard access(state, F_OK) == 0 else { return Done() }
        let json = try folder.json("state")
        let surely = Int(try #require(json["lines"]?.int64))
        let perhaps = json["pending"]?["lines"]?.int64.map { Int($0) }
        return Done(surely: surely, perhaps: perhaps ?? surely)
    }

    /// What is in the topic for good; `count` records are waited for.
    private func committed(_ count: Int) throws -> [Int] {
        if count > 0 {
            let some = try Kafka.run(["consume", topic, "--from-beginning", "-n", "\(count)"])
            #expect(some.lines.count == count, "\(some.errors)")
        }
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        return read.lines.compactMap { Int($0) }.sorted()
    }

    /// Where in the life of a run it is ended.
    private enum Moment: CaseIterable {
        /// When so many records are stored.
        case stored
        /// When a commit is announced: before it, in the midst of it or after it.
        case announced
        /// When the checkpoint says that another transaction is done.
        case settled
        /// When the input has been taken.
        case started
    }

    /// Looks at the checkpoint until `isEnough`, without waiting for long: the moment is short.
    private func watch(_ run: Program, until isEnough: (Done) -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(40)
        while try !isEnough(done()) {
            run.look()
            guard !run.hasEnded, ContinuousClock.now < limit else {
                Issue.record("no progress: \(String(decoding: run.errors, as: UTF8.self))")
                return
            }
        }
    }

    @Test func fortyKillsAndEachLineIsThereOnce() throws {
        var random = SeededGenerator(seed: 40)
        var before = 0
        for round in 0..<40 {
            let start = try done()
            let perhaps = start.perhaps
            #expect(start.surely >= before, "round \(round): the checkpoint never goes back")
            before = start.surely
            // A run gets no more lines than this, so that it cannot come to the end before its own.
            let last = min(perhaps + Int.random(in: 10...24, using: &random), 1000)
            let run = try Kafka.start(
                arguments + ["--transaction-size", "10", "--print"],
                input: .held
            )
            run.send(lines(1...last))
            switch Moment.allCases.randomElement(using: &random) ?? .stored {
            case .stored:
                let count = Int.random(in: 1...last - perhaps, using: &random)
                run.wait("\(count) stored", until: { $0.output.count { $0 == 10 } >= count })
            case .announced: try watch(run) { $0.perhaps > perhaps }
            case .settled: try watch(run) { $0.surely > perhaps }
            case .started: run.waitUntilInputIsTaken()
            }
            let number = [SIGTERM, SIGKILL, SIGKILL, SIGABRT].randomElement(using: &random)
            run.signal(number ?? SIGKILL)
            #expect(run.finish().ending == .signalled(number ?? SIGKILL), "round \(round)")
        }
        #expect(before < 1000, "the last run has something to do")
        let outcome = try Kafka.run(
            arguments + ["--transaction-size", "10"],
            input: .text(lines(1...1000))
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(try done() == Done(surely: 1000, perhaps: 1000))
        #expect(try committed(1000) == Array(1...1000))
        // A complete run leaves nothing to do.
        let idle = try Kafka.run(arguments, input: .text(lines(1...1000)))
        #expect(idle.tally == Tally(0), "\(idle.errors)")
        #expect(try committed(1000) == Array(1...1000))
    }

    @Test func aSignalInTheOnlyTransactionLeavesNothingDone() throws {
        let run = try Kafka.start(arguments + ["--print"], input: .held)
        run.send(lines(1...1000))
        run.wait("400 stored", until: { $0.output.count { $0 == 10 } >= 400 })
        run.signal(SIGTERM)
        let outcome = run.finish()
        #expect(outcome.ending == .signalled(SIGTERM))
        #expect(outcome.tally?.acked == 0)
        #expect(try done().surely == 0)
        let again = try Kafka.run(arguments, input: .text(lines(1...1000)))
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(1000))
        #expect(try committed(1000) == Array(1...1000))
    }

    @Test func aFailureInATransactionLeavesItUndone() throws {
        func text(_ bad: String) -> String {
            (1...400).map { $0 == 250 ? bad + "\n" : "{\"value\":\($0)}\n" }.joined()
        }
        let more = ["--json", "--transaction-size", "100"]
        let first = try Kafka.run(arguments + more, input: .text(text("{")))
        #expect(first.ending == .exited(7), "\(first.errors)")
        #expect(first.tally == Tally(read: 250, acked: 200, failed: 50))
        #expect(try done() == Done(surely: 200, perhaps: 200))
        let again = try Kafka.run(arguments + more, input: .text(text("{\"value\":250}")))
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(200))
        #expect(try committed(400) == Array(1...400))
    }

    @Test(arguments: [[], ["--transaction-size", "15000"]])
    func aTransactionMayBeLongerThanTheWindow(more: [String]) throws {
        let outcome = try Kafka.run(arguments + more, input: .text(lines(1...20_000)))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.tally == Tally(20_000))
        #expect(try done() == Done(surely: 20_000, perhaps: 20_000))
        #expect(try committed(20_000) == Array(1...20_000))
    }

    /// The place that counts is the one that the other run left when it could commit no more.
    @Test func aRunThatTakesOverBeginsWhereTheOtherEnds() throws {
        let first = try Kafka.start(
            arguments + ["--transaction-size", "5", "--rate", "500/s"],
            input: .held
        )
        first.send(lines(1...3000))
        try watch(first) { $0.surely > 20 }
        let second = try Kafka.run(arguments, input: .text(lines(1...3000)))
        #expect(second.ending == .exited(0), "\(second.errors)")
        first.endInput()
        _ = first.finish()
        #expect(try committed(3000) == Array(1...3000))
    }

    /// Stopped for a while, as with a machine that sleeps, a run knows nothing of its successor.
    @Test func aRunThatWasStoppedDoesNotPutTheCheckpointBack() throws {
        let first = try Kafka.start(
            arguments + ["--transaction-size", "5", "--rate", "500/s"],
            input: .held
        )
        first.send(lines(1...3000))
        try watch(first) { $0.surely > 20 }
        first.signal(SIGSTOP)
        let second = try Kafka.run(arguments, input: .text(lines(1...3000)))
        #expect(second.ending == .exited(0), "\(second.errors)")
        first.signal(SIGCONT)
        first.endInput()
        _ = first.finish()
        let idle = try Kafka.run(arguments, input: .text(lines(1...3000)))
        #expect(idle.tally == Tally(0), "\(idle.errors)")
        #expect(try committed(3000) == Array(1...3000))
    }

    // MARK: - A run that was killed between the commit and the checkpoint

    /// Makes the checkpoint one of a run that announced its commit of `lines` and was killed.
    private func announce(after place: JSONValue, records: [(Int, Int64)]) throws {
        let size = try #require(place["offset"]?.int64)
        let digest = try #require(place["sha256"]?.string)
        let lines = try #require(place["lines"]?.int64)
        let hashed = try #require(place["hashedBytes"]?.int64)
        // The digest of nothing.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let stored = records.map {
            "{\"topic\":\"\(topic)\",\"partition\":\($0.0),\"offset\":\($0.1)}"
        }
        _ = try folder.file(
            "state",
            """
            {"version":2,"topic":"\(topic)","inputs":["-"],"input":0,"offset":0,"lines":0,\
            "firstLine":1,"sizes":[],"hashedBytes":0,"sha256":"\(empty)","pending":\
            {"transactionalId":"\(name)","input":0,"offset":\(size),"lines":\(lines),\
            "firstLine":1,"sizes":[],"hashedBytes":\(hashed),"sha256":"\(digest)",\
            "records":[\(stored.joined(separator: ","))]}}\n
            """
        )
    }

    @Test func whatWasCommittedIsNotSentAgain() throws {
        let input = ["-p", "0"]
        let first = try Kafka.run(arguments + input, input: .text(lines(1...30)))
        #expect(first.tally == Tally(30), "\(first.errors)")
        try announce(after: folder.json("state"), records: [(0, 29)])
        let again = try Kafka.run(arguments + input, input: .text(lines(1...40)))
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(10))
        #expect(try committed(40) == Array(1...40))
    }

    @Test func whatWasAbortedIsSentAgain() throws {
        let input = ["-p", "0"]
        // A place that is never reached in a transaction: that of a plain run of the same lines.
        let plain = try Kafka.topic("once-plain")
        _ = try Kafka.run(
            ["produce", plain, "--checkpoint", "\(folder.path)/plain"],
            input: .text(lines(1...30))
        )
        let run = try Kafka.start(arguments + input + ["--print"], input: .held)
        run.send(lines(1...30))
        run.wait("30 stored", until: { $0.output.count { $0 == 10 } >= 30 })
        run.signal(SIGKILL)
        _ = run.finish()
        try announce(after: folder.json("plain"), records: [(0, 29)])
        let again = try Kafka.run(arguments + input, input: .text(lines(1...40)))
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(40))
        #expect(try committed(40) == Array(1...40))
    }

    @Test func whatCannotBeToldIsSaid() throws {
        let input = ["-p", "0"]
        #expect(
            try Kafka.run(arguments + input, input: .text(lines(1...30))).tally == Tally(30)
        )
        let place = try folder.json("state")
        try announce(after: place, records: [(0, 29)])
        // Another name's run fences nobody off.
        let other = try Kafka.run(
            ["produce", topic, "--checkpoint", state, "--transactional-id", name + "x"],
            input: .text(lines(1...30))
        )
        #expect(other.ending == .exited(2), "\(other.errors)")
        #expect(other.errors.contains("(--transactional-id \(name))"), "\(other.errors)")
        // Another transaction is open before the record: nobody can read it yet.
        let open = try Kafka.start(
            ["produce", topic, "-p", "1", "--transactional-id", name + "y", "--print"],
            input: .held
        )
        open.send("open\n")
        open.wait(forOutput: "offset 0\n")
        let behind = try Kafka.run(
            ["produce", topic, "-p", "1", "--print"],
            input: .text("behind\n")
        )
        #expect(behind.tally == Tally(1))
        try announce(after: place, records: [(1, 1)])
        let blocked = try Kafka.run(
            arguments + input + ["--timeout", "3s"],
            input: .text(lines(1...30))
        )
        #expect(blocked.ending == .exited(6), "\(blocked.errors)")
        #expect(blocked.errors.contains("another transaction is open before offset 1 of topic"))
        #expect(blocked.errors.contains("run the command again later"))
        open.signal(SIGTERM)
        _ = open.finish()
        // The record is gone.
        let trimmed = try Kafka.run(["topics", "trim", "\(topic)", "--before", "end", "--yes"])
        try announce(after: place, records: [(0, 29)])
        if trimmed.ending == .exited(0) {
            let gone = try Kafka.run(
                arguments + input + ["--timeout", "5s"],
                input: .text(lines(1...30))
            )
            #expect(gone.ending == .exited(1), "\(gone.errors)")
            #expect(gone.errors.contains("its records were deleted"), "\(gone.errors)")
            #expect(gone.tally == Tally(0), "\(gone.errors)")
        } else {
            Issue.record("\(trimmed.errors)")
        }
    }
}
