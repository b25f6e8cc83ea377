// Deletes a group's offsets of topics that it does not read any more.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups delete-offsets`: the group continues without these.
enum GroupsDeleteOffsets: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var group: String?
        var scope = PartitionScope()
        var isDryRun = false
        var saves = true
        var isAgreed = false
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups delete-offsets",
        "Delete committed offsets of a group.",
        operands: [.required("GROUP", "Consumer group.", \.group, completion: .groups)],
        flags: [
            PartitionScope.topicFlag.embedded(at: \.scope),
            .toggle(
                "yes",
                "y",
                "Do not ask for confirmation.",
                \.isAgreed,
                negatable: false
            ),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .toggle("save", "Save the offsets for 'groups restore'.", \.saves).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl groups delete-offsets billing --topic old-orders",
                "Delete the offsets of a topic."
            ),
            Example(
                "kctl groups delete-offsets billing --topic orders:3",
                "Delete the offset of one partition."
            ),
        ],
        sections: [
            Section(
                "Members",
                "The broker refuses topics that a member of the group is subscribed to. Members may"
                    + " read other topics meanwhile. The topic may be a deleted one."
            ),
            ExitStatus.section,
        ],
        json: [OffsetChangeRow.json],
        validate: { options throws(UsageError) in try options.scope.validate(canTakeAll: false) }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group else { return }
        let connection = try context.connect(options.cluster, toAskAbout: group)
        _ = try connection.metadata()
        guard let answer = try GroupFacts.read([group], through: connection)[group] else { return }
        let facts: GroupFacts
        do { facts = try answer.get() } catch { throw error }
        var batch = FailureCount("partitions", total: 0)
        var changes: [OffsetChange] = []
        for argument in options.scope.topics {
            let known = facts.offsets.offsets.filter { offset in
                offset.position.partition.topic == argument.topic
                    && argument.partitions?.contains(offset.position.partition.partition) ?? true
            }
            changes += known.map {
                OffsetChange(partition: $0.position.partition, old: $0, new: nil)
            }
            let numbers = known.map(\.position.partition.partition)
            for number in argument.partitions ?? [] where !numbers.contains(number) {
                batch.fail(none(of: group, argument.topic, number), in: context)
            }
            if argument.partitions == nil, known.isEmpty {
                batch.fail(none(of: group, argument.topic, nil), in: context)
            }
        }
        if options.scope.topics.count > 1, !options.isDryRun, !changes.isEmpty {
            try context.confirm(
                "delete \(counted(changes.count, "offset")) of group '\(group)'",
                items: changes.map {
                    "topic '\($0.partition.topic)' partition \($0.partition.partition)"
                },
                isAgreed: options.isAgreed
            )
        }
        let doing = OffsetChanges(
            connection: connection,
            command: "groups delete-offsets",
            saves: options.saves
        )
        try doing.carryOut(
            changes,
            for: group,
            isDryRun: options.isDryRun,
            as: options.output,
            isQuiet: options.isQuiet,
            batch,
            in: context
        )
    }

    private static func none(of group: String, _ topic: String, _ partition: Int32?) -> CommandError
    {
        CommandError(
            .notFound,
            "group '\(group)' has no offset of topic '\(topic)'"
                + (partition.map { " partition \($0)" } ?? ""),
            topic: topic,
            partition: partition
        )
    }
}
