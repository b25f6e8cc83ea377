// Where a bounded read begins and ends, asked once before it starts.

import Arguments
import KafkaCore

/// First and last offsets of partitions at one moment.
struct PinnedEnds {
    let starts: [TopicPartition: Int64]
    let ends: [TopicPartition: Int64]

    /// Asks for them, one request a broker each.
    ///
    /// - Throws: `CommandError` when a partition does not answer: a read could not be complete.
    init(_ topic: Topic, _ connection: Connection) throws(CommandError) {
        let partitions = topic.partitions.map { TopicPartition(topic.name, $0.id) }
        starts = try Self.pin(partitions, at: .earliest, connection)
        ends = try Self.pin(partitions, at: .latest, connection)
    }

    private static func pin(
        _ partitions: [TopicPartition],
        at time: OffsetTime,
        _ connection: Connection
    ) throws(CommandError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for answer in try connection.offsets(of: partitions, at: time) {
            if let error = answer.error { throw CommandError(error, of: answer.partition) }
            offsets[answer.partition] = answer.offset
        }
        return offsets
    }
}

extension CommandError {
    /// Nothing came for as long as one call to the cluster may take.
    static func stalled(
        _ incomplete: [TopicPartition],
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
            "nothing came for \(connection.timeout.argumentText); not at the end of "
                + names.joined(separator: ", ") + more,
            hint: "wait longer with --timeout"
        )
    }
}
