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

        /// The run that is asked for.
        var request: ProduceRequest {
            var request = ProduceRequest(reader: input.reader(hasTopic: topic != nil))
            request.cluster = cluster
            request.topic = topic
            request.paths = input.isSingleTombstone ? ["/dev/null"] : input.paths
            request.fixed = input.fixed
            request.timestamp = input.timestamp?.time
            request.copies = input.copies
            request.largestRecord = input.maxRecordBytes.bytes
            request.delivery = delivery
            request.reports = reports
            request.typedForm = input.typedForm
            request.printFormat = reports.printFormat ?? (input.isJSON ? .json : .text)
            return request
        }
    }

    static let spec = CommandSpec<Options>(
        "produce",
        "Send each line of standard input as a record.",
        operands: [
            .optionalTopic(\.topic, "Topic to send to."),
            .repeated("FILE", "More files after --file or --each-file.", \.input.moreFiles),
        ],
        flags: [.topic(\.topic)] + ProduceInput.flags.map { $0.embedded(at: \.input) }
            + ProduceDelivery.flags.map { $0.embedded(at: \.delivery) }
            + ProduceReports.flags.map { $0.embedded(at: \.reports) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: ProduceHelp.examples,
        sections: ProduceHelp.sections + [ExitStatus.section],
        json: [.failedRecord, Receipt.json],
        foreign: ProduceHelp.kcatOptions,
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        try options.input.validate()
        try options.delivery.validate()
        try options.reports.validate()
        if options.topic == nil, !options.input.namesTopics {
            throw UsageError(
                "missing TOPIC",
                hint: "or name a topic in each record with --json, --csv or %t in --format"
            )
        }
        if options.input.copies > 1, options.reports.checkpoint != nil {
            throw UsageError(
                "--repeat and --checkpoint do not go together",
                hint: "a checkpoint counts input, not copies"
            )
        }
        if !options.input.values.isEmpty, options.reports.checkpoint != nil {
            throw UsageError("--value and --checkpoint do not go together")
        }
        if options.input.isCSV, options.reports.checkpoint != nil {
            throw UsageError(
                "--csv and --checkpoint do not go together",
                hint: "a resumed run would skip the line with the column names"
            )
        }
        if options.topic == nil, options.delivery.createsTopic {
            throw UsageError("--create-topic needs a TOPIC")
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        var request = options.request
        guard !options.input.values.isEmpty else { return try send(request, in: &context) }
        let file: Descriptor
        do { file = try options.input.valuesFile() } catch {
            throw CommandError(error, doing: "cannot keep the values")
        }
        request.input = file.number
        try send(request, in: &context)
    }

    /// Sends what the request says, and accounts for each record.
    static func send(
        _ request: ProduceRequest,
        in context: inout Context
    ) throws(CommandError) {
        var inputs = InputQueue(request.paths, standardInput: request.input ?? context.input)
        try inputs.check()
        // Every refusal of the run comes before anything is created, on a disk or on the cluster.
        try request.reports.checkFiles(against: inputs)
        let resumed = try CheckpointFile.resumed(request, inputs.paths)
        var connection = try connect(request, in: &context)
        let topic = try ProduceTarget.find(
            request.topic,
            partition: request.fixed.partition,
            request.delivery,
            through: connection,
            in: context
        )
        if inputs.readsTerminal, context.errors.isTerminal {
            context.note("\(request.typedForm), Ctrl-D to finish")
        }
        if request.reports.isDryRun {
            return try DryRun.count(request, inputs, topic, through: connection, in: context)
        }
        // A small input makes no batch that a topic would refuse, and need not wait for the answer.
        if let topic, inputs.totalSize.map({ $0 > 16_384 }) ?? true,
            let limit = ProduceTarget.batchLimit(of: topic.name, through: connection)
        {
            // The size of batches belongs to a client from its beginning.
            connection = try connect(request, batchSize: limit, in: &context)
        }
        let signals = try context.catchSignals()
        var run = try ProduceRun(
            connection,
            request,
            inputs: inputs,
            resumed: resumed,
            signals,
            in: context
        )
        try run.finish()
        context.note(run.tally.summary)
        try run.writeReceipt()
        if let signal = run.signal { throw .reported(.signalled(signal.number)) }
        if let failure = run.failure { throw failure }
        if let status = run.status { throw .reported(status) }
    }

    private static func connect(
        _ request: ProduceRequest,
        batchSize: Int? = nil,
        in context: inout Context
    ) throws(CommandError) -> Connection {
        try ProducerClient.connect(
            request.cluster,
            request.delivery,
            largestRecord: request.largestRecord,
            batchSize: batchSize,
            in: &context
        )
    }
}
