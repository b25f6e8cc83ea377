// From what was asked for to offsets: which partitions are read, from where, and up to where.
//
// 1. The cluster is asked once for the first offsets, once for the ends, and once for each time.
// 2. Ends are pinned here: what is written later is not waited for.

import Arguments
import CommandKit
import KafkaCore
import Output

/// One partition of a read.
struct PartitionRead: Equatable {
    /// Which.
    var partition: TopicPartition
    /// Where it begins.
    var start: StartOffset
    /// The first offset that is not read any more; nil to go on for ever.
    var end: Int64?

    /// The offset it begins at, when that is known.
    var first: Int64? {
        if case .at(let offset) = start { offset } else { nil }
    }
}

/// What happens to an offset that is not there.
enum OffsetReset: Equatable {
    case earliest
    case latest
    case error
    case time(TimePoint, text: String)
}

/// The partitions of a read.
struct ReadPlan {
    private(set) var reads: [PartitionRead] = []

    /// Whether every partition has an end.
    var isBounded: Bool { reads.allSatisfy { $0.end != nil } }

    /// What was asked for.
    struct Wish {
        /// Where, partition by partition.
        var spec: OffsetSpec
        /// The partitions; nil for all.
        var partitions: [Int32]?
        /// Whether what there is now is all that is read.
        var stopsAtEnd = false
        /// What to do with an offset that is not there.
        var reset = OffsetReset.error
        /// Partitions that an earlier run left off, and where; nil when none is gone on with.
        ///
        /// Every start is then looked up, so that the next run knows it. Partitions that the topics of
        /// these have besides are new, and read from their beginning.
        var resumed: [TopicPartition: Int64]?
    }

    /// Plans the reading of topics, when now is `now` in milliseconds since 1970.
    init(
        _ topics: [Topic],
        _ wish: Wish,
        through connection: Connection,
        now: Int64
    ) throws(CommandError) {
        var wanted: [(partition: TopicPartition, range: OffsetRange)] = []
        for topic in topics { wanted += try Self.choose(topic, wish) }
        if !wish.stopsAtEnd, wish.resumed == nil, let plain = Self.plain(wanted) {
            reads = plain
            return
        }
        let partitions = wanted.map(\.partition)
        var book = OffsetBook(connection, now: now)
        try book.ask(.earliest, of: partitions)
        try book.ask(.latest, of: partitions)
        for (partition, range) in wanted {
            for case .time(let time)? in [range.begin, range.end] {
                book.want(time, of: partition)
            }
        }
        try book.askTimes()
        for (partition, range) in wanted {
            reads.append(try Self.read(partition, range, wish, book))
        }
    }

    /// The partitions of a topic that are read, with their ranges.
    private static func choose(
        _ topic: Topic,
        _ wish: Wish
    ) throws(CommandError) -> [(TopicPartition, OffsetRange)] {
        let known = Set(topic.partitions.map(\.id))
        let named = (wish.partitions ?? []) + wish.spec.partitions.keys.sorted()
        if let missing = named.first(where: { !known.contains($0) }) {
            throw .missingPartition(missing, of: topic.name, count: topic.partitions.count)
        }
        let isResumed = wish.resumed?.keys.contains { $0.topic == topic.name } ?? false
        return topic.partitions.compactMap { partition in
            guard wish.partitions?.contains(partition.id) ?? true,
                var range = wish.spec.range(of: partition.id)
            else { return nil }
            let place = TopicPartition(topic.name, partition.id)
            if let next = wish.resumed?[place] {
                range.begin = .offset(next)
            } else if isResumed {
                range.begin = .start(plus: 0)
            }
            return (place, range)
        }
    }

    /// Reads without an end from the very beginning or the very end need not be looked up.
    private static func plain(
        _ wanted: [(partition: TopicPartition, range: OffsetRange)]
    ) -> [PartitionRead]? {
        var reads: [PartitionRead] = []
        for (partition, range) in wanted {
            guard range.end == nil else { return nil }
            switch range.begin {
            case .start(plus: 0):
                reads.append(PartitionRead(partition: partition, start: .beginning))
            case .end(minus: 0): reads.append(PartitionRead(partition: partition, start: .end))
            default: return nil
            }
        }
        return reads
    }

    private static func read(
        _ partition: TopicPartition,
        _ range: OffsetRange,
        _ wish: Wish,
        _ book: borrowing OffsetBook
    ) throws(CommandError) -> PartitionRead {
        let first = book.offset(.earliest, of: partition)
        let last = max(book.offset(.latest, of: partition), first)
        var start = book.resolve(range.begin, of: partition, first: first, last: last)
        if start < first || start > last {
            switch wish.reset {
            case .earliest: start = first
            case .latest: start = last
            case .time(let time, _):
                start = book.resolve(.time(time), of: partition, first: first, last: last)
            case .error:
                throw .outOfRange(start, of: partition, first: first, last: last)
            }
        }
        var end = range.end.map { position in
            book.resolve(position, of: partition, first: first, last: last)
        }
        if wish.stopsAtEnd { end = min(end ?? last, last) }
        return PartitionRead(partition: partition, start: .at(start), end: end)
    }
}

/// The offsets that a plan is made from.
struct OffsetBook {
    private let connection: Connection
    private let now: Int64
    private var known: [OffsetTime: [TopicPartition: Int64]] = [:]
    private var wanted: [OffsetTime: [TopicPartition]] = [:]

    init(_ connection: Connection, now: Int64) {
        self.connection = connection
        self.now = now
    }

    /// Asks for an offset of partitions.
    ///
    /// `isTolerant` leaves out what cannot be learnt for the moment.
    /// - Throws: `CommandError` when one does not answer: the read could not be what was asked for.
    mutating func ask(
        _ time: OffsetTime,
        of partitions: [TopicPartition],
        isTolerant: Bool = false
    ) throws(CommandError) {
        var offsets: [TopicPartition: Int64] = [:]
        let answers: [OffsetAnswer]
        do throws(CommandError) {
            answers = try connection.offsets(of: partitions, at: time)
        } catch {
            guard isTolerant, error.report?.isRetriable == true else { throw error }
            return
        }
        for answer in answers {
            if let error = answer.error {
                if isTolerant { continue }
                throw CommandError(error, of: answer.partition)
            }
            offsets[answer.partition] = answer.offset
        }
        known[time, default: [:]].merge(offsets) { _, new in new }
    }

    /// Notes that the offset of a time will be asked for.
    mutating func want(_ time: TimePoint, of partition: TopicPartition) {
        wanted[.milliseconds(time.milliseconds(now: now)), default: []].append(partition)
    }

    /// Asks for what was noted, one request a time and broker.
    mutating func askTimes(isTolerant: Bool = false) throws(CommandError) {
        for (time, partitions) in wanted {
            try ask(time, of: partitions, isTolerant: isTolerant)
        }
        wanted = [:]
    }

    /// An offset that was asked for; nil when nobody has told it.
    func known(_ time: OffsetTime, of partition: TopicPartition) -> Int64? {
        known[time]?[partition]
    }

    /// An offset that was asked for; 0 when the partition has none.
    func offset(_ time: OffsetTime, of partition: TopicPartition) -> Int64 {
        known[time]?[partition] ?? 0
    }

    /// The offset that a position comes to, within the partition where it is relative.
    func resolve(
        _ position: OffsetPosition,
        of partition: TopicPartition,
        first: Int64,
        last: Int64
    ) -> Int64 {
        switch position {
        case .start(let plus):
            let (sum, isTooFar) = first.addingReportingOverflow(plus)
            return isTooFar ? last : min(sum, last)
        case .end(let minus):
            let (difference, isTooFar) = last.subtractingReportingOverflow(minus)
            return isTooFar ? first : max(difference, first)
        case .offset(let offset): return offset
        case .stored: return first
        case .time(let time):
            // No record that new: what is written from now on is.
            let asked = OffsetTime.milliseconds(time.milliseconds(now: now))
            return known[asked]?[partition] ?? last
        }
    }
}

extension CommandError {
    /// An offset that the partition does not hold; nil for what nobody has told.
    static func outOfRange(
        _ offset: Int64,
        of partition: TopicPartition,
        first: Int64?,
        last: Int64?
    ) -> CommandError {
        let there =
            if let first, let last { "has \(first) to \(last)" } else { "does not have it" }
        return CommandError(
            .failure,
            "offset \(offset) is out of range: partition \(partition.partition) of"
                + " '\(partition.topic)' \(there)",
            hint: "--offset-reset earliest or latest",
            topic: partition.topic,
            partition: partition.partition
        )
    }
}
