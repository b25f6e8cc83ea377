// The names that completions ask for: of the cluster, and of the properties that are known.

import Testing

@Suite(.needsKafka)
struct CompletionNameTests {
    private let desk: Operator

    init() throws { desk = try Operator() }

    private func names(_ kind: String, _ words: String...) throws -> [String] {
        let outcome = try desk.run(["complete", kind, "--"] + words)
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
        return outcome.lines.map(String.init)
    }

    @Test func resourcesAreThoseOfTheType() throws {
        let topic = try Kafka.topic("completed")
        let group = Kafka.name("completed-group")
        let made = try desk.run(["groups", "create", group, "-t", topic, "--to-latest"])
        #expect(made.ending == .exited(0))
        #expect(try names("resources", "configs", "describe", "broker") == ["1"])
        #expect(try names("resources", "configs", "describe", "group").contains(group))
        let topics = try names("resources", "configs", "alter", "topic")
        #expect(topics.contains(topic))
        let internals = topics.filter { $0.hasPrefix("__") }
        #expect(!internals.isEmpty)
        #expect(Array(topics.suffix(internals.count)) == internals)
    }

    @Test func configurationEntriesAndProperties() throws {
        #expect(try names("topic-configs").contains("retention.ms="))
        #expect(try names("configs", "configs", "alter", "topic", "t").contains("retention.ms="))
        #expect(try names("config-names", "configs", "alter", "topic").contains("retention.ms"))
        #expect(
            try names("configs", "configs", "alter", "broker", "1").contains("log.retention.ms=")
        )
        #expect(try names("properties").contains("linger.ms="))
    }
}
