// The words for why a read cannot go on.

import Arguments
import CommandKit
import KafkaCore
import Output
import ReadEngine

extension CommandError {
    /// An error of a reader; `group`: the name of the group that is read as.
    init(_ error: ReaderError, of group: String? = nil, _ connection: Connection) {
        let servers = connection.servers
        switch error {
        case .outOfRange(let partition, let offset, let first, let last):
            self = .outOfRange(offset, of: partition, first: first, last: last)
        case .noCommittedOffset(let partition, let deleted):
            self = .noCommittedOffset(partition, deleted: deleted)
            if let group { prefix("group '\(group)'") }
        case .missingPartition(let number, let topic, let count):
            self = .missingPartition(number, of: topic, count: count)
        case .impossiblePartition(let partition):
            self.init(
                .failure,
                "\(servers) reported an impossible partition:"
                    + " \(partition.name)",
                topic: partition.topic
            )
        case .topicGone(let name):
            self.init(
                .notFound,
                "topic '\(name)' was deleted from \(servers)",
                topic: name
            )
        case .topicReplaced(let name, let change, let isKeptApart):
            self.init(
                .failure,
                "topic '\(name)' \(change.text) while it was read",
                hint: isKeptApart
                    ? "use another folder for the new topic"
                    : "the output has records of both topics",
                topic: name
            )
        case .corrupt(let error, let partition, let offset):
            self = .corrupt(error, offset, of: partition)
        case .topic(let error, let topic): self.init(error, topic: topic, on: servers)
        case .partition(let error, let partition): self.init(error, of: partition)
        case .group(let error): self.init(error, ofGroup: group ?? "")
        case .committedOffsets(let error):
            self.init(error, "group '\(group ?? "")': committed offsets")
        case .assignment(let error):
            self.init(error, connection)
            prefix("group '\(group ?? "")'")
        case .cluster(let error): self.init(error, on: servers)
        }
    }

    /// The error of a group that refuses its member, or fails.
    private init(_ error: KafkaError, ofGroup group: String) {
        self.init(error, "group '\(group)'")
        guard error.isInconsistentProtocol else { return }
        replaceMessage(
            "group '\(group)' uses another partition assignment strategy",
            hint: "-X partition.assignment.strategy=cooperative-sticky, or the one of its members"
        )
    }

    /// Returns the error of an offset that the partition does not hold; nil for what no broker has
    /// reported.
    private static func outOfRange(
        _ offset: Int64,
        of partition: TopicPartition,
        first: Int64?,
        last: Int64?
    ) -> CommandError {
        let there =
            if let first, let last {
                "it has offsets \(first) to \(last)"
            } else {
                "the partition does not have it"
            }
        return CommandError(
            .failure,
            "\(partition.name): offset \(offset) is out of range; \(there)",
            hint: "--offset-reset earliest or latest",
            topic: partition.topic,
            partition: partition.partition
        )
    }

    private static func noCommittedOffset(
        _ partition: TopicPartition,
        deleted: Int64?
    ) -> CommandError {
        let why = deleted.map { "committed offset \($0) was deleted" } ?? "no committed offset"
        return CommandError(
            .failure,
            "\(partition.name): \(why)",
            hint: "--offset-reset earliest or latest",
            topic: partition.topic,
            partition: partition.partition
        )
    }

    /// Returns the error of records that cannot be what was sent.
    private static func corrupt(
        _ error: KafkaError,
        _ offset: Int64,
        of partition: TopicPartition
    ) -> CommandError {
        var damaged = CommandError(
            .badData,
            "topic '\(partition.topic)', partition \(partition.partition), offset \(offset):"
                + " corrupt records: \(error.reason)",
            hint: error.isChecksumMismatch
                ? "--no-check-crcs reads them unchecked" : nil,
            topic: partition.topic,
            partition: partition.partition
        )
        damaged.report?.kafkaCode = error.codeName
        damaged.report?.fault = RecordFault(
            offset: offset,
            position: nil,
            field: nil,
            reason: error.reason
        )
        return damaged
    }

    /// Returns the error of a pattern that no topic matches.
    static func noMatch(on servers: String) -> CommandError {
        CommandError(.notFound, "no topic on \(servers) matches --regex")
    }
}
