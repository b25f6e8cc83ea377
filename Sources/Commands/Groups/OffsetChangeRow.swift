// A change of a committed offset as a line of a plan.

import JSON
import KafkaCore
import Output

/// The change in one partition: the old and the new offset, and their distance.
struct OffsetChangeRow: Row {
    let group: String
    let change: OffsetChange

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

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("topic")
        json.string(change.partition.topic)
        json.key("partition")
        json.number(change.partition.partition)
        json.key("old")
        json.optional(change.old?.position.offset)
        json.key("new")
        json.optional(change.new)
        json.key("difference")
        json.optional(difference)
        json.endObject()
    }
}
