// Sending records to a topic.

import Arguments
import CommandKit
import Crypto
import KafkaCore
import Output
import Reactor
import Records
import SendEngine
import Settings

/// `kctl produce`: records from lines, files or JSON, each of them accounted for.
enum Produce: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var topic: String?
        var input = ProduceInput()
        var delivery = ProduceDelivery()
        var reports = ProduceReports()

        /// How stored records are printed.
        var printFormat: PrintFormat {
            reports.printFormat ?? (input.isJSON ? .json : .text)
        }
    }

    static let spec = CommandSpec<Options>(
        "produce",
        "Send each line of standard input as a record.",
        operands: [
            .optionalTopic(\.topic, "The topic."),
            .repeated("FILE", "Files, behind --file or --each-file.", \.input.moreFiles),
        ],
        flags: [.topic(\.topic)] + ProduceInput.flags.map { $0.embedded(at: \.input) }
            + ProduceDelivery.flags.map { $0.embedded(at: \.delivery) }
            + ProduceReports.flags.map { $0.embedded(at: \.reports) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: ProduceHelp.examples,
        sections: ProduceHelp.sections + [ExitStatus.section],
        foreign: ProduceHelp.kcatOptions,
        validate: validate
    )

    /// What a run wants unless it is told otherwise.
    private static let defaults = [
        // A library that queues a moment longer fills larger batches; at the end nothing waits.
        Property("linger.ms", "5"),
        // As Java's. While the library waits to connect again it gives no record up, so that with
        // its own 10 s a time for delivery could be exceeded by as much.
        Property("reconnect.backoff.max.ms", "1000"),
    ]

    /// Records are counted by their reports, so the good ones have to be reported too.
    private static let required = [Property("delivery.report.only.error", "false")]

    private static func validate(_ options: Options) throws(UsageError) {
        try options.input.validate()
        try options.delivery.validate()
        try options.reports.validate()
        if options.topic == nil, !options.input.namesTopics {
            throw UsageError(
                "missing TOPIC",
                hint: "or a topic in each record, with --json, --csv or %t in --format"
            )
        }
        if options.input.copies > 1, options.reports.checkpoint != nil {
            throw UsageError(
                "--repeat and --checkpoint do not go together",
                hint: "a checkpoint is a place in the input, and says nothing of copies"
            )
        }
        if options.input.isCSV, options.reports.checkpoint != nil {
            throw UsageError(
                "--csv and --checkpoint do not go together",
                hint: "the first line, which names the columns, would be passed over"
            )
        }
        if options.topic == nil, options.delivery.createsTopic {
            throw UsageError("--create-topic needs a TOPIC")
        }
    }

    /// Makes a client that sends as the options say; `batchSize` is what the topic takes at most.
    static func connect(
        _ options: Options,
        batchSize: Int? = nil,
        in context: inout Context
    ) throws(CommandError) -> Connection {
        let sizes = batchSize.map { [Property("batch.size", "\($0)")] } ?? []
        return try context.connect(
            options.cluster,
            as: .producer,
            flags: options.delivery.settings(),
            defaults: defaults + options.input.properties() + sizes,
            required: required,
            isTold: batchSize == nil
        )
    }

    /// What another command that sends records does differently.
    struct Manner {
        /// What cuts the input into records.
        var reader: any RecordReader
        /// What stands in front of the topics that records name.
        var topicPrefix = ""
        /// When records are due.
        var pace: ReplayPace?
        /// The option that has topics made which records name, if there is one.
        var createFlag: String?
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let reader = options.input.reader(hasTopic: options.topic != nil)
        try send(options, Manner(reader: reader), in: &context)
    }

    /// Sends what the options say, and accounts for each record.
    static func send(
        _ options: Options,
        _ manner: Manner,
        in context: inout Context
    ) throws(CommandError) {
        var inputs = InputQueue(
            options.input.isSingleTombstone ? ["/dev/null"] : options.input.paths,
            standardInput: context.input
        )
        try inputs.check()
        // What refuses the run comes before anything is made, on a disk or on the cluster.
        try options.reports.checkFiles(against: inputs)
        let resumed = try CheckpointFile.resumed(options, inputs.paths)
        var connection = try connect(options, in: &context)
        let topic = try ProduceTarget.find(options, through: connection, in: context)
        if options.reports.isDryRun {
            return try DryRun.count(
                options,
                manner,
                inputs,
                topic,
                through: connection,
                in: context
            )
        }
        // What is small makes no batch that a topic would refuse, and need not wait for the answer.
        if let topic, inputs.totalSize.map({ $0 > 16_384 }) ?? true,
            let limit = ProduceTarget.batchLimit(of: topic.name, through: connection)
        {
            // The size of batches belongs to a client from its beginning.
            connection = try connect(options, batchSize: limit, in: &context)
        }
        let signals = try context.catchSignals()
        var run = try ProduceRun(
            connection,
            options,
            manner,
            inputs: inputs,
            resumed: resumed,
            signals,
            in: context
        )
        try run.finish()
        context.note(run.books.tally.summary)
        try run.writeReceipt()
        if let signal = run.signal { throw .reported(.signalled(signal.number)) }
        if let trouble = run.trouble { throw trouble }
        if let status = run.status { throw .reported(status) }
    }
}
