// The options of every command that reads records, and what they come to on a cluster.

import Arguments
import CommandKit
import KafkaCore
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

/// What is read of a cluster.
struct ReadScope {
    /// Where to read each partition, or the group that decides it.
    enum Way {
        case plan(ReadPlan)
        case group(GroupReading.Wish)
    }

    let connection: Connection
    let topics: [Topic]
    let way: Way
}

extension ReadOptions {
    /// Makes a client that reads as the options say.
    ///
    /// `tellsEnds`: the sink hears of each partition's end, even when reading goes on for ever.
    func connect(
        in context: inout Context,
        tellsEnds: Bool = false
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
                isBounded: range.isBounded || range.mayRunShort || tellsEnds
            )
                + group.required,
            joinsGroup: group.name != nil
        )
    }

    /// Which topics are read; one that is missing is an error before anything is printed.
    func choose(through connection: Connection) throws(CommandError) -> [Topic] {
        // Also makes the partitions' leaders known, without which each would begin late.
        if topics.pattern == nil {
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

    /// Whether topics that are made later are read too, when they match.
    var followsPattern: Bool {
        topics.pattern != nil && !range.isBounded && range.partitions == nil
    }

    /// Which of a cluster's topics are read too when they are made later; nil for none.
    var finding: TopicWatch.Finding? {
        guard followsPattern, let pattern = topics.pattern else { return nil }
        let includesInternal = topics.includesInternal
        return { all in
            let visible = all.filter { topic in
                (includesInternal || !topic.isInternal) && topic.error == nil
                    && TopicName.isValid(topic.name[...])
            }
            return (try? pattern.matching(visible, by: \.name)) ?? []
        }
    }

    /// What is read of these topics.
    ///
    /// `commits`: when a group commits; `resumed`: where an earlier run left partitions off, nil when
    /// nobody will go on with them.
    func scope(
        _ topics: [Topic],
        through connection: Connection,
        commits: CommitMode? = nil,
        resumed: [TopicPartition: Int64]? = nil,
        in context: Context
    ) throws(CommandError) -> ReadScope {
        let way: ReadScope.Way
        if let name = group.name {
            let commits = commits ?? group.commits ?? .afterPrint
            way = .group(wish(name, topics, connection, commits: commits))
        } else {
            let wish = ReadPlan.Wish(
                spec: range.spec,
                partitions: range.partitions?.numbers,
                stopsAtEnd: range.stopsAtEnd || range.last != nil,
                reset: range.reset?.reset ?? .error,
                resumed: resumed
            )
            let now = context.clock.unixMilliseconds
            way = .plan(try ReadPlan(topics, wish, through: connection, now: now))
        }
        return ReadScope(connection: connection, topics: topics, way: way)
    }

    /// When a read stops though more may come.
    func limits(_ scope: ReadScope, now: Instant) -> ReadLimits {
        var limits = ReadLimits(
            idle: range.idleLimit,
            deadline: range.duration.map { now + $0 },
            isBounded: false
        )
        let readsAll: Bool
        switch scope.way {
        case .group(let wish):
            limits.isBounded = wish.rule.isBounded
            // A member is told of new partitions by its group.
            readsAll = false
        case .plan(let plan):
            // Without a topic there is nothing that ends.
            limits.isBounded = plan.isBounded && !scope.topics.isEmpty
            readsAll = !limits.isBounded && range.partitions == nil
        }
        limits.watch = TopicWatch(
            scope.topics,
            readsAll: readsAll,
            isBounded: limits.isBounded,
            now: now,
            finds: finding
        )
        return limits
    }

    /// How a group is read.
    private func wish(
        _ name: String,
        _ topics: [Topic],
        _ connection: Connection,
        commits: CommitMode
    ) -> GroupReading.Wish {
        let setting = connection.settings[OffsetReset.name]
        return GroupReading.Wish(
            name: name,
            commits: commits,
            rule: GroupRule(
                reset: ConsumeGroup.reset(range, setting: setting),
                end: range.spec.all?.end,
                stopsAtEnd: range.stopsAtEnd,
                partitionCounts: Dictionary(
                    topics.map { ($0.name, $0.partitions.count) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        )
    }
}
