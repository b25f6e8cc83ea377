// The results of commands that change topics, as JSON objects.

import JSON
import KafkaCore
import Output

/// A topic that was created.
struct CreatedTopicRow: Row {
    let topic: NewTopic
    let isDone: Bool

    static let columns = [Column("TOPIC")]

    var cells: [String] { [topic.name] }

    static let json = JSONShape(
        "created topic",
        "A topic that was created.",
        TopicModelRow.json.fields + [
            JSONField("done", .boolean, "True when it was done, false with --dry-run.")
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic.name)
        TopicModelRow(topic: topic).writeLayout(to: &json)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}

/// A topic that got more partitions.
struct GrownTopicRow: Row {
    let topic: String
    let oldPartitions: Int
    let partitions: Int
    let isDone: Bool

    static let columns = [Column("TOPIC")]

    var cells: [String] { [topic] }

    static let json = JSONShape(
        "grown topic",
        "A topic that got more partitions.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("oldPartitionCount", .integer, "Number of partitions before."),
            JSONField("partitionCount", .integer, "Number of partitions after."),
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic)
        json.key("oldPartitionCount")
        json.number(oldPartitions)
        json.key("partitionCount")
        json.number(partitions)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}

/// A topic that was deleted.
struct DeletedTopicRow: Row {
    let topic: String
    let isDone: Bool

    static let columns = [Column("TOPIC")]

    var cells: [String] { [topic] }

    static let json = JSONShape(
        "deleted topic",
        "A topic that was deleted.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}
