// A group as a line of `groups list`.

import JSON
import KafkaCore
import Output

/// One group.
struct GroupRow: Row {
    let listing: GroupListing

    static let columns = [Column("GROUP"), Column("STATE"), Column("TYPE", need: .useful)]

    var cells: [String] {
        [listing.id, listing.state ?? "", listing.type?.rawValue ?? ""]
    }

    static let json = JSONShape(
        "group",
        "A consumer group.",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("state", .string, "State of the group.").orNull,
            JSONField("type", .string, "Type of the group.").orNull,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(listing.id)
        json.key("state")
        json.optional(listing.state)
        json.key("type")
        json.optional(listing.type?.rawValue)
        json.endObject()
    }
}
