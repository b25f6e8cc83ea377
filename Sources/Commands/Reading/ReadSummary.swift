// Says what a read covered: starts, ends, records, offsets that hold none.
//
// 1. `complete` is said only when every partition was read to the end that was pinned for it.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import ReadEngine

/// How the summary is printed.
enum SummaryFormat: String, ArgumentChoice {
    case text
    case json
    case none
}

/// The account of one read.
struct ReadSummary {
    /// How the read ended.
    enum End: String {
        /// At the ends that were pinned when it began.
        case complete
        /// After so many records.
        case maxMessages = "max-messages"
        /// After so many records of each partition.
        case maxPerPartition = "max-per-partition"
        /// When nothing had come for so long.
        case idleTimeout = "idle-timeout"
        /// After so long.
        case duration = "for"
        /// When what was waited for had come.
        case satisfied
        /// Before the pinned ends, since the cluster sent nothing any more.
        case incomplete
        /// By a signal.
        case interrupted
        /// By an error.
        case error
        /// When nobody read the output any more.
        case outputClosed = "output-closed"

        /// How an error has ended a read.
        init(_ error: CommandError) {
            switch error.status {
            case .success: self = .outputClosed
            case .signalled: self = .interrupted
            case .failure, .usage, .notFound, .unreachable, .refused, .incomplete, .badData, .child:
                self = .error
            }
        }

        /// What the last line for people says of it; nil for nothing.
        var text: String? {
            switch self {
            case .complete, .satisfied: nil
            case .maxMessages, .maxPerPartition: "stopped by --\(rawValue)"
            case .idleTimeout: "nothing more came for --idle-timeout"
            case .duration: "the time of --for is over"
            case .incomplete, .interrupted: rawValue
            case .error: "ended by an error"
            case .outputClosed: "nobody reads the output any more"
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

    /// What was read of a partition.
    struct Part {
        var partition: TopicPartition
        var progress: PartitionProgress
        /// Where the partition ends; nil when it was not asked.
        var ends: PartitionEnds?
        /// How many of the records were printed, where that was known only when all had been read.
        var shown: ShownPart?
    }

    /// The records of a partition that were printed, of those that were read.
    struct ShownPart: Equatable {
        var first: Int64
        var last: Int64
        var count: Int
    }

    var end: End
    /// What has ended it, when that is an error.
    var failure: Failure?
    /// How many records were printed.
    var printed: Int
    /// Whether they were given to a command instead.
    var isWork = false
    /// How many were read and passed over by a condition.
    var passedOver: Int
    /// Every partition that was read.
    var partitions: [Part]
    /// Whether only the newest of the records that were read are printed.
    var isTail = false
    /// Whether readers of committed records are held back by what is told of transactions.
    var isCommitted = true
    /// Whether all partitions had been read to where they ended at that moment.
    var isAtEnds = false
    /// The group that was read for, and whether it had committed all that was there; nil for none.
    var group: (name: String, wasUpToDate: Bool)?

    /// The lines for people.
    var lines: [String] {
        var lines = partitions.compactMap { isTail ? Self.tailLine($0) : Self.line($0) }
        var total = "\(isWork ? "worked on" : "printed") \(counted(printed, "record"))"
        if passedOver > 0 { total += ", passed over \(passedOver)" }
        if let text = end.text {
            total += " (\(text)"
            if end == .idleTimeout, isAtEnds, openTransactions == nil {
                total += "; that is all there is"
            }
            total += ")"
        }
        lines.append(total)
        return lines
    }

    private static func line(_ part: Part) -> String {
        var line = "\(part.partition.topic) \(part.partition.partition): "
        let progress = part.progress
        guard let start = progress.start else { return line + "nothing came" }
        if progress.position <= start {
            line += "nothing at or behind \(start)"
        } else {
            line += "\(start) to \(progress.position - 1): \(counted(progress.records, "record"))"
            if progress.gaps > 0 {
                let gaps = counted(Int(clamping: progress.gaps), "offset")
                line += ", \(gaps) \(progress.gaps == 1 ? "holds" : "hold") none"
            }
            if let end = progress.end, !progress.isComplete { line += ", \(end) not reached" }
        }
        if let ends = part.ends, ends.hasOpenTransaction {
            line +=
                ", transaction open from \(ends.lastStableOffset) on"
                + ", high watermark \(ends.endOffset)"
        }
        return line
    }

    private static func tailLine(_ part: Part) -> String? {
        guard let shown = part.shown else { return nil }
        return
            "\(part.partition.topic) \(part.partition.partition): \(counted(shown.count, "record"))"
            + (shown.count == 1 ? " at \(shown.first)" : " from \(shown.first) to \(shown.last)")
    }

    /// The object for programs, as a line.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("end")
        json.string(end.rawValue)
        failure?.write(to: &json)
        json.key("printed")
        json.number(printed)
        json.key("passedOver")
        json.number(passedOver)
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
        json.key("start")
        json.optional(isTail ? part.shown?.first : progress.start)
        json.key("position")
        json.number(
            isTail ? part.shown.map { $0.last + 1 } ?? progress.position : progress.position
        )
        json.key("end")
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

    /// What is said of transactions that are open, in one line; nil when none is known.
    ///
    /// Only of those that the read has come to.
    var openTransactions: String? {
        guard isCommitted else { return nil }
        let open = partitions.compactMap { part -> String? in
            guard let ends = part.ends, ends.hasOpenTransaction,
                part.progress.position >= ends.lastStableOffset
            else { return nil }
            return "\(part.partition.topic) \(part.partition.partition) from offset"
                + " \(ends.lastStableOffset) on (high watermark \(ends.endOffset))"
        }
        guard !open.isEmpty else { return nil }
        return "not read, since a transaction is open: " + open.prefix(5).joined(separator: ", ")
            + (open.count > 5 ? " and \(open.count - 5) more" : "")
            + "; --isolation-level read_uncommitted reads it"
    }

    /// Why nothing was printed, in one line; nil when something was, or when nobody would wonder.
    var whyNothing: String? {
        guard printed == 0, end == .complete, openTransactions == nil else { return nil }
        let nothing = isWork ? "nothing to do" : "nothing to print"
        if passedOver == 1 { return "\(nothing): the only record is not wanted" }
        if passedOver > 0 { return "\(nothing): none of \(passedOver) records is wanted" }
        let gaps = partitions.filter { $0.progress.gaps > 0 }
        if let first = gaps.first, let start = first.progress.start {
            let more = gaps.count > 1 ? ", and \(counted(gaps.count - 1, "partition")) like it" : ""
            return "\(nothing): \(first.partition.topic) \(first.partition.partition):"
                + " offsets \(start) to \(first.progress.position - 1) hold no record that can be"
                + " seen (compacted, deleted, aborted or a marker)\(more)"
        }
        if let group, partitions.isEmpty {
            return "\(nothing): group '\(group.name)' has no partition left for this member"
        }
        if let group, group.wasUpToDate {
            return "\(nothing): group '\(group.name)' has read everything up to the ends"
        }
        if partitions.isEmpty { return "\(nothing): no partition to read" }
        let topics = Set(partitions.map(\.partition.topic)).sorted().map { "'\($0)'" }
        return "\(nothing): no record in " + topics.prefix(5).joined(separator: ", ")
            + (topics.count > 5 ? " and \(topics.count - 5) more" : "") + " where it was asked for"
    }

    /// Says it on standard error, in the way asked for.
    func tell(_ format: SummaryFormat?, in context: Context) {
        switch format ?? (context.errors.isTerminal ? .text : .none) {
        case .text:
            for line in lines { context.note(line) }
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
