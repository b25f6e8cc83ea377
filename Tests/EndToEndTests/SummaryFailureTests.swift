// The last line of a read that has failed: as true as that of one that has not.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct SummaryFailureTests {
    private func summary(_ outcome: Outcome) throws -> JSONValue {
        let line = try #require(
            outcome.errorLines.first { $0.hasPrefix(#"{"ended""#) },
            "\(outcome.errors)"
        )
        return try JSONValue(parsing: String(line))
    }

    private func full(_ words: [String]) throws -> Outcome {
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        return try Kctl.bash("kctl \(line) >/dev/full", on: Kafka.servers)
    }

    @Test func whatCouldNotBeWrittenIsNotPrinted() throws {
        let topic = try Kafka.topic("unwritten")
        try Kafka.fill(topic, 0..<5)
        for range in [["-e"], ["--last", "3"], ["--from-beginning"]] {
            let read = try full(["consume", topic, "--summary", "json"] + range)
            #expect(read.ending == .exited(1), "\(range): \(read.errors)")
            let summary = try summary(read)
            #expect(summary["ended"]?.string == "error")
            #expect(summary["status"]?.int64 == 1)
            #expect(summary["code"]?.string == "failed")
            #expect(summary["printed"]?.int64 == 0, "\(range)")
            #expect(
                read.errorLines.last?.hasPrefix("kctl: cannot write to standard output") == true
            )
        }
        let text = try full(["consume", topic, "-e", "--summary", "text"])
        #expect(
            text.errorLines.contains("kctl: printed 0 records (stopped by an error)"),
            "\(text.errors)"
        )
        // Nobody has asked, and nothing but the error is said.
        #expect(try full(["consume", topic, "-e"]).errorLines.count == 1)
        // Where nothing was begun there is nothing to sum up.
        let none = try Kafka.run(["consume", Kafka.name("none"), "-e", "--summary", "json"])
        #expect(none.ending == .exited(3))
        #expect(none.errorLines.count == 1, "\(none.errors)")
    }

    @Test func aReaderThatWentAwayIsAnEndOfItsOwn() throws {
        let topic = try Kafka.topic("away")
        try Kafka.fill(topic, 0..<1)
        let read = try Kctl.bash(
            """
            kctl consume \(topic) --from-beginning --summary json | head -1
            exit ${PIPESTATUS[0]}
            """,
            on: Kafka.servers
        )
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.text == "0\n")
        let summary = try summary(read)
        #expect(summary["ended"]?.string == "output-closed")
        #expect(summary["status"] == nil)
        #expect(summary["printed"]?.int64 == 1)
        #expect(read.errorLines.count == 1)
    }

    /// What a command did not do is not counted, nor is a place behind it named.
    @Test(arguments: [[], ["--batch", "4", "--batch-wait", "50s"]])
    func workThatFailedIsNoWorkDone(_ batch: [String]) throws {
        let topic = try Kafka.topic("failed-work")
        try Kafka.fill(topic, 0..<10)
        let line = "[ $KCTL_OFFSET -lt 4 ] && cat >/dev/null"
        for group in [[], ["-g", Kafka.name("failed-work")]] {
            let words = ["consume", topic, "-e", "--exec", line, "--summary", "json"]
            let read = try Kafka.run(words + batch + group)
            #expect(read.ending == .exited(1), "\(read.errors)")
            let summary = try summary(read)
            #expect(summary["ended"]?.string == "error")
            #expect(summary["status"]?.int64 == 1)
            #expect(summary["printed"]?.int64 == 4)
            #expect(summary["partitions"]?[0]?["records"]?.int64 == 4)
            #expect(summary["partitions"]?[0]?["position"]?.int64 == 4)
        }
    }

    /// Only what the state counts is printed.
    @Test func aFullDiskIsToldOfAsItIs() throws {
        let topic = try Kafka.topic("full-told")
        try Kafka.fill(topic, 0..<300_000)
        let folder = try TemporaryFolder()
        let read = try Kctl.bash(
            """
            trap '' XFSZ; ulimit -f 401
            kctl consume \(topic) -e --summary json --output-dir '\(folder.path)/out'
            """,
            on: Kafka.servers
        )
        #expect(read.ending == .exited(1), "\(read.errors)")
        let summary = try summary(read)
        #expect(summary["ended"]?.string == "error")
        let state = try folder.json("out/kctl-offsets.json")
        #expect(summary["printed"]?.int64 == state["files"]?[0]?["next"]?.int64)
    }

    @Test func aTopicThatIsGoneEndsWithASummary() throws {
        let topic = try Kafka.topic("gone-told")
        try Kafka.fill(topic, 0..<3)
        let reader = try Kafka.start(["consume", topic, "--from-beginning", "--summary", "json"])
        reader.wait(forOutput: "2\n")
        let meter = try Kafka.start(
            ["perf", "consume", topic, "--records", "10", "--for", "50s", "--json"]
        )
        #expect(try Kafka.run(["topics", "delete", topic, "--yes"]).ending == .exited(0))
        let read = reader.finish()
        #expect(read.ending == .exited(3), "\(read.errors)")
        let summary = try summary(read)
        #expect(summary["ended"]?.string == "error")
        #expect(summary["status"]?.int64 == 3)
        #expect(summary["code"]?.string == "not-found")
        #expect(summary["printed"]?.int64 == 3)
        #expect(meter.finish().ending == .exited(3))
    }

    @Test func anOutputThatIsFullEndsTheDecodingWithASummary() throws {
        let topics = try StreamTopics(["run"], partitions: 1)
        try topics.produce([
            topics.line("run", StreamMessage.run(1, "START_ACTIVITY", at: 1_700_000_000_000))
        ])
        let read = try full(
            ["decode-aliecs"] + topics.all + ["--type", "Event", "-e", "--summary", "json"]
        )
        #expect(read.ending == .exited(1), "\(read.errors)")
        #expect(try summary(read)["ended"]?.string == "error")
        #expect(try summary(read)["printed"]?.int64 == 0)
        // What was waited for and did not come is an end as well.
        let wait = try Kafka.run(
            ["decode-aliecs"] + topics.all
                + ["--type", "Event", "-e", "--wait-eor=7", "--summary", "json"]
        )
        #expect(wait.ending == .exited(6), "\(wait.errors)")
        #expect(try summary(wait)["ended"]?.string == "complete")
        #expect(try summary(wait)["partitions"]?[0]?["position"]?.int64 == 1)
        let file = try Kctl.run(
            ["decode-aliecs", "--file", "/dev/null", "--type", "Event", "--summary", "json"]
        )
        #expect(file.ending == .exited(2))
        #expect(file.errors.contains("--summary needs topics of a cluster"), "\(file.errors)")
    }

    /// A run that sends in transactions and gets none has sent nothing, which it says.
    @Test func aProducerWithoutATransactionIsAccountedFor() throws {
        let topic = try Kafka.topic("no-transaction")
        let folder = try TemporaryFolder()
        let sent = try Kafka.run(
            ["produce", topic, "--transactional-id", topic, "--receipt", "\(folder.path)/receipt"]
                + ["-X", "transaction.timeout.ms=2147483647"],
            input: .text("a\n")
        )
        #expect(sent.ending == .exited(1), "\(sent.errors)")
        #expect(sent.errorLines.last == "kctl: sent 0, acknowledged 0, failed 0", "\(sent.errors)")
        #expect(try folder.json("receipt")["acknowledged"]?.int64 ?? 0 == 0)
    }
}
