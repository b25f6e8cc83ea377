// A topic as `topics describe` shows it, and as `topics create --file` takes it back.

import CommandKit
import JSON
import KafkaCore
import Output

/// A partition with its offsets.
struct PartitionReport {
    let partition: Partition
    let start: Int64?
    /// The ends of the partition; nil when they are not known.
    let ends: PartitionEnds?

    /// The high watermark.
    var end: Int64? { ends?.endOffset }

    /// Offsets between start and end: the records there are, unless some were compacted away.
    var records: Int64? {
        guard let start, let end else { return nil }
        return max(end - start, 0)
    }
}

/// A topic, its configuration and its partitions.
struct TopicReport: Report {
    let topic: Topic
    let id: String?
    /// The configuration that is shown; nil when the cluster does not report it.
    let configs: [ResourceConfig]?
    /// The partitions that are shown: all, or those a filter lets through.
    let partitions: [PartitionReport]

    private static func columns(withStable: Bool) -> [Column] {
        var columns = [
            Column("PARTITION", .right), Column("LEADER", .right),
            Column("REPLICAS", need: .useful),
            Column("IN-SYNC", need: .useful), Column("START", .right, need: .useful),
        ]
        if withStable { columns.append(Column("LAST-STABLE", .right, need: .extra)) }
        return columns + [Column("END", .right, need: .useful), Column("RECORDS", .right)]
    }

    static let json = JSONShape(
        "topic",
        "A topic with its partitions.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("topicId", .string, "Id of the topic.").orAbsent,
            JSONField("partitionCount", .integer, "Number of partitions."),
            JSONField("replicationFactor", .integer, "Number of replicas."),
            JSONField("internal", .boolean, "True for a topic of Kafka itself."),
            JSONField("configs", .map(.string), "Configuration that was set for the topic.")
                .orAbsent,
            JSONField("defaults", .map(.string), "Configuration that is inherited.").orAbsent,
            JSONField(
                "partitions",
                .list(
                    .object([
                        JSONField("partition", .integer, "Number of the partition."),
                        JSONField("leader", .integer, "Id of the leader; null without one.").orNull,
                        JSONField("replicas", .list(.integer), "Ids of the brokers with replicas."),
                        JSONField(
                            "inSync",
                            .list(.integer),
                            "Ids of the brokers whose replicas are in sync."
                        ),
                        JSONField("startOffset", .integer, "First offset.").orNull,
                        JSONField(
                            "endOffset",
                            .integer,
                            "High watermark: the offset after the last record."
                        ).orNull,
                        JSONField(
                            "lastStableOffset",
                            .integer,
                            "Offset of the first open transaction, else the end offset."
                        ).orNull,
                        JSONField("records", .integer, "End offset less start offset.").orNull,
                    ])
                ),
                "Partitions."
            ),
        ]
    )

    var identity: String { topic.name }

    func text(on page: Page) -> String {
        var summary = "\(page.escape(topic.name)): \(counted(topic.partitions.count, "partition"))"
        summary += ", replication \(topic.replicationFactor)"
        if let id { summary += ", id \(id)" }
        if topic.isInternal { summary += ", internal" }
        var text = summary + "\n"
        for config in configs ?? [] {
            text +=
                "  \(page.escape(config.entry.name))=\(page.escape(config.entry.value ?? "(secret)"))"
            text += (config.isOverridden ? "" : "  (\(Self.source(config)))") + "\n"
        }
        guard !partitions.isEmpty else { return text }
        let withStable = partitions.contains { $0.ends?.hasOpenTransaction == true }
        return text
            + page.table(
                columns: Self.columns(withStable: withStable),
                rows: partitions.map { Self.cells($0, withStable: withStable) },
                indent: "  "
            )
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic.name)
        if let id {
            json.key("topicId")
            json.string(id)
        }
        json.key("partitionCount")
        json.number(topic.partitions.count)
        json.key("replicationFactor")
        json.number(topic.replicationFactor)
        json.key("internal")
        json.bool(topic.isInternal)
        if let configs {
            Self.write(configs, to: &json)
        }
        json.key("partitions")
        json.beginArray()
        for partition in partitions { Self.write(partition, to: &json) }
        json.endArray()
        json.endObject()
    }

    /// `configs` holds what was set on the topic; `defaults` what comes from elsewhere.
    private static func write(_ configs: [ResourceConfig], to json: inout JSONWriter) {
        write("configs", configs.filter(\.isOverridden), to: &json)
        let inherited = configs.filter { !$0.isOverridden }
        if !inherited.isEmpty { write("defaults", inherited, to: &json) }
    }

    private static func write(
        _ name: StaticString,
        _ configs: [ResourceConfig],
        to json: inout JSONWriter
    ) {
        json.key(name)
        json.beginObject()
        for config in configs {
            json.key(text: config.entry.name)
            json.optional(config.entry.value)
        }
        json.endObject()
    }

    private static func write(_ report: PartitionReport, to json: inout JSONWriter) {
        json.beginObject()
        json.key("partition")
        json.number(report.partition.id)
        json.key("leader")
        json.optional(report.partition.leader)
        json.key("replicas")
        json.beginArray()
        for replica in report.partition.replicas { json.number(replica) }
        json.endArray()
        json.key("inSync")
        json.beginArray()
        for replica in report.partition.inSync { json.number(replica) }
        json.endArray()
        json.key("startOffset")
        json.optional(report.start)
        json.key("endOffset")
        json.optional(report.end)
        json.key("lastStableOffset")
        json.optional(report.ends?.lastStableOffset)
        json.key("records")
        json.optional(report.records)
        json.endObject()
    }

    private static func cells(_ report: PartitionReport, withStable: Bool) -> [String] {
        func list(_ brokers: [Int32]) -> String {
            brokers.map { "\($0)" }.joined(separator: ",")
        }
        func number(_ offset: Int64?) -> String { offset.map { "\($0)" } ?? "" }
        let leader: String = report.partition.leader.map { "\($0)" } ?? "none"
        var cells: [String] = ["\(report.partition.id)", leader]
        cells += [list(report.partition.replicas), list(report.partition.inSync)]
        cells.append(number(report.start))
        if withStable { cells.append(number(report.ends?.lastStableOffset)) }
        return cells + [number(report.end), number(report.records)]
    }

    private static func source(_ config: ResourceConfig) -> String {
        config.isDefault ? "default" : "broker"
    }
}
