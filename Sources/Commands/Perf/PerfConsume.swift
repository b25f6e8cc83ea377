// A load test with a consumer.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import ReadEngine

/// `kctl perf consume`: reads as fast as records come, and drops them.
enum PerfConsume: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = JSONOptions()
        var topics = TopicSelection()
        var records: Int?
        var offset: OffsetSpec?
        var partitions: PartitionNumbers?
        var duration: Duration?
        var idleTimeout: Duration?
        var group: String?
        var isolation: Isolation?
        var showsProgress = false

        /// The same words as options of `consume`.
        var read: ReadOptions {
            var options = ReadOptions()
            options.cluster = cluster
            options.topics = topics
            options.range.offset = offset
            options.range.fromBeginning = offset == nil
            options.range.partitions = partitions
            options.range.limit = records
            options.range.duration = duration
            options.range.idleTimeout = idleTimeout ?? (records == nil ? nil : standardIdle)
            options.group.name = group
            options.group.commits = group == nil ? nil : CommitMode.none
            options.reading.isolation = isolation
            return options
        }
    }

    private static let standardIdle = Duration.seconds(10)

    static let spec = CommandSpec<Options>(
        "perf consume",
        "Measure the throughput of a consumer.",
        operands: [.repeated("TOPIC", "Topics to read.", \.topics.names, completion: .topics)],
        flags: rows + TopicSelection.flags.map { $0.embedded(at: \.topics).advanced() }
            + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl perf consume load --records 1000000",
                "Read a million records from the oldest."
            ),
            Example(
                "kctl perf consume load -o end --for 1m --json",
                "Read new records for a minute; print the result as JSON."
            ),
            Example(
                "kctl perf consume load --records 1000000 -g load-test",
                "Read as a member of a group, without commits."
            ),
        ],
        sections: [
            Section(
                "Output",
                "The time runs from the start of the read to the last record; in a group it includes"
                    + " the join. Bytes count keys and values. Records are dropped.",
                "With --json: ended is complete, incomplete, interrupted, or error with its status and"
                    + " code.",
                "Nothing is committed. With fewer than --records records, the status is 6."
            ),
            ExitStatus.section,
        ],
        json: [PerfConsumeReport.json],
        validate: validate
    )

    private static let rows: [Flag<Options>] = [
        .optional("records", "n", "Exit after this many records.", \.records, range: 1...Int.max),
        .optional(
            "offset",
            "o",
            "Start offset or range START:END (5:8, end-10, @-1h).",
            \.offset,
            defaultText: "start; with --group the committed offsets"
        ),
        .optional("for", "Exit after this long.", \.duration),
        .optional(
            "group",
            "g",
            "Read as a member of this consumer group.",
            \.group,
            placeholder: "GROUP"
        ),
        .optional(
            "idle-timeout",
            "Exit after this long without a record.",
            \.idleTimeout,
            defaultText: "10s with --records"
        )
        .advanced(),
        .optional(
            "partition",
            "p",
            "Read these partitions only.",
            \.partitions,
            defaultText: "all"
        )
        .advanced(),
        .optional(
            "isolation-level",
            "Read committed records only, or all records.",
            \.isolation,
            defaultText: "read_committed"
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

    private static func validate(_ options: Options) throws(UsageError) {
        if options.topics.isEmpty { throw UsageError("missing TOPIC", hint: "or use --regex") }
        if options.records == nil, options.duration == nil {
            throw UsageError("missing --records", hint: "or use --for")
        }
        if let duration = options.duration, duration <= .zero {
            throw UsageError("--for: not above 0")
        }
        if options.group != nil, options.offset != nil {
            throw UsageError(
                "--group and --offset do not go together",
                hint: "a group starts at its committed offsets"
            )
        }
        let read = options.read
        try read.range.validate()
        try read.group.validate(read.range)
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try options.read.connect(in: &context)
        let topics = try options.read.choose(through: connection)
        let scope = try options.read.scope(topics, through: connection, in: context)
        let reading = try ReadLoop(
            scope.request,
            scope.group,
            through: connection,
            limits: options.read.limits(scope, now: context.clock.now),
            signals: try context.catchSignals(),
            context: context
        )
        reading.progressLine = ProgressLine(
            context.errors,
            isWanted: options.showsProgress ? true : nil
        )
        if topics.isEmpty { reading.awaitTopics(isFailure: true) }
        var run = MeteredReading(reading, ReadMeter(context.clock, wanted: options.records))
        let names = topics.map(\.name)
        let end: ReadEnd
        do throws(CommandError) { end = try run.finish() } catch {
            reading.progressLine?.clear()
            var report = report(run, ReadSummary.End(error), names, options)
            report.failure = ReadSummary.Failure(error)
            // The first failure decides.
            try? context.reports([report], as: options.output.format)
            throw error
        }
        reading.progressLine?.clear()
        try conclude(run, end, names, options, in: context)
    }

    private static func report(
        _ run: borrowing MeteredReading,
        _ end: ReadSummary.End,
        _ topics: [String],
        _ options: Options
    ) -> PerfConsumeReport {
        let meter = run.meter
        return PerfConsumeReport(topics: topics, group: options.group, end: end, meter: meter)
    }

    private static func conclude(
        _ run: borrowing MeteredReading,
        _ end: ReadEnd,
        _ topics: [String],
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let meter = run.meter
        let isWhole = options.records.map { meter.records >= $0 } ?? !end.isEarly
        let isInterrupted = if case .signalled = end { true } else { false }
        let name = isInterrupted ? .interrupted : isWhole ? .complete : ReadSummary.End.incomplete
        let report = report(run, name, topics, options)
        try context.reports([report], as: options.output.format)
        switch end {
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time):
            throw .stalled(run.reading.incomplete, time, run.reading.connection)
        case .complete, .idle, .expired:
            guard !isWhole else { return }
            let why =
                switch end {
                case .idle: "no more records within --idle-timeout"
                case .expired: "stopped by --for"
                case .complete, .stalled, .signalled: "no more records in the requested range"
                }
            let came =
                options.records.map { "\(meter.records) of \(counted($0, "record"))" }
                ?? counted(meter.records, "record")
            throw CommandError(.incomplete, "read \(came): \(why)")
        }
    }
}

extension ReadEnd {
    /// True when the read ended before it had covered its range or its time.
    fileprivate var isEarly: Bool {
        switch self {
        case .complete, .expired: false
        case .idle, .stalled, .signalled: true
        }
    }
}

/// Reads records, counts them and drops them.
private struct MeteredReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private(set) var meter: ReadMeter

    init(_ reading: ReadLoop, _ meter: ReadMeter) {
        self.reading = reading
        self.meter = meter
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        while true {
            for _ in 0..<100 {
                guard reading.take(into: &meter, { $1.take($0) }) > 0, !meter.isSatisfied else {
                    break
                }
            }
            if meter.isSatisfied { reading.reader.finish() }
            meter.pause(at: reading.clock.now)
            reading.reader.settle()
            meter.show(on: &reading.progressLine, at: reading.clock.now)
            if let end = try reading.turn(until: meter.deadline(of: reading.progressLine)) {
                return end
            }
        }
    }

    var tally: ReadTally { ReadTally(printed: meter.records, written: meter.records) }
}
