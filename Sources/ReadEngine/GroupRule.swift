// Decides where the partitions that a group has assigned are read.
// At what is committed, or, where nothing is, where the offset reset says.
//
// 1. Committed offsets go before the offset reset, always.
// 2. Starts are numbers, so that nothing is left to the library's own rule, except for an offset
//    behind the end: whether it is there only the broker that has the partition can tell, since the
//    end that one is told may be before records of an open transaction.
// 3. A read that ends asks until it has an answer. One that goes on does without: a partition whose
//    leader is away must not keep a group from reading the others.

package import KafkaCore

/// The place where one assigned partition is read.
package struct GroupStart: Equatable, Sendable {
    package var partition: TopicPartition
    /// The place where it begins.
    package var start: StartOffset
    /// The offset it begins at, when that is known to be there.
    package var first: Int64?
    /// The first offset that is not read any more; nil to go on for ever.
    package var end: Int64?
    /// The offset that the group has committed; nil for none.
    package var committed: Int64?
    /// True when the start is committed before anything is taken.
    ///
    /// The member that reads the partition next must not begin at another end. No record of the read
    /// lies before it.
    var commitsStart = false
    /// True when the group has processed all there is, or there is nothing.
    var isUpToDate = false
    /// The offsets from the committed one on whose records are deleted; nil for none.
    package var deleted: ClosedRange<Int64>?
}

/// The rule that decides where assigned partitions are read.
package struct GroupRule {
    /// The place to begin at without a committed offset; nil for the rule of `resetWithoutOffset`.
    package var reset: OffsetReset?
    /// The end of the read of every partition, besides the ends there are now.
    package var end: ReadPosition?
    /// True to read only what there is now.
    package var stopsAtEnd: Bool
    /// The number of partitions that each topic had when reading began.
    package var partitionCounts: [String: Int]

    package init(
        reset: OffsetReset? = nil,
        end: ReadPosition? = nil,
        stopsAtEnd: Bool = false,
        partitionCounts: [String: Int] = [:]
    ) {
        self.reset = reset
        self.end = end
        self.stopsAtEnd = stopsAtEnd
        self.partitionCounts = partitionCounts
    }

    /// True when the read ends by itself.
    package var isBounded: Bool { stopsAtEnd || end != nil }

    /// Returns where to begin when the group has committed nothing.
    ///
    /// Without a reset, a read that ends begins with the oldest records, and one that follows with
    /// new ones: all that there are, in a partition that is new itself.
    func resetWithoutOffset(_ partition: TopicPartition) -> OffsetReset {
        if let reset { return reset }
        let isNew = partitionCounts[partition.topic].map { partition.partition >= $0 } ?? false
        return isBounded || isNew ? .earliest : .latest
    }

    /// The place to begin at when what comes after the committed offset is deleted.
    ///
    /// Without a reset: with what is still there.
    var resetOfDeleted: OffsetReset { reset ?? .earliest }

    /// The times whose offsets are looked up.
    var times: [ReadPosition] {
        var times: [ReadPosition] = []
        if case .time? = end, let end { times.append(end) }
        if case .time(let time)? = reset { times.append(.time(time)) }
        return times
    }

    /// Decides for one partition.
    ///
    /// `first` and `last`: the offsets there are; nil when no broker could be asked.
    /// - Throws: `ReaderError.noCommittedOffset` when that is to be an error.
    func start(
        of partition: TopicPartition,
        committed: Int64?,
        first: Int64?,
        last: Int64?,
        resolve: (ReadPosition) -> Int64?
    ) throws(ReaderError) -> GroupStart {
        var made = GroupStart(partition: partition, start: .end, committed: committed)
        if let committed {
            if let first, committed < first {
                (made.start, made.first) = try place(
                    resetOfDeleted,
                    partition,
                    committed,
                    resolve
                )
                made.deleted = committed...(first - 1)
            } else {
                made.start = .at(committed)
                made.first = last.map { committed <= $0 } ?? true ? committed : nil
            }
        } else {
            (made.start, made.first) = try place(
                resetWithoutOffset(partition),
                partition,
                nil,
                resolve
            )
        }
        let begin = made.first ?? -1
        made.commitsStart = committed == nil && (begin > first ?? .max || begin == last)
        made.isUpToDate = committed != nil && made.deleted == nil || begin == first && begin == last
        made.end = end.flatMap(resolve)
        if stopsAtEnd, let last { made.end = min(made.end ?? last, last) }
        return made
    }

    private func place(
        _ reset: OffsetReset,
        _ partition: TopicPartition,
        _ committed: Int64?,
        _ resolve: (ReadPosition) -> Int64?
    ) throws(ReaderError) -> (start: StartOffset, first: Int64?) {
        let position: ReadPosition
        let unknown: StartOffset
        switch reset {
        case .earliest: (position, unknown) = (.earliest(plus: 0), .beginning)
        case .latest: (position, unknown) = (.latest(minus: 0), .end)
        case .time(let time): (position, unknown) = (.time(time), .end)
        case .error: throw .noCommittedOffset(partition, deleted: committed)
        }
        guard let offset = resolve(position) else { return (unknown, nil) }
        return (.at(offset), offset)
    }
}
