// Offsets of many partitions by time, one request a broker.
//
// `rd_kafka_offsets_for_times` takes Kafka's special times too (-1 end, -2 start, -3 the newest
// record), so that a thousand partitions cost a few milliseconds. One partition without a leader
// fails the whole call: it is tried again for a while, then asked without those partitions. So is
// every error that passes by itself, for as long as there is time.

public import Reactor

internal import CRdkafka

/// The offset of a partition that is asked for.
public enum OffsetTime: Hashable, Sendable {
    /// The first offset that is still there.
    case earliest
    /// The end: the offset after the last record; the last stable one under `read_committed`.
    case latest
    /// The record with the highest timestamp.
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

/// The answer of a partition that was asked for an offset.
public struct OffsetAnswer: Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The offset; nil when no record is that new.
    public let offset: Int64?
    /// The reason there is no answer, if there is none.
    public let error: KafkaError?
}

/// The time to wait for partitions without a leader: a new topic has its leaders sooner.
private let leaderTimeout = Duration.seconds(2)

extension Client {
    /// Returns the offsets of `partitions` at `time`, in the order asked.
    ///
    /// Blocks for at most `timeout`. C: `rd_kafka_offsets_for_times`.
    /// - Throws: `KafkaError` when no answer came at all; a partition's own error is in its answer.
    public func offsets(
        of partitions: [TopicPartition],
        at time: OffsetTime,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> [OffsetAnswer] {
        var lookup = OffsetLookup(of: partitions, at: time, timeout: timeout, now: clock.now)
        while true {
            if let answers = try lookup.step(self, clock: clock, isSliced: false) { return answers }
        }
    }
}

/// A request for offsets that is made again until all partitions have answered, or time is over.
///
/// For callers that may not block for long: each step makes one request.
public struct OffsetLookup {
    private let partitions: [TopicPartition]
    private let time: OffsetTime
    private let deadline: Instant
    /// Until then a partition without a leader is waited for.
    private let leaderDeadline: Instant
    private var asked: [TopicPartition]
    private var answers: [TopicPartition: OffsetAnswer] = [:]
    private var slice = Duration.milliseconds(200)

    /// The longest slice.
    private static let longest = Duration.seconds(2)

    /// Begins; nothing is asked yet.
    public init(
        of partitions: [TopicPartition],
        at time: OffsetTime,
        timeout: Duration,
        now: Instant
    ) {
        self.partitions = partitions
        self.time = time
        deadline = now + timeout
        leaderDeadline = min(now + leaderTimeout, deadline)
        asked = partitions
    }

    /// Makes one request.
    ///
    /// Blocks for a slice of time, 200 ms at first and longer after one without an answer; with
    /// `isSliced` false until the time is over. C: `rd_kafka_offsets_for_times`.
    /// - Returns: the answers in the order asked; nil when another step is needed.
    /// - Throws: `KafkaError` when no answer came at all; a partition's own error is in its answer.
    public mutating func step(
        _ client: Client,
        clock: any Clock,
        isSliced: Bool = true
    ) throws(KafkaError) -> [OffsetAnswer]? {
        guard !asked.isEmpty else { return result }
        try check(client)
        let left = deadline - clock.now
        let wait = isSliced ? min(left, slice) : left
        let list = PartitionList(asked, offset: time.raw)
        let code = unsafe rd_kafka_offsets_for_times(
            client.raw,
            list.raw,
            max(wait.clampedMilliseconds, 1)
        )
        client.serve()
        if code == RD_KAFKA_RESP_ERR_NO_ERROR {
            // A partition whose leader has just changed is asked again, alone.
            asked = collect(list)
            guard !asked.isEmpty, clock.now < deadline else { return result }
            client.serve(waiting: .milliseconds(50))
            return nil
        }
        if isSliced, code == RD_KAFKA_RESP_ERR__TIMED_OUT, clock.now < deadline {
            slice = min(slice * 2, Self.longest)
            return nil
        }
        guard Self.isPassing(code) else { throw client.complaints.mainReason ?? KafkaError(code) }
        if clock.now < leaderDeadline {
            client.serve(waiting: .milliseconds(50))
            return nil
        }
        return try goOnWithoutLeaders(code, client, clock: clock, isSliced: isSliced)
    }

    private var result: [OffsetAnswer] { partitions.compactMap { answers[$0] } }

    private func check(_ client: Client) throws(KafkaError) {
        if time == .maxTimestamp { try Features.require(.maxTimestampOffsets) }
        if client.isSandbox, time != .earliest, time != .latest {
            // It would answer that no record is that new, whatever there is.
            throw KafkaError(.unsupported, "the sandbox does not find offsets by time")
        }
    }

    /// Enters that partitions without a leader do not answer, and goes on with the others.
    private mutating func goOnWithoutLeaders(
        _ code: rd_kafka_resp_err_t,
        _ client: Client,
        clock: any Clock,
        isSliced: Bool
    ) throws(KafkaError) -> [OffsetAnswer]? {
        let left = deadline - clock.now
        let led: [TopicPartition]
        let leaderless: [TopicPartition]
        do throws(KafkaError) {
            let timeout = isSliced ? min(left, slice) : left
            (led, leaderless) = try client.split(asked, timeout: timeout, clock: clock)
        } catch {
            guard isSliced, error.isRetriable, clock.now < deadline else { throw error }
            slice = min(slice * 2, Self.longest)
            return nil
        }
        for partition in leaderless {
            answers[partition] = OffsetAnswer(
                partition: partition,
                offset: nil,
                error: KafkaError(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
            )
        }
        // All have leaders that do not know it yet: they are given the whole time.
        guard led.count < asked.count || clock.now < deadline else { throw KafkaError(code) }
        if led.count == asked.count { client.serve(waiting: .milliseconds(100)) }
        asked = led
        return asked.isEmpty ? result : nil
    }

    /// Keeps the answers, and names the partitions that cannot answer for the moment.
    private mutating func collect(
        _ list: borrowing PartitionList
    ) -> [TopicPartition] {
        var passing: [TopicPartition] = []
        var answers = answers
        list.forEach { partition, offset, code in
            if Self.isPassing(code) { passing.append(partition) }
            answers[partition] = OffsetAnswer(
                partition: partition,
                offset: offset >= 0 ? offset : nil,
                error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
            )
        }
        self.answers = answers
        return passing
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

extension Client {
    fileprivate func split(
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
}
