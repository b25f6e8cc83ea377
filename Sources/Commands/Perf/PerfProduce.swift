// A load test with a producer.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor

/// `kctl perf produce`: many records at full speed, or at a rate, and the latency of each.
enum PerfProduce: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = JSONOptions()
        var delivery = ProduceDelivery()
        var topic: String?
        var records: Int?
        var recordSize: ByteCount?
        var payloadFile: String?
        var seed = 1
        var partition: Int32?
        var isDryRun = false
        var showsProgress = false
    }

    private static let standardSize = 100
    private static let largestSize = 1_000_000_000

    static let spec = CommandSpec<Options>(
        "perf produce",
        "Send many records and measure how long each takes.",
        operands: [.optionalTopic(\.topic, "The topic.")],
        flags: rows + delivery + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl perf produce load --records 1000000 --record-size 1KiB",
                "As fast as the cluster takes them."
            ),
            Example(
                "kctl perf produce load --records 60000 --rate 1000 -z lz4 --json",
                "A minute at a thousand a second, compressed, the result as JSON."
            ),
            Example(
                "kctl perf produce load -n 100000 --payload-file orders.txt --acks leader",
                "The lines of a file, confirmed by leaders only."
            ),
        ],
        sections: [
            Section(
                "Records",
                "Records have no key. Their values are random letters, the same for the same --seed,"
                    + " so that compression finds as much in them as there is: letters take about"
                    + " five bits. With --payload-file they are the file's lines in turn."
            ),
            Section(
                "Output",
                "A latency runs from the handing over to the client to the broker's confirmation, so"
                    + " it includes the time in the client's own queue, which is always full without"
                    + " --rate, and --linger. Above 255 microseconds it is exact to 1 %.",
                "With --json: latencyMs has mean, median, p95, p99, p999 and max. What was"
                    + " acknowledged is what counts.",
                "A record that is too large fails alone; when the topic or the cluster refuses, no"
                    + " more are sent. Ctrl-C stops the sending, waits for what was sent, and tells"
                    + " what was done; a second Ctrl-C ends at once."
            ),
            ExitStatus.section,
        ],
        json: [PerfProduceReport.json],
        validate: validate
    )

    private static let rows: [Flag<Options>] = [
        .topic(\.topic),
        .optional("records", "n", "How many records to send.", \.records, range: 1...Int.max),
        .optional(
            "record-size",
            "s",
            "How many bytes each has.",
            \.recordSize,
            defaultText: "\(standardSize)"
        ),
        .optional("rate", "Send no more records than this.", \.delivery.rate),
        .optional(
            "payload-file",
            "Send the lines of this file, again and again.",
            \.payloadFile,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "partition",
            "p",
            "Send to this partition.",
            \.partition,
            range: 0...Int(Int32.max),
            defaultText: "any"
        )
        .advanced(),
        .value("seed", "Another number makes other letters.", \.seed, default: 1).advanced(),
        .toggle(
            "dry-run",
            "Check the topic and say what would be sent; send nothing.",
            \.isDryRun,
            negatable: false
        )
        .advanced(),
        .toggle(
            "progress",
            "Show progress though no terminal sees it.",
            \.showsProgress,
            negatable: false
        )
        .advanced(),
    ]

    /// Those options of `produce` that a load test has too.
    private static let delivery: [Flag<Options>] = {
        let taken = [
            "compression", "acks", "linger", "delivery-timeout", "create-topic", "partitions",
        ]
        return ProduceDelivery.flags.filter { taken.contains($0.description.long) }
            .map { $0.embedded(at: \.delivery) }
    }()

    private static func validate(_ options: Options) throws(UsageError) {
        if options.topic == nil { throw UsageError("missing TOPIC") }
        if options.records == nil { throw UsageError("missing --records") }
        if options.recordSize != nil, options.payloadFile != nil {
            throw UsageError("--record-size and --payload-file do not go together")
        }
        if let size = options.recordSize, size.bytes > largestSize {
            throw UsageError("--record-size: no client takes more than \(largestSize) bytes")
        }
        try options.delivery.validate()
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.topic, let records = options.records else { return }
        let payload = try payload(options, in: context)
        var connection = try connect(options, payload, in: &context)
        if options.isDryRun, options.delivery.createsTopic {
            _ = try connection.metadata()
            return reportDryRun(options, payload, in: context)
        }
        _ = try ProduceTarget.find(
            name,
            partition: options.partition,
            options.delivery,
            through: connection,
            in: context
        )
        if options.isDryRun { return reportDryRun(options, payload, in: context) }
        if let limit = ProduceTarget.batchLimit(of: name, through: connection) {
            // The size of batches belongs to a client from its beginning.
            connection = try connect(options, payload, batchSize: limit, in: &context)
            _ = try connection.topic(name)
        }
        let signals = try context.catchSignals()
        var run = try PerfProduceRun(
            options,
            topic: name,
            payload,
            through: connection,
            signals,
            in: context
        )
        try run.finish()
        context.note(run.account.tally.summary)
        let report = PerfProduceReport(
            topic: name,
            records: records,
            account: run.account,
            time: run.time
        )
        try context.reports([report], as: options.output.format)
        if let signal = run.signal { throw .reported(.signalled(signal.number)) }
        if let status = run.account.status { throw .reported(status) }
    }

    private static func connect(
        _ options: Options,
        _ payload: PerfPayload,
        batchSize: Int? = nil,
        in context: inout Context
    ) throws(CommandError) -> Connection {
        try ProducerClient.connect(
            options.cluster,
            options.delivery,
            largestRecord: max(ProduceInput.standardMaxRecordBytes.bytes, payload.largest),
            batchSize: batchSize,
            in: &context
        )
    }

    private static func payload(
        _ options: Options,
        in context: Context
    ) throws(CommandError) -> PerfPayload {
        guard let path = options.payloadFile else {
            return PerfPayload(
                size: options.recordSize?.bytes ?? standardSize,
                seed: UInt64(bitPattern: Int64(options.seed))
            )
        }
        let bytes = try context.read(path, as: "the payload file")
        guard let payload = PerfPayload(lines: bytes) else {
            throw CommandError(.badData, "the payload file '\(path)' is empty")
        }
        return payload
    }

    private static func reportDryRun(
        _ options: Options,
        _ payload: PerfPayload,
        in context: Context
    ) {
        let size =
            options.payloadFile == nil
            ? "\(counted(payload.largest, "byte")) each"
            : "\(counted(payload.largest, "byte")) at most"
        let rate = options.delivery.rate.map { ", no more than \($0.argumentText)" } ?? ""
        context.note(
            "would send \(counted(options.records ?? 0, "record")), \(size), to topic"
                + " '\(options.topic ?? "")'\(rate)"
        )
    }
}
