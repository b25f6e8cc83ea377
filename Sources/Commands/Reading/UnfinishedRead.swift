// Reads that end before they are complete.

import Arguments
import CommandKit
import KafkaCore
import Output

extension CommandError {
    /// Returns the error of a read for which nothing came as long as one call to the cluster may
    /// take.
    static func stalled(
        _ incomplete: [TopicPartition],
        _ time: Duration,
        _ connection: Connection
    ) -> CommandError {
        let complaints = connection.client.complaints
        if complaints.allBrokersDown, let error = complaints.mainReason {
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

    /// Returns the error of a read whose time was over before what was asked for had been read.
    ///
    /// `counts`: the numbers of records emitted and asked for; `unread`: the partitions of which
    /// more may be there; `isHeldBack`: true when an open transaction keeps records back.
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
