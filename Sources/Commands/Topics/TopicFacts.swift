// What describing topics needs besides metadata: configurations and offsets, one call each.

import KafkaCore

/// Configurations and offsets of several topics.
struct TopicFacts {
    /// By topic; nil when the cluster tells no configurations.
    let configs: [String: [ResourceConfig]]?
    private let starts: [TopicPartition: Int64]
    private let ends: [TopicPartition: Int64]

    /// Asks for them.
    ///
    /// A cluster that tells no configurations (the sandbox) is noted, unless they are needed.
    static func read(
        _ topics: [Topic],
        needsConfigs: Bool,
        through connection: Connection,
        in context: Context
    ) throws(CommandError) -> TopicFacts {
        let partitions = topics.flatMap { topic in
            topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.id) }
        }
        return TopicFacts(
            configs: try configs(topics, needsConfigs, connection, context),
            starts: byPartition(try connection.offsets(of: partitions, at: .earliest)),
            ends: byPartition(try connection.offsets(of: partitions, at: .latest))
        )
    }

    /// The topic's partitions with their offsets.
    func partitions(of topic: Topic) -> [PartitionReport] {
        topic.partitions.map { partition in
            let name = TopicPartition(topic.name, partition.id)
            return PartitionReport(partition: partition, start: starts[name], end: ends[name])
        }
    }

    /// How many copies of the topic's partitions must be in sync for a write with all acks.
    func minimumInSync(of topic: Topic) -> Int {
        let entry = configs?[topic.name]?.first { $0.entry.name == "min.insync.replicas" }
        return entry?.entry.value.flatMap { Int($0) } ?? 1
    }

    private static func configs(
        _ topics: [Topic],
        _ areNeeded: Bool,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) -> [String: [ResourceConfig]]? {
        do {
            let results = try connection.admin.topicConfigs(topics.map(\.name))
            var configs: [String: [ResourceConfig]] = [:]
            for (name, result) in results { configs[name] = try result.get() }
            return configs
        } catch {
            guard error.kind == .unsupported || error.kind == .refused, !areNeeded else {
                throw CommandError(error, on: connection.servers)
            }
            context.note("note: configurations are not shown: \(error.reason)")
            return nil
        }
    }

    private static func byPartition(_ answers: [OffsetAnswer]) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for answer in answers { offsets[answer.partition] = answer.offset }
        return offsets
    }
}

/// Topic ids, where the library can tell them.
enum TopicIDs {
    /// The ids by topic name; empty when this library tells none and none is `wanted`.
    static func read(
        _ topics: [Topic],
        wanted: String?,
        through connection: Connection
    ) throws(CommandError) -> [String: String] {
        let names = topics.map(\.name)
        do { return try connection.admin.topicIDs(names) } catch {
            if error.kind == .unsupported, wanted == nil { return [:] }
            throw CommandError(error, on: connection.servers)
        }
    }
}
