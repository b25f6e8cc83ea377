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
        "Measure the throughput and latency of a producer.",
        operands: [.optionalTopic(\.topic, "Topic to send to.")],
        flags: rows + delivery + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl perf produce load --records 1000000 --record-size 1KiB",
                "Send at full speed."
            ),
            Example(
                "kctl perf produce load --records 60000 --rate 1000 -z lz4 --json",
                "Send 1000 records per second for a minute; print the result as JSON."
            ),
            Example(
                "kctl perf produce load -n 100000 --payload-file orders.txt --acks leader",
                "Send the lines of a file; wait for leaders only."
            ),
        ],
        sections: [
            Section(
                "Records",
                "Records have no key. Values are random letters, the same for the same --seed; they"
                    + " compress to about five of eight bits. With --payload-file, values are the"
                    + " lines of the file in turn."
            ),
            Section(
                "Output",
                "Latency is the time from enqueuing a record to its acknowledgement. It includes"
                    + " --linger and the time in the client's queue, which is always full without"
                    + " --rate. Latencies above 255 microseconds are exact to 1 %. A"
                    + " histogram follows.",
                "With --json: latencyMs has mean, median, p95, p99, p999 and max. Bytes and rates"
                    + " count acknowledged records.",
                "A record that is too large fails alone; when the topic or the cluster refuses"
                    + " records, the test stops. Ctrl-C stops the sending, waits for records in"
                    + " flight and prints the result; a second Ctrl-C drops the records in flight."
            ),
            ExitStatus.section,
        ],
        json: [PerfProduceReport.json],
        validate: validate
    )

    private static let rows: [Flag<Options>] = [
        .topic(\.topic),
        .optional("records", "n", "Number of records to send.", \.records, range: 1...Int.max),
        .optional(
            "record-size",
            "s",
            "Size of each record value in bytes.",
            \.recordSize,
            defaultText: "\(standardSize)"
        ),
        .optional(
            "rate",
            "Send at most this many records (100/s, 30/m).",
            \.delivery.rate
        ),
        .optional(
            "payload-file",
            "Send the lines of this file in turn.",
            \.payloadFile,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "partition",
            "p",
            "Send every record to this partition.",
            \.partition,
            range: 0...Int(Int32.max),
            defaultText: "any"
        )
        .advanced(),
        .value("seed", "Seed of the random values.", \.seed, default: 1).advanced(),
        .toggle(
            "dry-run",
            "Check the topic without sending records.",
            \.isDryRun,
            negatable: false
        )
        .advanced(),
        .toggle(
            "progress",
            "Show progress even without a terminal.",
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
            throw UsageError("--record-size: not above \(largestSize) bytes")
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
