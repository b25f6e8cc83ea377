// The offsets that plans are made from: each is asked for once, for all partitions together.

package import KafkaCore

/// The offsets that a plan is made from.
package struct OffsetBook {
    private var known: [OffsetTime: [TopicPartition: Int64]] = [:]
    private var wanted: [OffsetTime: [TopicPartition]] = [:]

    /// Makes an empty book.
    package init() {}

    /// Enters what partitions answered when asked for the offset of a time.
    ///
    /// `isTolerant` leaves out partitions that could not answer.
    /// - Throws: `ReaderError.partition` for one that could not.
    package mutating func enter(
        _ answers: [OffsetAnswer],
        of time: OffsetTime,
        isTolerant: Bool = false
    ) throws(ReaderError) {
        var offsets: [TopicPartition: Int64] = [:]
        for answer in answers {
            if let error = answer.error {
                if isTolerant { continue }
                throw .partition(error, answer.partition)
            }
            offsets[answer.partition] = answer.offset
        }
        known[time, default: [:]].merge(offsets) { _, new in new }
    }

    /// Asks partitions for the offset of a time, and enters their answers.
    ///
    /// Blocks for at most the time of one call.
    /// - Throws: `ReaderError` when one does not answer: the read could not be what was asked for.
    package mutating func ask(
        _ time: OffsetTime,
        of partitions: [TopicPartition],
        through access: ClusterAccess
    ) throws(ReaderError) {
        let answers: [OffsetAnswer]
        do throws(KafkaError) {
            answers = try access.client.offsets(
                of: partitions,
                at: time,
                timeout: access.timeout,
                clock: access.clock
            )
        } catch {
            throw .cluster(error)
        }
        try enter(answers, of: time)
    }

    /// Notes that a position may need the offset of a time in a partition.
    package mutating func want(_ position: ReadPosition?, of partition: TopicPartition) {
        guard case .time(let milliseconds)? = position else { return }
        wanted[.milliseconds(milliseconds), default: []].append(partition)
    }

    /// Takes what was noted: the partitions to ask for each time.
    mutating func takeWanted() -> [(time: OffsetTime, partitions: [TopicPartition])] {
        defer { wanted = [:] }
        return wanted.map { ($0.key, $0.value) }
    }

    /// Asks for what was noted, in one request a time and broker.
    package mutating func askWanted(through access: ClusterAccess) throws(ReaderError) {
        for (time, partitions) in takeWanted() {
            try ask(time, of: partitions, through: access)
        }
    }

    /// An offset that was asked for; nil when no broker has told it.
    func known(_ time: OffsetTime, of partition: TopicPartition) -> Int64? {
        known[time]?[partition]
    }

    /// An offset that was asked for; 0 when the partition has none.
    package func offset(_ time: OffsetTime, of partition: TopicPartition) -> Int64 {
        known[time]?[partition] ?? 0
    }

    /// The offset that a position comes to, within the partition where it is relative.
    package func resolve(
        _ position: ReadPosition,
        of partition: TopicPartition,
        first: Int64,
        last: Int64
    ) -> Int64 {
        switch position {
        case .earliest(let plus):
            let (sum, isTooFar) = first.addingReportingOverflow(plus)
            return isTooFar ? last : min(sum, last)
        case .latest(let minus):
            let (difference, isTooFar) = last.subtractingReportingOverflow(minus)
            return isTooFar ? first : max(difference, first)
        case .offset(let offset): return offset
        case .time(let milliseconds):
            // No record is that new: what is written from now on is.
            return known[.milliseconds(milliseconds)]?[partition] ?? last
        }
    }
}
