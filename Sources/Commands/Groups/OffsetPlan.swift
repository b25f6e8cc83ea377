// The plan for a group's offsets, worked out before anything is changed.
//
// A pure function of the cluster's answers: the start and the end of each partition, the committed
// offset, and the offset found for a time.

import KafkaCore

/// A change of one committed offset.
struct OffsetChange: Equatable, Sendable {
    /// The partition.
    let partition: TopicPartition
    /// The committed offset; nil when there is none.
    let old: CommittedOffset?
    /// The offset to commit; nil when the committed offset is to be deleted.
    let new: Int64?
    /// The metadata to commit with it.
    var metadata = ""
}

/// Offsets of a partition that a plan goes by.
struct PartitionBounds: Equatable, Sendable {
    /// The first offset that is still there.
    let start: Int64
    /// The offset behind the last record.
    let end: Int64
}

/// The changes for one group, and what is to be said of them.
struct OffsetPlan: Equatable {
    var changes: [OffsetChange] = []
    /// Notes about partitions that did not have what was asked for.
    var notes: [String] = []
    /// Partitions for which nothing can be worked out, and why.
    var failures: [(partition: TopicPartition, reason: String)] = []

    /// The offset that a partition is to be set to.
    enum Request: Equatable {
        case earliest
        case latest
        case current
        case offset(Int64)
        case shift(Int64)
        /// The offset found for a time; nil when no record is that new.
        case found(Int64?)
        /// There is nothing to set it to.
        case nothing(String)
    }

    /// Adds what one partition is to be set to, within its bounds.
    mutating func add(
        _ request: Request,
        for partition: TopicPartition,
        old: CommittedOffset?,
        _ bounds: PartitionBounds
    ) {
        let name = "topic '\(partition.topic)' partition \(partition.partition)"
        let wanted: Int64
        switch request {
        case .earliest: wanted = bounds.start
        case .latest: wanted = bounds.end
        case .current: wanted = old?.position.offset ?? bounds.end
        case .offset(let offset): wanted = offset
        case .shift(let count):
            guard let offset = old?.position.offset else {
                failures.append((partition, "the group has no offset to shift"))
                return
            }
            let (sum, overflow) = offset.addingReportingOverflow(count)
            wanted = overflow ? (count > 0 ? .max : 0) : sum
        case .found(let offset?): wanted = offset
        case .found(nil):
            notes.append(
                "\(name): no record at or after the time, using the end offset \(bounds.end)"
            )
            wanted = bounds.end
        case .nothing(let reason):
            failures.append((partition, reason))
            return
        }
        var new = wanted
        // A committed offset may be out of bounds by itself: to stay there is no mistake.
        if request != .current {
            if wanted < bounds.start {
                new = bounds.start
                notes.append("\(name): \(wanted) is before the start offset, using \(new)")
            } else if wanted > bounds.end {
                new = bounds.end
                notes.append("\(name): \(wanted) is after the end offset, using \(new)")
            }
        }
        changes.append(OffsetChange(partition: partition, old: old, new: new))
    }

    static func == (left: OffsetPlan, right: OffsetPlan) -> Bool {
        left.changes == right.changes && left.notes == right.notes
            && left.failures.map(\.partition) == right.failures.map(\.partition)
            && left.failures.map(\.reason) == right.failures.map(\.reason)
    }
}
