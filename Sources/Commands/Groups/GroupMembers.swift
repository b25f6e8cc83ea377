// The members of a group, and its state, as `groups describe` shows them.

import JSON
import KafkaCore
import Output

/// A member of a group.
struct GroupMemberRow: Row {
    let group: String
    let member: GroupMemberDescription

    static let columns = [
        Column("MEMBER"), Column("INSTANCE", need: .useful), Column("HOST", need: .useful),
        Column("CLIENT", need: .useful),
        Column("PARTITIONS", .right),
    ]

    var cells: [String] {
        [
            member.id, member.instanceID ?? "", member.host, member.clientID,
            "\(member.assignment.count)",
        ]
    }

    static let json = JSONShape(
        "member",
        "A member of a consumer group.",
        option: "--members --json",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("memberId", .string, "Id of the member."),
            JSONField("instanceId", .string, "Instance id of a static member.").orNull,
            JSONField("host", .string, "Host of the member."),
            JSONField("clientId", .string, "Client id of the member."),
            JSONField(
                "assignment",
                .list(
                    .object([
                        JSONField("topic", .string, "Name of the topic."),
                        JSONField("partition", .integer, "Number of the partition."),
                    ])
                ),
                "Partitions assigned to the member."
            ),
            JSONField(
                "target",
                .list(
                    .object([
                        JSONField("topic", .string, "Name of the topic."),
                        JSONField("partition", .integer, "Number of the partition."),
                    ])
                ),
                "Partitions that the member is to have next."
            ).orAbsent,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("memberId")
        json.string(member.id)
        json.key("instanceId")
        json.optional(member.instanceID)
        json.key("host")
        json.string(member.host)
        json.key("clientId")
        json.string(member.clientID)
        json.key("assignment")
        Self.write(member.assignment, to: &json)
        if let target = member.target {
            json.key("target")
            Self.write(target, to: &json)
        }
        json.endObject()
    }

    private static func write(_ partitions: [TopicPartition], to json: inout JSONWriter) {
        json.beginArray()
        for partition in partitions {
            json.beginObject()
            json.key("topic")
            json.string(partition.topic)
            json.key("partition")
            json.number(partition.partition)
            json.endObject()
        }
        json.endArray()
    }
}

/// A group with its members.
struct GroupMembersReport: ReportOfRows {
    let facts: GroupFacts
    /// True when the partitions of each member are shown.
    let isVerbose: Bool

    var rows: [GroupMemberRow] {
        (facts.description?.members ?? []).map { GroupMemberRow(group: facts.id, member: $0) }
    }

    func text(on page: Page) -> String {
        let rows = rows
        let headline = facts.headline(page.escape) + "\n"
        guard !rows.isEmpty else { return headline }
        let columns =
            GroupMemberRow.columns + (isVerbose ? [Column("ASSIGNMENT", need: .useful)] : [])
        let lines = rows.map { row in
            row.cells.map(page.escape)
                + (isVerbose ? [page.escape(Self.assignment(row.member.assignment))] : [])
        }
        return headline + page.table(columns: columns, rows: lines, indent: "  ")
    }

    /// `orders:0,1,2;payments:0`, as Kafka's own tools have it.
    static func assignment(_ partitions: [TopicPartition]) -> String {
        var topics: [(name: String, numbers: [Int32])] = []
        for partition in partitions.sorted() {
            if topics.last?.name == partition.topic {
                topics[topics.count - 1].numbers.append(partition.partition)
            } else {
                topics.append((partition.topic, [partition.partition]))
            }
        }
        return topics.map { topic in
            topic.name + ":" + topic.numbers.map { "\($0)" }.joined(separator: ",")
        }
        .joined(separator: ";")
    }
}

/// A group's state.
struct GroupStateRow: Row {
    let facts: GroupFacts

    static let columns = [
        Column("GROUP"), Column("STATE"), Column("TYPE", need: .useful), Column("MEMBERS", .right),
        Column("ASSIGNOR", need: .extra), Column("COORDINATOR", need: .extra),
    ]

    var cells: [String] {
        let description = facts.description
        return [
            facts.id, facts.state ?? "", description?.type?.rawValue ?? "",
            description.map { "\($0.members.count)" } ?? "", description?.assignor ?? "",
            description?.coordinator.map { "\($0.id) at \($0.host):\($0.port)" } ?? "",
        ]
    }

    static let json = JSONShape(
        "state",
        "State of a consumer group.",
        option: "--state --json",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("state", .string, "State of the group.").orNull,
            JSONField("type", .string, "Type of the group.").orNull,
            JSONField("memberCount", .integer, "Number of members.").orNull,
            JSONField("assignor", .string, "Assignor in use.").orNull,
            JSONField(
                "coordinator",
                .object([
                    JSONField("broker", .integer, "Id of the broker."),
                    JSONField("host", .string, "Host of the broker."),
                    JSONField("port", .integer, "Port of the broker."),
                ]),
                "Broker that coordinates the group."
            ).orNull,
        ]
    )

    func write(to json: inout JSONWriter) {
        let description = facts.description
        json.beginObject()
        json.key("group")
        json.string(facts.id)
        json.key("state")
        json.optional(facts.state)
        json.key("type")
        json.optional(description?.type?.rawValue)
        json.key("memberCount")
        json.optional(description?.members.count)
        json.key("assignor")
        json.optional(description?.assignor)
        json.key("coordinator")
        if let broker = description?.coordinator {
            json.beginObject()
            json.key("broker")
            json.number(broker.id)
            json.key("host")
            json.string(broker.host)
            json.key("port")
            json.number(broker.port)
            json.endObject()
        } else {
            json.null()
        }
        json.endObject()
    }
}
