// Reads that end before they are complete.

import Arguments
import CommandKit
import KafkaCore
import Output

extension CommandError {
    /// Nothing came for as long as one call to the cluster may take.
    static func stalled(
        _ incomplete: [TopicPartition],
        _ time: Duration,
        _ connection: Connection
    ) -> CommandError {
        let complaints = connection.client.complaints
        if complaints.allBrokersDown, let error = complaints.telling {
            return CommandError(error, on: connection.servers)
        }
        let names = incomplete.prefix(10).map { "\($0.topic) \($0.partition)" }
        let more = incomplete.count > 10 ? " and \(incomplete.count - 10) more" : ""
        return CommandError(
            .incomplete,
            "nothing came for \(time.argumentText); not at the end of "
                + names.joined(separator: ", ") + more,
            hint: "wait longer with --timeout"
        )
    }

    /// Records that cannot be what was sent.
    static func corrupt(
        _ error: KafkaError,
        _ offset: Int64,
        of partition: TopicPartition
    ) -> CommandError {
        var damaged = CommandError(
            .badData,
            "topic '\(partition.topic)', partition \(partition.partition), offset \(offset):"
                + " damaged records: \(error.reason)",
            hint: error.isChecksumMismatch
                ? "--no-check-crcs reads them as they are" : nil,
            topic: partition.topic,
            partition: partition.partition
        )
        damaged.report?.kafkaCode = error.codeName
        damaged.report?.fault = RecordFault(
            offset: offset,
            position: nil,
            field: nil,
            reason: error.reason
        )
        return damaged
    }

    /// The next offset is not there any more, while a partition is being read.
    static func gone(
        _ offset: Int64,
        of partition: TopicPartition,
        _ connection: Connection
    ) -> CommandError {
        func ask(_ time: OffsetTime) -> Int64? {
            (try? connection.offsets(of: [partition], at: time))?.first?.offset
        }
        let first = ask(.earliest)
        return .outOfRange(
            offset,
            of: partition,
            first: first,
            last: first == nil ? nil : ask(.latest)
        )
    }

    /// A limit on the time came before what was asked for had been read.
    ///
    /// `counts`: how many records came out and how many were asked for; `unread`: the partitions of
    /// which more may be there; `isHeldBack`: whether an open transaction keeps records back.
    static func unfinished(
        _ isIdle: Bool,
        _ range: ConsumeRange,
        counts: (came: Int, wanted: Int)?,
        isWork: Bool,
        unread: [TopicPartition],
        isHeldBack: Bool
    ) -> CommandError {
        let time = (isIdle ? range.idleLimit : range.duration)?.argumentText ?? ""
        var text = isIdle ? "nothing came for \(time)" : "the time of --for is over (\(time))"
        if let counts {
            let work = isWork ? "worked on" : "printed"
            text =
                "\(work) \(counts.came) of \(counted(counts.wanted, "record"))"
                + (unread.isEmpty && !isHeldBack ? ", all there is: \(text)" : ": \(text)")
        }
        let names = unread.prefix(10).map { "\($0.topic) \($0.partition)" }
        let more = unread.count > 10 ? " and \(unread.count - 10) more" : ""
        if !names.isEmpty {
            text += "; not at the end of " + names.joined(separator: ", ") + more
        }
        return CommandError(.incomplete, text)
    }
}
