// Offsets of partitions at a time: what kafka-get-offsets and kcat -Q do, in one request a broker.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// `kctl topics offsets`: one row per partition.
enum TopicsOffsets: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var selection = TopicSelection()
        var partitions: PartitionNumbers?
        var time = OffsetTimeArgument.latest
    }

    static let spec = CommandSpec<Options>(
        "topics offsets",
        "Print the offset of each partition at a time.",
        operands: [
            .repeated("NAME", "Topics of the partitions.", \.selection.names, completion: .topics)
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .value(
                "time",
                "Offset: earliest, latest, max-timestamp or the first at a time.",
                \.time,
                default: .latest
            ),
            .optional("partition", "p", "Take only these partitions.", \.partitions),
        ] + ListOptions.flags(for: OffsetRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics offsets orders", "Print the end offset of each partition."),
            Example(
                "kctl topics offsets orders --time -1h --json",
                "Print the offsets of an hour ago as JSON."
            ),
            Example(
                "kctl topics offsets orders -p 0,3-5 --time earliest",
                "Print the start offsets of four partitions."
            ),
        ],
        sections: [
            Section(
                "Times",
                "A time is \(TimePoint.forms); -5m is five minutes ago. If a partition has no record"
                    + " at or after the time, its offset is empty (null in JSON).",
                "latest is the last stable offset; with -X isolation.level=read_uncommitted it is"
                    + " the high watermark."
            ),
            ExitStatus.section,
        ],
        json: [OffsetRow.json],
        validate: { options throws(UsageError) in
            if options.selection.isEmpty {
                throw UsageError("missing NAME", hint: "or --glob, or --regex")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var batch = FailureCount("partitions and topics", total: 0)
        let topics = try options.selection.choose(from: metadata) { name in
            batch.fail(connection.absence(of: name), in: context)
        }
        var asked: [TopicPartition] = []
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            let chosen = options.partitions.partitions(of: topic) { batch.fail($0, in: context) }
            asked += chosen.map { TopicPartition(topic.name, $0.id) }
        }
        let time = options.time.resolved(now: context.clock.unixMilliseconds)
        let answers = try connection.availableOffsets(of: asked, at: time)
        for answer in answers {
            guard let error = answer.error else { continue }
            batch.fail(CommandError(error, of: answer.partition), in: context)
        }
        let rows = answers.filter { $0.error == nil }.map(OffsetRow.init)
        try context.list(
            rows,
            as: options.output.format,
            none: batch.hasFailed ? nil : "no partitions"
        )
        try batch.finish(in: context)
    }
}
