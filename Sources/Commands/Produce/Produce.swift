// Sending lines to a topic.

import Arguments
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl produce`: one record per line of standard input.
enum Produce: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var topic: String?
        var partition: Int32?
    }

    static let spec = CommandSpec<Options>(
        "produce",
        "Send each line of standard input as a record.",
        operands: [.topic(\.topic)],
        flags: [
            .topic(\.topic),
            .optional(
                "partition",
                "p",
                "Send to this partition.",
                \.partition,
                range: 0...Int(Int32.max),
                defaultText: "by key, as Java's producer"
            ),
        ] + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("seq 1000 | kctl produce numbers", "A thousand records."),
            Example("kctl produce orders -X compression.type=zstd < orders.txt", "Compressed."),
        ],
        sections: [
            Section(
                "Delivery",
                "Records are sent idempotently and wait for all copies in sync. The status is 0"
                    + " only when every record that was read was acknowledged.",
                "The topic must exist.",
                "Ctrl-C stops the reading and waits up to 10 s for what was read; a second Ctrl-C"
                    + " ends at once."
            ),
            ExitStatus.section,
        ]
    )

    /// A library that queues a moment longer fills larger batches; at the end nothing waits for it.
    private static let defaults = [Property("linger.ms", "5")]

    /// Records are counted by their reports, so the good ones have to be reported too.
    private static let required = [Property("delivery.report.only.error", "false")]

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.topic else { return }
        let connection = try context.connect(
            options.cluster,
            as: .producer,
            defaults: defaults,
            required: required
        )
        let topic = try connection.topic(name)
        if let partition = options.partition,
            !topic.partitions.contains(where: { $0.id == partition })
        {
            throw .missingPartition(partition, of: name, count: topic.partitions.count)
        }
        let signals = try context.catchSignals()
        var run = try ProduceRun(
            connection,
            topic: name,
            partition: options.partition,
            input: context.input,
            signals: signals
        )
        try run.finish(in: context)
        let tally = run.tally
        if tally.failed > 0 || run.signal != nil || context.errors.isTerminal {
            context.note(tally.summary)
        }
        if let signal = run.signal { throw .reported(.signalled(signal.number)) }
        if tally.failed > 0 { throw .reported(.failure) }
    }
}
