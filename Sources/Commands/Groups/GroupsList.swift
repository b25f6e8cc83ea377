// A list of the groups: what kafka-consumer-groups --list does.

import Arguments
import CommandKit
import KafkaCore
import Output

/// The types that users may ask for.
enum GroupTypeArgument: String, ArgumentChoice {
    case classic
    case consumer
    case share
}

/// `kctl groups list`: one row a group.
enum GroupsList: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var pattern: NamePattern?
        var states: [String] = []
        var type: GroupTypeArgument?
        var topic: String?
    }

    static let spec = CommandSpec<Options>(
        "groups list",
        "List consumer groups.",
        aliases: ["ls"],
        flags: [
            .optional("regex", "Only groups whose whole name matches.", \.pattern),
            .list(
                "state",
                "Only groups in this state: Stable, Empty, Dead and the like.",
                \.states,
                placeholder: "STATE"
            ),
            .optional("type", "Only groups of this type; needs librdkafka 2.6.", \.type),
            .optional(
                "topic",
                "t",
                "Only groups that have committed offsets of this topic, or read it now.",
                \.topic,
                placeholder: "TOPIC",
                completion: .topics
            ),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups list", "All of them."),
            Example("kctl groups list --state Empty --json", "Those without members, as JSON."),
            Example("kctl groups list --topic orders", "Who reads a topic."),
        ],
        sections: [
            Section(
                "States",
                "Stable: members read. PreparingRebalance and CompletingRebalance: partitions are"
                    + " being shared out; Assigning and Reconciling are the same of groups of type"
                    + " consumer. Empty: no members, offsets are kept. Dead: about to be forgotten."
                    + " Capitals do not matter, and several may be given: Stable,Empty."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.type == .share {
            throw CommandError(
                .failure,
                "librdkafka \(Features.libraryVersion) lists no share groups"
            )
        }
        if options.type != nil {
            do { try Features.require(.groupTypes) } catch { throw CommandError(error, on: "") }
        }
        let connection = try context.connect(options.cluster, toAskAbout: nil)
        if let topic = options.topic { _ = try connection.topic(topic) }
        var batch = FailureCount("groups", total: 0)
        var groups = try connection.groups { batch.fail($0, in: context) }
        if let pattern = options.pattern { groups = try pattern.matching(groups, by: \.id) }
        let states = options.states.flatMap { $0.split(separator: ",") }.map { $0.lowercased() }
        if !states.isEmpty {
            groups = groups.filter { states.contains($0.state?.lowercased() ?? "unknown") }
        }
        if let type = options.type {
            groups = groups.filter { $0.type?.rawValue == type.rawValue }
        }
        if let topic = options.topic {
            let facts = try GroupFacts.read(groups.map(\.id), through: connection)
            groups = groups.filter { group in
                switch facts[group.id] {
                case .success(let facts): return facts.partitions.contains { $0.topic == topic }
                case .failure(let error):
                    batch.fail(error, in: context)
                    return false
                case nil: return false
                }
            }
        }
        try context.list(groups.map(GroupRow.init), as: options.output.format)
        try batch.finish(in: context)
    }
}
