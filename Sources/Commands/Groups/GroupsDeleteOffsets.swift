// Forgetting a group's offsets of topics that it reads no more.

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
    }

    static let spec = CommandSpec<Options>(
        "groups delete-offsets",
        "Delete a group's offsets of topics.",
        operands: [.required("GROUP", "The group.", \.group, completion: .groups)],
        flags: [
            PartitionScope.topicFlag.embedded(at: \.scope),
            .toggle("dry-run", "Only show what would be deleted.", \.isDryRun),
            .toggle("save", "Keep the offsets for kctl groups restore.", \.saves).advanced(),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups delete-offsets billing --topic old-orders", "A whole topic."),
            Example("kctl groups delete-offsets billing --topic orders:3", "One partition."),
        ],
        sections: [
            Section(
                "Members",
                "Members of the group may go on reading other topics meanwhile; a topic that one of"
                    + " them has subscribed to is refused. A topic that is gone may be named, too."
            ),
            ExitStatus.section,
        ],
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
        let doing = OffsetChanges(
            connection: connection,
            command: "groups delete-offsets",
            saves: options.saves
        )
        try doing.carryOut(
            changes,
            for: group,
            isDryRun: options.isDryRun,
            as: options.output.format,
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
