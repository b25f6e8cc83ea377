// A connection to ask about groups with.

import CommandKit
import KafkaCore
import Settings

extension Context {
    /// Makes a client that can ask about groups; it joins none.
    ///
    /// `name`: one of the groups asked about, for the library to know a group at all: see
    /// `Admin+Groups.swift`. Ends of partitions are those of the log, as Kafka's own tools have it.
    mutating func connect(
        _ options: ClusterOptions,
        toAskAbout name: String?
    ) throws(CommandError) -> Connection {
        try connect(
            options,
            as: .consumer,
            flags: [Setting("group.id", name ?? "kctl", origin: .flag("--group"))],
            defaults: [Property("isolation.level", "read_uncommitted")]
        )
    }
}

extension CommandError {
    /// Returns the error of a group that does not exist.
    static func missingGroup(_ name: String, on servers: String) -> CommandError {
        CommandError(
            .notFound,
            "group '\(name)' not found on \(servers)",
            hint: "kctl groups list"
        )
    }

    /// Returns the advice for a group that is in use.
    private static func stopMembers(of group: String) -> String {
        let name = ShellWord.quoted(group)
        return "stop the members of the group first: kctl groups describe --members \(name)"
    }

    /// The error as it concerns a group of the cluster at `servers`.
    init(_ error: KafkaError, group: String, on servers: String) {
        switch error.kind {
        case .notFound: self = .missingGroup(group, on: servers)
        case .unreachable: self.init(error, on: servers)
        default:
            self.init(error, "group '\(group)'")
            if error.isGroupInUse {
                addHint(Self.stopMembers(of: group))
            }
        }
    }

    /// The error as it concerns a group's offset of one partition.
    init(_ error: KafkaError, group: String, of partition: TopicPartition) {
        self.init(
            error,
            "group '\(group)' topic '\(partition.topic)' partition \(partition.partition)",
            topic: partition.topic,
            partition: partition.partition
        )
        if error.isGroupInUse {
            addHint(Self.stopMembers(of: group))
        }
    }
}
