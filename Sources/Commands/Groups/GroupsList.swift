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
        var output = ListOptions()
        var pattern: NamePattern?
        var globs: [NameGlob] = []
        var states: [String] = []
        var type: GroupTypeArgument?
        var topic: String?

        /// The note on an empty list.
        fileprivate var nothing: String {
            var text = "no groups"
            if type != nil || pattern != nil || topic != nil { text += " that match" }
            return states.isEmpty ? text : text + " in state " + states.joined(separator: ", ")
        }
    }

    static let spec = CommandSpec<Options>(
        "groups list",
        "List consumer groups.",
        aliases: ["ls"],
        flags: [
            .optional("regex", "List only groups whose full name matches.", \.pattern),
            .list("glob", "List only groups that match: 'app-*'.", \.globs),
            .list(
                "state",
                "List only groups in this state, such as Stable or Empty.",
                \.states,
                placeholder: "STATE"
            ),
            .optional("type", "List only groups of this type; requires librdkafka 2.6.", \.type),
            .optional(
                "topic",
                "t",
                "List only groups with offsets or members of this topic.",
                \.topic,
                placeholder: "TOPIC",
                completion: .topics
            ),
        ] + ListOptions.flags(for: GroupRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups list", "List all groups."),
            Example(
                "kctl groups list --state Empty --json",
                "Print the groups without members as JSON."
            ),
            Example("kctl groups list --topic orders", "Find the groups that read a topic."),
        ],
        sections: [
            Section(
                "States",
                "Stable: all members have their partitions. PreparingRebalance, CompletingRebalance,"
                    + " and Assigning and Reconciling for groups of type consumer: a rebalance is in"
                    + " progress. Empty: the group has offsets but no members. Dead: the group is"
                    + " being deleted. States are case-insensitive; commas separate several:"
                    + " Stable,Empty."
            ),
            ExitStatus.section,
        ],
        json: [GroupRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.type == .share {
            throw CommandError(
                .failure,
                "librdkafka \(Features.libraryVersion) cannot list share groups"
            )
        }
        if options.type != nil {
            do { try Features.require(.groupTypes) } catch { throw CommandError(error, on: "") }
        }
        let connection = try context.connect(options.cluster, toAskAbout: nil)
        if let topic = options.topic { _ = try connection.topic(topic) }
        var batch = FailureCount("groups", total: 0)
        var groups = try connection.groups { batch.fail($0, in: context) }
        if options.pattern != nil || !options.globs.isEmpty {
            groups = try groups.matching(options.pattern, options.globs, by: \.id)
        }
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
        try context.list(
            groups.map(GroupRow.init),
            as: options.output.format,
            none: batch.hasFailed ? nil : options.nothing
        )
        try batch.finish(in: context)
    }
}
