// Runs that are killed at any moment, and go on from their checkpoint: nothing is lost, and what is
// sent twice is bounded.

import Glibc
import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProduceCheckpointTests {
    private let folder: TemporaryFolder
    private let topic: String
    private let count = 300_000
    private let bound = 10_000

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("checkpoint")
    }

    private var state: String { "\(folder.path)/state" }

    /// How many lines the checkpoint says are done with; 0 when there is none.
    private func done() throws -> Int {
        guard access(state, F_OK) == 0 else { return 0 }
        return Int(try folder.json("state")["lines"]?.int64 ?? -1)
    }

    /// Kills a run when it has printed about so many stored records.
    private func kill(_ run: Program, after stored: Int) {
        run.wait(
            "\(stored) stored records",
            until: { $0.output.count >= stored * "partition 0 offset 0\n".utf8.count }
        )
        run.signal(SIGKILL)
        #expect(run.finish().ending == .signalled(SIGKILL))
    }

    /// Checks that every line is there, in its order.
    ///
    /// Where a run went on, it went back by no more than the bound. What a killed run had handed to
    /// the system just before may reach the broker behind the first records of the next: then there
    /// are two steps back in place of one.
    private func check(kills: Int) throws {
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        let numbers = read.output.split(separator: 10).map(decimal)
        var last = 0
        var jumps = 0
        for number in numbers {
            if number <= last {
                jumps += 1
                #expect(last - number + 1 <= bound, "sent again from \(number) to \(last)")
            }
            last = number
        }
        #expect(numbers.first == 1)
        #expect(numbers.last == count)
        #expect(jumps <= 2 * kills)
        #expect(Set(numbers) == Set(1...count), "lines were lost")
    }

    private func decimal(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    @Test func twentyKillsLoseNothing() throws {
        let input = try folder.file("in", (1...count).map { "\($0)\n" }.joined())
        let arguments = ["produce", topic, "--file", input, "--checkpoint", state]
        var random = SeededGenerator(seed: 20)
        var before = 0
        for _ in 0..<20 {
            // One of them before anything is stored.
            let stored = Int.random(in: 0...12_000, using: &random)
            kill(try Kafka.start(arguments + ["--print"]), after: stored)
            let after = try done()
            #expect(after >= before, "the checkpoint never goes back")
            let end = try Kafka.ends(of: topic)[0]
            #expect(after <= end, "it never says more than is there")
            before = after
        }
        #expect(before < count, "the last run has something to do")
        let last = try Kafka.run(arguments)
        #expect(last.ending == .exited(0), "\(last.errors)")
        #expect(last.tally == Tally(count - before))
        #expect(try done() == count)
        try check(kills: 20)

        // A complete run leaves nothing to do.
        let end = try Kafka.ends(of: topic)
        let idle = try Kafka.run(arguments)
        #expect(idle.ending == .exited(0))
        #expect(idle.tally == Tally(0))
        #expect(try Kafka.ends(of: topic) == end)
    }

    @Test func aPipeIsFedFromItsBeginning() throws {
        let line = "seq \(count) | kctl produce \(topic) --checkpoint '\(state)'"
        for stored in [1, 30_000, 70_000] {
            let run = try Kctl.startBash(
                "exec kctl produce \(topic) --checkpoint '\(state)' --print < <(seq \(count))",
                on: Kafka.servers
            )
            kill(run, after: stored)
        }
        let before = try done()
        let last = try Kctl.bash(line, on: Kafka.servers)
        #expect(last.ending == .exited(0), "\(last.errors)")
        #expect(last.tally == Tally(count - before))
        try check(kills: 3)
        let idle = try Kctl.bash(line, on: Kafka.servers)
        #expect(idle.ending == .exited(0))
        #expect(idle.tally == Tally(0))
    }

    @Test func jsonAndFilesAreGoneOnWithAsWell() throws {
        let first = try folder.file("1", (1...150_000).map { "{\"value\":\($0)}\n" }.joined())
        let second = try folder.file("2", (150_001...count).map { "{\"value\":\($0)}\n" }.joined())
        let arguments =
            ["produce", topic, "--json", "--checkpoint", state] + ["--file", first, second]
        for stored in [40_000, 110_000, 80_000] {
            kill(try Kafka.start(arguments + ["--print", "--print-format", "text"]), after: stored)
        }
        let before = try done()
        #expect(before > 150_000, "in the second file")
        let last = try Kafka.run(arguments)
        #expect(last.ending == .exited(0), "\(last.errors)")
        #expect(last.tally == Tally(count - before))
        try check(kills: 3)
    }

    @Test func aSignalLeavesACheckpointWithoutDuplicates() throws {
        let input = try folder.file("in", (1...count).map { "\($0)\n" }.joined())
        let arguments = ["produce", topic, "--file", input, "--checkpoint", state]
        var sent = 0
        for _ in 0..<3 {
            let run = try Kafka.start(arguments + ["--print"])
            run.wait(forOutput: "\n")
            run.signal(SIGTERM)
            let outcome = run.finish()
            let tally = try #require(outcome.tally, "\(outcome.errors)")
            #expect(tally == Tally(tally.read))
            sent += tally.read
            #expect(try done() == sent)
        }
        let last = try Kafka.run(arguments)
        #expect(last.tally == Tally(count - sent))
        #expect(try Kafka.ends(of: topic) == [Int64(count)])
        try check(kills: 0)
    }

    @Test func anotherInputIsRefused() throws {
        let input = try folder.file("in", "1\n2\n")
        let arguments = ["produce", topic, "--file", input, "--checkpoint", state]
        #expect(try Kafka.run(arguments).tally == Tally(2))
        _ = try folder.file("in", "3\n4\n5\n")
        let other = try Kafka.run(arguments)
        #expect(other.ending == .exited(1))
        #expect(other.errors.contains("is the checkpoint of another input"), "\(other.errors)")
        let elsewhere = try Kafka.run(["produce", topic, "--checkpoint", state])
        #expect(elsewhere.ending == .exited(2))
        #expect(elsewhere.errors.contains("is the checkpoint of other files"))
        _ = try folder.file("state", "{\"version\":1}\n")
        let broken = try Kafka.run(arguments)
        #expect(broken.ending == .exited(7))
        #expect(broken.errors.contains("is not a checkpoint"))
        #expect(try Kafka.ends(of: topic) == [2])
        // What has grown since is gone on with.
        _ = try folder.file("in", "1\n2\n")
        #expect(unlink(state) == 0)
        #expect(try Kafka.run(arguments).tally == Tally(2))
        _ = try folder.file("in", "1\n2\n3\n")
        #expect(try Kafka.run(arguments).tally == Tally(1))
    }

    @Test func failuresThatAreDoneWithAreNotTriedAgain() throws {
        let failed = "\(folder.path)/failed"
        let input = try folder.file("in", "{\"value\":1}\n{\n{\"value\":2}\n[]\n{\"value\":3}\n")
        let arguments =
            ["produce", topic, "--json", "--file", input, "--checkpoint", state]
            + ["--failed-to", failed]
        let first = try Kafka.run(arguments)
        #expect(first.ending == .exited(7))
        #expect(first.tally == Tally(read: 5, acked: 3, failed: 2))
        let again = try Kafka.run(arguments)
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(0))
        #expect(try folder.text("failed").split(separator: "\n").count == 2, "kept")
    }

    /// No report of a broker comes behind it.
    @Test func aLineThatFailsLastIsDoneToo() throws {
        let arguments =
            ["produce", topic, "-K", ":", "--checkpoint", state]
            + ["--failed-to", "\(folder.path)/failed"]
        for input in ["BAD 1\n", "BAD 1\nk:1\nBAD 2\n"] {
            let run = try Kafka.start(arguments + ["--print"], input: .held)
            run.send(input.replacing("BAD 2\n", with: ""))
            if input.contains("k:1") { run.wait(forOutput: "offset 0\n") }
            run.waitUntilInputIsTaken()
            run.send(input.contains("BAD 2") ? "BAD 2\n" : "")
            run.endInput()
            #expect(run.finish().tally?.failed == 1)
            let again = try Kafka.run(arguments, input: .text(input))
            #expect(again.ending == .exited(0), "\(again.errors)")
            #expect(again.tally == Tally(0))
        }
        #expect(try folder.text("failed").split(separator: "\n").count == 2, "each of them once")
    }
}
