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
        return CommandError(
            .incomplete,
            "no records for \(time.argumentText); end not reached: "
                + GroupText.first(incomplete),
            hint: "--timeout waits longer"
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
        var text = isIdle ? "no more records for \(time)" : "stopped after --for \(time)"
        if let counts {
            let work = isWork ? "processed" : "printed"
            text = "\(work) \(counts.came) of \(counted(counts.wanted, "record")): \(text)"
            if unread.isEmpty, !isHeldBack { text += "; reached the end of every partition" }
        }
        if !unread.isEmpty { text += "; end not reached: " + GroupText.first(unread) }
        return CommandError(.incomplete, text)
    }
}
