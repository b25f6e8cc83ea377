// A group as `groups describe` shows it: one of four views.

import CommandKit
import JSON
import KafkaCore
import Output

/// The lag of a group in one partition, as a JSON object.
struct LagRow: Row {
    let group: String
    let lag: PartitionLag

    static let columns: [Column] = table(withStable: false)

    /// Returns the columns; `withStable` adds the last stable offset.
    static func table(withStable: Bool) -> [Column] {
        var columns = [
            Column("TOPIC"), Column("PARTITION", .right),
            Column("COMMITTED", .right, need: .useful),
        ]
        if withStable { columns.append(Column("LAST-STABLE", .right, need: .useful)) }
        columns += [
            Column("END", .right, need: .useful), Column("LAG", .right),
            Column("MEMBER", need: .extra),
        ]
        return columns + [Column("HOST", need: .extra), Column("CLIENT", need: .extra)]
    }

    var cells: [String] { line(withStable: false) }

    var identity: String { group }

    /// Returns the cells of those columns.
    func line(withStable: Bool) -> [String] {
        let committed: String? = lag.committed.map { "\($0.position.offset)" }
        let start: String? = lag.start.map { "(start \($0))" }
        let problem: String? = lag.problem.map { "(\(lag.isUnanswered ? "no answer" : $0))" }
        let end: String? = lag.end.map { "\($0)" }
        let left: String? = lag.lag.map { "\($0)" }
        var cells: [String] = [lag.partition.topic, "\(lag.partition.partition)"]
        cells.append(committed ?? start ?? "")
        if withStable { cells.append(lag.ends.map { "\($0.lastStableOffset)" } ?? "") }
        cells.append(end ?? problem ?? "")
        cells.append(left ?? "")
        cells += [lag.member?.id ?? "", lag.member?.host ?? "", lag.member?.clientID ?? ""]
        return cells
    }

    static let json = JSONShape(
        "lag",
        "Committed offset and lag of a partition.",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("committedOffset", .integer, "Committed offset; null when none is.").orNull,
            JSONField("lag", .integer, "Records behind the end offset; null when unknown.").orNull,
            JSONField(
                "lagFrom",
                .string,
                "Offset that the lag is counted from where it is not the committed one."
            ).orNull,
            JSONField("startOffset", .integer, "First offset of the partition.").orNull,
            JSONField("endOffset", .integer, "High watermark: the offset after the last record.")
                .orNull,
            JSONField(
                "lastStableOffset",
                .integer,
                "Offset of the first open transaction, else the end offset."
            ).orNull,
            JSONField("metadata", .string, "Metadata of the committed offset.").orNull,
            JSONField("leaderEpoch", .integer, "Leader epoch of the committed offset.").orNull,
            JSONField("memberId", .string, "Member that the partition is assigned to.").orNull,
            JSONField("instanceId", .string, "Instance id of a static member.").orNull,
            JSONField("host", .string, "Host of the member.").orNull,
            JSONField("clientId", .string, "Client id of the member.").orNull,
            JSONField("errorMessage", .string, "Reason why an offset is unknown.").orAbsent,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("topic")
        json.string(lag.partition.topic)
        json.key("partition")
        json.number(lag.partition.partition)
        json.key("committedOffset")
        json.optional(lag.committed?.position.offset)
        json.key("lag")
        json.optional(lag.lag)
        json.key("lagFrom")
        json.optional(lag.countedFrom)
        json.key("startOffset")
        json.optional(lag.start)
        json.key("endOffset")
        json.optional(lag.end)
        json.key("lastStableOffset")
        json.optional(lag.ends?.lastStableOffset)
        json.key("metadata")
        json.optional(lag.committed?.metadata)
        json.key("leaderEpoch")
        json.optional(lag.committed?.leaderEpoch)
        json.key("memberId")
        json.optional(lag.member?.id)
        json.key("instanceId")
        json.optional(lag.member?.instanceID)
        json.key("host")
        json.optional(lag.member?.host)
        json.key("clientId")
        json.optional(lag.member?.clientID)
        if let problem = lag.problem {
            json.key("errorMessage")
            json.string(problem)
        }
        json.endObject()
    }
}

/// A group's lag in numbers, as a JSON object.
struct TotalRow: Row {
    let facts: GroupFacts

    static let columns = [Column("TOPIC"), Column("PARTITIONS", .right), Column("LAG", .right)]
    var cells: [String] { [] }
    var identity: String { facts.id }

    /// Returns the lag of each topic, by name.
    static func topics(_ facts: GroupFacts) -> [(name: String, partitions: Int, lag: Int64)] {
        var totals: [String: (partitions: Int, lag: Int64)] = [:]
        for lag in facts.lags {
            let before = totals[lag.partition.topic] ?? (0, 0)
            totals[lag.partition.topic] = (before.partitions + 1, before.lag + (lag.lag ?? 0))
        }
        return totals.sorted { $0.key < $1.key }
            .map { (name: $0.key, partitions: $0.value.partitions, lag: $0.value.lag) }
    }

    static let json = JSONShape(
        "total",
        "Lag of a consumer group.",
        option: "--totals --json",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("lag", .integer, "Lag of all partitions with a committed offset."),
            JSONField(
                "uncommittedLag",
                .integer,
                "Records of the partitions without a committed offset."
            ),
            JSONField(
                "topicLags",
                .list(
                    .object([
                        JSONField("topic", .string, "Name of the topic."),
                        JSONField(
                            "partitionCount",
                            .integer,
                            "Partitions of the topic in the group."
                        ),
                        JSONField("lag", .integer, "Lag of the topic."),
                    ])
                ),
                "Lag of each topic."
            ),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(facts.id)
        json.key("lag")
        json.number(facts.totalLag)
        json.key("uncommittedLag")
        json.number(facts.uncommittedLag)
        json.key("topicLags")
        json.beginArray()
        for topic in Self.topics(facts) {
            json.beginObject()
            json.key("topic")
            json.string(topic.name)
            json.key("partitionCount")
            json.number(topic.partitions)
            json.key("lag")
            json.number(topic.lag)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

/// A group with its partitions.
struct GroupLagReport: ReportOfRows {
    let facts: GroupFacts
    /// True when partitions without lag are left out.
    let onlyLagging: Bool
    /// The number of partitions that the text shows, those with the greatest lag first; nil for
    /// all.
    var room: Int?

    var rows: [LagRow] {
        let shown = onlyLagging ? facts.lags.filter { $0.lag != 0 } : facts.lags
        return shown.map { LagRow(group: facts.id, lag: $0) }
    }

    func text(on page: Page) -> String {
        var rows = rows
        let all = rows.count
        if let room, all > room {
            rows = rows.sorted { ($0.lag.lag ?? 0) > ($1.lag.lag ?? 0) }.prefix(room)
                .sorted { $0.lag.partition < $1.lag.partition }
        }
        var text = facts.headline(page.escape) + "\n"
        if !rows.isEmpty {
            let withStable = rows.contains { $0.lag.ends?.hasOpenTransaction == true }
            text += page.table(
                columns: LagRow.table(withStable: withStable),
                rows: rows.map { $0.line(withStable: withStable).map(page.escape) },
                indent: "  "
            )
        }
        if all > rows.count {
            text += "  ... and \(counted(all - rows.count, "partition")) with less lag\n"
        }
        for row in rows where row.lag.committed?.metadata.isEmpty == false {
            let partition = row.lag.partition
            text += "  metadata of \(page.escape(partition.topic)) \(partition.partition): "
            text += TerminalText.escaped(row.lag.committed?.metadata ?? "") + "\n"
        }
        return text + facts.totalLine(page.escape) + "\n"
    }
}

/// A group with nothing but sums.
struct GroupTotalReport: ReportOfRows {
    let facts: GroupFacts

    var rows: [TotalRow] { [TotalRow(facts: facts)] }

    func text(on page: Page) -> String {
        let rows = TotalRow.topics(facts).map {
            [page.escape($0.name), "\($0.partitions)", "\($0.lag)"]
        }
        let table =
            rows.isEmpty ? "" : page.table(columns: TotalRow.columns, rows: rows, indent: "  ")
        return facts.headline(page.escape) + "\n" + table + facts.totalLine(page.escape) + "\n"
    }
}

extension GroupFacts {
    /// Returns one line: the name, the state, the number of members, the coordinator.
    func headline(_ escape: (String) -> String) -> String {
        var text = "\(escape(id)): "
        guard let description else {
            guard let listedState else { return text + "offsets only" }
            let isEmpty = listedState == "Empty"
            return text + listedState + (isEmpty ? "" : ", members require librdkafka 2.10")
        }
        text += description.state ?? "state unknown"
        text += ", " + counted(description.members.count, "member")
        if let type = description.type { text += ", type \(type.rawValue)" }
        if !description.assignor.isEmpty { text += ", assignor \(escape(description.assignor))" }
        if let broker = description.coordinator {
            text += ", coordinator \(broker.id) at \(escape(broker.host)):\(broker.port)"
        }
        return text
    }

    /// Returns one line: the lag of the group and of each of its topics.
    func totalLine(_ escape: (String) -> String) -> String {
        let topics = TotalRow.topics(self)
        var text = "  total lag \(totalLag)"
        let unknown = lags.count { $0.lag == nil }
        if topics.count > 1 {
            let parts = topics.map { "\(escape($0.name)) \($0.lag)" }
            text += ": " + parts.joined(separator: ", ")
        }
        if uncommittedLag > 0 {
            let count = lags.count { $0.isFromStart && $0.lag != 0 }
            text += " (\(uncommittedLag) in \(counted(count, "partition")) without a committed"
            text += " offset, measured from the start offset)"
        }
        if unknown > 0 { text += " (unknown for \(counted(unknown, "partition")))" }
        return text
    }
}
