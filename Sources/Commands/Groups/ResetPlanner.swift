// From a goal to a plan: asks the cluster what the plan has to go by.

import CommandKit
import KafkaCore
import Reactor

/// Works out plans for groups, with as few requests as there are kinds of questions.
struct ResetPlanner {
    let connection: Connection
    let scope: PartitionScope
    let goal: ResetGoal
    let metadata: Metadata
    /// The contents of the file of `.file`.
    let file: [UInt8]
    let now: Int64

    init(
        _ connection: Connection,
        _ scope: PartitionScope,
        _ goal: ResetGoal,
        _ file: [UInt8],
        in context: Context
    ) throws(CommandError) {
        self.connection = connection
        self.scope = scope
        self.goal = goal
        metadata = try connection.metadata()
        self.file = file
        now = context.clock.unixMilliseconds
    }

    /// Returns the contents of the file that a goal names: read before anything is asked.
    static func file(of goal: ResetGoal, in context: Context) throws(CommandError) -> [UInt8] {
        guard case .file(let path) = goal else { return [] }
        return try context.read(path, as: "the offsets file")
    }

    /// Returns the plan for one group; what cannot be worked out is a failure of `batch`.
    func plan(
        for group: String,
        committed: CommittedOffsets,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> OffsetPlan {
        let old = committed.byPartition
        let given = try requests(for: group)
        let partitions = scope.partitions(
            given.map { Array($0.keys) } ?? Array(old.keys),
            in: metadata.topics,
            through: connection,
            &batch,
            context
        )
        let (asked, problems) = metadata.readable(Set(partitions))
        for partition in partitions {
            guard let problem = problems[partition] else { continue }
            batch.fail(CommandError(problem, of: partition), in: context)
        }
        // One that does not answer is reported once, and not asked again.
        let starts = try offsets(of: asked, at: .earliest, &batch, in: context)
        let begun = asked.filter { starts[$0] != nil }
        let ends = try offsets(of: begun, at: .latest, &batch, in: context)
        let bounded = begun.filter { ends[$0] != nil }
        var times: [TopicPartition: Int64?] = [:]
        if case .time(let time) = goal {
            let wanted = OffsetTime.milliseconds(time.milliseconds(now: now))
            times = try offsets(of: bounded, at: wanted, &batch, in: context)
        }
        var plan = OffsetPlan()
        for partition in bounded {
            guard case .some(.some(let start)) = starts[partition],
                case .some(.some(let end)) = ends[partition]
            else { continue }
            let request: OffsetPlan.Request
            switch goal {
            case .earliest: request = .earliest
            case .latest: request = .latest
            case .current: request = .current
            case .offset(let offset): request = .offset(offset)
            case .shift(let count): request = .shift(count)
            case .time:
                guard let found = times[partition] else { continue }
                request = .found(found)
            case .file:
                request = given?[partition].map { .offset($0) } ?? .nothing("no offset in the file")
            case .group(let other):
                request =
                    given?[partition].map { .offset($0) }
                    ?? .nothing("group '\(other)' has no offset")
            }
            plan.add(
                request,
                for: partition,
                old: old[partition],
                PartitionBounds(start: start, end: end)
            )
        }
        for failure in plan.failures {
            let error = KafkaError(.other, failure.reason)
            batch.fail(CommandError(error, of: failure.partition), in: context)
        }
        return plan
    }

    /// Offsets that a file or another group gives; nil for goals that are the same everywhere.
    private func requests(
        for group: String
    ) throws(CommandError) -> [TopicPartition: Int64]? {
        let offsets: [PartitionOffset]
        switch goal {
        case .file(let path):
            offsets = try OffsetsCSV.offsets(in: file, path: path, for: group)
        case .group(let other):
            do {
                offsets = try connection.admin.committedOffsets(of: other).offsets.map(\.position)
            } catch { throw CommandError(error, group: other, on: connection.servers) }
            if offsets.isEmpty {
                let kind = try GroupKind.read(of: [other], through: connection)[other]
                throw kind.map { CommandError($0, of: other) }
                    ?? .missingGroup(other, on: connection.servers)
            }
        default: return nil
        }
        return Dictionary(
            offsets.map { ($0.partition, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func offsets(
        of partitions: [TopicPartition],
        at time: OffsetTime,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [TopicPartition: Int64?] {
        var found: [TopicPartition: Int64?] = [:]
        for answer in try connection.offsets(of: partitions, at: time) {
            if let error = answer.error {
                batch.fail(CommandError(error, of: answer.partition), in: context)
            } else {
                found[answer.partition] = .some(answer.offset)
            }
        }
        return found
    }
}
