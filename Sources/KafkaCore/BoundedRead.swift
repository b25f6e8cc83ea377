// When a bounded read is complete: a state machine over positions. It does no I/O.
//
// 1. The ends are pinned before reading begins; what is written later is not waited for.
// 2. A partition is complete when its position has reached its pinned end. The position moves with
//    records and with the news of the partition's end: compaction and transactions leave it short
//    of the end with no record to come.
// 3. Records at or behind the pinned end are not part of the read.

/// What to do with a record.
public enum RecordVerdict: Sendable {
    /// It is part of the read.
    case take
    /// It lies behind the pinned end.
    case skip
}

/// The progress of reading partitions up to ends that were pinned at the start.
public struct BoundedRead: Sendable {
    private struct Progress {
        var end: Int64 = 0
        var isComplete = true
    }

    /// By topic and partition number; a partition that is not read counts as complete.
    private var topics: [[Progress]] = []
    private var open = 0

    /// Makes a read of nothing, which is complete.
    public init() {}

    /// Whether every partition has reached its end.
    public var isComplete: Bool { open == 0 }

    /// Adds a partition that is read from `start` to before `end`.
    ///
    /// `topicIndex` counts topics from 0 in the order of their first partitions.
    /// - Returns: whether there is anything to read.
    public mutating func add(
        topicIndex: Int,
        partition: Int32,
        from start: Int64,
        to end: Int64
    ) -> Bool {
        while topics.count <= topicIndex { topics.append([]) }
        while topics[topicIndex].count <= Int(partition) { topics[topicIndex].append(Progress()) }
        let isComplete = start >= end
        topics[topicIndex][Int(partition)] = Progress(end: end, isComplete: isComplete)
        if !isComplete { open += 1 }
        return !isComplete
    }

    /// Takes note of a record.
    public mutating func record(
        topicIndex: Int,
        partition: Int32,
        offset: Int64
    ) -> RecordVerdict {
        guard let progress = progress(topicIndex, partition), !progress.isComplete else {
            return .skip
        }
        // Not `offset + 1`, which a broker's number could make overflow; an open read's end is not
        // the least of all numbers.
        if offset >= progress.end - 1 { complete(topicIndex, partition) }
        return offset < progress.end ? .take : .skip
    }

    /// Takes note that a partition holds nothing before `offset` that has not been handed over.
    public mutating func reachedEnd(topicIndex: Int, partition: Int32, offset: Int64) {
        guard let progress = progress(topicIndex, partition), !progress.isComplete,
            offset >= progress.end
        else { return }
        complete(topicIndex, partition)
    }

    /// The partitions that have not reached their ends, as (topic index, partition), in order.
    public var incomplete: [(topicIndex: Int, partition: Int32)] {
        topics.enumerated().flatMap { index, partitions in
            partitions.enumerated().filter { !$0.element.isComplete }
                .map { (index, Int32(truncatingIfNeeded: $0.offset)) }
        }
    }

    private func progress(_ topicIndex: Int, _ partition: Int32) -> Progress? {
        guard topics.indices.contains(topicIndex),
            topics[topicIndex].indices.contains(Int(partition))
        else { return nil }
        return topics[topicIndex][Int(partition)]
    }

    private mutating func complete(_ topicIndex: Int, _ partition: Int32) {
        topics[topicIndex][Int(partition)].isComplete = true
        open -= 1
    }
}
