// The facts about topics besides metadata: configurations and offsets, one call each.

import CommandKit
import KafkaCore

/// Configurations and offsets of several topics.
struct TopicFacts {
    /// The configurations by topic; nil when the cluster reports none.
    let configs: [String: [ResourceConfig]]?
    /// The errors for facts that are unknown because no broker answered, each with the reason.
    let failures: [CommandError]
    private let starts: [TopicPartition: Int64]
    private let ends: [TopicPartition: PartitionEnds]

    /// Asks for the facts; a broker that does not answer is no reason to leave out what others
    /// report.
    ///
    /// A cluster that reports no configurations (the sandbox) is noted, unless they are needed.
    static func read(
        _ topics: [Topic],
        in metadata: Metadata,
        needsConfigs: Bool,
        through connection: Connection,
        in context: Context
    ) throws(CommandError) -> TopicFacts {
        let partitions = topics.flatMap { topic in
            topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.id) }
        }
        var failures: [CommandError] = []
        let configs = try configs(
            topics,
            needsConfigs,
            metadata.brokers.map(\.id),
            connection,
            &failures,
            context
        )
        var starts: [TopicPartition: Int64] = [:]
        var ends: [TopicPartition: PartitionEnds] = [:]
        var silence = MissingAnswers()
        for answer in try connection.availableOffsets(of: partitions, at: .earliest) {
            starts[answer.partition] = answer.offset
            if let error = answer.error { silence.add(error, of: answer.partition) }
        }
        for answer in try connection.availableEnds(of: partitions.filter { starts[$0] != nil }) {
            ends[answer.partition] = answer.ends
            if let error = answer.error { silence.add(error, of: answer.partition) }
        }
        failures += silence.errors("the end offset")
        return TopicFacts(configs: configs, failures: failures, starts: starts, ends: ends)
    }

    private init(
        configs: [String: [ResourceConfig]]?,
        failures: [CommandError],
        starts: [TopicPartition: Int64],
        ends: [TopicPartition: PartitionEnds]
    ) {
        self.configs = configs
        self.failures = failures
        self.starts = starts
        self.ends = ends
    }

    /// Returns the topic's partitions with their offsets.
    func partitions(of topic: Topic) -> [PartitionReport] {
        topic.partitions.map { partition in
            let name = TopicPartition(topic.name, partition.id)
            return PartitionReport(partition: partition, start: starts[name], ends: ends[name])
        }
    }

    /// Returns the number of replicas that must be in sync for a write with all acks.
    func minimumInSync(of topic: Topic) -> Int {
        let entry = configs?[topic.name]?.first { $0.entry.name == "min.insync.replicas" }
        return entry?.entry.value.flatMap { Int($0) } ?? 1
    }

    private static func configs(
        _ topics: [Topic],
        _ areNeeded: Bool,
        _ brokers: [Int32],
        _ connection: Connection,
        _ failures: inout [CommandError],
        _ context: Context
    ) throws(CommandError) -> [String: [ResourceConfig]]? {
        do {
            let results = try connection.admin.topicConfigs(
                topics.map(\.name),
                reportedByAnyOf: brokers
            )
            var configs: [String: [ResourceConfig]] = [:]
            for (name, result) in results { configs[name] = try result.get() }
            return configs
        } catch {
            let mayLack =
                error.kind == .unsupported || error.kind == .refused || error.isMissingAnswer
            guard mayLack, !areNeeded else { throw CommandError(error, on: connection.servers) }
            guard error.isMissingAnswer else {
                context.note("note: cannot read topic configurations: \(error.reason)")
                return nil
            }
            failures.append(
                CommandError(.failure, "cannot read topic configurations: \(error.reason)")
            )
            return nil
        }
    }
}

/// Topic ids, where the library reports them.
enum TopicIDs {
    /// Returns the ids by topic name; empty when this library reports none and none is `wanted`.
    static func read(
        _ topics: [Topic],
        wanted: String?,
        through connection: Connection
    ) throws(CommandError) -> [String: String] {
        let names = topics.map(\.name)
        do { return try connection.admin.topicIDs(names) } catch {
            if error.kind == .unsupported || error.isMissingAnswer, wanted == nil { return [:] }
            throw CommandError(error, on: connection.servers)
        }
    }
}
