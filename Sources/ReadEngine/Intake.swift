// Decides for each message whether it is a record of the read, and keeps what else messages report.

import KafkaCore

/// The way of a record from the library to the caller.
struct Intake {
    /// The progress of every partition.
    var progress: ReadProgress
    /// The error that ends the read, once there is one.
    private(set) var failure: IntakeFailure?
    /// Partitions that cannot be read on as they are: a topic that is gone, or an offset.
    private(set) var signs: [IntakeFailure] = []
    /// Partitions whose end was reached since the last step, in order.
    private var ends: [(topicIndex: Int, partition: Int32)] = []

    init(progress: ReadProgress) {
        self.progress = progress
    }

    /// Returns whether a message is a record of the read; enters it in the progress.
    mutating func accepts(_ record: borrowing Record) -> Bool {
        guard !record.isError else {
            enterError(record)
            return false
        }
        return progress.record(
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset
        ) == .take
    }

    private mutating func enterError(_ record: borrowing Record) {
        if record.isEndOfPartition {
            progress.reachedEnd(
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
            ends.append((record.topicIndex, record.partition))
        } else if let error = record.error, !error.isRetriable {
            // Where the end or the beginning could not be asked for, the reason comes next.
            guard !error.isOffsetGone || record.offset >= 0 else { return }
            // A fetch brings more than is read: damage behind a pinned end is nobody's.
            let part = progress[record.topicIndex, record.partition]
            if error.isCorrupt, let part, part.isComplete || record.offset >= part.end ?? .max {
                progress.reachedEnd(
                    topicIndex: record.topicIndex,
                    partition: record.partition,
                    offset: record.offset
                )
                return
            }
            let new = IntakeFailure(
                error: error,
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
            // What has arrived of other partitions is taken all the same.
            if error.isOffsetGone || error.kind == .notFound, record.topicIndex >= 0 {
                signs.append(new)
            } else {
                failure = failure ?? new
            }
        }
    }

    /// Takes the signs there are.
    mutating func takeSigns() -> [IntakeFailure] {
        defer { signs = [] }
        return signs
    }

    /// Takes the partitions whose ends were reached and of which no record came since.
    mutating func takeEnds() -> [(topicIndex: Int, partition: Int32)] {
        guard !ends.isEmpty else { return [] }
        defer { ends = [] }
        return ends.filter { progress[$0.topicIndex, $0.partition]?.isAtEnd ?? true }
    }
}

/// Why a partition cannot be read on.
struct IntakeFailure {
    var error: KafkaError
    var topicIndex: Int
    var partition: Int32
    /// The offset that was to be read.
    var offset: Int64
}
