// The unknown facts of partitions, one error for each reason.

import CommandKit
import KafkaCore

/// Partitions that did not answer, by the reason.
struct MissingAnswers {
    private var reasons: [(reason: String, partitions: [TopicPartition])] = []

    mutating func add(_ error: KafkaError, of partition: TopicPartition) {
        add(error.reason, of: partition)
    }

    mutating func add(_ reason: String, of partition: TopicPartition) {
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
            reasons[index].partitions.append(partition)
        } else {
            reasons.append((reason, [partition]))
        }
    }

    /// Adds those of another group.
    mutating func add(_ other: MissingAnswers) {
        for (reason, partitions) in other.reasons {
            for partition in partitions { add(reason, of: partition) }
        }
    }

    /// Returns one error for each reason; `what` is unknown of the partitions.
    func errors(_ what: String) -> [CommandError] {
        reasons.map { reason, partitions in
            guard partitions.count == 1 else {
                let count = counted(partitions.count, "partition")
                return CommandError(.failure, "\(what) of \(count) is unknown: \(reason)")
            }
            return CommandError(
                .failure,
                "\(what) of topic '\(partitions[0].topic)' partition \(partitions[0].partition)"
                    + " is unknown: \(reason)",
                topic: partitions[0].topic,
                partition: partitions[0].partition
            )
        }
    }
}
