// What a run does when topics are made, deleted, or deleted and made again.
//
// 1. A read that ends, and one whose records are kept apart, fails with a topic that is not the one
//    that it was: what it has read is of two topics. One that goes on reads the new one from its
//    beginning, and says so.
// 2. The committed offsets of a group are those of the old topic: they are not gone on with.

import CommandKit
import KafkaCore
import Output
import Reactor

extension ConsumeRun where Sink: ~Copyable {
    /// Takes note of the topics as they are before reading begins.
    mutating func watch(_ reads: [PartitionRead]) {
        limits.watch?.begin(reads, through: connection, now: context.clock.unixMilliseconds)
    }

    /// Waits for topics that match, of which there is none yet.
    mutating func awaitTopics() {
        intake.isAwaiting = true
        awaitsMatch = true
        tell("no topic on \(connection.servers) matches --regex yet; waiting")
    }

    /// Looks at the topics when it is time to, and does what is to be done.
    mutating func lookAtTopics() throws(CommandError) {
        let now = connection.clock.now
        if group?.takeDoubt() == true { limits.watch?.hasten(now) }
        guard let due = limits.watch?.due, due <= now else { return }
        let positions = positions()
        let events = try limits.watch?.look(
            positions,
            through: connection,
            now: context.clock.unixMilliseconds
        )
        if let events { try follow(events) }
    }

    /// Looks at the topics once more, now that all of a read that ends has been read.
    mutating func checkTopicsAtEnd() throws(CommandError) {
        guard limits.isBounded else { return }
        let positions = positions()
        let events = try limits.watch?.finish(
            positions,
            through: connection,
            now: context.clock.unixMilliseconds
        )
        if let events { try follow(events) }
    }

    /// Looks at once where a partition cannot be read on, or began anew by itself.
    mutating func followSigns() throws(CommandError) {
        let signs = intake.takeSigns()
        let setBack = intake.progress.takeSetBack()
        guard !signs.isEmpty || setBack != nil else { return }
        try handOn()
        let wanted = Set(signs.map(\.topicIndex) + (setBack.map { [$0.topicIndex] } ?? []))
        let names = Set(topics.indices.filter(wanted.contains).map { topics[$0] })
        let suspects = positions().filter { names.contains($0.key.topic) }
        let events: TopicEvents
        do throws(CommandError) {
            events =
                try limits.watch?.examine(
                    suspects,
                    through: connection,
                    now: context.clock.unixMilliseconds
                ) ?? TopicEvents()
        } catch {
            // Who is asked may not know yet what the library was told.
            guard let sign = signs.first, error.report?.isRetriable == true else { throw error }
            throw self.error(of: sign)
        }
        try follow(events, except: setBack)
        let answered = Set(events.remade.map(\.name) + events.missing)
        for sign in signs where !answered.contains(topics[sign.topicIndex]) {
            guard try goOn(with: sign) else { throw error(of: sign) }
        }
    }

    /// Reads a partition on whose topic was away for a moment, and is the same.
    private mutating func goOn(with sign: IntakeFailure) throws(CommandError) -> Bool {
        guard !limits.isBounded, group == nil, !sign.error.isOffsetGone,
            !sign.error.isMissingPartition, resumptions < 100,
            let progress = intake.progress[sign.topicIndex, sign.partition]
        else { return false }
        resumptions += 1
        let place = TopicPartition(topics[sign.topicIndex], sign.partition)
        let offset = progress.start == nil ? StartOffset.beginning : .at(progress.position)
        try start([PartitionRead(partition: place, start: offset, end: progress.end)])
        return true
    }

    /// What a partition that cannot be read on comes to.
    func error(of failure: IntakeFailure) -> CommandError {
        let topic = topics[failure.topicIndex]
        let place = TopicPartition(topic, failure.partition)
        if failure.error.isOffsetGone { return .gone(failure.offset, of: place, connection) }
        if failure.error.isCorrupt { return .corrupt(failure.error, failure.offset, of: place) }
        return CommandError(failure.error, topic: topic, on: connection.servers)
    }

    /// How far the partitions have been read; nil for one of which nothing has come.
    private func positions() -> [TopicPartition: Int64?] {
        var positions: [TopicPartition: Int64?] = [:]
        for item in intake.progress.all {
            let place = TopicPartition(topics[item.topicIndex], item.partition)
            let position = item.progress.start == nil ? nil : Optional(item.progress.position)
            positions[place] = .some(position)
        }
        return positions
    }

    // MARK: What is to be done

    /// `except`: a partition that reads the new topic from its beginning already.
    private mutating func follow(
        _ events: TopicEvents,
        except known: (topicIndex: Int, partition: Int32)? = nil
    ) throws(CommandError) {
        guard !events.isEmpty else { return }
        for remade in events.remade {
            if limits.isBounded || limits.keepsTopicsApart {
                throw .remade(remade, isKeptApart: limits.keepsTopicsApart)
            }
            tell(
                "topic '\(remade.name)' \(remade.change.text); reading the new one from its"
                    + " beginning"
            )
            try restart(remade, except: known)
        }
        for name in events.missing { group?.expectNew(name) }
        if !events.found.isEmpty { try read(events.found) }
        if !events.new.isEmpty { try start(events.new) }
    }

    private mutating func tell(_ text: String) {
        intake.sink.hideProgress()
        context.note(text)
    }

    /// Reads a topic from its beginning that is not the one that it was.
    private mutating func restart(
        _ remade: TopicEvents.Remade,
        except known: (topicIndex: Int, partition: Int32)?
    ) throws(CommandError) {
        let topic = index(of: remade.name)
        let skipped = known?.topicIndex == topic ? known?.partition : nil
        if let group {
            group.restart(remade.name, &intake.progress, index: topics, except: skipped)
            return
        }
        let before = intake.progress.all.filter { $0.topicIndex == topic }.map(\.partition)
        var wanted = Set(before).intersection(remade.partitions)
        if limits.watch?.readsAll == true { wanted.formUnion(remade.partitions) }
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
    private mutating func read(_ found: [Topic]) throws(CommandError) {
        awaitsMatch = false
        for topic in found {
            _ = index(of: topic.name)
            tell("topic '\(topic.name)' is new; reading it from its beginning")
        }
        if let group { return try group.add(found) }
        for topic in found {
            try start(
                topic.partitions.map {
                    PartitionRead(partition: TopicPartition(topic.name, $0.id), start: .beginning)
                }
            )
        }
    }
}

extension TopicReplacement {
    /// What has happened, and what shows it.
    var text: String {
        let sign =
            switch self {
            case .id: "it has another id"
            case .partitions: "it has fewer partitions"
            case .end(let partition, let end, let position):
                "partition \(partition) ends at \(end), and was read up to \(position)"
            case .time(let partition, let offset, let floor):
                "partition \(partition) has new records from offset \(offset) on, and reached"
                    + " \(floor) before"
            }
        return "was deleted and made again (\(sign))"
    }
}

extension CommandError {
    /// A topic that is not the one that a read began with.
    static func remade(_ remade: TopicEvents.Remade, isKeptApart: Bool) -> CommandError {
        CommandError(
            .failure,
            "topic '\(remade.name)' \(remade.change.text) while it was read",
            hint: isKeptApart
                ? "its records belong into another folder" : "what was printed is of both",
            topic: remade.name
        )
    }

    /// A pattern that no topic matches.
    static func noMatch(on servers: String) -> CommandError {
        CommandError(.notFound, "no topic on \(servers) matches --regex")
    }

    /// A topic that is gone while it is read.
    static func gone(topic name: String, _ connection: Connection) -> CommandError {
        CommandError(
            .notFound,
            "topic '\(name)' is gone from \(connection.servers): it was deleted",
            topic: name
        )
    }
}
