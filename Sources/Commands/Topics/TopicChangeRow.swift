// A difference between a topic and a file, as `topics diff` and `topics apply` print it.

import CommandKit
import JSON
import KafkaCore
import Output

/// A topic as `topics export` prints it, and as files of topics are read.
struct TopicModelRow {
    let topic: NewTopic

    static let json = JSONShape(
        "topic",
        "A topic of a file.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField(
                "partitionCount",
                .integer,
                "Number of partitions; null for the default of the brokers."
            ).orNull,
            JSONField(
                "replicationFactor",
                .integer,
                "Number of replicas; null for the default of the brokers."
            ).orNull,
            JSONField("configs", .map(.string), "Configuration."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic.name)
        writeLayout(to: &json)
        json.endObject()
    }

    /// Writes the members behind the name.
    func writeLayout(to json: inout JSONWriter) {
        json.key("partitionCount")
        json.optional(topic.partitions)
        json.key("replicationFactor")
        json.optional(topic.replicationFactor)
        json.key("configs")
        json.beginObject()
        for config in topic.configs.sorted(by: { $0.name < $1.name }) {
            json.key(text: config.name)
            json.optional(config.value)
        }
        json.endObject()
    }

    /// The same for people, without the name.
    fileprivate var text: String {
        let partitions = topic.partitions.map { [counted(Int($0), "partition")] } ?? []
        let replicas = topic.replicationFactor.map { ["replication \($0)"] } ?? []
        let configs = topic.configs.map { "\($0.name)=\($0.value ?? "(secret)")" }
        return (partitions + replicas + configs).joined(separator: ", ")
    }
}

/// A change, and whether it has been made.
struct TopicChangeRow: Row {
    let change: TopicChange
    /// True when the change has been made; nil where nothing is made.
    var isDone: Bool?

    static let columns = [
        Column("TOPIC"), Column("CHANGE"), Column("FROM", need: .useful), Column("TO"),
    ]

    var cells: [String] {
        let topic = change.topic
        switch change.action {
        case .create(let model):
            return [topic, "create", "", TopicModelRow(topic: model).text]
        case .addPartitions(let old, let new):
            return [topic, "add partitions", "\(old)", "\(new)"]
        case .removePartitions(let old, let new):
            return [topic, "remove partitions (impossible)", "\(old)", "\(new)"]
        case .changeReplication(let old, let new):
            return [topic, "change replication (impossible)", "\(old)", "\(new)"]
        case .set(let name, let old, let new): return [topic, "set \(name)", old ?? "", new]
        case .unset(let name, let old): return [topic, "unset \(name)", old ?? "", ""]
        case .delete: return [topic, "delete", "", ""]
        }
    }

    static let json = JSONShape(
        "change",
        "A difference between a topic and a file.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("change", .string, "Kind of the change."),
            JSONField("config", .string, "Name of the configuration that is changed.").orNull,
            JSONField("oldValue", .string, "Value before.").orNull,
            JSONField("newValue", .string, "Value after.").orNull,
            JSONField(
                "created",
                // Behind its name, which stands in the change itself.
                .object(Array(TopicModelRow.json.fields.dropFirst())),
                "Topic to create."
            ).orAbsent,
            JSONField("possible", .boolean, "False when Kafka cannot make the change."),
            JSONField("done", .boolean, "True when the change was made.").orAbsent,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(change.topic)
        json.key("change")
        json.string(word)
        json.key("config")
        json.optional(config)
        writeEnds(to: &json)
        json.key("possible")
        json.bool(change.isPossible)
        if let isDone {
            json.key("done")
            json.bool(isDone)
        }
        json.endObject()
    }

    /// The colour of the change.
    var paint: Paint? {
        switch change.action {
        case .create: .green
        case .addPartitions, .set, .unset: .yellow
        case .delete, .removePartitions, .changeReplication: .red
        }
    }

    private var word: String {
        switch change.action {
        case .create: "create"
        case .addPartitions: "add-partitions"
        case .removePartitions: "remove-partitions"
        case .changeReplication: "change-replication"
        case .set: "set-config"
        case .unset: "unset-config"
        case .delete: "delete"
        }
    }

    private var config: String? {
        switch change.action {
        case .set(let name, _, _), .unset(let name, _): name
        case .create, .addPartitions, .removePartitions, .changeReplication, .delete: nil
        }
    }

    /// Writes the old and the new value, and the topic to create.
    private func writeEnds(to json: inout JSONWriter) {
        let ends = self.ends
        json.key("oldValue")
        json.optional(ends.old)
        json.key("newValue")
        json.optional(ends.new)
        if case .create(let model) = change.action {
            json.key("created")
            json.beginObject()
            TopicModelRow(topic: model).writeLayout(to: &json)
            json.endObject()
        }
    }

    private var ends: (old: String?, new: String?) {
        switch change.action {
        case .addPartitions(let old, let new), .removePartitions(let old, let new):
            ("\(old)", "\(new)")
        case .changeReplication(let old, let new): ("\(old)", "\(new)")
        case .set(_, let old, let new): (old, new)
        case .unset(_, let old): (old, nil)
        case .create, .delete: (nil, nil)
        }
    }
}
