// `kctl topics trim` on a real broker, with Kafka's own tools as the other side.

import JSON
import Testing

@Suite(.needsKafka)
struct TopicsTrimTests {
    /// A topic with ten records in each partition, a second apart from time 1000 s on.
    private func filled(_ purpose: String, partitions: Int, _ more: [String] = []) throws -> String
    {
        let topic = try Kafka.topic(purpose, partitions: partitions, more)
        var text = ""
        for partition in 0..<partitions {
            for number in 0..<10 {
                text += #"{"partition":\#(partition),"timestamp":\#(1_000_000 + number * 1000),"#
                text += #""key":"k","value":"v"}"# + "\n"
            }
        }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(text))
        #expect(sent.tally == Tally(10 * partitions), "\(sent.errors)")
        return topic
    }

    /// Where each partition begins.
    private func starts(_ topic: String) throws -> [Int64?] {
        try Kafka.run(["topics", "offsets", topic, "--time", "earliest", "--json"]).json()
            .map { $0["offset"]?.int64 }
    }

    @Test func kafkasToolsSeeWhatIsLeftAndTheReverse() throws {
        let topic = try filled("trim", partitions: 6)
        func trim(_ words: String...) throws -> Outcome {
            try Kafka.run(["topics", "trim", topic, "--yes"] + words)
        }
        let byOffset = try trim("--before", "4", "-p", "0", "--json")
        #expect(byOffset.ending == .exited(0))
        #expect(
            byOffset.text
                == #"{"topic":"\#(topic)","partition":0,"startOffset":0,"newStartOffset":4,"records":4,"#
                + "\"done\":true}\n"
        )
        // A second after the third record's time; then none is as new; then the last two are kept.
        #expect(try trim("--before", "1970-01-01T00:16:43Z", "-p", "1").ending == .exited(0))
        #expect(try trim("--before", "-5m", "-p", "2").ending == .exited(0))
        #expect(try trim("--before", "end-2", "-p", "3").ending == .exited(0))
        let file = #"{"partitions":[{"topic":"\#(topic)","partition":4,"offset":7}],"version":1}"#
        let folder = try TemporaryFolder()
        let path = try folder.file("offsets.json", file)
        let theirs = try Kafka.tool("delete-records", ["--offset-json-file", path])
        #expect(theirs.ending == .exited(0), "\(theirs.errors)")
        let same = file.replacingOccurrence(of: #""partition":4"#, with: #""partition":5"#)
        let fromFile = try Kafka.run(
            ["topics", "trim", "--from-file", "-", "--yes"],
            input: .text(same)
        )
        #expect(
            fromFile.lines.last?.split(separator: " ") == [topic[...], "5", "0", "7", "7"]
        )
        #expect(try starts(topic) == [4, 3, 10, 8, 7, 7])
        let seen = try Kafka.tool("get-offsets", ["--topic", topic, "--time", "-2"])
        #expect(
            seen.lines.map(String.init)
                == zip(0..., [4, 3, 10, 8, 7, 7]).map { "\(topic):\($0):\($1)" }
        )
        let again = try trim("--before", "2")
        #expect(again.ending == .exited(0))
        #expect(again.output.isEmpty)
        #expect(again.errors == "kctl: no records to delete\n")
    }

    @Test func nothingGoesWithoutConsent() throws {
        let topic = try filled("trim-asked", partitions: 2)
        let planned = try Kafka.run(["topics", "trim", topic, "--before", "end", "--dry-run"])
        #expect(planned.ending == .exited(0))
        let rows = planned.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == [
                "TOPIC PARTITION START NEW-START RECORDS", "\(topic) 0 0 10 10",
                "\(topic) 1 0 10 10",
            ]
        )
        let refused = try Kafka.run(["topics", "trim", topic, "--before", "end", "-p", "1"])
        #expect(refused.ending == .exited(2))
        #expect(
            refused.errorLines.first ?? ""
                == "kctl:   topic '\(topic)' partition 1: offsets 0 to 9, at most 10 records"
        )
        #expect(try starts(topic) == [0, 0])
    }

    @Test func whatCannotGoIsNamedAndTheRestGoes() throws {
        let topic = try filled("trim-some", partitions: 2)
        let more = try Kafka.run(["produce", topic, "-p", "1"], input: .text("1\n2\n"))
        #expect(more.tally == Tally(2))
        let outcome = try Kafka.run(["topics", "trim", topic, "--before", "11", "--yes"])
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errors == """
                kctl: offset 11 is after the end offset 10 of topic '\(topic)' partition 0 \
                (--before end deletes all records)
                kctl: deleted at most 11 records of 1 partition
                kctl: 1 of 2 partitions failed

                """
        )
        #expect(try starts(topic) == [0, 11])
        let absent = try Kafka.run([
            "topics", "trim", topic, "--before", "end", "-p", "0,7", "--yes",
        ])
        #expect(absent.ending == .exited(3))
        #expect(
            absent.errors.contains("topic '\(topic)' has no partition 7 (it has 2 partitions)\n")
        )
        #expect(try starts(topic) == [10, 11])
        let none = try Kafka.run(["topics", "trim", topic + "-none", "--before", "end", "--yes"])
        #expect(none.ending == .exited(3))
    }

    @Test func brokersRefuseToTrimACompactedTopic() throws {
        let topic = try filled(
            "trim-compacted",
            partitions: 1,
            ["--config", "cleanup.policy=compact"]
        )
        let outcome = try Kafka.run(["topics", "trim", topic, "--before", "end", "--yes"])
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errors
                == "kctl: topic '\(topic)' partition 0: policy violation (POLICY_VIOLATION; set"
                + " cleanup.policy=compact,delete to delete records of a compacted topic)\n"
        )
        #expect(try starts(topic) == [0])
    }
}
