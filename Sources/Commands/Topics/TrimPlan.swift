// The records of partitions that are to be deleted.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// The value of `--before`: where what is kept begins.
struct TrimPoint: ArgumentValue, Equatable {
    static let placeholder = "OFFSET|TIME"
    let argumentText: String
    let position: OffsetPosition

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        // Digits alone are an offset: a time in digits has its @.
        if let position = OffsetPosition(argument[...]), position != .stored {
            self.position = position
        } else if let time = TimePoint(argument) {
            position = .time(time)
        } else {
            throw InvalidValue(
                "not an offset such as 42, end, end-10, -5m, 2026-01-31 or @1769860800"
            )
        }
    }
}

/// A partition, and the place before which its records are to go.
struct TrimRequest: Equatable {
    let partition: TopicPartition
    let position: OffsetPosition
}

/// A partition that loses records.
struct TrimStep: Equatable {
    let partition: TopicPartition
    /// The first offset that is there.
    let start: Int64
    /// The first offset that will be left.
    let newStart: Int64

    /// The records that go, at most: compaction and transactions leave offsets without any.
    var records: Int64 { newStart - start }

    /// The step that brings a partition with the offsets from `first` up to `last` to begin at
    /// `offset`; nil when it begins there or later already.
    ///
    /// - Throws: `CommandError` for an offset that has not been written yet.
    init?(
        _ partition: TopicPartition,
        to offset: Int64,
        first: Int64,
        last: Int64
    ) throws(CommandError) {
        guard offset <= last else {
            throw CommandError(
                .failure,
                "offset \(offset) is after the end offset \(last) of topic '\(partition.topic)' partition"
                    + " \(partition.partition)",
                hint: "--before end deletes all records",
                topic: partition.topic,
                partition: partition.partition
            )
        }
        guard offset > first else { return nil }
        self.partition = partition
        start = first
        newStart = offset
    }

    /// The step as the question for consent shows it.
    var text: String {
        "topic '\(partition.topic)' partition \(partition.partition): offsets \(start) to"
            + " \(newStart - 1), at most \(counted(Int(clamping: records), "record"))"
    }
}

/// A step as it is printed, before it is done or after.
struct TrimRow: Row {
    let step: TrimStep
    /// The first offset that is left, once the broker has reported it.
    let reached: Int64?

    static let columns = [
        Column("TOPIC"), Column("PARTITION", .right), Column("START", .right),
        Column("NEW-START", .right), Column("RECORDS", .right, need: .useful),
    ]

    private var newStart: Int64 { reached ?? step.newStart }

    /// Returns the sum of rows: `at most 12 records of 3 partitions`.
    static func summary(_ rows: [TrimRow]) -> String {
        let records = rows.reduce(Int64(0)) { $0 + ($1.newStart - $1.step.start) }
        return "at most \(counted(Int(clamping: records), "record"))"
            + " of \(counted(rows.count, "partition"))"
    }

    var cells: [String] {
        [
            step.partition.topic, "\(step.partition.partition)", "\(step.start)", "\(newStart)",
            "\(newStart - step.start)",
        ]
    }

    static let json = JSONShape(
        "trim",
        "Records that are deleted from a partition.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("startOffset", .integer, "First offset before."),
            JSONField("newStartOffset", .integer, "First offset after."),
            JSONField("records", .integer, "Records that are deleted."),
            JSONField("done", .boolean, "True when they were deleted."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(step.partition.topic)
        json.key("partition")
        json.number(step.partition.partition)
        json.key("startOffset")
        json.number(step.start)
        json.key("newStartOffset")
        json.number(newStart)
        json.key("records")
        json.number(newStart - step.start)
        json.key("done")
        json.bool(reached != nil)
        json.endObject()
    }
}
