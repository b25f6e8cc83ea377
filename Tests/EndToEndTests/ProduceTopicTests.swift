// The topic of a run: it must be there, or may be made.

import JSON
import Testing

@Suite(.needsKafka)
struct ProduceTopicTests {
    @Test func aMissingTopicIsSaidAtOnceAndNotMade() throws {
        let topic = Kafka.name("missing")
        // The input stays open: nothing of it is waited for.
        let run = try Kafka.start(["produce", topic], input: .held)
        let outcome = run.finish()
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("kctl: topic '\(topic)' not found on "))
        #expect(outcome.elapsed < .seconds(8))
        #expect(try Kafka.run(["topics", "list", topic]).ending == .exited(3))
    }

    @Test func recordsThatNameAMissingTopicFailAlone() throws {
        let topic = try Kafka.topic("present")
        let missing = Kafka.name("missing")
        let lines = [topic, missing, topic].enumerated().map { index, name in
            "{\"topic\":\"\(name)\",\"value\":\"\(index)\"}\n"
        }
        let sent = try Kafka.run(["produce", "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(3))
        #expect(sent.tally == Tally(read: 3, acked: 2, failed: 1))
        #expect(sent.errors.hasPrefix("kctl: line 2: "))
        #expect(sent.errors.contains("'\(missing)'"))
        #expect(try Kafka.run(["consume", topic, "-e"]).text == "0\n2\n")
        #expect(try Kafka.run(["topics", "list", missing]).ending == .exited(3))
    }

    @Test func aPartitionThatIsNotThereFailsTheRecord() throws {
        let topic = try Kafka.topic("no-partition", partitions: 2)
        let lines = [0, 2, 1].map { "{\"partition\":\($0),\"value\":\"\($0)\"}\n" }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(3))
        #expect(sent.tally == Tally(read: 3, acked: 2, failed: 1))
        #expect(sent.errors.hasPrefix("kctl: line 2: "))
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["0", "1"])
    }

    @Test func createTopicMakesItOnce() throws {
        let topic = Kafka.name("made")
        let arguments = ["produce", topic, "--create-topic", "--partitions", "4"]
        let first = try Kafka.run(arguments, input: .text("a\n"))
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(first.tally == Tally(1))
        #expect(first.errors.hasPrefix("kctl: created topic '\(topic)'\n"))
        #expect(try Kafka.ends(of: topic).count == 4)
        let second = try Kafka.run(arguments, input: .text("b\n"))
        #expect(second.ending == .exited(0), "\(second.errors)")
        #expect(second.errorLines.count == 1, "nothing was made")
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["a", "b"])
    }

    @Test func severalMayMakeTheTopicAtOnce() throws {
        let topic = Kafka.name("raced")
        let runs = try (0..<4).map { number in
            try Kafka.start(
                ["produce", topic, "--create-topic", "--partitions", "2"],
                input: .text("\(number)\n")
            )
        }
        for run in runs {
            let outcome = run.finish()
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        }
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["0", "1", "2", "3"])
        #expect(try Kafka.ends(of: topic).count == 2)
    }
}
