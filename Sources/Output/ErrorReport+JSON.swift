// The form of an error as a JSON object.

public import JSON

extension ErrorReport {
    /// The form of the object that `report` prints.
    public static let json = JSONShape(
        "error",
        "An error, on standard error.",
        option: "--errors json",
        [
            JSONField(
                "code",
                .string,
                "Kind of the error: usage, not-found, unreachable and others."
            ),
            JSONField("kafkaCode", .string, "Kafka's name of the error, without ERR_.").orAbsent,
            JSONField("message", .string, "The error in words."),
            JSONField("topic", .string, "Name of the topic.").orAbsent,
            JSONField("partition", .integer, "Number of the partition.").orAbsent,
            JSONField("offset", .integer, "Offset of the record.").orAbsent,
            JSONField("position", .integer, "Byte of the record's value, from 0.").orAbsent,
            JSONField("field", .string, "Field of the record's value.").orAbsent,
            JSONField("reason", .string, "Reason why the record is bad.").orAbsent,
            JSONField("retriable", .boolean, "True when trying again may help."),
            JSONField("hint", .string, "Remedy.").orAbsent,
            JSONField("excerpt", .string, "Line of the file.").orAbsent,
            JSONField("usage", .string, "Usage of the command.").orAbsent,
        ]
    )
}
