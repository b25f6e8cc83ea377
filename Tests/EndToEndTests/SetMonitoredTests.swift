// The list of monitored channels: written, read back and made equal to a file, on a real broker.

import JSON
import Testing

@Suite(.needsKafka)
struct SetMonitoredTests {
    private let topic: String

    init() throws {
        topic = Kafka.name("monitored")
        let made = try Kafka.run(
            ["set-monitored", "--command-topic", topic, "--create-topic"]
                + ["-c", "first", "-t", "out", "-m", "v"]
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        #expect(made.errors.contains("created topic '\(topic)'"), "\(made.errors)")
    }

    private func set(_ words: String..., input: String = "") throws -> Outcome {
        try Kafka.run(["set-monitored", "--command-topic", topic] + words, input: .text(input))
    }

    private func list(_ words: String...) throws -> Outcome {
        try Kafka.run(["list-monitored", "--command-topic", topic] + words)
    }

    @Test func channelsAreSetAndUnset() throws {
        #expect(try set("-c", "channel1", "-t", "channel1", "-m", "va").ending == .exited(0))
        #expect(
            try list("--raw").lines == [
                #"{"topic":"out","channel":"first"}={"mask":"v"}"#,
                #"{"topic":"channel1","channel":"channel1"}={"mask":"va"}"#,
            ]
        )
        let described = try Kafka.run(["configs", "describe", "topic", topic, "--json"]).json()
        let policy = described.first { $0["config"]?.string == "cleanup.policy" }
        #expect(policy?["value"]?.string == "compact")
        let unset = try set("-c", "channel1", "-c", "first", "-t", "channel1", "-u", "--json")
        #expect(try unset.json().map { $0["change"]?.string } == ["unset", "unset"])
        // The other channel of that name goes to another topic.
        #expect(try list("--json").json().map { $0["channel"]?.string } == ["first"])
        #expect(try set("-c", "first", "-t", "out", "-u").ending == .exited(0))
        let empty = try list("--json")
        #expect(empty.ending == .exited(0))
        #expect(empty.output.isEmpty)
    }

    @Test func aFileIsMadeTheList() throws {
        let saved = try list("--json").text
        let file = saved + "second|out|vl|key\n"
        let planned = try set("--sync", "-", "--dry-run", input: file)
        #expect(planned.text == "+ second out\n")
        #expect(planned.errors.contains("would set 1 channel in"), "\(planned.errors)")
        #expect(try list("--json").text == saved)
        #expect(try set("--sync", "-", input: file).ending == .exited(0))
        let both = try list("--json")
        #expect(try both.json().map { $0["mask"]?.string } == ["v", "vl"])
        // To remove what the file does not have takes a yes.
        let refused = try set("--sync", "-", input: "second|out|vl|key\n")
        #expect(refused.ending == .exited(2), "\(refused.errors)")
        #expect(try list("--json").text == both.text)
        let agreed = try set("--sync", "-", "--yes", input: "second|out|vl|key\n")
        #expect(agreed.ending == .exited(0), "\(agreed.errors)")
        #expect(try list("--json").json().map { $0["channel"]?.string } == ["second"])
        let same = try set("--sync", "-", input: "second|out|vl|key\n")
        #expect(same.errors.contains("nothing to change"), "\(same.errors)")
    }

    @Test func aRecordThatIsNoCommandIsNamedAndTheRestIsListed() throws {
        let sent = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(#"{"key":"{}","value":"x"}"# + "\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let listed = try list("--json")
        #expect(listed.ending == .exited(7), "\(listed.errors)")
        #expect(listed.errors.contains("offset 1: the key has no 'channel'"), "\(listed.errors)")
        #expect(try listed.json().map { $0["channel"]?.string } == ["first"])
    }

    @Test(
        arguments: [
            (["-c", "a", "-t", "t"], 2), (["-c", "a", "-m", "v"], 2), (["-m", "v", "-t", "t"], 2),
            (["-c", "a", "-t", "t", "-m", "vx"], 2), (["-c", "a", "-t", "t", "-u", "-m", "v"], 2),
            (["--file", "/nonexistent/channels"], 3),
        ] as [([String], Int32)]
    )
    func whatIsWrongIsRefused(words: [String], status: Int32) throws {
        let outcome = try Kafka.run(["set-monitored", "--command-topic", topic] + words)
        #expect(outcome.ending == .exited(status), "\(outcome.errors)")
        #expect(try list("--raw").lines.count == 1)
    }

    @Test func aTopicThatIsNotThereIsNamed() throws {
        let words = ["-c", "a", "-t", "t", "-m", "v", "--command-topic", topic + "-not"]
        let outcome = try Kafka.run(["set-monitored"] + words)
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errors.contains("--create-topic"), "\(outcome.errors)")
    }
}
