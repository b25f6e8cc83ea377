// The words for what happens to a read: each thing once.

import Arguments
import CommandKit
import KafkaCore
import Output
import ReadEngine

/// The group of a read, as notes name it.
struct GroupNames {
    let name: String
    /// The option or setting that says where a group begins; nil for none.
    let reset: String?
    /// The word for what was done with committed records: printed, or processed.
    let work: String
}

/// The notes of one read.
struct ReadNotes {
    let group: GroupNames?

    private let connection: Connection
    private let context: Context
    /// The partitions that were last said to be read.
    private var shown: Set<TopicPartition>?
    private var hasShownReset = false
    private var errors: Set<String> = []

    init(_ group: GroupNames?, _ connection: Connection, _ context: Context) {
        self.group = group
        self.connection = connection
        self.context = context
    }

    /// Returns the notes about an event.
    mutating func texts(of event: ReaderEvent, _ reader: borrowing Reader) -> [String] {
        switch event {
        case .outage(.over): return ["connected again"]
        case .outage(.unreachable(let reason)):
            let reason = reason.map { ": \($0)" } ?? ""
            return ["no broker reachable at \(connection.servers)\(reason); still trying"]
        case .outage(.lost(let broker, let reason)):
            return ["lost broker \(broker): \(reason); still trying"]
        case .topicReplaced(let name, let change):
            return ["topic '\(name)' \(change.text); reading the new topic from the beginning"]
        case .topicsFound(let topics):
            return topics.map { "new topic '\($0.name)': reading from the beginning" }
        case .partitionEnd, .ended, .closed: return []
        case .assigned, .revoking, .revoked, .lost, .commitFailed, .groupError,
            .pollIntervalExceeded, .waitingForAssignment, .waitingToCommit:
            guard let group else { return [] }
            return texts(of: event, group, reader).map { "group '\(group.name)': \($0)" }
        }
    }

    private mutating func texts(
        of event: ReaderEvent,
        _ group: GroupNames,
        _ reader: borrowing Reader
    ) -> [String] {
        switch event {
        case .assigned(let starts): return texts(of: starts, group, reader)
        case .revoked(let partitions, let failure):
            var texts: [String] = []
            if let failure {
                texts.append(
                    "cannot commit offsets of \(group.work) records: \(failure.reason);"
                        + " another member may read them again"
                )
            }
            if !partitions.isEmpty { texts.append("revoked \(GroupText.names(partitions))") }
            return texts
        case .lost(let partitions):
            guard !partitions.isEmpty else { return [] }
            return [
                "lost \(GroupText.names(partitions)); another member may read again the records"
                    + " \(group.work) since the last commit"
            ]
        case .commitFailed(let error): return once("cannot commit: \(error.reason)")
        case .groupError(let error): return once(error.reason)
        case .pollIntervalExceeded(let interval):
            return [
                "left the group: no records taken for longer than max.poll.interval.ms"
                    + " (\(interval.argumentText)); joining again"
            ]
        case .waitingForAssignment:
            let session =
                connection.client.property("session.timeout.ms").flatMap { Int($0) } ?? 45_000
            return [
                "waiting for partitions; a member that ended without leaving keeps its"
                    + " partitions until its session times out"
                    + " (session.timeout.ms, here \(Duration.milliseconds(session).argumentText))"
            ]
        case .waitingToCommit: return ["waiting to commit until the rebalance is complete"]
        case .revoking, .outage, .topicReplaced, .topicsFound, .partitionEnd, .ended, .closed:
            return []
        }
    }

    private mutating func once(_ text: String) -> [String] {
        errors.insert(text).inserted ? [text] : []
    }

    /// Returns the notes about an assignment.
    private mutating func texts(
        of starts: [GroupStart],
        _ group: GroupNames,
        _ reader: borrowing Reader
    ) -> [String] {
        var texts = starts.compactMap(Self.text)
        let topics = reader.topics
        let reading = reader.progress.all.map { item in
            (
                partition: TopicPartition(topics[item.topicIndex], item.partition),
                from: item.progress.start == nil ? nil : Optional(item.progress.position)
            )
        }
        let assigned = reader.assigned
        if shown != assigned {
            shown = assigned
            texts.append("reading \(GroupText.list(reading))")
        }
        guard !hasShownReset, !starts.isEmpty else { return texts }
        hasShownReset = true
        guard let reset = group.reset, reader.wasUpToDate, reader.hadOffsets,
            context.isOffered(reset)
        else { return texts }
        texts.append(
            "\(reset) has no effect: the group has committed offsets for all partitions"
        )
        return texts
    }

    /// Returns the note about records that were deleted before the group read them.
    private static func text(of start: GroupStart) -> String? {
        guard let deleted = start.deleted else { return nil }
        let partition = start.partition
        return "\(partition.name): records from committed offset \(deleted.lowerBound) to"
            + " \(deleted.upperBound) were deleted; reading from"
            + " \(start.first.map { "offset \($0)" } ?? "the end")"
    }

    /// Returns the error of what is settled and could not be committed at the end.
    func uncommitted(_ error: KafkaError) -> CommandError {
        CommandError(
            error,
            "group '\(group?.name ?? "")': cannot commit offsets of"
                + " \(group?.work ?? "printed") records"
        )
    }
}

extension TopicReplacement {
    /// The text of the outage: the event and its evidence.
    var text: String {
        let sign =
            switch self {
            case .id: "its topic id changed"
            case .partitions: "it has fewer partitions"
            case .end(let partition, let end, let position):
                "partition \(partition) ends at offset \(end), after offset \(position) was read"
            case .time(let partition, let offset, let floor):
                "partition \(partition) has new records from offset \(offset), after offset"
                    + " \(floor) was reached"
            }
        return "was deleted and recreated (\(sign))"
    }
}
