// What a group's member says: what it reads, what goes wrong, and what it waits for; each once.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

extension GroupReading {
    func fail(_ error: KafkaError, isFatal: Bool) throws(CommandError) {
        if error.isPollIntervalExceeded {
            context.note(
                "group '\(wish.name)': nothing was read for longer than max.poll.interval.ms"
                    + " (\(pollInterval.argumentText)), so the partitions went to others;"
                    + " joining again"
            )
            return
        }
        if error.isUnknownTopic, !isFatal, !wish.rule.isBounded {
            // It may come back; how long it may take `TopicWatch` knows.
            isInDoubt = true
            return
        }
        switch error.kind {
        case .refused, .invalid, .unsupported, .notFound: break
        case .alreadyExists, .unreachable, .timedOut, .tooLarge, .other:
            guard isFatal else { return tellTrouble(error.reason) }
        }
        var failure = CommandError(error, "group '\(wish.name)'")
        if error.isInconsistentProtocol {
            failure.replaceMessage(
                "group '\(wish.name)' shares its partitions out in another way than this member",
                hint: "-X partition.assignment.strategy=cooperative-sticky, or what its members use"
            )
        }
        throw failure
    }

    /// Whether a topic has to be looked after, since the last call.
    func takeDoubt() -> Bool {
        defer { isInDoubt = false }
        return isInDoubt
    }

    func tell(_ starts: [GroupStart], _ progress: ReadProgress, _ index: [String]) {
        for case let note? in starts.map(\.note) { context.note("group '\(wish.name)': \(note)") }
        let reading = progress.all.map { item in
            (
                partition: TopicPartition(index[item.topicIndex], item.partition),
                from: item.progress.start == nil ? nil : Optional(item.progress.position)
            )
        }
        if told != assigned {
            told = assigned
            context.note("group '\(wish.name)': reading \(GroupText.list(reading))")
        }
        guard !hasTold, !starts.isEmpty else { return }
        hasTold = true
        guard let reset = wish.rule.reset, wasUpToDate, hadOffsets, context.isOffered(reset.words)
        else { return }
        context.note(
            "group '\(wish.name)': \(reset.words) has no effect: the group has committed offsets"
                + " for all these partitions"
        )
    }

    func tellWaiting() {
        hasToldWaiting = true
        let session = connection.client.property("session.timeout.ms").flatMap { Int($0) } ?? 45_000
        context.note(
            "group '\(wish.name)': waiting for partitions; a member that ended without leaving is"
                + " waited for until its session is over"
                + " (\(Duration.milliseconds(session).argumentText) by default here)"
        )
    }

    /// Says what is wrong, each thing once.
    func tellTrouble(_ text: String) {
        guard troubles.insert(text).inserted else { return }
        context.note("group '\(wish.name)': \(text)")
    }

    static func names(_ partitions: [TopicPartition]) -> String {
        GroupText.list(partitions.map { ($0, from: nil) })
    }
}
