// Offsets of many partitions by time, one request a broker.
//
// `rd_kafka_offsets_for_times` takes Kafka's special times too (-1 end, -2 start, -3 the newest
// record), so that a thousand partitions cost a few milliseconds. One partition without a leader
// fails the whole call: it is tried again for a while, then asked without those partitions. So is
// every trouble that passes by itself, for as long as there is time.

public import Reactor

internal import CRdkafka

/// Which offset of a partition is asked for.
public enum OffsetTime: Hashable, Sendable {
    /// The first offset that is still there.
    case earliest
    /// The end: the offset after the last record; the last stable one under `read_committed`.
    case latest
    /// The record with the highest time stamp.
    case maxTimestamp
    /// The first record at or after this time, in milliseconds since 1970.
    case milliseconds(Int64)

    var raw: Int64 {
        switch self {
        case .latest: -1
        case .earliest: -2
        case .maxTimestamp: -3
        case .milliseconds(let time): time
        }
    }
}

/// What a partition answered when asked for an offset.
public struct OffsetAnswer: Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The offset; nil when no record is that new.
    public let offset: Int64?
    /// Why there is no answer, if there is none.
    public let error: KafkaError?
}

/// How long partitions without a leader are waited for: a new topic has its leaders sooner.
private let leaderPatience = Duration.seconds(2)

extension Client {
    /// The offsets of `partitions` at `time`, in the order asked.
    ///
    /// Blocks for at most `timeout`. C: `rd_kafka_offsets_for_times`.
    /// - Throws: `KafkaError` when no answer came at all; a partition's own trouble is in its answer.
    public func offsets(
        of partitions: [TopicPartition],
        at time: OffsetTime,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> [OffsetAnswer] {
        guard !partitions.isEmpty else { return [] }
        if time == .maxTimestamp { try Features.require(.maxTimestampOffsets) }
        if isSandbox, time != .earliest, time != .latest {
            // It would answer that no record is that new, whatever there is.
            throw KafkaError(.unsupported, "the sandbox does not find offsets by time")
        }
        let deadline = clock.now + timeout
        let patience = min(clock.now + leaderPatience, deadline)
        var answers: [TopicPartition: OffsetAnswer] = [:]
        var asked = partitions
        while !asked.isEmpty {
            let list = PartitionList(asked, offset: time.raw)
            let left = deadline - clock.now
            let code = unsafe rd_kafka_offsets_for_times(
                raw,
                list.raw,
                max(left.clampedMilliseconds, 1)
            )
            serve()
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                // A partition whose leader has just changed is asked again, alone.
                asked = collect(list, into: &answers)
                guard !asked.isEmpty, clock.now < deadline else { break }
                serve(waiting: .milliseconds(50))
                continue
            }
            guard Self.isPassing(code) else { throw complaints.telling ?? KafkaError(code) }
            if clock.now < patience {
                serve(waiting: .milliseconds(50))
                continue
            }
            let (led, leaderless) = try split(asked, timeout: deadline - clock.now, clock: clock)
            for partition in leaderless {
                answers[partition] = OffsetAnswer(
                    partition: partition,
                    offset: nil,
                    error: KafkaError(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
                )
            }
            // All have leaders that do not know it yet: they are given the whole time.
            guard led.count < asked.count || clock.now < deadline else { throw KafkaError(code) }
            if led.count == asked.count { serve(waiting: .milliseconds(100)) }
            asked = led
        }
        return partitions.compactMap { answers[$0] }
    }

    /// Keeps the answers, and names the partitions that cannot answer for the moment.
    private func collect(
        _ list: borrowing PartitionList,
        into answers: inout [TopicPartition: OffsetAnswer]
    ) -> [TopicPartition] {
        var passing: [TopicPartition] = []
        list.forEach { partition, offset, code in
            if Self.isPassing(code) { passing.append(partition) }
            answers[partition] = OffsetAnswer(
                partition: partition,
                offset: offset >= 0 ? offset : nil,
                error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
            )
        }
        return passing
    }

    private func split(
        _ partitions: [TopicPartition],
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> (led: [TopicPartition], leaderless: [TopicPartition]) {
        var led: Set<TopicPartition> = []
        for topic in try metadata(timeout: timeout, clock: clock).topics {
            for partition in topic.partitions where partition.leader != nil {
                led.insert(TopicPartition(topic.name, partition.id))
            }
        }
        return (partitions.filter(led.contains), partitions.filter { !led.contains($0) })
    }

    private static func isPassing(_ code: rd_kafka_resp_err_t) -> Bool {
        switch code {
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            // The library's own words for it, and a leader that has just gone down.
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT,
            // A new leader that has still to catch up, or that one of the two does not know yet.
            RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
            RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            // A broker with too much to do, or with a disk that fails: another one takes over.
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            true
        default:
            false
        }
    }
}
