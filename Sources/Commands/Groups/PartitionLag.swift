// The lag of groups: committed offsets beside the ends of partitions.
//
// 1. A lag is counted up to the high watermark, as Kafka's own tools do: records of a transaction
//    that is still open are part of it.
// 2. A partition of a topic that the group reads, without a committed offset, is counted from its
//    start: where a member with `auto.offset.reset=earliest` will begin. It is marked.

import CommandKit
import KafkaCore

/// The lag of a group in one partition.
struct PartitionLag: Equatable, Sendable {
    /// The partition.
    let partition: TopicPartition
    /// The committed offset; nil when there is none.
    let committed: CommittedOffset?
    /// The first offset that is still there, when nothing was committed; nil when it is not known.
    var start: Int64?
    /// The ends of the partition; nil when they are not known.
    let ends: PartitionEnds?
    /// The reason why something is not known.
    let problem: String?
    /// True when that is a leader that does not answer: an error of its own says so in full.
    var isUnanswered = false
    /// The member that reads the partition now.
    let member: GroupMemberDescription?
    /// True when the topic or the partition no longer exists, so that nothing can be read of it.
    var isGone = false

    /// The high watermark; nil when it is not known.
    var end: Int64? { ends?.endOffset }

    /// The offset that the lag is counted from.
    var origin: Int64? { committed?.position.offset ?? start }

    /// True when the lag is counted from the start, since nothing was committed.
    var isFromStart: Bool { committed == nil && start != nil }

    /// The name of the offset that the lag is counted from; nil when there is no lag.
    var countedFrom: String? {
        guard lag != nil else { return nil }
        return isFromStart ? "start" : "committed"
    }

    /// The number of offsets that the group has still to read.
    var lag: Int64? {
        guard let origin, let end else { return nil }
        return max(end - origin, 0)
    }
}

extension GroupFacts {
    /// The sum of all lags that are known.
    var totalLag: Int64 { lags.reduce(0) { $0 + ($1.lag ?? 0) } }

    /// The part of it that is in partitions without a committed offset.
    var uncommittedLag: Int64 { lags.reduce(0) { $0 + ($1.isFromStart ? $1.lag ?? 0 : 0) } }

    /// The facts that exist but are not known, each with the reason.
    var missingAnswers: MissingAnswers {
        var missing = MissingAnswers()
        for lag in lags where lag.lag == nil && !lag.isGone {
            missing.add(lag.problem ?? "no answer", of: lag.partition)
        }
        return missing
    }

    /// Fills in where each group's partitions end, for all groups at once.
    static func addLags(
        to groups: inout [GroupFacts],
        through connection: Connection
    ) throws(CommandError) {
        guard groups.contains(where: { !$0.partitions.isEmpty }) else { return }
        let metadata = try connection.metadata()
        let known = Dictionary(
            metadata.topics.filter { $0.error == nil }.map { ($0.name, $0.partitions) },
            uniquingKeysWith: { first, _ in first }
        )
        var partitions: [Set<TopicPartition>] = []
        var uncommitted: Set<TopicPartition> = []
        for group in groups {
            // All of the topics that it reads, committed or not.
            let topics = Set(group.partitions.map(\.topic))
            let all = topics.flatMap { name in
                (known[name] ?? []).map { TopicPartition(name, $0.id) }
            }
            let committed = Set(group.offsets.offsets.map(\.position.partition))
            let wanted = group.partitions.union(all)
            partitions.append(wanted)
            uncommitted.formUnion(wanted.subtracting(committed))
        }
        let wanted = partitions.reduce(into: Set<TopicPartition>()) { $0.formUnion($1) }
        let (asked, problems) = metadata.readable(wanted)
        var answers = PartitionAnswers(problems: problems)
        for answer in try connection.availableEnds(of: asked) {
            answers.ends[answer.partition] = answer.ends
            answers.errors[answer.partition] = answer.error
        }
        let unread = asked.filter { uncommitted.contains($0) && answers.ends[$0] != nil }
        for answer in try connection.availableOffsets(of: unread, at: .earliest) {
            answers.starts[answer.partition] = answer.offset
            answers.errors[answer.partition] = answer.error
        }
        for index in groups.indices {
            groups[index].addLags(of: partitions[index], answers)
        }
    }

    private mutating func addLags(
        of partitions: Set<TopicPartition>,
        _ answers: PartitionAnswers
    ) {
        let committed = offsets.byPartition
        var refused: [TopicPartition: String] = [:]
        for failure in offsets.failures { refused[failure.partition] = failure.error?.reason }
        var readers: [TopicPartition: GroupMemberDescription] = [:]
        for member in description?.members ?? [] {
            for partition in member.assignment { readers[partition] = member }
        }
        lags = partitions.sorted().map { partition in
            let known = refused[partition] ?? answers.problems[partition]?.rawValue
            let error = answers.errors[partition]
            let isUncommitted = committed[partition] == nil && refused[partition] == nil
            return PartitionLag(
                partition: partition,
                committed: committed[partition],
                start: isUncommitted ? answers.starts[partition] : nil,
                ends: answers.ends[partition],
                problem: known ?? error?.reason,
                isUnanswered: known == nil && error?.isNoAnswer == true,
                member: readers[partition],
                isGone: refused[partition] == nil && answers.problems[partition]?.isGone == true
            )
        }
    }
}

/// The answers of the partitions.
private struct PartitionAnswers {
    let problems: [TopicPartition: PartitionProblem]
    var ends: [TopicPartition: PartitionEnds] = [:]
    var starts: [TopicPartition: Int64] = [:]
    var errors: [TopicPartition: KafkaError] = [:]
}
