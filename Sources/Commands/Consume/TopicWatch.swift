// Looks now and then whether the topics that are followed are still there, and whether they have
// grown: the library tells neither to a reader without a group.

import KafkaCore
import Reactor

/// The topics that are followed, and how many partitions of each are known.
struct TopicWatch {
    private var counts: [(topic: String, partitions: Int)]
    private let readsAll: Bool
    private(set) var due: Instant

    /// How often to look.
    private static let pace = Duration.seconds(5)

    /// `readsAll`: new partitions are read too, from their beginning.
    init(_ topics: [Topic], readsAll: Bool, now: Instant) {
        counts = topics.map { ($0.name, $0.partitions.count) }
        self.readsAll = readsAll
        due = now + Self.pace
    }

    /// Looks, when it is time to.
    ///
    /// - Returns: partitions that are new.
    /// - Throws: `CommandError` of status `notFound` when a topic is gone.
    mutating func look(through connection: Connection) throws(CommandError) -> [PartitionRead] {
        guard connection.clock.now >= due else { return [] }
        due = connection.clock.now + Self.pace
        var new: [PartitionRead] = []
        for index in counts.indices {
            let name = counts[index].topic
            let topic: Topic
            do throws(KafkaError) {
                topic = try connection.client.topic(
                    name,
                    timeout: .milliseconds(500),
                    clock: connection.clock
                )
            } catch {
                guard error.kind == .notFound else { return new }
                throw CommandError(
                    .notFound,
                    "topic '\(name)' is gone from \(connection.servers): it was deleted",
                    topic: name
                )
            }
            guard readsAll, topic.partitions.count > counts[index].partitions else { continue }
            for partition in topic.partitions where partition.id >= counts[index].partitions {
                let place = TopicPartition(name, partition.id)
                new.append(PartitionRead(partition: place, start: .beginning))
            }
            counts[index].partitions = topic.partitions.count
        }
        return new
    }
}
