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
        operands: [.topic(\.topic)],
        flags: [
            .topic(\.topic),
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
                "Without --exit or --from-beginning, reading begins at the end. Without --exit it"
                    + " goes on until --max-messages records or a signal.",
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
            defaults: ConsumerDefaults.rows(isBounded: options.stopsAtEnd),
            required: ConsumerDefaults.required(isBounded: options.stopsAtEnd)
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
            let pinned = try PinnedEnds(topic, connection)
            try run.start(
                topic,
                at: { .at(pinned.starts[$0] ?? 0) },
                from: pinned.starts,
                to: pinned.ends
            )
        } else {
            let begin: StartOffset = options.fromBeginning ? .beginning : .end
            try run.start(topic, at: { _ in begin })
        }
        switch try run.finish() {
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled: throw .stalled(run.incomplete, connection)
        }
    }
}
