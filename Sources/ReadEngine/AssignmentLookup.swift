// Looks up where assigned partitions begin, one short request after the other.
//
// librdkafka (2.0.2) has no call for it that does not block. So each request is given a slice of time,
// longer after one that was not answered, and the caller sees to other things in between.

import KafkaCore
import Reactor

/// The look-up of the starts of an assignment.
struct AssignmentLookup {
    /// The partitions, in order.
    let partitions: [TopicPartition]

    private let limit: Instant
    private let isBounded: Bool
    private var slice = Duration.milliseconds(200)
    private var committed: [TopicPartition: Int64]?
    /// The offsets that are still to be asked for, the last one first.
    private var times: [OffsetTime] = []
    private var lookup: OffsetLookup?
    private var book = OffsetBook()

    /// The longest slice.
    private static let longest = Duration.seconds(1)

    /// Begins; `rule` says which offsets are needed.
    init(of partitions: [TopicPartition], _ rule: GroupRule, through access: ClusterAccess) {
        self.partitions = partitions.sorted()
        isBounded = rule.isBounded
        limit = access.clock.now + access.timeout
        for position in rule.times {
            for partition in partitions { book.want(position, of: partition) }
        }
        times = book.takeWanted().map(\.time) + [.latest, .earliest]
    }

    /// Makes the next request.
    ///
    /// - Returns: the starts of all partitions, once they are known.
    /// - Throws: `ReaderError` when they cannot be known, or are to be an error.
    mutating func step(
        _ rule: GroupRule,
        through access: ClusterAccess
    ) throws(ReaderError) -> [GroupStart]? {
        guard !partitions.isEmpty else { return [] }
        guard let committed else {
            try askCommitted(access)
            return nil
        }
        guard let time = times.last else { return try starts(rule, committed) }
        var lookup =
            self.lookup
            ?? OffsetLookup(
                of: partitions,
                at: time,
                timeout: access.timeout,
                now: access.clock.now
            )
        let answers: [OffsetAnswer]?
        do throws(KafkaError) {
            answers = try lookup.step(access.client, clock: access.clock)
        } catch {
            guard !isBounded, error.isRetriable else { throw .assignment(.cluster(error)) }
            answers = []
        }
        guard let answers else {
            self.lookup = lookup
            return nil
        }
        do throws(ReaderError) {
            try book.enter(answers, of: time, isTolerant: !isBounded)
        } catch {
            throw .assignment(error)
        }
        self.lookup = nil
        times.removeLast()
        return nil
    }

    /// Asks for what the group has committed.
    ///
    /// A read that goes on waits for a coordinator for as long as it takes.
    private mutating func askCommitted(_ access: ClusterAccess) throws(ReaderError) {
        do throws(KafkaError) {
            committed = try access.client.committed(of: partitions, timeout: slice)
        } catch {
            access.client.serve()
            let isOver = isBounded && limit <= access.clock.now
            guard error.isRetriable, !isOver else { throw .committedOffsets(error) }
            slice = min(slice * 2, Self.longest)
        }
    }

    private func starts(
        _ rule: GroupRule,
        _ committed: [TopicPartition: Int64]
    ) throws(ReaderError) -> [GroupStart] {
        var starts: [GroupStart] = []
        for partition in partitions {
            let first = book.known(.earliest, of: partition)
            let last = book.known(.latest, of: partition).map { max($0, first ?? 0) }
            starts.append(
                try rule.start(
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
