// The form of records as JSON, and of what is printed in their place.

import JSON

extension JSONShape {
    /// A record as `consume --json` prints it and `produce --json` reads it.
    static let record = JSONShape(
        "record",
        "A record of a topic.",
        place + time + key + [headers] + value
    )

    /// A record that was not sent, as `produce --failed-to` keeps it.
    static let failedRecord = JSONShape(
        "failed record",
        "A record that was not sent, which produce --json sends again.",
        option: "--failed-to",
        optional(place.dropLast()) + time.dropLast() + key + [headers.orAbsent] + value + failure
    )

    /// A record of AliECS, decoded.
    static let event = JSONShape(
        "event",
        "A record of AliECS, decoded.",
        optional(place[...]) + time + key.prefix(2) + [headers.orAbsent] + message
    )

    private static let place: [JSONField] = [
        JSONField("topic", .string, "Name of the topic."),
        JSONField("partition", .integer, "Number of the partition."),
        JSONField("offset", .integer, "Offset of the record."),
    ]

    private static let time: [JSONField] = [
        JSONField("timestamp", .integer, "Time of the record, in milliseconds since 1970.")
            .orAbsent,
        JSONField(
            "timestampType",
            .word(["create", "logAppend"]),
            "Origin of the time: the producer or the broker."
        ).orAbsent,
    ]

    /// One of them is there.
    private static let key: [JSONField] = [
        JSONField("key", .any, "Key that is UTF-8, as a string; null for none.").orAbsent,
        JSONField("keyBase64", .string, "Key that is not UTF-8, in Base64.").orAbsent,
        JSONField("keyHex", .string, "Key in hexadecimal, with --key-format hex.").orAbsent,
        JSONField("keyError", .string, "Reason why the key is not JSON, with --key-format json.")
            .orAbsent,
    ]

    /// One of them is there.
    private static let value: [JSONField] = [
        JSONField("value", .any, "Value that is UTF-8, as a string; null for a tombstone.")
            .orAbsent,
        JSONField("valueBase64", .string, "Value that is not UTF-8, in Base64.").orAbsent,
        JSONField("valueHex", .string, "Value in hexadecimal, with --value-format hex.").orAbsent,
        JSONField(
            "valueError",
            .string,
            "Reason why the value is not JSON, with --value-format json."
        )
        .orAbsent,
    ]

    private static let headers = JSONField(
        "headers",
        .list(.object([key[0], key[1], value[0], value[1]])),
        "Headers, in their order."
    )

    private static let failure: [JSONField] = [
        JSONField("input", .string, "Input that is no record; null when its bytes are gone.")
            .orNull.orAbsent,
        JSONField("inputBase64", .string, "The same input, where it is not UTF-8.").orAbsent,
        JSONField(
            "error",
            .object([
                JSONField("line", .integer, "Line of the input, from 1."),
                JSONField("code", .string, "Name of the error."),
                JSONField("message", .string, "The error in words."),
            ]),
            "Reason why it was not sent."
        ),
    ]

    private static let message: [JSONField] = [
        JSONField("type", .string, "Type of the message."),
        JSONField("value", .any, "Message in canonical protobuf JSON; null for a tombstone."),
    ]

    private static func optional(_ fields: ArraySlice<JSONField>) -> [JSONField] {
        fields.map(\.orAbsent)
    }
}
