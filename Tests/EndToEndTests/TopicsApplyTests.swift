// `kctl topics export`, `diff` and `apply` on a real broker, with Kafka's own tools as the other side.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct TopicsApplyTests {
    private let name = Kafka.name("apply")

    private func export() throws -> String {
        let outcome = try Kafka.run(["topics", "export", "--regex", "\(name).*"])
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return outcome.text
    }

    private func apply(_ text: String, _ words: String...) throws -> Outcome {
        try Kafka.run(["topics", "apply", "-"] + words, input: .text(text))
    }

    private func diff(_ text: String, _ words: String...) throws -> Outcome {
        try Kafka.run(["topics", "diff", "-"] + words, input: .text(text))
    }

    /// A line of a file, as export prints it.
    private func line(_ suffix: String, _ partitions: Int, _ configs: String = "") -> String {
        #"{"topic":"\#(name)\#(suffix)","partitionCount":\#(partitions),"replicationFactor":1,"#
            + #""configs":{\#(configs)}}"# + "\n"
    }

    @Test func oneChangedLineIsOneChange() throws {
        let text =
            line("-a", 2, #""cleanup.policy":"compact","retention.ms":"60000""#) + line("-b", 1)
        #expect(try apply(text).ending == .exited(0))
        #expect(try export() == text)
        let nothing = try apply(text)
        #expect(nothing.ending == .exited(0))
        #expect(nothing.output.isEmpty)
        #expect(nothing.errors == "kctl: no changes: all topics match the file\n")
        let same = try diff(text)
        #expect(same.ending == .exited(0))
        #expect(same.output.isEmpty)
        #expect(same.errors.isEmpty)

        let changed = text.replacingOccurrence(of: "60000", with: "70000")
        let row = [
            #"{"topic":"\#(name)-a","change":"set-config","config":"retention.ms","#,
            #""oldValue":"60000","newValue":"70000","possible":true"#,
        ]
        let difference = try diff(changed, "--json")
        #expect(difference.ending == .exited(1))
        #expect(difference.text == row.joined() + "}\n")
        #expect(difference.errors.isEmpty)
        let planned = try apply(changed, "--json", "--dry-run")
        #expect(planned.ending == .exited(0))
        #expect(planned.text == row.joined() + ",\"done\":false}\n")
        #expect(try export() == text)
        let done = try apply(changed, "--json")
        #expect(done.ending == .exited(0))
        #expect(done.text == row.joined() + ",\"done\":true}\n")
        #expect(try export() == changed)
    }

    @Test func kafkasToolsSeeWhatIsDoneAndTheReverse() throws {
        let text = line("-x", 1, #""retention.ms":"60000","segment.ms":"70000""#)
        #expect(try apply(text).ending == .exited(0))
        let wanted = line("-x", 3, #""segment.ms":"80000""#) + line("-y", 2)
        let done = try apply(wanted)
        #expect(done.ending == .exited(0), "\(done.errors)")
        let rows = done.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == [
                "TOPIC CHANGE FROM TO", "\(name)-x add partitions 1 3",
                "\(name)-x unset retention.ms 60000 -", "\(name)-x set segment.ms 70000 80000",
                "\(name)-y create - 2 partitions, replication 1",
            ]
        )
        let described = try Kafka.tool("topics", ["--describe", "--topic", "\(name)-x"])
        let first = described.lines.first { $0.hasPrefix("Topic: ") } ?? ""
        #expect(first.contains("PartitionCount: 3"))
        #expect(first.contains("segment.ms=80000"))
        #expect(!first.contains("retention.ms=60000"))

        let altered = try Kafka.tool(
            "configs",
            ["--entity-type", "topics", "--entity-name", "\(name)-y", "--alter"]
                + ["--add-config", "max.message.bytes=5000"]
        )
        #expect(altered.ending == .exited(0), "\(altered.errors)")
        var difference = try diff(wanted)
        let limit = ContinuousClock.now + .seconds(10)
        // A broker may learn of it a moment later.
        while difference.output.isEmpty, ContinuousClock.now < limit {
            difference = try diff(wanted)
        }
        #expect(
            difference.lines.last?.split(separator: " ")
                == ["\(name)-y", "unset", "max.message.bytes", "5000", "-"]
        )
    }

    @Test func whatCannotBeDoneIsNamedAndTheRestIsDone() throws {
        #expect(try apply(line("-p", 2, #""retention.ms":"60000""#)).ending == .exited(0))
        let text =
            line("-p", 1, #""retention.ms":"70000""#)
            .replacingOccurrence(of: "Factor\":1", with: "Factor\":2")
            + line("-q", 1, #""retention.ms":"soon""#) + line("-r", 1)
        let outcome = try apply(text)
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errorLines.prefix(2) == [
                "kctl: topic '\(name)-p' has 2 partitions, and Kafka cannot reduce the number to 1"
                    + " (delete the topic and create it again)",
                "kctl: topic '\(name)-p' has replication factor 1, and kctl cannot change it to 2"
                    + " (use kafka-reassign-partitions to change replicas)",
            ]
        )
        #expect(outcome.errors.contains("kctl: topic '\(name)-q': invalid value soon"))
        #expect(outcome.errorLines.last == "kctl: 3 of 5 changes failed")
        #expect(try export() == line("-p", 2, #""retention.ms":"70000""#) + line("-r", 1))
    }

    @Test func strangersAreNoDifferenceUnlessTheFileIsTheWholeTruth() throws {
        let text = line("-one", 1)
        #expect(try apply(text + line("-two", 1)).ending == .exited(0))
        #expect(try diff(text).ending == .exited(0))
        let difference = try diff(text, "--prune", "--json")
        #expect(difference.ending == .exited(1))
        let gone = try difference.json().filter { $0["change"]?.string == "delete" }
            .compactMap { $0["topic"]?.string }
        #expect(gone.contains("\(name)-two"))
        #expect(!gone.contains("\(name)-one"))
        #expect(!gone.contains { $0.hasPrefix("__") })
        let refused = try apply(text, "--prune")
        #expect(refused.ending == .exited(2))
        #expect(refused.errors.contains("kctl:   \(name)-two\n"))
        #expect(try export() == text + line("-two", 1))
    }

    /// Any topics: what is exported, changed and applied is exported again.
    @Test func randomTopicsComeBack() throws {
        var random = SeededGenerator(seed: 25)
        func file(from least: [Int]) -> (text: String, partitions: [Int]) {
            var text = ""
            var partitions: [Int] = []
            for (index, least) in least.enumerated() {
                let count = Int.random(in: least...least + 2, using: &random)
                partitions.append(count)
                var configs: [String] = []
                for (name, values) in [
                    ("cleanup.policy", ["compact", "delete", "compact,delete"]),
                    ("max.message.bytes", ["1000", "2000000"]), ("retention.ms", ["-1", "60000"]),
                ] where Bool.random(using: &random) {
                    let value = values.randomElement(using: &random) ?? ""
                    configs.append(#""\#(name)":"\#(value)""#)
                }
                text += line("-\(index)", count, configs.joined(separator: ","))
            }
            return (text, partitions)
        }
        var (text, partitions) = file(from: [1, 1, 1, 1, 1, 1])
        for _ in 0..<3 {
            let done = try apply(text)
            #expect(done.ending == .exited(0), "\(done.errors)")
            #expect(try export() == text)
            (text, partitions) = file(from: partitions)
        }
    }
}
