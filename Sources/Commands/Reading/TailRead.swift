// The newest records of all partitions.
// Their tails are read, further back where compaction or a condition left too few.

import CommandKit
import KafkaCore
import ReadEngine

/// The tails of partitions, longer with each round.
struct TailRead {
    private let limit: Int
    private var tails: [Tail]

    /// The part of one partition that has been read: from `start` to its end.
    private struct Tail {
        var read: PartitionRead
        var first: Int64
        var start: Int64
        var length: Int64
    }

    /// Begins with the last `limit` offsets of each partition; every read has a start and an end.
    init(_ reads: [PartitionRead], limit: Int) {
        self.limit = limit
        tails = reads.map { read in
            let end = read.end ?? 0
            return Tail(read: read, first: read.first ?? 0, start: end, length: Int64(limit))
        }
    }

    /// The partitions, each with the end that it was read to.
    var reads: [PartitionRead] { tails.map(\.read) }

    /// Returns the parts to be read next; empty when enough is known.
    ///
    /// `found` says how many records of a partition have been seen so far.
    mutating func next(found: (TopicPartition) -> Int) -> [PartitionRead] {
        var reads: [PartitionRead] = []
        for index in tails.indices {
            let tail = tails[index]
            guard tail.start > tail.first, found(tail.read.partition) < limit else { continue }
            let (back, isTooFar) = tail.start.subtractingReportingOverflow(tail.length)
            let start = isTooFar ? tail.first : max(back, tail.first)
            reads.append(
                PartitionRead(partition: tail.read.partition, start: .at(start), end: tail.start)
            )
            tails[index].start = start
            let (doubled, overflow) = tail.length.multipliedReportingOverflow(by: 2)
            tails[index].length = overflow ? .max : doubled
        }
        return reads
    }
}
