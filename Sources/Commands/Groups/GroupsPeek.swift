// The records around what a group has committed: what it read last, and what it will read next.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import ReadEngine
import Reactor
import Records
import Settings

/// `kctl groups peek`: reads outside the group, and commits nothing.
enum GroupsPeek: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = JSONOptions()
        var group: String?
        var topics: [TopicPartitionsArgument] = []
        var before = 3
        var after = 3
    }

    static let spec = CommandSpec<Options>(
        "groups peek",
        "Show the records around each committed offset.",
        operands: [.required("GROUP", "Consumer group.", \.group, completion: .groups)],
        flags: [
            .list(
                "topic",
                "t",
                "Take only this topic, or partitions: orders:0,3-5.",
                \.topics,
                completion: .topics
            ),
            .value(
                "before",
                "B",
                "Number of offsets before the committed one.",
                \.before,
                range: 0...10_000,
                default: 3
            ),
            .value(
                "after",
                "A",
                "Number of offsets from the committed one on.",
                \.after,
                range: 0...10_000,
                default: 3
            ),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups peek billing", "Show three records on either side."),
            Example(
                "kctl groups peek billing -t orders:0 -B 0 -A 1",
                "Show the next record that the group reads."
            ),
            Example(
                "kctl groups peek billing --json",
                "Print complete records, one object per partition."
            ),
        ],
        sections: [
            Section(
                "Output",
                "Each line has the offset, timestamp, key and value of a record; > marks the next"
                    + " record to read. Offsets of deleted or compacted records and of aborted"
                    + " transactions have no line. With --json, recordList has records as kctl consume"
                    + " --json prints them."
            ),
            ExitStatus.section,
        ],
        json: [PeekReport.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group else { return }
        let connection = try context.connect(
            options.cluster,
            as: .consumer,
            flags: [Setting("group.id", group, origin: .flag("--group"))],
            defaults: ConsumerDefaults.rows(isBounded: true, joinsGroup: false),
            required: ConsumerDefaults.required(isBounded: true)
        )
        let metadata = try connection.metadata()
        var batch = FailureCount("partitions", total: 0)
        guard let answer = try GroupFacts.read([group], through: connection)[group] else { return }
        let facts: GroupFacts
        do { facts = try answer.get() } catch { throw error }
        let committed = facts.offsets.offsets.map(\.position).filter { position in
            options.topics.isEmpty
                || options.topics.contains { topic in
                    topic.topic == position.partition.topic
                        && topic.partitions?.contains(position.partition.partition) ?? true
                }
        }
        let (asked, problems) = metadata.readable(Set(committed.map(\.partition)))
        for (partition, problem) in problems.sorted(by: { $0.key < $1.key }) {
            batch.fail(CommandError(problem, of: partition), in: context)
        }
        if committed.isEmpty {
            throw CommandError(
                .notFound,
                "group '\(group)' has no committed offset of these partitions"
            )
        }
        let reads = try windows(committed, asked, options, connection, &batch, in: context)
        var peek = try Peek(reads, options, connection, in: context)
        do throws(CommandError) { try peek.read() } catch {
            // Records of other partitions are shown all the same; the first failure decides.
            if case .signalled = error.status { throw error }
            let known = committed.filter { !peek.isIncomplete($0.partition) }
            try? context.reports(peek.reports(of: known), as: options.output.format)
            throw error
        }
        try context.reports(peek.reports(of: committed), as: options.output.format)
        try batch.finish(in: context)
    }

    /// Returns the part of each partition that is read: around what is committed, within what there
    /// is.
    private static func windows(
        _ committed: [PartitionOffset],
        _ asked: [TopicPartition],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [PartitionRead] {
        var bounds: [TopicPartition: (start: Int64, end: Int64)] = [:]
        let starts = try connection.offsets(of: asked, at: .earliest)
        let ends = try connection.offsets(of: asked, at: .latest)
        for (start, end) in zip(starts, ends) {
            if let error = start.error ?? end.error {
                batch.fail(CommandError(error, of: start.partition), in: context)
            } else if let first = start.offset, let last = end.offset {
                bounds[start.partition] = (first, last)
            }
        }
        return committed.compactMap { position in
            guard let (start, end) = bounds[position.partition] else { return nil }
            let from = max(position.offset - Int64(options.before), start)
            let (to, overflow) = position.offset.addingReportingOverflow(Int64(options.after))
            let last = overflow ? end : min(to, end)
            guard from < last else { return nil }
            return PartitionRead(partition: position.partition, start: .at(from), end: last)
        }
    }
}

/// The records around what is committed, as they are read.
private struct Peek: RecordReading, ~Copyable {
    let reading: ReadLoop
    private let group: String
    private var sink: TailSink

    init(
        _ reads: [PartitionRead],
        _ options: GroupsPeek.Options,
        _ connection: Connection,
        in context: Context
    ) throws(CommandError) {
        let format: RecordFormat
        do throws(FormatError) {
            format =
                options.output.isJSON
                ? .json()
                : .template(
                    try OutputTemplate(parsing: "%o  %d{go[2006-01-02T15:04:05.000Z]}  %k  %v")
                )
        } catch {
            throw CommandError(.failure, "cannot format records: \(error.reason)")
        }
        var request = ReadRequest([], .partitions(reads), isBounded: true)
        // A read this short need not watch topics.
        request.watchesTopics = false
        // Whatever can fail is made before the first part of self is.
        let reading = try ReadLoop(
            request,
            through: connection,
            limits: ReadLimits(isBounded: true),
            signals: try context.catchSignals(),
            context: context
        )
        group = options.group ?? ""
        self.reading = reading
        // A line feed in a value would look like the end of a record.
        sink = TailSink(
            RecordPrinter(format, isForTerminal: !options.output.isJSON),
            limit: reads.count * (options.before + options.after)
        )
    }

    /// Reads all there is to read.
    mutating func read() throws(CommandError) {
        switch try finish() {
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time): throw .stalled(reading.incomplete, time, reading.connection)
        // Neither has a limit here.
        case .idle, .expired:
            throw .stalled(reading.incomplete, reading.connection.timeout, reading.connection)
        }
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        while true {
            for name in reading.takeTopics() { sink.addTopic(name) }
            _ = reading.take(into: &sink) { record, sink in
                sink.take(record)
                return true
            }
            if let end = try reading.turn() { return end }
        }
    }

    var tally: ReadTally { ReadTally(printed: sink.printed, written: sink.printed) }

    /// True when not all records of a partition have been read.
    func isIncomplete(_ partition: TopicPartition) -> Bool {
        reading.incomplete.contains(partition)
    }

    /// Returns the records that were read around these offsets.
    func reports(of committed: [PartitionOffset]) -> [PeekReport] {
        let topics = reading.reader.topics
        let byPartition = Dictionary(grouping: sink.tail.byPlace) { record in
            TopicPartition(topics[record.topicIndex], record.partition)
        }
        return committed.map { position in
            PeekReport(
                group: group,
                committed: position,
                records: (byPartition[position.partition] ?? []).map { ($0.offset, $0.bytes) }
            )
        }
    }
}

/// One partition with the records around what is committed.
struct PeekReport: Report {
    let group: String
    let committed: PartitionOffset
    /// In order; each as it is printed.
    let records: [(offset: Int64, bytes: [UInt8])]

    static let json = JSONShape(
        "peek",
        "Records around the committed offset of a partition.",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("committedOffset", .integer, "Committed offset."),
            JSONField("recordList", .list(.any), "Records, as consume prints them."),
        ]
    )

    func text(on page: Page) -> String {
        let partition = committed.partition
        var text = "\(page.escape(partition.topic)) \(partition.partition): committed"
        text += " \(committed.offset)\n"
        var isMarked = false
        for (offset, bytes) in records {
            let isNext = offset >= committed.offset && !isMarked
            if isNext { isMarked = true }
            text += isNext ? "> " : "  "
            text += String(decoding: bytes, as: UTF8.self) + "\n"
        }
        return text + (isMarked ? "" : "> no next record\n")
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("topic")
        json.string(committed.partition.topic)
        json.key("partition")
        json.number(committed.partition.partition)
        json.key("committedOffset")
        json.number(committed.offset)
        json.key("recordList")
        json.beginArray()
        for (_, bytes) in records {
            // The line's end belongs to the line.
            let object = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
            json.raw(object.span.bytes)
        }
        json.endArray()
        json.endObject()
    }
}
