// A partition's offset as a line of `topics offsets`.

import JSON
import KafkaCore
import Output

/// One partition and the offset it answered.
struct OffsetRow: Row {
    let answer: OffsetAnswer

    init(_ answer: OffsetAnswer) {
        self.answer = answer
    }

    static let columns = [
        Column("TOPIC"), Column("PARTITION", .right), Column("OFFSET", .right),
    ]

    var cells: [String] {
        [
            answer.partition.topic, "\(answer.partition.partition)",
            answer.offset.map { "\($0)" } ?? "",
        ]
    }

    static let json = JSONShape(
        "offset",
        "An offset of a partition.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("offset", .integer, "Offset; null when there is none.").orNull,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(answer.partition.topic)
        json.key("partition")
        json.number(answer.partition.partition)
        json.key("offset")
        json.optional(answer.offset)
        json.endObject()
    }
}
