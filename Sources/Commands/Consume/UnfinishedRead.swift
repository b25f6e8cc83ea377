// Reads that end before they are complete.

import Arguments
import KafkaCore

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

    /// A limit came before the end.
    static func unfinished(_ incomplete: [TopicPartition], isIdle: Bool) -> CommandError {
        let names = incomplete.prefix(10).map { "\($0.topic) \($0.partition)" }
        let more = incomplete.count > 10 ? " and \(incomplete.count - 10) more" : ""
        let place = names.isEmpty ? "" : "; not at the end of " + names.joined(separator: ", ")
        return CommandError(
            .incomplete,
            (isIdle ? "nothing came for long enough" : "the time is over") + place + more
        )
    }
}
