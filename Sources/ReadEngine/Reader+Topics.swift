// What a reader does when topics are made, deleted, or deleted and made again.
//
// 1. A read that ends, and one whose records are kept apart, fails with a topic that is not the one
//    that it was: what it has read is of two topics. One that goes on reads the new one from its
//    beginning, and reports it.
// 2. The committed offsets of a group are those of the old topic: the member does not go on from them.

package import KafkaCore
import Reactor

/// Partitions that cannot be read on, or began anew, until their topics have been checked.
struct Suspects {
    fileprivate var signs: [IntakeFailure] = []
    fileprivate var setBack: (topicIndex: Int, partition: Int32)?
    /// The number of times that partitions were read on whose topics had been away.
    fileprivate var resumptions = 0

    /// True when a topic is to be checked before anything more is taken.
    var isFound: Bool { !signs.isEmpty || setBack != nil }

    /// Takes what messages have shown.
    mutating func find(in intake: inout Intake) {
        signs += intake.takeSigns()
        setBack = setBack ?? intake.progress.takeSetBack()
    }
}

extension Reader {
    /// The number by which records carry a topic.
    mutating func number(of topic: String) -> Int {
        if let known = topics.firstIndex(of: topic) { return known }
        topics.append(topic)
        consumer.know(topic)
        return topics.count - 1
    }

    /// The positions of the partitions; nil for one of which nothing has come.
    var positions: [TopicPartition: Int64?] {
        var positions: [TopicPartition: Int64?] = [:]
        for item in intake.progress.all {
            let place = TopicPartition(topics[item.topicIndex], item.partition)
            let position = item.progress.start == nil ? nil : Optional(item.progress.position)
            positions[place] = .some(position)
        }
        return positions
    }

    /// Begins what is planned, and goes on with checks of the topics.
    mutating func stepTopics(
        _ events: inout [ReaderEvent],
        at now: Instant
    ) throws(ReaderError) {
        guard watch != nil else {
            try beginPlanned()
            course.checksAssignment = false
            if suspects.isFound { try judge(TopicEvents(), &events) }
            return
        }
        if suspects.isFound, watch?.holdsReading == false {
            let names = suspectTopics
            let suspects = positions.filter { names.contains($0.key.topic) }
            watch?.begin(.sign, suspects)
        } else if course.checksAssignment, watch?.holdsReading == false {
            course.checksAssignment = false
            let positions = positions
            watch?.begin(.assignment, positions)
        } else if watch?.isChecking == false, !hasEnded, let due = watch?.due, due <= now {
            let positions = positions
            watch?.begin(.due, positions)
        }
        let found = try watch?.advance(through: access, now: access.clock.unixMilliseconds)
        if let (found, reason) = found {
            switch reason {
            case .start: break
            case .due, .end, .assignment: try follow(found, &events)
            case .sign: try judge(found, &events)
            }
        }
        if watch?.holdsReading == false { try beginPlanned() }
    }

    private mutating func beginPlanned() throws(ReaderError) {
        let reads = planned
        planned = []
        try start(reads)
    }

    /// Begins to read partitions.
    private mutating func start(_ reads: [PartitionRead]) throws(ReaderError) {
        for read in reads {
            guard (0..<1_000_000).contains(read.partition.partition) else {
                throw .impossiblePartition(read.partition)
            }
            let topic = number(of: read.partition.topic)
            let hasRecords = intake.progress.add(
                topicIndex: topic,
                partition: read.partition.partition,
                from: read.first,
                to: read.end
            )
            guard hasRecords else { continue }
            origins[read.partition] = read.first == nil ? read.start : nil
            // Another part of it may have been read before.
            consumer.stop(read.partition)
            do { try consumer.start(read.partition, at: read.start) } catch {
                throw .topic(error, read.partition.topic)
            }
        }
    }

    private var suspectTopics: Set<String> {
        var numbers = Set(suspects.signs.map(\.topicIndex))
        if let setBack = suspects.setBack { numbers.insert(setBack.topicIndex) }
        return Set(numbers.filter(topics.indices.contains).map { topics[$0] })
    }

    /// Decides what the suspects come to, now that their topics have been checked.
    private mutating func judge(
        _ found: TopicEvents,
        _ events: inout [ReaderEvent]
    ) throws(ReaderError) {
        let (signs, setBack) = (suspects.signs, suspects.setBack)
        suspects.signs = []
        suspects.setBack = nil
        try follow(found, &events, except: setBack)
        let answered = Set(found.remade.map(\.name) + found.missing)
        for sign in signs where !answered.contains(topics[sign.topicIndex]) {
            guard try readOn(after: sign) else { throw error(of: sign) }
        }
    }

    /// Reads a partition on whose topic was away for a moment, and is the same.
    private mutating func readOn(after sign: IntakeFailure) throws(ReaderError) -> Bool {
        guard !rules.isBounded, session == nil, !sign.error.isOffsetGone,
            !sign.error.isMissingPartition, suspects.resumptions < 100,
            let progress = intake.progress[sign.topicIndex, sign.partition]
        else { return false }
        suspects.resumptions += 1
        let place = TopicPartition(topics[sign.topicIndex], sign.partition)
        let offset = progress.start == nil ? StartOffset.beginning : .at(progress.position)
        try start([PartitionRead(partition: place, start: offset, end: progress.end)])
        return true
    }

    /// The error of a partition that cannot be read on.
    func error(of failure: IntakeFailure) -> ReaderError {
        guard topics.indices.contains(failure.topicIndex) else { return .cluster(failure.error) }
        let topic = topics[failure.topicIndex]
        let place = TopicPartition(topic, failure.partition)
        if failure.error.isOffsetGone {
            let first = ask(.earliest, of: place)
            return .outOfRange(
                place,
                offset: failure.offset,
                first: first,
                last: first == nil ? nil : ask(.latest, of: place)
            )
        }
        if failure.error.isCorrupt { return .corrupt(failure.error, place, offset: failure.offset) }
        return .topic(failure.error, topic)
    }

    private func ask(_ time: OffsetTime, of partition: TopicPartition) -> Int64? {
        let answers = try? access.client.offsets(
            of: [partition],
            at: time,
            timeout: min(access.timeout, .seconds(2)),
            clock: access.clock
        )
        return answers?.first?.offset
    }

    // MARK: What is to be done

    /// `except`: a partition that reads the new topic from its beginning already.
    private mutating func follow(
        _ found: TopicEvents,
        _ events: inout [ReaderEvent],
        except known: (topicIndex: Int, partition: Int32)? = nil
    ) throws(ReaderError) {
        guard !found.isEmpty else { return }
        for remade in found.remade {
            if rules.isBounded || rules.keepsTopicsApart {
                throw .topicReplaced(
                    remade.name,
                    remade.change,
                    isKeptApart: rules.keepsTopicsApart
                )
            }
            events.append(.topicReplaced(remade.name, remade.change))
            try restart(remade, except: known)
        }
        for name in found.missing { session?.expectNew(name) }
        if !found.found.isEmpty { try read(found.found, &events) }
        if !found.new.isEmpty { try start(found.new) }
    }

    /// Reads a topic from its beginning that is not the one that it was.
    private mutating func restart(
        _ remade: TopicEvents.Remade,
        except known: (topicIndex: Int, partition: Int32)?
    ) throws(ReaderError) {
        let topic = number(of: remade.name)
        let skipped = known?.topicIndex == topic ? known?.partition : nil
        if let session {
            session.restart(remade.name, &intake.progress, index: topics, except: skipped)
            return
        }
        let before = intake.progress.all.filter { $0.topicIndex == topic }.map(\.partition)
        var wanted = Set(before).intersection(remade.partitions)
        if watch?.readsAll == true { wanted.formUnion(remade.partitions) }
        for partition in before where !wanted.contains(partition) {
            consumer.stop(TopicPartition(remade.name, partition))
            intake.progress.remove(topicIndex: topic, partition: partition)
        }
        try start(
            wanted.sorted().filter { $0 != skipped }.map {
                PartitionRead(partition: TopicPartition(remade.name, $0), start: .beginning)
            }
        )
    }

    /// Reads topics that were made meanwhile.
    private mutating func read(
        _ found: [Topic],
        _ events: inout [ReaderEvent]
    ) throws(ReaderError) {
        endAwaiting()
        for topic in found { _ = number(of: topic.name) }
        events.append(.topicsFound(found))
        if let session { return try session.add(found) }
        for topic in found {
            try start(
                topic.partitions.map {
                    PartitionRead(partition: TopicPartition(topic.name, $0.id), start: .beginning)
                }
            )
        }
    }

    // MARK: Partitions that wait

    /// Takes nothing more of a partition until it is resumed.
    package mutating func pause(_ partition: TopicPartition) {
        guard let topic = topics.firstIndex(of: partition.topic),
            let progress = intake.progress[topic, partition.partition], !progress.isComplete,
            paused.insert(partition).inserted
        else { return }
        if let session { return session.member.pause([partition]) }
        // Ended and begun again, since a pause of the library's counts records as read that it drops.
        consumer.stop(partition)
    }

    /// Reads a partition on, from the record after the last one that was taken.
    package mutating func resume(_ partition: TopicPartition) throws(ReaderError) {
        guard paused.remove(partition) != nil,
            let topic = topics.firstIndex(of: partition.topic),
            let progress = intake.progress[topic, partition.partition], !progress.isComplete
        else { return }
        let next =
            progress.start == nil
            ? origins[partition] ?? .beginning : StartOffset.at(progress.position)
        if let session { return session.member.resume([PartitionOffset(partition, at: next)]) }
        do { try consumer.start(partition, at: next) } catch {
            throw .topic(error, partition.topic)
        }
    }
}
