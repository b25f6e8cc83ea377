// Looks whether the topics that are read still exist, are the same and have grown.
// It looks for new ones that match a pattern too. The library tells none of it to a reader without
// a group, and little to a member. Nor does it ask who leads a partition now while a broker that
// stalls has not answered for a minute; looking here tells it too.
//
// 1. A look takes a few requests, each of which may wait for a fetch that is under way on the same
//    connection: the pause after a look is many times as long as the look was, up to five seconds.
// 2. Whoever does not answer is asked again at the next look; only an answer changes anything.

import CommandKit
import KafkaCore
import Reactor

/// What a look has found.
struct TopicEvents {
    /// A topic that was deleted and made again.
    struct Remade {
        var name: String
        var partitions: [Int32]
        var change: TopicReplacement
    }

    /// Partitions that are to be read too, from their beginning.
    var new: [PartitionRead] = []
    /// Topics that are to be read too.
    var found: [Topic] = []
    /// Topics that are not the ones that they were.
    var remade: [Remade] = []
    /// Topics that are away, and may come back.
    var missing: [String] = []

    var isEmpty: Bool { new.isEmpty && found.isEmpty && remade.isEmpty && missing.isEmpty }
}

/// The topics that are read, and what is known of them.
struct TopicWatch {
    /// Which new topics are read too, from their beginning.
    typealias Finding = @Sendable ([Topic]) -> [Topic]

    struct Watched {
        var name: String
        var identity: TopicIdentity
        /// Since when it has not been there.
        var missingSince: Instant?
    }

    var topics: [Watched]
    let readsAll: Bool
    let isBounded: Bool
    private var finds: Finding?
    private let began: Instant
    private(set) var due: Instant
    private var findDue: Instant
    /// The times that `TopicIdentity` has marks of, in milliseconds since 1970.
    var marks: [Int64] = []
    private var looks = 0
    /// Whether anybody answered at the last look.
    private var isAnswered = true

    /// How far the marks are before the present: the second is for producers whose clocks are behind.
    static let ages: [Int64] = [0, 60_000]

    /// How long a topic that is gone may take to come back, where reading goes on.
    private static let absence = Duration.seconds(5)

    /// `readsAll`: new partitions are read too, from their beginning; `isBounded`: the read ends by
    /// itself, and nothing need be looked at while records come.
    init(
        _ topics: [Topic],
        readsAll: Bool,
        isBounded: Bool,
        now: Instant,
        finds: Finding? = nil
    ) {
        self.topics = topics.map { topic in
            Watched(
                name: topic.name,
                identity: TopicIdentity(partitionCount: topic.partitions.count)
            )
        }
        self.readsAll = readsAll
        self.isBounded = isBounded
        self.finds = finds
        began = now
        due = now
        findDue = now
        due = now + pace
    }

    private var pace: Duration { topics.isEmpty ? .milliseconds(500) : .seconds(2) }

    /// Takes only those new topics that are wanted, too.
    mutating func narrow(_ isWanted: @escaping @Sendable (Topic) -> Bool) {
        guard let finds else { return }
        self.finds = { all in finds(all).filter(isWanted) }
    }

    /// Takes note that records have come.
    mutating func recordsCame(now: Instant) {
        if isBounded { due = now + pace }
    }

    /// Has the next look come at once.
    mutating func hasten(_ now: Instant) { due = now }

    /// Takes note of what there is before reading begins.
    ///
    /// `reads`: where; an end that is not known is asked for. Who does not answer is asked later.
    mutating func begin(_ reads: [PartitionRead], through connection: Connection, now: Int64) {
        guard !connection.client.isSandbox, !topics.isEmpty else { return }
        marks = Self.ages.map { now - $0 }
        if takeIDs(through: connection).isEmpty, topics.allSatisfy({ $0.identity.id != nil }) {
            return
        }
        var bounds: [TopicPartition: Int64] = [:]
        for read in reads {
            if let bound = [read.first, read.end].compactMap(\.self).max() {
                bounds[read.partition] = bound
            }
        }
        let places = reads.map(\.partition)
        let unknown = places.filter { bounds[$0] == nil }
        for (place, offset) in ask(.latest, of: unknown, through: connection) {
            if let offset { bounds[place] = offset }
        }
        for mark in marks.indices {
            _ = compareTimes(mark, places, bounds: bounds, through: connection)
        }
    }

    /// Looks, when it is time to.
    ///
    /// `positions`: the partitions that are read of each topic, and how far; `now` in milliseconds
    /// since 1970.
    /// - Throws: `CommandError` of status `notFound` when a topic is gone, and stays so.
    mutating func look(
        _ positions: [TopicPartition: Int64?],
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> TopicEvents {
        let start = connection.clock.now
        guard start >= due else { return TopicEvents() }
        looks += 1
        defer {
            let end = connection.clock.now
            // Where nobody answers, looking is what has the library try again.
            let pause = isAnswered ? max(pace, min((end - start) * 20, .seconds(5))) : pace
            due = end + (topics.contains { $0.missingSince != nil } ? .milliseconds(100) : pause)
        }
        // The second mark is for the rarer case, and asked for more rarely.
        let numbers = looks % 5 == 1 ? Array(Self.ages.indices) : [0]
        return try examine(positions, numbers, checksEnds: false, through: connection, now: now)
    }

    /// Looks at once whether the topics whose partitions gave a sign are the ones that they were.
    mutating func examine(
        _ positions: [TopicPartition: Int64?],
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> TopicEvents {
        let numbers = Array(Self.ages.indices)
        return try examine(positions, numbers, checksEnds: true, through: connection, now: now)
    }

    private mutating func examine(
        _ positions: [TopicPartition: Int64?],
        _ numbers: [Int],
        checksEnds: Bool,
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> TopicEvents {
        var events = TopicEvents()
        let listing = try list(through: connection, at: connection.clock.now)
        isAnswered = !listing.topics.isEmpty || !listing.missing.isEmpty || topics.isEmpty
        guard isAnswered else { return events }
        let away = Set(topics.filter { $0.missingSince != nil }.map(\.name))
        try compare(listing, &events, through: connection)
        // What is away, or has just been found to be made again, has nothing to be compared.
        let unsettled = Set(events.missing + events.remade.map(\.name))
        let settled = positions.filter { !unsettled.contains($0.key.topic) }
        var changed = identify(settled, numbers, through: connection, now: now)
        let suspects = settled.filter { place, _ in
            (checksEnds || away.contains(place.topic)) && changed[place.topic] == nil
        }
        changed.merge(compareEnds(suspects, through: connection)) { first, _ in first }
        for (name, change) in changed.sorted(by: { $0.key < $1.key }) {
            add(name, change, listing, &events)
        }
        return events
    }

    /// Whether all topics are still the same, now that all of a read has been read.
    ///
    /// A read that ends at once is not asked about: within it nobody makes a topic again. One that is
    /// gone by now was there.
    mutating func finish(
        _ positions: [TopicPartition: Int64?],
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> TopicEvents {
        guard isBounded, connection.clock.now - began > .seconds(1) else { return TopicEvents() }
        do throws(CommandError) {
            let numbers = Array(Self.ages.indices)
            return try examine(positions, numbers, checksEnds: false, through: connection, now: now)
        } catch {
            guard case .notFound = error.status else { throw error }
            return TopicEvents()
        }
    }

    // MARK: Is it there, how large is it, what else is there

    /// What there is of the topics that are watched; nil where nobody answers.
    struct Listing {
        var topics: [String: Topic] = [:]
        var missing: Set<String> = []
        /// Whether it holds the whole cluster's topics.
        var all: [Topic]?
    }

    private mutating func list(
        through connection: Connection,
        at now: Instant
    ) throws(CommandError) -> Listing {
        var listing = Listing()
        if finds != nil && now >= findDue || topics.count > 4 {
            findDue = now + (topics.isEmpty ? pace : .seconds(5))
            // Whoever does not answer now is asked again.
            let limit = min(connection.timeout, .seconds(2))
            let answer = try? connection.client.metadata(timeout: limit, clock: connection.clock)
            guard let all = answer?.topics else { return listing }
            listing.all = all
            for topic in all where topic.error?.kind != .notFound {
                listing.topics[topic.name] = topic
            }
            listing.missing = Set(topics.map(\.name).filter { listing.topics[$0] == nil })
            return listing
        }
        for watched in topics {
            do throws(KafkaError) {
                listing.topics[watched.name] = try connection.client.topic(
                    watched.name,
                    timeout: .milliseconds(500),
                    clock: connection.clock
                )
            } catch {
                guard error.kind == .notFound else { return listing }
                listing.missing.insert(watched.name)
            }
        }
        return listing
    }

    private mutating func compare(
        _ listing: Listing,
        _ events: inout TopicEvents,
        through connection: Connection
    ) throws(CommandError) {
        let now = connection.clock.now
        for index in topics.indices {
            let name = topics[index].name
            if listing.missing.contains(name) {
                let since = topics[index].missingSince ?? now
                guard !isBounded, now - since < Self.absence else {
                    throw .gone(topic: name, connection)
                }
                topics[index].missingSince = since
                events.missing.append(name)
                continue
            }
            guard let topic = listing.topics[name] else { continue }
            topics[index].missingSince = nil
            let before = topics[index].identity.partitionCount
            if let change = topics[index].identity.take(partitionCount: topic.partitions.count) {
                add(name, change, listing, &events)
            }
            guard readsAll else { continue }
            for partition in topic.partitions where Int(partition.id) >= before {
                let place = TopicPartition(name, partition.id)
                events.new.append(PartitionRead(partition: place, start: .beginning))
            }
        }
        guard let finds, let all = listing.all else { return }
        let known = Set(topics.map(\.name))
        for topic in finds(all.filter { !known.contains($0.name) }) {
            events.found.append(topic)
            topics.append(
                Watched(
                    name: topic.name,
                    identity: TopicIdentity(partitionCount: topic.partitions.count)
                )
            )
        }
    }
}
