// A change of a committed offset as a line of a plan.

import JSON
import KafkaCore
import Output

/// The change in one partition: the old and the new offset, and their distance.
struct OffsetChangeRow: Row {
    let group: String
    let change: OffsetChange
    /// True when the broker has confirmed the change; false in a plan.
    var isDone = false
    /// The id of the saved offsets, for `groups restore`.
    var savedState: String?

    static let columns = [
        Column("GROUP", need: .useful), Column("TOPIC"), Column("PARTITION", .right),
        Column("OLD", .right),
        Column("NEW", .right), Column("DIFFERENCE", .right, need: .extra),
    ]

    private var difference: Int64? {
        guard let old = change.old?.position.offset, let new = change.new else { return nil }
        return new - old
    }

    var cells: [String] {
        [
            group, change.partition.topic, "\(change.partition.partition)",
            change.old.map { "\($0.position.offset)" } ?? "", change.new.map { "\($0)" } ?? "",
            difference.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? "",
        ]
    }

    static let json = JSONShape(
        "offset change",
        "A change of a committed offset.",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("oldOffset", .integer, "Committed offset before; null when none was.").orNull,
            JSONField("newOffset", .integer, "Committed offset after; null when it is deleted.")
                .orNull,
            JSONField("difference", .integer, "New offset less the old one.").orNull,
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
            JSONField("savedState", .string, "Id of the saved offsets for groups restore.").orNull,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("topic")
        json.string(change.partition.topic)
        json.key("partition")
        json.number(change.partition.partition)
        json.key("oldOffset")
        json.optional(change.old?.position.offset)
        json.key("newOffset")
        json.optional(change.new)
        json.key("difference")
        json.optional(difference)
        json.key("done")
        json.bool(isDone)
        json.key("savedState")
        json.optional(savedState)
        json.endObject()
    }
}
