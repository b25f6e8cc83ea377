// The receipt: the records sent, their outcomes, and a digest of the input.

import CommandKit
import JSON
import Output
import Reactor
import SendEngine

/// The result of one run.
struct Receipt {
    /// The topic that was named for all records; nil when each named its own.
    var topic: String?
    var tally: DeliveryTally
    var inputBytes: Int
    var digest: String
    var milliseconds: Int64
    /// The topics by number.
    var topics: [String]
    var spans: PartitionSpans

    static let json = JSONShape(
        "receipt",
        "Account of a run of produce.",
        option: "--receipt",
        [
            JSONField("topic", .string, "Name of the topic; null when each record names its own.")
                .orNull,
            JSONField("read", .integer, "Records read from the input."),
            JSONField("sent", .integer, "Records sent."),
            JSONField("acknowledged", .integer, "Records that the brokers acknowledged."),
            JSONField("failed", .integer, "Records that failed."),
            JSONField("unknown", .integer, "Records with an unknown outcome.").orAbsent,
            JSONField("inputBytes", .integer, "Bytes read from the input."),
            JSONField("sha256", .string, "SHA-256 of the input, in hexadecimal."),
            JSONField("durationMs", .integer, "Duration of the run, in milliseconds."),
            JSONField(
                "partitions",
                .list(
                    .object([
                        JSONField("topic", .string, "Name of the topic.").orAbsent,
                        JSONField("partition", .integer, "Number of the partition."),
                        JSONField("records", .integer, "Records stored."),
                        JSONField("firstOffset", .integer, "Offset of the first record.").orNull,
                        JSONField("lastOffset", .integer, "Offset of the last record.").orNull,
                    ])
                ),
                "Partitions that records were stored in."
            ),
        ]
    )

    /// Returns the receipt as a line of JSON.
    func line() -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("topic")
        json.optional(topic)
        for (name, count) in [
            ("read", tally.read), ("sent", tally.sent), ("acknowledged", tally.acknowledged),
            ("failed", tally.failed),
        ] {
            json.key(text: name)
            json.number(count)
        }
        if tally.unknown > 0 {
            json.key("unknown")
            json.number(tally.unknown)
        }
        json.key("inputBytes")
        json.number(inputBytes)
        json.key("sha256")
        json.string(digest)
        json.key("durationMs")
        json.number(milliseconds)
        json.key("partitions")
        json.beginArray()
        spans.forEach { topic, partition, span in
            json.beginObject()
            if self.topic == nil {
                json.key("topic")
                json.string(topics[topic])
            }
            json.key("partition")
            json.number(partition)
            json.key("records")
            json.number(span.records)
            json.key("firstOffset")
            json.optional(span.first)
            json.key("lastOffset")
            json.optional(span.last)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.text
    }

    /// Puts the receipt where it was asked for; `-` is standard output.
    func write(to path: String, in context: Context) throws(CommandError) {
        if path == "-" { return try context.print(line()) }
        do { try Files.replace(path, with: Array(line().utf8), isPublic: true) } catch {
            throw CommandError(error, doing: "cannot write the receipt '\(path)'")
        }
    }
}
