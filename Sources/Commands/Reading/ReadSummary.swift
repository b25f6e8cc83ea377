// Says what a read covered: starts, ends, records, offsets that hold none.
//
// 1. `complete` is said only when every partition was read to the end that was pinned for it.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import ReadEngine

/// The format in which the summary is printed.
enum SummaryFormat: String, ArgumentChoice {
    /// One line: the records, and why the read ended.
    case line
    /// A line for each partition, and that one.
    case partitions
    case json
    case none

    /// Reads a choice; `text` is another word for `partitions`.
    init(argument: String) throws(InvalidValue) {
        guard let value = argument == "text" ? .partitions : Self(rawValue: argument) else {
            throw InvalidValue("not one of " + Self.choices.joined(separator: ", "))
        }
        self = value
    }
}

/// The account of one read.
struct ReadSummary {
    /// The reason why the read ended.
    enum End: String {
        /// At the ends that were pinned when it began.
        case complete
        /// After so many records.
        case maxMessages = "max-messages"
        /// After so many records of each partition.
        case maxPerPartition = "max-per-partition"
        /// After the longest time without a record.
        case idleTimeout = "idle-timeout"
        /// After so long.
        case duration = "for"
        /// After the awaited record.
        case satisfied
        /// Before the pinned ends, since the cluster sent nothing any more.
        case incomplete
        /// By a signal.
        case interrupted
        /// By an error.
        case error
        /// After the reader of the output had closed it.
        case outputClosed = "output-closed"

        /// Makes the end of a read from the error that caused it.
        init(_ error: CommandError) {
            switch error.status {
            case .success: self = .outputClosed
            case .signalled: self = .interrupted
            case .failure, .usage, .notFound, .unreachable, .refused, .incomplete, .badData, .child:
                self = .error
            }
        }

        /// The words of the last line for people; nil for none.
        var text: String? {
            switch self {
            case .complete, .satisfied: nil
            case .maxMessages, .maxPerPartition: "stopped by --\(rawValue)"
            case .idleTimeout: "stopped by --idle-timeout"
            case .duration: "stopped by --for"
            case .incomplete, .interrupted: rawValue
            case .error: "stopped by an error"
            case .outputClosed: "standard output was closed"
            }
        }
    }

    /// The error that has ended a read.
    struct Failure {
        var status: ExitStatus
        var code: String

        /// Takes it from an error; nil when it is none.
        init?(_ error: CommandError) {
            guard case .error = End(error) else { return nil }
            status = error.status
            code = error.report?.code ?? CommandError.code(error.status)
        }

        /// Writes it as keys of an object.
        func write(to json: inout JSONWriter) {
            json.key("status")
            json.number(status.number)
            json.key("code")
            json.string(code)
        }
    }

    /// The records read of one partition.
    struct Part {
        var partition: TopicPartition
        var progress: PartitionProgress
        /// The ends of the partition; nil when it was not asked.
        var ends: PartitionEnds?
        /// The printed records, where they were known only when all had been read.
        var shown: ShownPart?
    }

    /// The records of a partition that were printed, of those that were read.
    struct ShownPart: Equatable {
        var first: Int64
        var last: Int64
        var count: Int
    }

    var end: End
    /// The error that ended the read, if one did.
    var failure: Failure?
    /// The number of printed records.
    var printed: Int
    /// True when the records were given to a command instead.
    var isWork = false
    /// The number of records that were read and filtered out.
    var filteredOut: Int
    /// Every partition that was read.
    var partitions: [Part]
    /// True when only the newest of the records that were read are printed.
    var isTail = false
    /// True when open transactions hold the read back, since it reads committed records only.
    var isCommitted = true
    /// True when all partitions had been read to their ends of that moment.
    var isAtEnds = false
    /// The group that was read for, and whether it had committed all that was there; nil for none.
    var group: (name: String, wasUpToDate: Bool)?

    /// The line for people: the records, and why the read ended.
    var line: String {
        var total = "\(isWork ? "processed" : "printed") \(counted(printed, "record"))"
        if filteredOut > 0 { total += ", filtered out \(filteredOut)" }
        guard let text = end.text else { return total }
        let isAll = end == .idleTimeout && isAtEnds && openTransactions == nil
        return total + " (\(text)\(isAll ? "; reached the end of every partition" : ""))"
    }

    /// The lines for people, one for each partition.
    var partitionLines: [String] {
        partitions.compactMap { isTail ? Self.tailLine($0) : Self.line($0) }
    }

    private static func line(_ part: Part) -> String {
        var line = part.partition.name + ": "
        let progress = part.progress
        guard let start = progress.start else { return line + "no answer from the broker" }
        if progress.position <= start {
            line += "no records from offset \(start)"
        } else {
            line += counted(progress.records, "record") + offsets(start, progress.position - 1)
            if progress.gaps > 0 {
                line += ", \(counted(Int(clamping: progress.gaps), "offset")) without a record"
            }
            if let end = progress.end, !progress.isComplete { line += ", end \(end) not reached" }
        }
        if let ends = part.ends, ends.hasOpenTransaction {
            line +=
                ", open transaction from offset \(ends.lastStableOffset)"
                + ", high watermark \(ends.endOffset)"
        }
        return line
    }

    private static func tailLine(_ part: Part) -> String? {
        guard let shown = part.shown else { return nil }
        return "\(part.partition.name): \(counted(shown.count, "record"))"
            + offsets(shown.first, shown.last)
    }

    private static func offsets(_ first: Int64, _ last: Int64) -> String {
        first == last ? ", offset \(first)" : ", offsets \(first) to \(last)"
    }

    static let json = JSONShape(
        "summary",
        "Account of a read.",
        option: "--summary json",
        [
            JSONField("ended", .string, "Reason why the read ended."),
            JSONField("status", .integer, "Exit status of the error that ended the read.").orAbsent,
            JSONField("code", .string, "Kind of the error that ended the read.").orAbsent,
            JSONField("printed", .integer, "Records printed."),
            JSONField("filteredOut", .integer, "Records read and filtered out."),
            JSONField(
                "partitions",
                .list(
                    .object([
                        JSONField("topic", .string, "Name of the topic."),
                        JSONField("partition", .integer, "Number of the partition."),
                        JSONField("fromOffset", .integer, "First offset that was to be read.")
                            .orNull,
                        JSONField(
                            "position",
                            .integer,
                            "Offset after the last record that was read."
                        ),
                        JSONField("toOffset", .integer, "Offset at which the read was to end.")
                            .orNull,
                        JSONField("records", .integer, "Records read."),
                        JSONField("gaps", .integer, "Offsets without a record."),
                        JSONField(
                            "endOffset",
                            .integer,
                            "High watermark: the offset after the last record."
                        ).orNull,
                        JSONField(
                            "lastStableOffset",
                            .integer,
                            "Offset of the first open transaction, else the end offset."
                        ).orNull,
                    ])
                ),
                "Partitions that were read."
            ),
        ]
    )

    /// Writes the object for programs, as a line.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("ended")
        json.string(end.rawValue)
        failure?.write(to: &json)
        json.key("printed")
        json.number(printed)
        json.key("filteredOut")
        json.number(filteredOut)
        json.key("partitions")
        json.beginArray()
        for part in partitions { Self.write(part, isTail: isTail, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ part: Part, isTail: Bool, to json: inout JSONWriter) {
        let progress = part.progress
        json.beginObject()
        json.key("topic")
        json.string(part.partition.topic)
        json.key("partition")
        json.number(part.partition.partition)
        json.key("fromOffset")
        json.optional(isTail ? part.shown?.first : progress.start)
        json.key("position")
        json.number(
            isTail ? part.shown.map { $0.last + 1 } ?? progress.position : progress.position
        )
        json.key("toOffset")
        json.optional(progress.end)
        json.key("records")
        json.number(isTail ? part.shown?.count ?? 0 : progress.records)
        json.key("gaps")
        json.number(isTail ? 0 : progress.gaps)
        json.key("endOffset")
        json.optional(part.ends?.endOffset)
        json.key("lastStableOffset")
        json.optional(part.ends?.lastStableOffset)
        json.endObject()
    }

    /// The line about open transactions; nil when none is known.
    ///
    /// Only of those that the read has come to.
    var openTransactions: String? {
        guard isCommitted else { return nil }
        let open = partitions.compactMap { part -> String? in
            guard let ends = part.ends, ends.hasOpenTransaction,
                part.progress.position >= ends.lastStableOffset
            else { return nil }
            return "\(part.partition.name) from offset \(ends.lastStableOffset)"
                + " (high watermark \(ends.endOffset))"
        }
        guard !open.isEmpty else { return nil }
        return "not read because a transaction is open: " + open.prefix(5).joined(separator: ", ")
            + (open.count > 5 ? " and \(open.count - 5) more" : "")
            + "; --isolation-level read_uncommitted reads the records"
    }

    /// The line that explains an empty output; nil when something was printed or no reason is
    /// needed.
    var whyNothing: String? {
        guard printed == 0, end == .complete, openTransactions == nil else { return nil }
        let nothing = isWork ? "nothing to process" : "nothing to print"
        if filteredOut == 1 { return "\(nothing): the only record was filtered out" }
        if filteredOut > 0 { return "\(nothing): all \(filteredOut) records were filtered out" }
        let gaps = partitions.filter { $0.progress.gaps > 0 }
        if let first = gaps.first, let start = first.progress.start {
            let more = gaps.count > 1 ? "; \(counted(gaps.count - 1, "more partition")) alike" : ""
            return "\(nothing): \(first.partition.name): no visible records in"
                + " offsets \(start) to \(first.progress.position - 1)"
                + " (compacted, deleted, aborted or control records)\(more)"
        }
        if let group, partitions.isEmpty {
            return "\(nothing): group '\(group.name)' has no partition for this member"
        }
        if let group, group.wasUpToDate {
            return "\(nothing): group '\(group.name)' has committed the end of every partition"
        }
        if partitions.isEmpty { return "\(nothing): no partitions to read" }
        let topics = Set(partitions.map(\.partition.topic)).sorted().map { "'\($0)'" }
        return "\(nothing): no records in " + topics.prefix(5).joined(separator: ", ")
            + (topics.count > 5 ? " and \(topics.count - 5) more" : "") + " in the requested range"
    }

    /// Writes the summary to standard error, in the format asked for.
    func report(_ format: SummaryFormat?, in context: Context) {
        switch format ?? (context.errors.isTerminal ? .line : .none) {
        case .line:
            // Why there is nothing says that there is nothing.
            context.note(whyNothing ?? line)
            if let openTransactions { context.note(openTransactions) }
        case .partitions:
            for line in partitionLines { context.note(line) }
            context.note(line)
            if let openTransactions { context.note(openTransactions) }
            if group != nil, let whyNothing { context.note(whyNothing) }
        case .json:
            try? context.errors.writeJSON { write(to: &$0) }
            try? context.errors.flush()
        case .none:
            if let openTransactions { context.note(openTransactions) }
            if let whyNothing { context.note(whyNothing) }
        }
    }
}
