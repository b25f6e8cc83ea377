// Offsets of what can be asked: a leader that does not answer takes only its own partitions with it.
//
// `rd_kafka_offsets_for_times` fails as a whole when one leader does. So after the first failure each
// leader is asked by itself, with more time from round to round, since an answer that comes too late
// is lost. A leader that refuses connections then is given up, one that is silent when the time is
// over.

public import Reactor

/// The time of the first round.
private let firstRound = Duration.seconds(1)

extension Client {
    /// Returns the offsets of `partitions` at `time`, in the order asked; those of leaders that do
    /// not answer hold an error.
    ///
    /// Blocks for at most `timeout`, and a little longer when it is over. C:
    /// `rd_kafka_offsets_for_times`.
    /// - Throws: `KafkaError` when no broker answers, or for another reason than a missing answer.
    public func availableOffsets(
        of partitions: [TopicPartition],
        at time: OffsetTime,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> [OffsetAnswer] {
        let deadline = clock.now + timeout
        var round = min(firstRound, timeout)
        do throws(KafkaError) {
            return try offsets(of: partitions, at: time, timeout: round, clock: clock)
        } catch {
            guard error.isMissingAnswer || error.isRetriable else { throw error }
        }
        var answers: [TopicPartition: OffsetAnswer] = [:]
        while true {
            let rest = partitions.filter { answers[$0] == nil }
            let left = max(deadline - clock.now, .milliseconds(100))
            let metadata = try metadata(timeout: left, clock: clock)
            for (leader, led) in metadata.byLeader(rest) {
                var failure = KafkaError.leaderNotAvailable
                if let leader {
                    guard let broker = metadata.brokers.first(where: { $0.id == leader }) else {
                        continue
                    }
                    do throws(KafkaError) {
                        let limit = min(round, max(deadline - clock.now, .milliseconds(100)))
                        for answer in try offsets(of: led, at: time, timeout: limit, clock: clock) {
                            answers[answer.partition] = answer
                        }
                        continue
                    } catch {
                        guard error.isMissingAnswer || error.isRetriable else { throw error }
                        let refusal = complaints.refusal(by: broker)
                        let isOver = refusal != nil || clock.now >= deadline
                        guard isOver else { continue }
                        failure = Self.missing(broker, refusal)
                    }
                }
                for partition in led {
                    answers[partition] = OffsetAnswer(
                        partition: partition,
                        offset: nil,
                        error: failure
                    )
                }
            }
            guard answers.count < Set(partitions).count else { break }
            if clock.now >= deadline {
                for partition in rest where answers[partition] == nil {
                    answers[partition] = OffsetAnswer(
                        partition: partition,
                        offset: nil,
                        error: Self.silentLeader
                    )
                }
                break
            }
            round = round * 2
        }
        return partitions.compactMap { answers[$0] }
    }

    private static let silentLeader =
        KafkaError(.other, "the leader does not answer", cause: .noAnswer)

    private static func missing(_ broker: Broker, _ refusal: String?) -> KafkaError {
        let text = "leader \(broker.id) at \(broker.host):\(broker.port) does not answer"
        return KafkaError(.other, text + (refusal.map { ": \($0)" } ?? ""), cause: .noAnswer)
    }
}

extension Metadata {
    /// Returns these partitions by the broker that leads them, in order; nil for those without a
    /// leader.
    fileprivate func byLeader(
        _ partitions: [TopicPartition]
    ) -> [(leader: Int32?, partitions: [TopicPartition])] {
        var leaders: [TopicPartition: Int32] = [:]
        for topic in topics {
            for partition in topic.partitions {
                leaders[TopicPartition(topic.name, partition.id)] = partition.leader
            }
        }
        return Dictionary(grouping: partitions) { leaders[$0] }
            .sorted { ($0.key ?? -1) < ($1.key ?? -1) }
            .map { (leader: $0.key, partitions: $0.value) }
    }
}
