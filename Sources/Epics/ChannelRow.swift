// A monitored channel as a line of a table, and as JSON.

import JSON
import Output

/// A channel of the live list.
struct ChannelRow: Row {
    let command: ChannelCommand
    /// The change that is made; nil for a line of the list.
    var change: String?

    static let columns = [Column("CHANNEL"), Column("TOPIC"), Column("EVENTS"), Column("KEY")]

    var cells: [String] {
        [command.channel, command.topic, command.mask.words, command.outkey ?? ""]
    }

    static let json = JSONShape(
        "channel",
        "A channel that is monitored.",
        fields
    )

    /// The form with the change that was made.
    static let changeJSON = JSONShape(
        "channel change",
        "A channel that is set or unset.",
        fields + [
            JSONField(
                "change",
                .word(["set", "unset"]),
                "What was done; what would be, with --dry-run."
            )
        ]
    )

    private static let fields = [
        JSONField("channel", .string, "Name of the channel."),
        JSONField("topic", .string, "Topic that its events go to."),
        JSONField(
            "mask",
            .string,
            "Events: letters of v (value), a (alarm), l (log), p (property); null for an unset channel."
        ).orNull,
        JSONField("outkey", .string, "Key of the records; null for the channel's name.").orNull,
    ]

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("channel")
        json.string(command.channel)
        json.key("topic")
        json.string(command.topic)
        json.key("mask")
        json.optional(command.mask.isEmpty ? nil : command.mask.letters)
        json.key("outkey")
        json.optional(command.outkey)
        if let change {
            json.key("change")
            json.string(change)
        }
        json.endObject()
    }
}
