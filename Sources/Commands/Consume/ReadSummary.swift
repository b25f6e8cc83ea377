// What a read covered: per partition from where to where, how many records, and how many offsets
// that hold none.

import Arguments
import JSON
import KafkaCore
import Output

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
        case complete
        case incomplete
        case interrupted
    }

    var end: End
    /// How many records were printed.
    var printed: Int
    /// Whether they were given to a command instead.
    var isWork = false
    /// How many were read and passed over by a condition.
    var passedOver: Int
    /// Every partition that was read.
    var partitions: [(partition: TopicPartition, progress: PartitionProgress)]
    /// The group that was read for, and whether it had committed all that was there; nil for none.
    var group: (name: String, wasUpToDate: Bool)?

    /// The lines for people.
    var lines: [String] {
        var lines = partitions.map { item in
            var line = "\(item.partition.topic) \(item.partition.partition): "
            let progress = item.progress
            guard let start = progress.start else { return line + "nothing came" }
            if progress.position <= start { return line + "nothing at or behind \(start)" }
            line += "\(start) to \(progress.position - 1): \(progress.records) records"
            if progress.gaps > 0 { line += ", \(progress.gaps) offsets hold none" }
            if let end = progress.end, !progress.isComplete { line += ", \(end) not reached" }
            return line
        }
        var total = "\(isWork ? "worked on" : "printed") \(printed) records"
        if passedOver > 0 { total += ", passed over \(passedOver)" }
        if end != .complete { total += " (\(end.rawValue))" }
        lines.append(total)
        return lines
    }

    /// The object for programs, as a line.
    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("end")
        json.string(end.rawValue)
        json.key("printed")
        json.number(printed)
        json.key("passedOver")
        json.number(passedOver)
        json.key("partitions")
        json.beginArray()
        for (partition, progress) in partitions {
            json.beginObject()
            json.key("topic")
            json.string(partition.topic)
            json.key("partition")
            json.number(partition.partition)
            json.key("start")
            json.optional(progress.start)
            json.key("position")
            json.number(progress.position)
            json.key("end")
            json.optional(progress.end)
            json.key("records")
            json.number(progress.records)
            json.key("gaps")
            json.number(progress.gaps)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.text
    }

    /// Why nothing was printed, in one line; nil when something was, or when nobody would wonder.
    var whyNothing: String? {
        guard printed == 0, end == .complete else { return nil }
        let nothing = isWork ? "nothing to do" : "nothing to print"
        if passedOver > 0 { return "\(nothing): none of \(passedOver) records is wanted" }
        let gaps = partitions.filter { $0.progress.gaps > 0 }
        if let first = gaps.first, let start = first.progress.start {
            let more = gaps.count > 1 ? ", and \(gaps.count - 1) partitions like it" : ""
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
            if group != nil, let whyNothing { context.note(whyNothing) }
        case .json:
            try? context.errors.write(json)
            try? context.errors.flush()
        case .none:
            if let whyNothing { context.note(whyNothing) }
        }
    }
}
