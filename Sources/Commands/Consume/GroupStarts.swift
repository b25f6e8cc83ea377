// Where the partitions that a group has assigned are read.
// From what is committed, or, where nothing is, from where --offset-reset says.
//
// 1. Committed offsets go before --offset-reset, always.
// 2. Starts are numbers, so that nothing is left to the library's own rule, except for an offset
//    behind the end: whether it is there only the broker that has the partition can tell, since the
//    end that one is told may be before records of an open transaction.
// 3. A read that ends asks until it has an answer. One that goes on does without: a partition whose
//    leader is away must not keep a group from reading the others.

import CommandKit
import KafkaCore

/// Where one assigned partition is read.
struct GroupStart: Equatable {
    var partition: TopicPartition
    /// Where it begins.
    var start: StartOffset
    /// The offset it begins at, when that is known to be there.
    var first: Int64?
    /// The first offset that is not read any more; nil to go on for ever.
    var end: Int64?
    /// What the group has committed.
    var committed: Int64?
    /// Whether the start is committed before anything is printed.
    ///
    /// Whoever gets the partition next must not begin at another end than we did. Nothing that is
    /// to be printed lies before it.
    var commitsStart = false
    /// Whether the group has dealt with all there is, or there is nothing.
    var isUpToDate = false
    /// What is to be said about it.
    var note: String?
}

/// What decides where assigned partitions are read.
struct GroupRule {
    /// Where to begin without an offset, when it was said.
    var reset: GroupReset?
    /// Where every partition's reading ends, besides the ends there are now.
    var end: OffsetPosition?
    /// Whether what there is now is all that is read.
    var stopsAtEnd: Bool
    /// How many partitions each topic had when reading began.
    var partitionCounts: [String: Int] = [:]

    /// Whether the read comes to an end by itself.
    var isBounded: Bool { stopsAtEnd || end != nil }

    /// Where to begin when the group has committed nothing.
    ///
    /// Without a word, a read that ends begins with the oldest records, and one that follows with
    /// new ones: all that there are, in a partition that is new itself.
    func resetWithoutOffset(_ partition: TopicPartition) -> OffsetReset {
        if let reset { return reset.reset }
        let isNew = partitionCounts[partition.topic].map { partition.partition >= $0 } ?? false
        return isBounded || isNew ? .earliest : .latest
    }

    /// Where to begin when what comes after the committed offset has been deleted.
    ///
    /// Without a word: with what is still there.
    var resetOfDeleted: OffsetReset { reset?.reset ?? .earliest }

    /// The times whose offsets are to be looked up.
    var times: [TimePoint] {
        var times: [TimePoint] = []
        if case .time(let time)? = end { times.append(time) }
        if case .time(let time, _)? = reset?.reset { times.append(time) }
        return times
    }

    /// Decides for one partition.
    ///
    /// `first` and `last`: the offsets there are; nil when nobody could be asked.
    /// - Throws: `CommandError` when there is no offset to begin at, and that is to be an error.
    func start(
        of partition: TopicPartition,
        committed: Int64?,
        first: Int64?,
        last: Int64?,
        resolve: (OffsetPosition) -> Int64?
    ) throws(CommandError) -> GroupStart {
        var made = GroupStart(partition: partition, start: .end, committed: committed)
        if let committed {
            if let first, committed < first {
                (made.start, made.first) = try place(
                    resetOfDeleted,
                    partition,
                    committed,
                    resolve
                )
                made.note =
                    "topic '\(partition.topic)' partition \(partition.partition): the records from"
                    + " the committed offset \(committed) to \(first - 1) are deleted; reading"
                    + " begins at \(made.first.map { "\($0)" } ?? "the end")"
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
        made.isUpToDate = committed != nil && made.note == nil || begin == first && begin == last
        made.end = end.flatMap(resolve)
        if stopsAtEnd, let last { made.end = min(made.end ?? last, last) }
        return made
    }

    private func place(
        _ reset: OffsetReset,
        _ partition: TopicPartition,
        _ committed: Int64?,
        _ resolve: (OffsetPosition) -> Int64?
    ) throws(CommandError) -> (start: StartOffset, first: Int64?) {
        let position: OffsetPosition
        let unknown: StartOffset
        switch reset {
        case .earliest: (position, unknown) = (.start(plus: 0), .beginning)
        case .latest: (position, unknown) = (.end(minus: 0), .end)
        case .time(let time, _): (position, unknown) = (.time(time), .end)
        case .error:
            let why = committed.map { "offset \($0), which is deleted," } ?? "no offset"
            throw CommandError(
                .failure,
                "the group has \(why) for topic '\(partition.topic)' partition"
                    + " \(partition.partition)",
                hint: "--offset-reset earliest or latest",
                topic: partition.topic,
                partition: partition.partition
            )
        }
        guard let offset = resolve(position) else { return (unknown, nil) }
        return (.at(offset), offset)
    }
}

extension GroupRule {
    /// Decides for all partitions of an assignment, in the order given.
    func starts(
        of partitions: [TopicPartition],
        committed: [TopicPartition: Int64],
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> [GroupStart] {
        guard !partitions.isEmpty else { return [] }
        var book = OffsetBook(connection, now: now)
        try book.ask(.earliest, of: partitions, isTolerant: !isBounded)
        try book.ask(.latest, of: partitions, isTolerant: !isBounded)
        for time in times {
            for partition in partitions { book.want(time, of: partition) }
        }
        try book.askTimes(isTolerant: !isBounded)
        var starts: [GroupStart] = []
        for partition in partitions {
            let first = book.known(.earliest, of: partition)
            let last = book.known(.latest, of: partition).map { max($0, first ?? 0) }
            starts.append(
                try start(
                    of: partition,
                    committed: committed[partition],
                    first: first,
                    last: last
                ) { position in
                    guard let first, let last else { return nil }
                    return book.resolve(position, of: partition, first: first, last: last)
                }
            )
        }
        return starts
    }
}
