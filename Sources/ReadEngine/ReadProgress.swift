// How far a read has come, and when it is complete: a state machine over positions.
// It does no I/O.
//
// 1. The ends are pinned before reading begins; what is written later is not waited for. A
//    partition without an end is never complete.
// 2. A partition is complete when its position has reached its pinned end. The position moves with
//    records and with the event of the partition's end: compaction and transactions leave it short
//    of the end with no record to come.
// 3. Records at or behind the pinned end are not part of the read.

/// The decision about a record.
package enum RecordVerdict: Sendable {
    /// It is part of the read.
    case take
    /// It lies behind the pinned end, or more of its partition is not wanted.
    case skip
}

/// One partition of a read, and how far it has come.
package struct PartitionProgress: Equatable, Sendable {
    /// The first offset of the read; nil while it is not known.
    package var start: Int64?
    /// The first offset that is not read any more; nil when reading goes on for ever.
    package var end: Int64?
    /// The offset after the last one that was taken, or is known to hold no record.
    package var position: Int64
    /// The position before which the caller has processed every record; nil when there is none.
    package var settled: Int64?
    /// The number of records that were taken.
    package var records = 0
    /// True when nothing more is read.
    package var isComplete: Bool
    /// True when there was nothing after the position, by the last report.
    package var isAtEnd = false

    /// True when the pinned end has been reached; false when there is none.
    package var hasReachedEnd: Bool { end.map { position >= $0 } ?? false }

    /// Offsets before the position that held no record: compacted, aborted, or transaction markers.
    package var gaps: Int64 {
        guard let start, position > start else { return 0 }
        return max(0, position - start - Int64(records))
    }

    /// Takes back the last `count` records, the first of them at `offset`: they were not processed.
    package mutating func leaveUndone(_ count: Int, from offset: Int64) {
        records = max(0, records - count)
        position = min(position, offset)
        isComplete = isComplete && end.map { position >= $0 } == true
    }
}

/// The progress of reading partitions.
package struct ReadProgress: Sendable {
    /// By topic and partition number; nil for what is not read.
    private var topics: [[PartitionProgress?]] = []
    private var open = 0
    private let limit: Int
    /// The partition of which a record came that lies before one that came already, if one has.
    private var setBack: (topicIndex: Int, partition: Int32)?

    /// Makes a read of nothing, which is complete.
    ///
    /// `limit`: the most records of each partition; nil for no limit.
    package init(limit: Int? = nil) {
        self.limit = limit ?? .max
    }

    /// True when every partition is complete.
    package var isComplete: Bool { open == 0 }

    /// Adds a partition that is read from `start` to before `end`.
    ///
    /// `topicIndex` counts topics from 0 in the order of their first partitions.
    /// - Returns: whether there is anything to read.
    package mutating func add(
        topicIndex: Int,
        partition: Int32,
        from start: Int64?,
        to end: Int64?
    ) -> Bool {
        while topics.count <= topicIndex { topics.append([]) }
        while topics[topicIndex].count <= Int(partition) { topics[topicIndex].append(nil) }
        remove(topicIndex: topicIndex, partition: partition)
        let isComplete = end.map { start ?? 0 >= $0 } ?? false
        topics[topicIndex][Int(partition)] = PartitionProgress(
            start: start,
            end: end,
            position: start ?? 0,
            isComplete: isComplete
        )
        if !isComplete { open += 1 }
        return !isComplete
    }

    /// Takes a partition out: somebody else reads it now.
    package mutating func remove(topicIndex: Int, partition: Int32) {
        guard let progress = self[topicIndex, partition] else { return }
        if !progress.isComplete { open -= 1 }
        topics[topicIndex][Int(partition)] = nil
    }

    /// The progress of a partition; nil when it is not read.
    package subscript(topicIndex: Int, partition: Int32) -> PartitionProgress? {
        guard topicIndex >= 0, topicIndex < topics.count, partition >= 0,
            Int(partition) < topics[topicIndex].count
        else { return nil }
        return topics[topicIndex][Int(partition)]
    }

    /// Enters a record, and returns whether it is part of the read.
    package mutating func record(
        topicIndex: Int,
        partition: Int32,
        offset: Int64
    ) -> RecordVerdict {
        guard var progress = self[topicIndex, partition], !progress.isComplete else {
            return .skip
        }
        if progress.start == nil { progress.start = offset }
        if offset < progress.position { setBack = (topicIndex, partition) }
        // A broker's number may be the greatest there is.
        let next = offset == .max ? .max : offset + 1
        let end = progress.end ?? .max
        let isPart = offset < end
        progress.isAtEnd = false
        progress.position = isPart ? next : end
        if isPart { progress.records += 1 }
        if progress.position >= end || progress.records >= limit {
            progress.isComplete = true
            open -= 1
        }
        topics[topicIndex][Int(partition)] = progress
        return isPart ? .take : .skip
    }

    /// A partition that began anew without having been told to, since the last call.
    package mutating func takeSetBack() -> (topicIndex: Int, partition: Int32)? {
        guard setBack != nil else { return nil }
        defer { setBack = nil }
        return setBack
    }

    /// Enters that a partition holds nothing before `offset` that has not been taken.
    package mutating func reachedEnd(topicIndex: Int, partition: Int32, offset: Int64) {
        guard var progress = self[topicIndex, partition], !progress.isComplete else { return }
        if progress.start == nil { progress.start = offset }
        let end = progress.end ?? .max
        progress.position = max(progress.position, min(offset, end))
        progress.isAtEnd = true
        if progress.position >= end {
            progress.isComplete = true
            open -= 1
        }
        topics[topicIndex][Int(partition)] = progress
    }

    /// Gives a partition an end while it is being read.
    package mutating func pin(topicIndex: Int, partition: Int32, to end: Int64) {
        guard var progress = self[topicIndex, partition], !progress.isComplete else { return }
        progress.end = min(end, progress.end ?? end)
        if progress.position >= end {
            progress.isComplete = true
            open -= 1
        }
        topics[topicIndex][Int(partition)] = progress
    }

    /// Enters that the caller has processed everything that was taken so far.
    package mutating func settle() {
        for topic in topics.indices {
            for partition in topics[topic].indices {
                guard let progress = topics[topic][partition], let start = progress.start,
                    progress.position > start
                else { continue }
                topics[topic][partition]?.settled = progress.position
            }
        }
    }

    /// Every partition that is read, in order.
    package var all: [(topicIndex: Int, partition: Int32, progress: PartitionProgress)] {
        topics.enumerated().flatMap { index, partitions in
            partitions.enumerated().compactMap { number, progress in
                progress.map { (index, Int32(truncatingIfNeeded: number), $0) }
            }
        }
    }

    /// The partitions that have not reached their ends, as (topic index, partition), in order.
    package var incomplete: [(topicIndex: Int, partition: Int32)] {
        all.filter { !$0.progress.isComplete }.map { ($0.topicIndex, $0.partition) }
    }
}
