// The file of failed records: whole lines, and exactly what was read and is not stored.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ProduceFailedToTests {
    private let folder: TemporaryFolder
    private let topic: String

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("failed-to")
    }

    private var failed: String { "\(folder.path)/failed" }

    private func kept(_ name: String = "failed") throws -> [JSONValue] {
        try folder.text(name).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test func theNextRunDoesNotGlueALineToATornOne() throws {
        let arguments =
            ["produce", topic, "-K", ":", "--failed-to", failed]
            + ["--checkpoint", "\(folder.path)/state"]
        let input = "k:1\nBAD 1\n"
        #expect(try Kafka.run(arguments, input: .text(input)).tally?.failed == 1)
        // As a run leaves it that is killed while it writes.
        let whole = try folder.text("failed")
        _ = try folder.file("failed", whole + whole.prefix(30))
        let again = try Kafka.run(arguments, input: .text(input + "BAD 2\n"))
        #expect(again.errors.contains("ended with an incomplete line of 30 bytes; removed it"))
        #expect(try kept().map { $0["input"]?.string } == ["BAD 1", "BAD 2"])
        // A whole line that only lacks its end is kept.
        _ = try folder.file("failed", String(try folder.text("failed").dropLast()))
        _ = try Kafka.run(arguments, input: .text(input + "BAD 2\nBAD 3\n"))
        #expect(try kept().map { $0["input"]?.string } == ["BAD 1", "BAD 2", "BAD 3"])
    }

    @Test func aFullDiskLeavesWholeLines() throws {
        // No file may grow beyond so many KiB: as good as a disk without room.
        let lines = (1...200).map { "BAD \($0)\n" }.joined()
        let line = """
            trap '' XFSZ; ulimit -f 4
            exec kctl produce \(topic) -K : --failed-to '\(failed)'
            """
        let full = try Kctl.bash(line, input: .text(lines), on: Kafka.servers)
        #expect(full.errors.contains("cannot write '\(failed)': file too large"), "\(full.errors)")
        #expect(try folder.text("failed").last == "\n")
        #expect(try (10..<200).contains(kept().count))
    }

    @Test func aTransactionKeepsWhatItReadAndDidNotCommit() throws {
        let arguments =
            ["produce", topic, "-K", ":", "--transactional-id", topic]
            + ["--failed-to", failed]
        for count in [2, 5000] {
            let good = (1...count).map { "k:\($0)\n" }.joined()
            let outcome = try Kafka.run(arguments, input: .text(good + "BAD\nk:next\n"))
            #expect(outcome.ending == .exited(7), "\(outcome.errors)")
            #expect(outcome.tally?.read == count + 1)
            #expect(outcome.tally?.failed == count + 1)
            let kept = try kept()
            #expect(kept.count == count + 1)
            #expect(kept.prefix(count).map { $0["value"]?.string } == (1...count).map { "\($0)" })
            #expect(kept.prefix(count).allSatisfy { $0["error"]?["code"]?.string == "ABORTED" })
            let lines = kept.prefix(count).map { $0["error"]?["line"]?.int64 }
            #expect(lines == (1...count).map { Int64($0) })
            #expect(kept.last?["input"]?.string == "BAD")
            #expect(kept.last?["error"]?["code"]?.string == "MALFORMED")
        }
        #expect(try Kafka.run(["consume", topic, "-e"]).output.isEmpty)
        // Sent again, the records arrive; the line that is none is refused for its own reason.
        let again = try Kafka.run(
            ["produce", topic, "--json", "--failed-to", "\(folder.path)/again"],
            input: .text(try folder.text("failed"))
        )
        #expect(again.ending == .exited(7))
        #expect(again.errors.hasPrefix("kctl: line 5001: no key separator\n"), "\(again.errors)")
        #expect(again.tally == Tally(read: 5001, sent: 5000, acked: 5000, failed: 1))
        let second = try kept("again")
        #expect(second.count == 1)
        #expect(second.first?["input"]?.string == "BAD", "as it was first read")
        #expect(second.first?["error"]?["message"]?.string == "no key separator")
    }

    @Test func whatWasCommittedIsNotKept() throws {
        let outcome = try Kafka.run(
            ["produce", topic, "-K", ":", "--transactional-id", topic, "--transaction-size", "100"]
                + ["--failed-to", failed],
            input: .text((1...250).map { "k:\($0)\n" }.joined() + "BAD\n")
        )
        #expect(outcome.tally == Tally(read: 251, acked: 200, failed: 51))
        let kept = try kept()
        #expect(kept.dropLast().map { $0["value"]?.string } == (201...250).map { "\($0)" })
        #expect(kept.last?["input"]?.string == "BAD")
        // A run that succeeds leaves an empty file.
        let good = try Kafka.run(
            ["produce", topic, "--transactional-id", topic, "--failed-to", failed],
            input: .text("1\n2\n")
        )
        #expect(good.tally == Tally(2), "\(good.errors)")
        #expect(try folder.text("failed").isEmpty)
    }

    @Test func aRecordThatTheBrokerRefusesHasItsOwnError() throws {
        let small = try Kafka.topic("failed-small", ["--config", "max.message.bytes=2000"])
        let long = String(repeating: "x", count: 5000)
        let run = try Kafka.start(
            ["produce", small, "--transactional-id", small, "--failed-to", failed, "--print"],
            input: .held
        )
        run.send("1\n2\n")
        run.wait(forOutput: "offset 1\n")
        run.send(long + "\n")
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.tally == Tally(read: 3, sent: 3, acked: 0, failed: 3), "\(outcome.errors)")
        let codes = try kept().map { $0["error"]?["code"]?.string }
        #expect(codes == ["ABORTED", "ABORTED", "MSG_SIZE_TOO_LARGE"])
    }

    @Test func aSignalKeepsWhatWasAborted() throws {
        let run = try Kafka.start(
            ["produce", topic, "--transactional-id", topic, "--failed-to", failed, "--print"],
            input: .held
        )
        run.send((1...300).map { "\($0)\n" }.joined())
        run.wait("300 stored", until: { $0.output.count { $0 == 10 } >= 300 })
        run.signal(SIGTERM)
        #expect(run.finish().ending == .signalled(SIGTERM))
        #expect(try kept().map { $0["value"]?.string } == (1...300).map { "\($0)" })
    }

    @Test func aRecordWithoutAKeyForACompactedTopicIsNamed() throws {
        let compacted = try Kafka.topic("compacted", ["--config", "cleanup.policy=compact"])
        let outcome = try Kafka.run(["produce", compacted], input: .text("x\n"))
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errors.hasPrefix(
                "kctl: line 1: topic '\(compacted)' refuses a record without a key; it may be compacted"
                    + " (INVALID_RECORD; set keys with -k KEY or -K SEPARATOR)"
            ),
            "\(outcome.errors)"
        )
        #expect(outcome.tally == Tally(read: 1, sent: 1, acked: 0, failed: 1))
        let keyed = try Kafka.run(["produce", compacted, "-k", "k"], input: .text("x\n"))
        #expect(keyed.tally == Tally(1), "\(keyed.errors)")
    }

    @Test func theHintForAMissingTopicIsAnOptionOfThatCommand() throws {
        let missing = Kafka.name("missing")
        let file = try folder.file("in", "{\"topic\":\"\(missing)\",\"value\":\"x\"}\n")
        let replay = ["decode-aliecs", "--replay", file]
        let refused = try Kafka.run(replay)
        #expect(refused.errors.contains("(--create-topics)"))
        #expect(try Kafka.run(replay + ["--create-topics"]).tally == Tally(1))
        let other = Kafka.name("missing")
        let line = InputStream.text("{\"topic\":\"\(other)\",\"value\":\"x\"}\n")
        let plain = try Kafka.run(["produce", "--json"], input: line)
        #expect(plain.errors.contains("(kctl topics create \(other))"), "\(plain.errors)")
        #expect(try Kafka.run(["topics", "create", other]).ending == .exited(0))
        let made = try Kafka.run(["produce", "--json"], input: line)
        #expect(made.tally == Tally(1), "\(made.errors)")
    }
}
