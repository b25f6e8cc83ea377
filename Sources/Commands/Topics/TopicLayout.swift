// The layout and the configuration of a new topic, as options.

import Arguments
import CommandKit
import KafkaCore

/// Partitions, replicas and configuration of new topics.
struct TopicLayout: CommandOptions {
    var partitions: Int32?
    var replicationFactor: Int32?
    var configs: [ConfigArgument] = []
    var assignment: ReplicaAssignment?

    static let flags: [Flag<TopicLayout>] = [
        .optional(
            "partitions",
            "p",
            "Number of partitions.",
            \.partitions,
            range: 1...1_000_000,
            defaultText: "broker default"
        ),
        .optional(
            "replication-factor",
            "r",
            "Number of replicas.",
            \.replicationFactor,
            range: 1...32_767,
            defaultText: "broker default"
        ),
        .list(
            "config",
            "Set a topic configuration entry.",
            \.configs,
            completion: .names("topic-configs")
        ),
        .optional(
            "replica-assignment",
            "Assign replicas to brokers: 0:1,1:2 is two partitions.",
            \.assignment
        )
        .advanced(),
    ]

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        if assignment != nil, partitions != nil || replicationFactor != nil {
            throw UsageError(
                "--replica-assignment already sets the partitions and replicas",
                hint: "omit --partitions and --replication-factor"
            )
        }
    }

    /// Returns a new topic: what the options say, else what `model` has, else the cluster's
    /// defaults.
    func topic(_ name: String, like model: NewTopic?) -> NewTopic {
        let ownNames = Set(configs.map(\.entry.name))
        let inherited = (model?.configs ?? []).filter { !ownNames.contains($0.name) }
        return NewTopic(
            name: name,
            partitions: partitions ?? model?.partitions,
            replicationFactor: replicationFactor ?? model?.replicationFactor,
            assignment: assignment?.brokers ?? [],
            configs: inherited + configs.map(\.entry)
        )
    }
}
