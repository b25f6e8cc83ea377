// A topic as a line of `topics list`.

import JSON
import KafkaCore
import Output

/// Name, partitions and replicas of a topic.
struct TopicRow: Row {
    let topic: Topic

    init(_ topic: Topic) {
        self.topic = topic
    }

    static let columns = [
        Column("TOPIC"), Column("PARTITIONS", .right), Column("REPLICATION", .right, need: .useful),
    ]

    var cells: [String] {
        [topic.name, "\(topic.partitions.count)", "\(topic.replicationFactor)"]
    }

    static let json = JSONShape(
        "topic",
        "A topic.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partitionCount", .integer, "Number of partitions."),
            JSONField("replicationFactor", .integer, "Number of replicas."),
            JSONField("internal", .boolean, "True for a topic of Kafka itself."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic.name)
        json.key("partitionCount")
        json.number(topic.partitions.count)
        json.key("replicationFactor")
        json.number(topic.replicationFactor)
        json.key("internal")
        json.bool(topic.isInternal)
        json.endObject()
    }
}
