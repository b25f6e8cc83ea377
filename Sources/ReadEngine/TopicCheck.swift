// One check of the topics that are read, request by request.
// `TopicIdentity` judges what the cluster answers.

import KafkaCore
import Reactor

/// A check under way.
struct TopicCheck {
    /// The next request.
    private enum Stage {
        /// The metadata of all topics, or of the one of this number.
        case listing(Int)
        /// The ids of the topics.
        case ids
        /// The ends of partitions of which nothing is known yet.
        case fresh([TopicPartition])
        /// The places where records of these marks begin.
        case marks([Int], of: [TopicPartition])
        /// The ends of partitions that may be before what was read.
        case ends
    }

    /// The metadata of the topics.
    private struct Listing {
        var topics: [String: Topic] = [:]
        var missing: Set<String> = []
        /// All topics of the cluster, where they were asked for.
        var all: [Topic]?
    }

    let reason: TopicWatch.Reason
    private(set) var events = TopicEvents()
    /// True when a broker answered.
    private(set) var isAnswered = true
    /// The time that the requests took.
    private(set) var time = Duration.zero

    private let positions: [TopicPartition: Int64?]
    private let marks: [Int]
    private var slice: Duration
    private var stage = Stage.listing(0)
    private var listing = Listing()
    /// The positions of topics that are there, and not found to be others.
    private var settled: [TopicPartition: Int64?] = [:]
    private var bounds: [TopicPartition: Int64] = [:]
    private var away: Set<String> = []
    private var changed: [String: TopicReplacement] = [:]

    /// The longest request of a check that is waited for.
    private static let longest = Duration.milliseconds(800)

    init(
        _ reason: TopicWatch.Reason,
        _ positions: [TopicPartition: Int64?],
        marks: [Int],
        slice: Duration
    ) {
        self.reason = reason
        self.positions = positions
        self.marks = marks
        self.slice = slice
        if case .start = reason {
            settled = positions
            bounds = positions.compactMapValues(\.self)
            stage = .ids
        }
    }

    private var isStart: Bool { if case .start = reason { true } else { false } }

    /// True for a check whose result decides how the read goes on: its requests are given longer.
    private var isPressing: Bool {
        switch reason {
        case .sign, .end: true
        case .start, .assignment, .due: false
        }
    }

    /// The time for a request of ids or offsets.
    private var limit: Duration { isPressing ? max(slice, .milliseconds(500)) : slice }

    /// Makes the next request.
    ///
    /// - Returns: true when the check is complete.
    mutating func advance(
        _ watch: inout TopicWatch,
        through access: ClusterAccess,
        now: Int64
    ) throws(ReaderError) -> Bool {
        let start = access.clock.now
        defer { time = time + (access.clock.now - start) }
        switch stage {
        case .listing(let number):
            return try list(number, &watch, through: access)
        case .ids:
            return identify(&watch, through: access, now: now)
        case .fresh(let places):
            for (place, offset) in ask(.latest, of: places, through: access) {
                if let offset { bounds[place] = max(offset, bounds[place] ?? 0) }
            }
            stage = .marks(marks, of: unsure(watch))
        case .marks(let numbers, let places):
            guard let number = numbers.first else {
                stage = .ends
                return isStart ? true : compareEnds(&watch, through: access)
            }
            compareTimes(number, places, &watch, through: access)
            // The clock may be set back.
            if !isStart {
                watch.marks[number] = max(watch.marks[number], now - TopicWatch.ages[number])
            }
            stage = .marks(Array(numbers.dropFirst()), of: places)
        case .ends:
            return compareEnds(&watch, through: access)
        }
        return false
    }

    // MARK: Is it there, how large is it, what else is there

    private mutating func list(
        _ number: Int,
        _ watch: inout TopicWatch,
        through access: ClusterAccess
    ) throws(ReaderError) -> Bool {
        let start = access.clock.now
        let wantsAll = watch.finds != nil && start >= watch.findDue || watch.topics.count > 4
        if wantsAll || watch.topics.isEmpty {
            guard wantsAll else { return true }
            guard let all = metadata(access) else { return unanswered() }
            watch.findDue = start + (watch.topics.isEmpty ? watch.pace : .seconds(5))
            listing.all = all
            for topic in all where topic.error?.kind != .notFound {
                listing.topics[topic.name] = topic
            }
            listing.missing = Set(watch.topics.map(\.name).filter { listing.topics[$0] == nil })
        } else {
            let name = watch.topics[number].name
            do throws(KafkaError) {
                listing.topics[name] = try access.client.topic(
                    name,
                    timeout: slice,
                    clock: access.clock
                )
            } catch {
                guard error.kind == .notFound else { return unanswered() }
                listing.missing.insert(name)
            }
            guard number + 1 >= watch.topics.count else {
                stage = .listing(number + 1)
                return false
            }
        }
        away = Set(watch.topics.filter { $0.missingSince != nil }.map(\.name))
        try compare(&watch, at: access.clock.now)
        // What is away, or has just been found to be made again, has nothing to be compared.
        let unsettled = Set(events.missing + events.remade.map(\.name))
        settled = positions.filter { !unsettled.contains($0.key.topic) }
        bounds = settled.compactMapValues(\.self)
        guard !access.client.isSandbox, !watch.topics.isEmpty else {
            stage = .ends
            return compareEnds(&watch, through: access)
        }
        stage = .ids
        return false
    }

    private func metadata(_ access: ClusterAccess) -> [Topic]? {
        // A broker that does not answer now is asked again.
        try? access.client.metadata(timeout: slice, clock: access.clock).topics
    }

    /// Asks again for longer, or ends a check that no broker answers.
    private mutating func unanswered() -> Bool {
        if slice < Self.longest {
            slice = slice * 2
            return false
        }
        isAnswered = false
        return true
    }

    private mutating func compare(
        _ watch: inout TopicWatch,
        at now: Instant
    ) throws(ReaderError) {
        for index in watch.topics.indices {
            let name = watch.topics[index].name
            if listing.missing.contains(name) {
                let since = watch.topics[index].missingSince ?? now
                guard !watch.isBounded, now - since < TopicWatch.absence else {
                    throw .topicGone(name)
                }
                watch.topics[index].missingSince = since
                events.missing.append(name)
                continue
            }
            guard let topic = listing.topics[name] else { continue }
            watch.topics[index].missingSince = nil
            let before = watch.topics[index].identity.partitionCount
            if let change = watch.topics[index].identity.take(
                partitionCount: topic.partitions.count
            ) {
                add(name, change, &watch)
            }
            guard watch.readsAll else { continue }
            for partition in topic.partitions where Int(partition.id) >= before {
                let place = TopicPartition(name, partition.id)
                events.new.append(PartitionRead(partition: place, start: .beginning))
            }
        }
        guard let finds = watch.finds, let all = listing.all else { return }
        let known = Set(watch.topics.map(\.name))
        for topic in finds(all.filter { !known.contains($0.name) }) {
            events.found.append(topic)
            watch.topics.append(
                TopicWatch.Watched(
                    name: topic.name,
                    identity: TopicIdentity(partitionCount: topic.partitions.count)
                )
            )
        }
    }

    // MARK: Is it the same

    /// Enters a topic that is not the one that it was, and begins anew with it.
    private mutating func add(
        _ name: String,
        _ change: TopicReplacement,
        _ watch: inout TopicWatch
    ) {
        guard let index = watch.topics.firstIndex(where: { $0.name == name }),
            !events.remade.contains(where: { $0.name == name })
        else { return }
        let partitions = listing.topics[name]?.partitions.map(\.id)
        let count = partitions?.count ?? watch.topics[index].identity.partitionCount
        let id = watch.topics[index].identity.id
        watch.topics[index].identity = TopicIdentity(partitionCount: count)
        _ = watch.topics[index].identity.take(id: id)
        events.new.removeAll { $0.partition.topic == name }
        events.remade.append(
            .init(
                name: name,
                partitions: partitions ?? Array(0..<Int32(clamping: count)),
                change: change
            )
        )
    }

    /// Partitions of topics that no id tells apart.
    private func unsure(_ watch: TopicWatch) -> [TopicPartition] {
        let names = Set(watch.topics.filter { $0.identity.id == nil }.map(\.name))
        return settled.keys.filter { names.contains($0.topic) }.sorted()
    }

    /// Compares ids, and chooses the partitions whose offsets are compared.
    private mutating func identify(
        _ watch: inout TopicWatch,
        through access: ClusterAccess,
        now: Int64
    ) -> Bool {
        let names = watch.topics.map(\.name)
        let ids = access.topicIDs(of: names, within: limit)
        for index in watch.topics.indices {
            let name = watch.topics[index].name
            if watch.topics[index].identity.take(id: ids[name]) == true { changed[name] = .id }
        }
        let places = unsure(watch)
        guard !places.isEmpty else {
            stage = .ends
            return isStart
        }
        if watch.marks.isEmpty || isStart { watch.marks = TopicWatch.ages.map { now - $0 } }
        // How far a partition reaches that has just been begun is more than what has been read of it.
        let known = Dictionary(watch.topics.map { ($0.name, $0.identity) }) { first, _ in first }
        let fresh = places.filter { place in
            isStart
                ? bounds[place] == nil : known[place.topic]?.hasFloor(place.partition) == false
        }
        stage = fresh.isEmpty ? .marks(marks, of: places) : .fresh(fresh)
        return false
    }

    /// Asks where the records of a mark's time begin.
    private mutating func compareTimes(
        _ mark: Int,
        _ places: [TopicPartition],
        _ watch: inout TopicWatch,
        through access: ClusterAccess
    ) {
        let answers = ask(.milliseconds(max(0, watch.marks[mark])), of: places, through: access)
        var sightings: [String: [Int32: TopicIdentity.Sighting]] = [:]
        for (place, offset) in answers {
            let sighting = offset.map { TopicIdentity.Sighting.at($0) } ?? .nowhere
            sightings[place.topic, default: [:]][place.partition] = sighting
        }
        let own = Self.byTopic(bounds.mapValues { $0 })
        for index in watch.topics.indices {
            let name = watch.topics[index].name
            guard let found = sightings[name] else { continue }
            let change = watch.topics[index].identity.take(
                found,
                mark: mark,
                bounds: own[name] ?? [:]
            )
            // A check at the start has nothing to compare with.
            if let change, !isStart, changed[name] == nil { changed[name] = change }
        }
    }

    /// Compares the ends of partitions with what has been read of them, and completes the check.
    private mutating func compareEnds(
        _ watch: inout TopicWatch,
        through access: ClusterAccess
    ) -> Bool {
        let checksEnds = if case .sign = reason { true } else { false }
        let suspects = settled.filter { place, _ in
            (checksEnds || away.contains(place.topic)) && changed[place.topic] == nil
        }
        if !suspects.isEmpty {
            let ends = Self.byTopic(ask(.latest, of: Array(suspects.keys), through: access))
            let read = Self.byTopic(suspects)
            // With the same id as before, records were lost, and the topic was not.
            for watched in watch.topics where watched.identity.id == nil {
                let change = watched.identity.take(
                    ends: ends[watched.name] ?? [:],
                    positions: read[watched.name] ?? [:]
                )
                if let change, changed[watched.name] == nil { changed[watched.name] = change }
            }
        }
        for (name, change) in changed.sorted(by: { $0.key < $1.key }) { add(name, change, &watch) }
        return true
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

    /// The offsets of partitions; those that do not answer are left out.
    private func ask(
        _ time: OffsetTime,
        of places: [TopicPartition],
        through access: ClusterAccess
    ) -> [TopicPartition: Int64?] {
        let answers = try? access.client.offsets(
            of: places,
            at: time,
            timeout: limit,
            clock: access.clock
        )
        var offsets: [TopicPartition: Int64?] = [:]
        for answer in answers ?? [] where answer.error == nil {
            offsets[answer.partition] = .some(answer.offset)
        }
        return offsets
    }
}

extension ClusterAccess {
    /// The ids of topics, where library and broker tell them.
    package func topicIDs(of names: [String], within limit: Duration) -> [String: String] {
        guard Features.has(.describeTopics), !client.isSandbox, !names.isEmpty else { return [:] }
        let admin = Admin(client, timeout: min(timeout, limit), clock: clock)
        return (try? admin.topicIDs(names)) ?? [:]
    }
}
