// Whether the topics that are watched are the ones that they were.
// What a cluster is asked, for `TopicIdentity` to judge.

import CommandKit
import KafkaCore
import Reactor

extension TopicWatch {
    /// Enters a topic that is not the one that it was, and begins anew with it.
    mutating func add(
        _ name: String,
        _ change: TopicReplacement,
        _ listing: Listing,
        _ events: inout TopicEvents
    ) {
        guard let index = topics.firstIndex(where: { $0.name == name }),
            !events.remade.contains(where: { $0.name == name })
        else { return }
        let partitions = listing.topics[name]?.partitions.map(\.id)
        let count = partitions?.count ?? topics[index].identity.partitionCount
        let id = topics[index].identity.id
        topics[index].identity = TopicIdentity(partitionCount: count)
        _ = topics[index].identity.take(id: id)
        events.new.removeAll { $0.partition.topic == name }
        events.remade.append(
            .init(
                name: name,
                partitions: partitions ?? Array(0..<Int32(clamping: count)),
                change: change
            )
        )
    }

    /// Which topics are others, by their ids or by where records of a time are.
    mutating func identify(
        _ positions: [TopicPartition: Int64?],
        _ numbers: [Int],
        through connection: Connection,
        now: Int64
    ) -> [String: TopicReplacement] {
        guard !connection.client.isSandbox, !topics.isEmpty else { return [:] }
        var changed = takeIDs(through: connection)
        let unsure = Set(topics.filter { $0.identity.id == nil }.map(\.name))
        let places = positions.keys.filter { unsure.contains($0.topic) }.sorted()
        guard !places.isEmpty else { return changed }
        if marks.isEmpty { marks = Self.ages.map { now - $0 } }
        var bounds = positions.compactMapValues(\.self)
        // How far a partition reaches that has just been begun is more than what has been read of it.
        let known = Dictionary(topics.map { ($0.name, $0.identity) }) { first, _ in first }
        let fresh = places.filter { known[$0.topic]?.hasFloor($0.partition) == false }
        for (place, offset) in ask(.latest, of: fresh, through: connection) {
            if let offset { bounds[place] = max(offset, bounds[place] ?? 0) }
        }
        for mark in numbers {
            let found = compareTimes(mark, places, bounds: bounds, through: connection)
            changed.merge(found) { first, _ in first }
            // The clock may be set back.
            marks[mark] = max(marks[mark], now - Self.ages[mark])
        }
        return changed
    }

    /// Which topics have ends before what has been read of them.
    func compareEnds(
        _ positions: [TopicPartition: Int64?],
        through connection: Connection
    ) -> [String: TopicReplacement] {
        guard !positions.isEmpty else { return [:] }
        let ends = Self.byTopic(ask(.latest, of: Array(positions.keys), through: connection))
        let read = Self.byTopic(positions)
        var changed: [String: TopicReplacement] = [:]
        // With the same id as before, records were lost, and the topic was not.
        for watched in topics where watched.identity.id == nil {
            changed[watched.name] = watched.identity.take(
                ends: ends[watched.name] ?? [:],
                positions: read[watched.name] ?? [:]
            )
        }
        return changed
    }

    private static func byTopic(
        _ offsets: [TopicPartition: Int64?]
    ) -> [String: [Int32: Int64]] {
        var byTopic: [String: [Int32: Int64]] = [:]
        for (place, offset) in offsets {
            if let offset { byTopic[place.topic, default: [:]][place.partition] = offset }
        }
        return byTopic
    }

    /// Asks where the records of a mark's time begin.
    mutating func compareTimes(
        _ mark: Int,
        _ places: [TopicPartition],
        bounds: [TopicPartition: Int64],
        through connection: Connection
    ) -> [String: TopicReplacement] {
        var changed: [String: TopicReplacement] = [:]
        let answers = ask(.milliseconds(max(0, marks[mark])), of: places, through: connection)
        var sightings: [String: [Int32: TopicIdentity.Sighting]] = [:]
        for (place, offset) in answers {
            let sighting = offset.map { TopicIdentity.Sighting.at($0) } ?? .nowhere
            sightings[place.topic, default: [:]][place.partition] = sighting
        }
        let own = Self.byTopic(bounds.mapValues { $0 })
        for index in topics.indices {
            let name = topics[index].name
            guard let found = sightings[name] else { continue }
            changed[name] = topics[index].identity.take(found, mark: mark, bounds: own[name] ?? [:])
        }
        return changed
    }

    /// The offsets of partitions; those that do not answer are left out.
    func ask(
        _ time: OffsetTime,
        of places: [TopicPartition],
        through connection: Connection
    ) -> [TopicPartition: Int64?] {
        let answers = try? connection.client.offsets(
            of: places,
            at: time,
            timeout: .milliseconds(500),
            clock: connection.clock
        )
        var offsets: [TopicPartition: Int64?] = [:]
        for answer in answers ?? [] where answer.error == nil {
            offsets[answer.partition] = .some(answer.offset)
        }
        return offsets
    }

    /// Takes the ids that are told; which topics have others than before.
    mutating func takeIDs(through connection: Connection) -> [String: TopicReplacement] {
        let ids = connection.topicIDs(of: topics.map(\.name), within: .milliseconds(500))
        var changed: [String: TopicReplacement] = [:]
        for index in topics.indices {
            let name = topics[index].name
            if topics[index].identity.take(id: ids[name]) == true { changed[name] = .id }
        }
        return changed
    }
}

extension Connection {
    /// The ids of topics, where library and broker tell them.
    func topicIDs(of names: [String], within limit: Duration) -> [String: String] {
        guard Features.has(.describeTopics), !client.isSandbox, !names.isEmpty else { return [:] }
        let admin = Admin(client, timeout: min(timeout, limit), clock: clock)
        return (try? admin.topicIDs(names)) ?? [:]
    }
}
