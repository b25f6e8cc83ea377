// The topic that `produce` sends to: there, made now, or an error at once.

import CommandKit
import KafkaCore

/// The topic or topics that the records of a run go to.
enum ProduceTarget {
    /// Finds the topic, creates it when that was asked for, and checks the partition.
    ///
    /// - Returns: nil when each record names its own topic; then the cluster was only reached.
    static func find(
        _ name: String?,
        partition: Int32?,
        _ delivery: ProduceDelivery,
        through connection: Connection,
        in context: Context
    ) throws(CommandError) -> Topic? {
        guard let name else {
            _ = try connection.metadata()
            return nil
        }
        let topic =
            try delivery.createsTopic
            ? made(name, delivery.partitions, through: connection, in: context)
            : connection.topic(name)
        if let partition,
            !topic.partitions.contains(where: { $0.id == partition })
        {
            throw .missingPartition(partition, of: name, count: topic.partitions.count)
        }
        return topic
    }

    /// Returns the largest batch that a topic takes, when the library would make larger ones.
    ///
    /// A broker refuses a batch as a whole, and records that are small enough alone with it.
    /// Returns nil when configurations may not be read, or when there is no real cluster.
    static func batchLimit(of name: String, through connection: Connection) -> Int? {
        guard let size = connection.client.property("batch.size").flatMap({ Int($0) }) else {
            return nil
        }
        guard let limit = connection.largestBatch(of: name, within: .seconds(2)), limit < size
        else { return nil }
        return limit
    }

    /// Returns a topic; creates it with so many partitions, or the cluster's default, when missing.
    static func made(
        _ name: String,
        _ partitions: Int32?,
        through connection: Connection,
        in context: Context
    ) throws(CommandError) -> Topic {
        do throws(KafkaError) {
            return try connection.client.topic(
                name,
                timeout: connection.timeout,
                clock: connection.clock
            )
        } catch {
            guard error.kind == .notFound else {
                throw CommandError(error, topic: name, on: connection.servers)
            }
        }
        let outcomes: [AdminOutcome]
        do {
            let topic = NewTopic(name: name, partitions: partitions)
            outcomes = try connection.admin.create([topic], validateOnly: false)
        } catch {
            throw CommandError(error, on: connection.servers)
        }
        // Another client may have been quicker; then the topic exists all the same.
        if let error = outcomes.first?.error, error.kind != .alreadyExists {
            throw CommandError(error, topic: name, on: connection.servers)
        }
        try connection.waitUntilUsable([(name, Int(partitions ?? 1))])
        context.note("created topic '\(name)'")
        return try connection.topic(name)
    }
}
