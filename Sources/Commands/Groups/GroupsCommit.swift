// One offset of a group, set by hand.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups commit`: commits an offset as a member would.
enum GroupsCommit: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var group: String?
        var topic: String?
        var partition: Int32?
        var offset: Int64?
        var metadata = ""
        var isForced = false
        var isDryRun = false
        var saves = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups commit",
        "Commit one offset for a group.",
        operands: [.required("GROUP", "Consumer group.", \.group, completion: .groups)],
        flags: [
            .optional(
                "topic",
                "t",
                "Topic of the partition.",
                \.topic,
                placeholder: "TOPIC",
                completion: .topics
            ),
            .optional("partition", "p", "Partition number.", \.partition, range: 0...Int.max),
            .optional(
                "offset",
                "o",
                "Offset of the next record to read.",
                \.offset,
                range: 0...Int.max
            ),
            .value("metadata", "Metadata text of the committed offset.", \.metadata, default: ""),
            .toggle(
                "force",
                "Commit an offset outside the partition.",
                \.isForced,
                negatable: false
            ).advanced(),
            .toggle("dry-run", "Print what would be committed, and commit nothing.", \.isDryRun),
            .toggle("save", "Save the old offset for 'groups restore'.", \.saves).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl groups commit billing --topic orders --partition 0 --offset 42",
                "Continue at offset 42."
            ),
            Example(
                "kctl groups commit billing -t orders -p 0 -o 42 --metadata 'by hand'",
                "Commit an offset with metadata."
            ),
        ],
        sections: [
            Section(
                "Members",
                "A group with members is refused: the members do not notice the change and overwrite"
                    + " the offset."
            ),
            ExitStatus.section,
        ],
        json: [OffsetChangeRow.json],
        validate: { options throws(UsageError) in
            if options.group?.isEmpty == true { throw UsageError("GROUP is empty") }
            if options.topic == nil { throw UsageError("missing --topic") }
            if options.partition == nil { throw UsageError("missing --partition") }
            if options.offset == nil { throw UsageError("missing --offset") }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group, let topic = options.topic,
            let number = options.partition, let offset = options.offset
        else { return }
        let connection = try context.connect(options.cluster, toAskAbout: group)
        let found = try connection.topic(topic)
        guard found.partitions.contains(where: { $0.id == number }) else {
            throw .missingPartition(number, of: topic, count: found.partitions.count)
        }
        let partition = TopicPartition(topic, number)
        if !options.isForced { try check(offset, of: partition, through: connection) }
        let answer = try GroupFacts.read([group], through: connection)[group]
        let committed = try GroupsReset.committed(answer)
        let change = OffsetChange(
            partition: partition,
            old: committed.offsets.first { $0.position.partition == partition },
            new: offset,
            metadata: options.metadata
        )
        let doing = OffsetChanges(
            connection: connection,
            command: "groups commit",
            saves: options.saves
        )
        try doing.carryOut(
            [change],
            for: group,
            isDryRun: options.isDryRun,
            as: options.output,
            isQuiet: options.isQuiet,
            FailureCount("partitions", total: 1),
            in: context
        )
    }

    private static func check(
        _ offset: Int64,
        of partition: TopicPartition,
        through connection: Connection
    ) throws(CommandError) {
        for (time, isBeyond) in [
            (OffsetTime.earliest, { (bound: Int64) in offset < bound }),
            (OffsetTime.latest, { (bound: Int64) in offset > bound }),
        ] {
            guard let answer = try connection.offsets(of: [partition], at: time).first else {
                continue
            }
            if let error = answer.error { throw CommandError(error, of: partition) }
            guard let bound = answer.offset, isBeyond(bound) else { continue }
            let side = time == .earliest ? "before the start offset" : "after the end offset"
            throw CommandError(
                .failure,
                "offset \(offset) is \(side) \(bound) of topic '\(partition.topic)' partition"
                    + " \(partition.partition)",
                hint: "--force commits the offset anyway",
                topic: partition.topic,
                partition: partition.partition
            )
        }
    }
}
