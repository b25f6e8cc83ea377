// Reading a topic.

import Arguments
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl consume`: one line per record.
enum Consume: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var topic: String?
        var fromBeginning = false
        var stopsAtEnd = false
        var limit: Int?
    }

    static let spec = CommandSpec<Options>(
        "consume",
        "Print the records of a topic.",
        operands: [
            .required("TOPIC", "The topic.", \.topic, orFlag: "topic", completion: .topics)
        ],
        flags: [
            .optional(
                "topic",
                "t",
                "The topic, in place of the argument.",
                \.topic,
                placeholder: "TOPIC",
                completion: .topics
            )
            .advanced(),
            .toggle(
                "from-beginning",
                "Begin with the oldest records, not with new ones.",
                \.fromBeginning,
                negatable: false
            ),
            .toggle(
                "exit",
                "e",
                "Stop at the ends that the partitions have now; begins with the oldest records.",
                \.stopsAtEnd,
                negatable: false
            ),
            .optional(
                "max-messages",
                "n",
                "Stop after this many records.",
                \.limit,
                range: 1...Int.max
            ),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl consume orders", "New records as they come, until Ctrl-C."),
            Example("kctl consume orders -e", "All there are now."),
            Example("kctl consume orders -e --json | jq .value", "As JSON lines."),
        ],
        sections: [
            Section(
                "Reading",
                "No consumer group is joined and nothing is committed.",
                "Without --exit, --from-beginning or a limit, reading begins at the end and goes"
                    + " on until a signal.",
                "Records of aborted transactions are left out; -X isolation.level=read_uncommitted"
                    + " shows them."
            ),
            Section(
                "JSON",
                "Each line has topic, partition, offset, timestamp, timestampType, key, headers and"
                    + " value. What is not UTF-8 stands in keyBase64 or valueBase64 instead; null"
                    + " and empty are told apart."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.topic else { return }
        let connection = try context.connect(
            options.cluster,
            as: .consumer,
            defaults: ConsumerDefaults.rows(isBounded: options.stopsAtEnd)
        )
        // Also makes the partitions' leaders known, without which each would begin late.
        let topic = try connection.topic(name)
        let signals = try context.catchSignals()
        var run = try ConsumeRun(
            connection,
            format: options.output.isJSON ? .json : .value(delimiter: [UInt8(ascii: "\n")]),
            limit: options.limit,
            isBounded: options.stopsAtEnd,
            output: context.output,
            signals: signals
        )
        if options.stopsAtEnd {
            let partitions = topic.partitions.map { TopicPartition(name, $0.id) }
            let starts = try pin(partitions, at: .earliest, connection)
            let ends = try pin(partitions, at: .latest, connection)
            try run.start(topic, at: { .at(starts[$0] ?? 0) }, from: starts, to: ends)
        } else {
            let begin: StartOffset = options.fromBeginning ? .beginning : .end
            try run.start(topic, at: { _ in begin })
        }
        switch try run.finish() {
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled: throw stalled(run.incomplete, connection)
        }
    }

    private static func pin(
        _ partitions: [TopicPartition],
        at time: OffsetTime,
        _ connection: Connection
    ) throws(CommandError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for answer in try connection.offsets(of: partitions, at: time) {
            if let error = answer.error {
                let partition = answer.partition
                throw CommandError(
                    error,
                    "topic '\(partition.topic)' partition \(partition.partition)",
                    topic: partition.topic,
                    partition: partition.partition
                )
            }
            offsets[answer.partition] = answer.offset
        }
        return offsets
    }

    private static func stalled(
        _ incomplete: [TopicPartition],
        _ connection: Connection
    ) -> CommandError {
        let complaints = connection.client.complaints
        if complaints.allBrokersDown, let error = complaints.telling {
            return CommandError(error, on: connection.servers)
        }
        let names = incomplete.prefix(10).map { "\($0.topic) \($0.partition)" }
        let more = incomplete.count > 10 ? " and \(incomplete.count - 10) more" : ""
        return CommandError(
            .incomplete,
            "nothing came for \(connection.timeout.argumentText); not at the end of "
                + names.joined(separator: ", ") + more,
            hint: "wait longer with --timeout"
        )
    }
}
