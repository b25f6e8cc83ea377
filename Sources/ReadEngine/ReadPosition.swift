// Positions in a partition, as a read is planned from them: offsets, distances from an end, times.

package import KafkaCore

/// A position in a partition.
package enum ReadPosition: Equatable, Sendable {
    /// This many offsets after the first one that the partition holds.
    case earliest(plus: Int64)
    /// This many offsets before the end of the partition.
    case latest(minus: Int64)
    /// This offset.
    case offset(Int64)
    /// The first record at or after this time, in milliseconds since 1970.
    case time(Int64)
}

/// The begin and the end of the read of a partition.
package struct ReadRange: Equatable, Sendable {
    /// The first offset to read.
    package var begin: ReadPosition
    /// The first offset that is not read any more; nil to go on for ever.
    package var end: ReadPosition?

    package init(from begin: ReadPosition, to end: ReadPosition? = nil) {
        self.begin = begin
        self.end = end
    }
}

/// The rule of a read for an offset to begin at that the partition does not hold.
package enum OffsetReset: Equatable, Sendable {
    /// It begins at the first offset.
    case earliest
    /// It begins at the end.
    case latest
    /// It fails.
    case error
    /// It begins at the first record at or after this time, in milliseconds since 1970.
    case time(Int64)
}

/// The read of one partition.
package struct PartitionRead: Equatable, Sendable {
    /// The partition.
    package var partition: TopicPartition
    /// The place where it begins.
    package var start: StartOffset
    /// The first offset that is not read any more; nil to go on for ever.
    package var end: Int64?

    package init(partition: TopicPartition, start: StartOffset, end: Int64? = nil) {
        self.partition = partition
        self.start = start
        self.end = end
    }

    /// The offset it begins at, when that is known.
    package var first: Int64? {
        if case .at(let offset) = start { offset } else { nil }
    }
}
