// How a read ends, on a real broker: at the ends that were pinned, whatever lies before them.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeEndTests {
    private func produce(_ lines: [String], to topic: String, _ more: [String] = []) throws {
        let text = lines.map { $0 + "\n" }.joined()
        let sent = try Kafka.run(["produce", topic] + more, input: .text(text))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
    }

    @Test func whatWasTakenBackIsNotRead() throws {
        let topic = try Kafka.topic("aborted")
        let id = Kafka.name("id")
        try produce(["a", "b"], to: topic, ["--transactional-id", id])
        let writer = try Kafka.start(["produce", topic, "--transactional-id", id], input: .held)
        writer.send("x\n")
        // It is there before it is taken back.
        let seen = try Kafka.run(
            [
                "consume", topic, "--from-beginning", "-n", "3", "-X",
                "isolation.level=read_uncommitted",
            ]
        )
        #expect(seen.text == "a\nb\nx\n")
        writer.signal(SIGINT)
        #expect(writer.finish().ending == .signalled(SIGINT))
        let read = try Kafka.run(["consume", topic, "-e", "--summary", "json"])
        #expect(read.ending == .exited(0))
        #expect(read.text == "a\nb\n")
        let summary = try #require(try read.errorJSON().first)
        #expect(summary["ended"]?.string == "complete")
        let all = try Kafka.run(["consume", topic, "-e", "--isolation-level", "read_uncommitted"])
        #expect(all.text == "a\nb\nx\n")
        // Nothing but what was taken back: the read ends, and says why it has nothing.
        let rest = try Kafka.run(["consume", topic, "-e", "-o", "3"])
        #expect(rest.ending == .exited(0))
        #expect(rest.output.isEmpty)
        #expect(rest.errors.contains("no visible records in offsets 3 to 4"), "\(rest.errors)")
    }

    @Test func anOpenTransactionIsNotWaitedFor() throws {
        let topic = try Kafka.topic("open")
        try produce(["before"], to: topic)
        let writer = try Kafka.start(
            ["produce", topic, "--transactional-id", Kafka.name("id"), "--linger", "0ms"],
            input: .held
        )
        writer.send("open\n")
        writer.waitUntilInputIsTaken()
        try produce(["behind"], to: topic)
        let read = try Kafka.run(["consume", topic, "-e"], within: .seconds(20))
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(["before\n", "before\nbehind\n"].contains(read.text), "\(read.text)")
        writer.signal(SIGINT)
        _ = writer.finish()
    }

    @Test func compactedRecordsAreNotWaitedFor() throws {
        let topic = try Kafka.topic(
            "compacted",
            [
                "--config", "cleanup.policy=compact", "--config", "segment.ms=100", "--config",
                "min.cleanable.dirty.ratio=0.01", "--config", "max.compaction.lag.ms=100",
            ]
        )
        for round in 1...5 {
            try produce((1...50).map { "k\($0 % 5):\(round)/\($0)" }, to: topic, ["-K", ":"])
        }
        // However far the broker has come with it, the newest of each key is there, and the read
        // ends.
        let read = try Kafka.run(["consume", topic, "-e", "-K", "=", "--summary", "json"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        var newest: [Substring: Substring] = [:]
        for line in read.lines {
            let parts = line.split(separator: "=")
            newest[parts[0]] = parts[1]
        }
        let expected = (0..<5).map { key in "5/\(key == 0 ? 50 : 45 + key)" }
        #expect(
            ["k0", "k1", "k2", "k3", "k4"].map { newest[$0] ?? "" } == expected.map { $0[...] }
        )
        let summary = try #require(try read.errorJSON().first)
        #expect(summary["partitions"]?[0]?["position"]?.int64 == 250)
    }

    @Test func aThousandPartitions() throws {
        let topic = try Kafka.topic("thousand", partitions: 1000)
        let lines = (0..<3000).map { #"{"partition":\#($0 % 1000),"value":"\#($0)"}"# }
        try produce(lines, to: topic, ["--json"])
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(Set(read.lines.compactMap { Int($0) }) == Set(0..<3000))
        #expect(read.lines.count == 3000)
    }

    /// More is written meanwhile than is read.
    @Test func aTopicThatGrowsFasterThanItIsReadIsReadToItsPinnedEnd() throws {
        let topic = try Kafka.topic("growing")
        let count = 200_000
        try Kafka.fill(topic, 0..<count)
        let reader = try Kafka.start(["consume", topic, "-e"], output: .stalled)
        reader.waitUntilOutputIsFull()
        let writer = try Kctl.startBash(
            "exec kctl produce \(topic) < <(yes more)",
            on: Kafka.servers
        )
        let limit = ContinuousClock.now + .seconds(30)
        var end: Int64 = 0
        while end < 2 * count, ContinuousClock.now < limit { end = try Kafka.ends(of: topic)[0] }
        reader.resumeReading()
        let read = reader.finish()
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.lines.elementsEqual((0..<count).map { "\($0)"[...] }))
        // It grows on, and a read that begins now ends as well.
        let again = try Kctl.bash("kctl consume \(topic) -e | wc -l", on: Kafka.servers)
        #expect(again.ending == .exited(0), "\(again.errors)")
        let printed = Int64(again.text.filter(\.isNumber)) ?? 0
        let after = try Kafka.ends(of: topic)[0]
        #expect((end..<after).contains(printed), "\(end), \(printed), \(after)")
        writer.signal(SIGKILL)
        _ = writer.finish()
    }

    /// While nobody takes what was printed, time passes that the cluster is not to blame for.
    @Test func aReaderThatTakesItsTimeIsNoSilence() throws {
        let topic = try Kafka.topic("slow-reader")
        let count = 15_000
        let reader = try Kafka.start(
            ["consume", topic, "--from-beginning", "-n", "\(count)", "--timeout-ms", "1500"]
                + ["--json"],
            output: .stalled
        )
        // Little by little, so that each part is written before the next is looked for.
        for part in 0..<12 { try Kafka.fill(topic, part * 1000..<part * 1000 + 1000) }
        reader.waitUntilOutputIsFull()
        let full = ContinuousClock.now
        try Kafka.fill(topic, 12_000..<count)
        while ContinuousClock.now - full < .seconds(2) { _ = try Kafka.ends(of: topic) }
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.lines.count == count)
    }

    @Test func aTopicThatIsDeletedIsSaid() throws {
        let topic = try Kafka.topic("deleted")
        try produce(["a"], to: topic)
        let reader = try Kafka.start(["consume", topic, "--from-beginning"], within: .seconds(40))
        #expect(reader.wait(forOutput: "a\n"))
        #expect(try Kafka.run(["topics", "delete", topic, "--yes"]).ending == .exited(0))
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(3), "\(outcome.errors)")
        #expect(outcome.errors.contains("topic '\(topic)'"))
    }

    @Test func aTopicThatIsDeletedUnderABoundedReadIsSaid() throws {
        let topic = try Kafka.topic("deleted-bounded")
        try Kafka.fill(topic, 0..<400_000)
        let reader = try Kafka.start(["consume", topic, "-e"], output: .stalled)
        reader.waitUntilOutputIsFull()
        #expect(try Kafka.run(["topics", "delete", topic, "--yes"]).ending == .exited(0))
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(3), "\(outcome.errors)")
        #expect(outcome.errors.contains("topic '\(topic)'"), "\(outcome.errors)")
    }

    @Test func partitionsThatAreAddedAreRead() throws {
        let topic = try Kafka.topic("grown")
        try produce(["a"], to: topic)
        let reader = try Kafka.start(
            ["consume", topic, "--from-beginning", "-n", "2"],
            within: .seconds(40)
        )
        #expect(reader.wait(forOutput: "a\n"))
        let grown = try Kafka.run(["topics", "alter", topic, "--partitions", "2"])
        #expect(grown.ending == .exited(0), "\(grown.errors)")
        try produce(["b"], to: topic, ["-p", "1"])
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.text == "a\nb\n")
    }

    @Test func filesGoOnWhereTheyWereLeft() throws {
        let topic = try Kafka.topic("files", partitions: 2)
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        try produce(["a", "b"], to: topic, ["-p", "0"])
        try produce(["c"], to: topic, ["-p", "1"])
        let first = try Kafka.run(["consume", topic, "-e", "--output-dir", path])
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(first.output.isEmpty)
        try produce(["d"], to: topic, ["-p", "1"])
        let again = try Kafka.run(["consume", topic, "-e", "--output-dir", path])
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("--resume"))
        let second = try Kafka.run(["consume", topic, "-e", "--output-dir", path, "--resume"])
        #expect(second.ending == .exited(0), "\(second.errors)")
        #expect(try folder.text("out/\(topic)-0") == "a\nb\n")
        #expect(try folder.text("out/\(topic)-1") == "c\nd\n")
    }

    @Test func theNewestGoIntoFilesToo() throws {
        let topic = try Kafka.topic("newest-files", partitions: 2)
        let folder = try TemporaryFolder()
        try produce(["a", "b"], to: topic, ["-p", "0"])
        try produce(["c", "d"], to: topic, ["-p", "1"])
        let outcome = try Kafka.run(
            ["consume", topic, "--last", "3", "--output-dir", "\(folder.path)/out"]
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try folder.text("out/\(topic)-0") == "b\n")
        #expect(try folder.text("out/\(topic)-1") == "c\nd\n")
    }
}
