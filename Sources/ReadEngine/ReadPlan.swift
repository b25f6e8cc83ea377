// From what was asked for to offsets: which partitions are read, from where, and up to where.
//
// 1. The cluster is asked once for the first offsets, once for the ends, and once for each time.
// 2. Ends are pinned here: what is written later is not waited for.

package import KafkaCore
import Reactor

/// The partitions of a read.
package struct ReadPlan {
    /// Each partition, and where it is read.
    package private(set) var reads: [PartitionRead] = []

    /// True when every partition has an end.
    package var isBounded: Bool { reads.allSatisfy { $0.end != nil } }

    /// The reads to plan.
    package struct Request {
        /// The range of a partition by its number; nil when the partition is not read.
        package var range: (Int32) -> ReadRange?
        /// The partitions that have a range of their own, which each topic must have.
        package var named: [Int32]
        /// The partitions to read; nil for all.
        package var partitions: [Int32]?
        /// True to read only what there is now.
        package var stopsAtEnd: Bool
        /// The rule for an offset that the partition does not hold.
        package var reset: OffsetReset
        /// Partitions that an earlier run left off, and where; nil when none is continued.
        ///
        /// Every start is then looked up, so that the next run knows it. Partitions that the topics of
        /// these have besides are new, and read from their beginning.
        package var resumed: [TopicPartition: Int64]?

        package init(
            range: @escaping (Int32) -> ReadRange?,
            named: [Int32] = [],
            partitions: [Int32]? = nil,
            stopsAtEnd: Bool = false,
            reset: OffsetReset = .error,
            resumed: [TopicPartition: Int64]? = nil
        ) {
            self.range = range
            self.named = named
            self.partitions = partitions
            self.stopsAtEnd = stopsAtEnd
            self.reset = reset
            self.resumed = resumed
        }
    }

    /// Plans the read of topics.
    ///
    /// Blocks for at most the time of one call for each time that is looked up.
    /// - Throws: `ReaderError` when a partition is missing, silent, or does not hold the offset.
    package init(
        _ topics: [Topic],
        _ request: Request,
        through access: ClusterAccess
    ) throws(ReaderError) {
        var wanted: [(partition: TopicPartition, range: ReadRange)] = []
        for topic in topics { wanted += try Self.choose(topic, request) }
        if !request.stopsAtEnd, request.resumed == nil, let plain = Self.plain(wanted) {
            reads = plain
            return
        }
        let partitions = wanted.map(\.partition)
        var book = OffsetBook()
        try book.ask(.earliest, of: partitions, through: access)
        try book.ask(.latest, of: partitions, through: access)
        for (partition, range) in wanted {
            book.want(range.begin, of: partition)
            book.want(range.end, of: partition)
        }
        try book.askWanted(through: access)
        if case .time(let milliseconds) = request.reset {
            for (partition, range) in wanted
            where !Self.bounds(of: partition, book).contains(Self.start(partition, range, book)) {
                book.want(.time(milliseconds), of: partition)
            }
            try book.askWanted(through: access)
        }
        for (partition, range) in wanted {
            reads.append(try Self.read(partition, range, request, book))
        }
    }

    /// The partitions of a topic that are read, with their ranges.
    private static func choose(
        _ topic: Topic,
        _ request: Request
    ) throws(ReaderError) -> [(TopicPartition, ReadRange)] {
        let known = Set(topic.partitions.map(\.id))
        let named = (request.partitions ?? []) + request.named
        if let missing = named.first(where: { !known.contains($0) }) {
            throw .missingPartition(missing, topic: topic.name, count: topic.partitions.count)
        }
        let isResumed = request.resumed?.keys.contains { $0.topic == topic.name } ?? false
        return topic.partitions.compactMap { partition in
            guard request.partitions?.contains(partition.id) ?? true,
                var range = request.range(partition.id)
            else { return nil }
            let place = TopicPartition(topic.name, partition.id)
            if let next = request.resumed?[place] {
                range.begin = .offset(next)
            } else if isResumed {
                range.begin = .earliest(plus: 0)
            }
            return (place, range)
        }
    }

    /// Reads without an end from the very beginning or the very end need not be looked up.
    private static func plain(
        _ wanted: [(partition: TopicPartition, range: ReadRange)]
    ) -> [PartitionRead]? {
        var reads: [PartitionRead] = []
        for (partition, range) in wanted {
            guard range.end == nil else { return nil }
            switch range.begin {
            case .earliest(plus: 0):
                reads.append(PartitionRead(partition: partition, start: .beginning))
            case .latest(minus: 0): reads.append(PartitionRead(partition: partition, start: .end))
            default: return nil
            }
        }
        return reads
    }

    /// The offsets that a partition holds, and its end.
    private static func bounds(
        of partition: TopicPartition,
        _ book: borrowing OffsetBook
    ) -> ClosedRange<Int64> {
        let first = book.offset(.earliest, of: partition)
        return first...max(book.offset(.latest, of: partition), first)
    }

    private static func start(
        _ partition: TopicPartition,
        _ range: ReadRange,
        _ book: borrowing OffsetBook
    ) -> Int64 {
        let bounds = bounds(of: partition, book)
        return book.resolve(
            range.begin,
            of: partition,
            first: bounds.lowerBound,
            last: bounds.upperBound
        )
    }

    private static func read(
        _ partition: TopicPartition,
        _ range: ReadRange,
        _ request: Request,
        _ book: borrowing OffsetBook
    ) throws(ReaderError) -> PartitionRead {
        let bounds = bounds(of: partition, book)
        let (first, last) = (bounds.lowerBound, bounds.upperBound)
        var start = start(partition, range, book)
        if !bounds.contains(start) {
            switch request.reset {
            case .earliest: start = first
            case .latest: start = last
            case .time(let milliseconds):
                start = book.resolve(.time(milliseconds), of: partition, first: first, last: last)
            case .error:
                throw .outOfRange(partition, offset: start, first: first, last: last)
            }
        }
        var end = range.end.map { position in
            book.resolve(position, of: partition, first: first, last: last)
        }
        if request.stopsAtEnd { end = min(end ?? last, last) }
        return PartitionRead(partition: partition, start: .at(start), end: end)
    }
}
