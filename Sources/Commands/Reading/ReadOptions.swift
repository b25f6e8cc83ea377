// The options of every command that reads records, and what they come to on a cluster.

import Arguments
import CommandKit
import KafkaCore
import ReadEngine
import Reactor
import Settings

/// The options of a read.
struct ReadOptions {
    var cluster = ClusterOptions()
    var topics = TopicSelection()
    var range = ConsumeRange()
    var group = ConsumeGroup()
    var reading = ConsumeReading()
}

/// The part of a cluster that is read.
struct ReadScope {
    let connection: Connection
    let topics: [Topic]
    /// The request to the reader.
    var request: ReadRequest
    /// The group that is read as; nil for none.
    let group: GroupNames?

    /// The parts of partitions that are read, where no group assigns them.
    var reads: [PartitionRead]? {
        if case .partitions(let reads) = request.way { reads } else { nil }
    }
}

extension ReadOptions {
    /// Makes a client that reads as the options say.
    ///
    /// `reportsEnds`: the sink gets each partition's end, even when reading never ends.
    func connect(
        in context: inout Context,
        reportsEnds: Bool = false
    ) throws(CommandError) -> Connection {
        try context.connect(
            cluster,
            as: .consumer,
            flags: reading.settings() + group.settings(range),
            defaults: ConsumerDefaults.rows(
                isBounded: range.isBounded,
                joinsGroup: group.name != nil
            ) + group.defaults,
            required: ConsumerDefaults.required(
                isBounded: range.isBounded || range.mayRunShort || reportsEnds
            )
                + group.required,
            joinsGroup: group.name != nil
        )
    }

    /// Returns the topics to read; a missing one is an error before anything is printed.
    func choose(through connection: Connection) throws(CommandError) -> [Topic] {
        // Also makes the partitions' leaders known, without which each would begin late.
        if !topics.isPattern {
            var chosen: [Topic] = []
            for name in topics.names where !chosen.contains(where: { $0.name == name }) {
                chosen.append(try connection.topic(name))
            }
            return chosen
        }
        var missing: CommandError?
        let chosen = try topics.choose(from: try connection.metadata()) { name in
            missing = missing ?? connection.absence(of: name)
        }
        if let missing { throw missing }
        if chosen.isEmpty, !followsPattern {
            throw .noMatch(on: connection.servers)
        }
        return chosen
    }

    /// True when topics that are created later are read too, if they match.
    var followsPattern: Bool {
        topics.isPattern && !range.isBounded && range.partitions == nil
    }

    /// The finder of topics that are created later and read too; nil for none.
    var finder: TopicFinder? {
        guard followsPattern else { return nil }
        let (pattern, globs) = (topics.pattern, topics.globs)
        let includesInternal = topics.includesInternal
        return { all in
            let visible = all.filter { topic in
                (includesInternal || !topic.isInternal) && topic.error == nil
                    && TopicName.isValid(topic.name[...])
            }
            return (try? visible.matching(pattern, globs, by: \.name)) ?? []
        }
    }

    /// Returns the scope of a read of these topics.
    ///
    /// `commits`: when a group commits; `resumed`: where an earlier run left partitions off, nil
    /// when no run continues them.
    func scope(
        _ topics: [Topic],
        through connection: Connection,
        commits: CommitMode? = nil,
        resumed: [TopicPartition: Int64]? = nil,
        in context: Context
    ) throws(CommandError) -> ReadScope {
        let now = context.clock.unixMilliseconds
        var request: ReadRequest
        var names: GroupNames?
        if let name = group.name {
            let commits = commits ?? group.commits ?? .afterPrint
            let reset = ConsumeGroup.reset(
                range,
                setting: connection.settings[OffsetResetChoice.name]
            )
            let rule = rule(topics, reset: reset?.reset.resolved(now: now), now: now)
            names = GroupNames(
                name: name,
                reset: reset?.words,
                work: commits == .afterExec ? "processed" : "printed"
            )
            let isOn = commits == .afterPrint || commits == .afterExec
            request = ReadRequest(
                topics,
                .group(GroupRequest(commits: isOn, rule: rule)),
                isBounded: rule.isBounded
            )
        } else {
            let plan = try plan(topics, resumed: resumed, through: connection, now: now)
            // Without a topic there is nothing that ends.
            let isBounded = plan.isBounded && !topics.isEmpty
            request = ReadRequest(topics, .partitions(plan.reads), isBounded: isBounded)
            // A member gets new partitions from its group.
            request.readsNewPartitions = !isBounded && range.partitions == nil
        }
        request.finds = finder
        request.limitPerPartition = range.limitPerPartition
        return ReadScope(connection: connection, topics: topics, request: request, group: names)
    }

    /// Returns the limits at which a read stops though more records may come.
    func limits(_ scope: ReadScope, now: Instant) -> ReadLimits {
        ReadLimits(
            idle: range.idleLimit,
            deadline: range.duration.map { now + $0 },
            isBounded: scope.request.isBounded
        )
    }

    private func plan(
        _ topics: [Topic],
        resumed: [TopicPartition: Int64]?,
        through connection: Connection,
        now: Int64
    ) throws(CommandError) -> ReadPlan {
        let spec = range.spec
        let request = ReadPlan.Request(
            range: { spec.range(of: $0)?.resolved(now: now) },
            named: spec.partitions.keys.sorted(),
            partitions: range.partitions?.numbers,
            stopsAtEnd: range.stopsAtEnd || range.last != nil,
            reset: range.reset?.reset.resolved(now: now) ?? .error,
            resumed: resumed
        )
        do throws(ReaderError) {
            return try ReadPlan(topics, request, through: connection.access)
        } catch {
            throw CommandError(error, connection)
        }
    }

    /// Returns the rule by which a group is read.
    private func rule(_ topics: [Topic], reset: OffsetReset?, now: Int64) -> GroupRule {
        GroupRule(
            reset: reset,
            end: range.spec.all?.end?.resolved(now: now),
            stopsAtEnd: range.stopsAtEnd,
            partitionCounts: Dictionary(
                topics.map { ($0.name, $0.partitions.count) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }
}

extension Connection {
    /// The parts of a connection that a reader needs.
    var access: ClusterAccess { ClusterAccess(client, timeout: timeout, clock: clock) }
}
