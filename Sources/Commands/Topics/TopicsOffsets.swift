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
        var output = OutputOptions()
        var selection = TopicSelection()
        var partitions: PartitionNumbers?
        var time = OffsetTimeArgument.latest
    }

    static let spec = CommandSpec<Options>(
        "topics offsets",
        "Print partitions' offsets at a time.",
        operands: [
            .repeated("NAME", "Topics to ask about.", \.selection.names, completion: .topics)
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .value(
                "time",
                "Which offset: earliest, latest, max-timestamp or the first at a time.",
                \.time,
                default: .latest
            ),
            .optional("partition", "p", "Only these partitions.", \.partitions),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics offsets orders", "Where each partition ends."),
            Example("kctl topics offsets orders --time -1h --json", "An hour ago, as JSON."),
            Example("kctl topics offsets orders -p 0,3-5 --time earliest", "Some partitions."),
        ],
        sections: [
            Section(
                "Times",
                "A time is \(TimePoint.forms); -5m is five minutes ago. A partition without a"
                    + " record that new shows no offset (null in JSON).",
                "The latest offset is the last stable one; -X isolation.level=read_uncommitted"
                    + " asks for the end of the log."
            ),
            ExitStatus.section,
        ],
        validate: { options throws(UsageError) in
            if options.selection.isEmpty { throw UsageError("missing NAME", hint: "or --regex") }
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
        try context.list(rows, as: options.output.format)
        try batch.finish(in: context)
    }
}
