// Topic ids: as Kafka's own tool writes them, or a word about the library that cannot tell them.

import JSON
import Testing

@Suite(.needsKafka) struct TopicIDTests {
    @Test func idsAreKafkasOwnOrTheVersionNeededIsNamed() throws {
        let topic = try Kafka.topic("id")
        let library = try #require(
            try Kctl.run(["version", "--json"]).json().first?["librdkafka"]?.string
        )
        let report = try #require(
            try Kafka.run(["topics", "describe", topic, "--json"]).json().first
        )
        if library.hasPrefix("2.0.") {
            #expect(report["topicId"] == nil)
            let asked = try Kafka.run(["topics", "describe", "--topic-id", "x"])
            #expect(asked.ending == .exited(1))
            #expect(
                asked.errors
                    == "kctl: topic ids need librdkafka 2.3 or newer, this is \(library)\n"
            )
        } else if !Kafka.version.hasPrefix("2.") {
            let id = try #require(report["topicId"]?.string)
            let theirs = try Kafka.tool("topics", ["--describe", "--topic", topic])
            #expect(theirs.text.contains("TopicId: \(id)"))
            let found = try Kafka.run(["topics", "describe", "--topic-id", id, "--json"]).json()
            #expect(found.first?["topic"]?.string == topic)
            let missing = try Kafka.run(["topics", "describe", "--topic-id", "x"])
            #expect(missing.ending == .exited(3))
        }
    }
}
