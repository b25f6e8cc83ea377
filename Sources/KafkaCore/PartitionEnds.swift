// The two ends of a partition.
// Where records end, and where a transaction that is still open holds readers of committed records
// back.
//
// 1. A client asks by its own `isolation.level`, which nothing changes later; no librdkafka before
//    2.3 has a call that says otherwise. So the other end is asked by a second client of the same
//    properties, which is kept for the next time.
// 2. The high watermark is asked first. A last stable offset that is still before it was held back
//    by an open transaction; the other way round, records that came in between would look like one.

public import Reactor

internal import CRdkafka

/// The records of transactions that a client reads.
public enum IsolationLevel: String, Sendable {
    /// Those of committed transactions.
    case readCommitted = "read_committed"
    /// Those of open and aborted transactions too.
    case readUncommitted = "read_uncommitted"
}

/// The two ends of a partition.
public struct PartitionEnds: Equatable, Sendable {
    /// The high watermark: the offset behind the last record.
    public let endOffset: Int64
    /// The first offset of the oldest open transaction; the high watermark when none is open.
    ///
    /// Readers of committed records read up to it.
    public let lastStableOffset: Int64

    /// Makes the ends of a partition; a high watermark before the last stable offset is an older one.
    public init(endOffset: Int64, lastStableOffset: Int64) {
        self.endOffset = max(endOffset, lastStableOffset)
        self.lastStableOffset = lastStableOffset
    }

    /// True when a transaction is open.
    public var hasOpenTransaction: Bool { lastStableOffset < endOffset }
}

/// The answer of a partition that was asked for its ends.
public struct PartitionEndsAnswer: Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The ends; nil when the partition did not answer.
    public let ends: PartitionEnds?
    /// The reason there is no answer, if there is none.
    public let error: KafkaError?
}

extension Client {
    /// The records of transactions that this client reads.
    public var isolationLevel: IsolationLevel {
        property("isolation.level").flatMap(IsolationLevel.init) ?? .readCommitted
    }

    /// Returns the two ends of `partitions`, in the order asked.
    ///
    /// Blocks for at most `timeout`. The first call connects a second client to the cluster.
    /// `fromWhoAnswers`: a leader that does not answer takes only its own partitions with it, as in
    /// `availableOffsets`. C: `rd_kafka_offsets_for_times`.
    /// - Throws: `KafkaError` when no answer came at all; a partition's own error is in its answer.
    public func ends(
        of partitions: [TopicPartition],
        fromWhoAnswers: Bool = false,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> [PartitionEndsAnswer] {
        guard !partitions.isEmpty else { return [] }
        let deadline = clock.now + timeout
        func latest(
            _ client: Client,
            _ partitions: [TopicPartition]
        ) throws(KafkaError) -> [OffsetAnswer] {
            let left = max(deadline - clock.now, .milliseconds(1))
            return fromWhoAnswers
                ? try client.availableOffsets(
                    of: partitions,
                    at: .latest,
                    timeout: left,
                    clock: clock
                ) : try client.offsets(of: partitions, at: .latest, timeout: left, clock: clock)
        }
        // The mock cluster keeps no reader back.
        let other = isSandbox ? self : try sibling()
        let isCommitted = isolationLevel == .readCommitted
        let (uncommitted, committed) = isCommitted ? (other, self) : (self, other)
        let watermarks = try latest(uncommitted, partitions)
        let answered = watermarks.filter { $0.offset != nil }.map(\.partition)
        var stable: [TopicPartition: OffsetAnswer] = [:]
        for answer in try latest(committed, answered) { stable[answer.partition] = answer }
        return watermarks.map { watermark in
            let stable = stable[watermark.partition]
            guard let end = watermark.offset, let stableEnd = stable?.offset else {
                return PartitionEndsAnswer(
                    partition: watermark.partition,
                    ends: nil,
                    error: watermark.error ?? stable?.error
                )
            }
            return PartitionEndsAnswer(
                partition: watermark.partition,
                ends: PartitionEnds(endOffset: end, lastStableOffset: stableEnd),
                error: nil
            )
        }
    }

    /// Returns the high watermark as the last fetch of a partition reported it; nil before there
    /// was one.
    ///
    /// C: `rd_kafka_get_watermark_offsets`.
    public func fetchedHighWatermark(of partition: TopicPartition) -> Int64? {
        var low: Int64 = -1
        var high: Int64 = -1
        let code = unsafe rd_kafka_get_watermark_offsets(
            raw,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }
}
