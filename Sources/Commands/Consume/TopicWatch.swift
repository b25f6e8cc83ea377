// Looks now and then whether the topics that are read are still there, and whether they have grown:
// the library tells neither to a reader without a group. Nor does it ask who leads a partition now
// while a broker that stalls has not answered for a minute; looking here tells it too.

import KafkaCore
import Reactor

/// The topics that are read, and how many partitions of each are known.
struct TopicWatch {
    private var counts: [(topic: String, partitions: Int)]
    private let readsAll: Bool
    private let isBounded: Bool
    private let finds: (@Sendable (String) -> Bool)?
    private(set) var due: Instant

    /// How often to look.
    private var pace: Duration {
        if counts.isEmpty { return .milliseconds(500) }
        return isBounded ? .seconds(2) : .seconds(5)
    }

    /// `readsAll`: new partitions are read too, from their beginning; `isBounded`: the read ends by
    /// itself, and nothing need be looked at while records come; `finds`: which new topics are read
    /// too, from their beginning.
    init(
        _ topics: [Topic],
        readsAll: Bool,
        isBounded: Bool,
        now: Instant,
        finds: (@Sendable (String) -> Bool)? = nil
    ) {
        self.finds = finds
        counts = topics.map { ($0.name, $0.partitions.count) }
        self.readsAll = readsAll
        self.isBounded = isBounded
        due = now
        due = now + pace
    }

    /// Takes note that records have come.
    mutating func recordsCame(now: Instant) {
        if isBounded { due = now + pace }
    }

    /// Looks, when it is time to.
    ///
    /// - Returns: partitions that are new.
    /// - Throws: `CommandError` of status `notFound` when a topic is gone.
    mutating func look(through connection: Connection) throws(CommandError) -> [PartitionRead] {
        guard connection.clock.now >= due else { return [] }
        defer { due = connection.clock.now + pace }
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
        return new + newTopics(through: connection)
    }

    private mutating func newTopics(through connection: Connection) -> [PartitionRead] {
        // Whoever does not answer now is asked again.
        guard let finds, let topics = try? connection.metadata().topics else { return [] }
        var new: [PartitionRead] = []
        for topic in topics where finds(topic.name) {
            if counts.contains(where: { $0.topic == topic.name }) { continue }
            counts.append((topic.name, topic.partitions.count))
            for partition in topic.partitions {
                let place = TopicPartition(topic.name, partition.id)
                new.append(PartitionRead(partition: place, start: .beginning))
            }
        }
        return new
    }
}
