// Groups in detail: members, committed offsets, lag.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups describe`: offsets and lag, members, or state.
enum GroupsDescribe: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = FormatOptions()
        var selection = GroupSelection()
        var showsMembers = false
        var showsState = false
        var showsTotals = false
        var onlyLagging = false
        var watches = false
        var interval = Duration.seconds(2)
        var waits = false
        var failingLag: Int64?
        var topics: [String] = []

        var view: GroupView {
            if showsMembers { return .members }
            if showsState { return .state }
            if showsTotals { return .totals }
            return onlyLagging ? .lagging : .offsets
        }
    }

    static let spec = CommandSpec<Options>(
        "groups describe",
        "Show offsets and lag, members, or state of groups.",
        operands: [
            .repeated(
                "GROUP",
                "Groups to describe.",
                \.selection.names,
                completion: .groups
            )
        ],
        flags: GroupSelection.flags.map { $0.embedded(at: \.selection) } + [
            .list(
                "topic",
                "t",
                "Show this topic only.",
                \.topics,
                placeholder: "TOPIC",
                completion: .topics
            ).advanced(),
            .toggle("members", "Show members; with --verbose, their partitions.", \.showsMembers)
                .alias("member"),
            .toggle("state", "Show state and coordinator.", \.showsState, negatable: false)
                .advanced(),
            .toggle("totals", "Show the total lag of each group and topic.", \.showsTotals)
                .advanced(),
            .toggle("lag-only", "Hide partitions without lag.", \.onlyLagging).advanced(),
            .toggle(
                "watch",
                "w",
                "Refresh every DURATION (default: 2s).",
                \.watches,
                value: \.interval
            ),
            .toggle(
                "wait-caught-up",
                "Wait until the group has no lag.",
                \.waits
            ),
            .optional(
                "fail-if-lag",
                "Exit with status 1 if a group's lag exceeds N.",
                \.failingLag,
                range: 0...Int.max
            ),
        ] + FormatOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups describe billing", "Show offsets, lag and members."),
            Example(
                "kctl groups describe --all --totals --json",
                "Print the total lag of every group as JSON."
            ),
            Example("kctl groups describe billing --watch 5s", "Follow lag, rates and time left."),
            Example(
                "kctl groups describe billing --fail-if-lag 1000",
                "Fail a script if the lag is too high."
            ),
            Example(
                "kctl groups describe billing --wait-caught-up --timeout 5m",
                "Wait until the group has caught up."
            ),
        ],
        sections: [
            Section(
                "Lag",
                "END is the high watermark: the offset after the last record (endOffset in"
                    + " JSON). COMMITTED is the offset of the next record to read. LAG is END minus"
                    + " COMMITTED. LAST-STABLE (lastStableOffset) is the end for read_committed"
                    + " consumers; the column appears while a transaction is open.",
                "If the group reads a topic but has no committed offset of a partition, the lag is"
                    + " measured from the start offset, where auto.offset.reset=earliest begins: the"
                    + " table shows (start 0) as COMMITTED, JSON has \"lagFrom\":\"start\" and"
                    + " startOffset.",
                "The lag of a partition is unknown if its topic was deleted, it has no leader, or the"
                    + " leader does not answer. Except for deleted topics this is an error with"
                    + " status 1; --fail-if-lag fails, and --wait-caught-up waits.",
                "--watch refreshes every two seconds; --watch 10s sets another interval. The rates and"
                    + " the time left are averages of up to five minutes.",
                "On a terminal, a lag of 0 is green, from 1,000 on yellow, from 100,000 on red.",
                "--wait-caught-up ends with status 6 after --timeout.",
                "With --json there is one object per partition, with --members one per member, with"
                    + " --state and --totals one per group. leaderEpoch requires librdkafka 2.1."
            ),
            ExitStatus.section,
        ],
        json: [LagRow.json, TotalRow.json, GroupMemberRow.json, GroupStateRow.json],
        validate: { options throws(UsageError) in
            try options.selection.validate()
            let views = [options.showsMembers, options.showsState, options.showsTotals]
            if views.count(where: { $0 }) + (options.onlyLagging ? 1 : 0) > 1 {
                throw UsageError("--members, --state, --totals and --lag-only exclude each other")
            }
            if !options.topics.isEmpty, options.showsMembers || options.showsState {
                throw UsageError("--topic cannot be used with --members or --state")
            }
            if options.interval <= .zero {
                throw UsageError("--watch: the interval must be longer than 0")
            }
            if options.watches, options.waits || options.failingLag != nil {
                throw UsageError("--watch cannot be used with --wait-caught-up or --fail-if-lag")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(
            options.cluster,
            toAskAbout: options.selection.names.first
        )
        _ = try connection.metadata()
        if options.watches {
            var watch = try GroupWatch(options, connection, context)
            return try watch.run()
        }
        if options.waits {
            var wait = try GroupWait(options, connection, context)
            return try wait.run()
        }
        var batch = FailureCount("groups", total: options.selection.names.count)
        let groups = try poll(options, connection) { batch.fail($0, in: context) }
        try show(groups, options.view, options, in: context)
        if options.showsMembers {
            for error in groups.compactMap(\.memberError) { batch.fail(error, in: context) }
        }
        if let limit = options.failingLag {
            judge(groups, limit, &batch, in: context)
        } else {
            var missing = MissingAnswers()
            for group in groups { missing.add(group.missingAnswers) }
            for failure in missing.errors("the lag") { batch.fail(failure, in: context) }
        }
        try batch.finish(in: context)
    }

    /// Polls the groups once; passes the errors of those that cannot be shown to `fail`.
    static func poll(
        _ options: Options,
        _ connection: Connection,
        fail: (CommandError) -> Void
    ) throws(CommandError) -> [GroupFacts] {
        let names = try options.selection.choose(through: connection, fail: fail)
        let facts = try GroupFacts.read(names, through: connection)
        var groups: [GroupFacts] = []
        for name in names {
            switch facts[name] {
            case .success(let found): groups.append(found)
            case .failure(let error):
                // One that is gone since it was listed was not asked for by name.
                if error.status == .notFound, !options.selection.names.contains(name) { continue }
                fail(error)
            case nil: break
            }
        }
        if options.view.needsEnds || options.failingLag != nil || options.waits {
            try GroupFacts.addLags(to: &groups, through: connection)
            keep(options.topics, in: &groups, fail: fail)
        }
        return groups
    }

    /// Leaves out the lag of topics that are not named; a topic of no group is a failure.
    private static func keep(
        _ topics: [String],
        in groups: inout [GroupFacts],
        fail: (CommandError) -> Void
    ) {
        guard !topics.isEmpty else { return }
        for index in groups.indices {
            groups[index].lags.removeAll { !topics.contains($0.partition.topic) }
        }
        for topic in topics
        where !groups.contains(where: { $0.lags.contains { $0.partition.topic == topic } }) {
            let names = groups.map { "'\($0.id)'" }.joined(separator: ", ")
            fail(
                CommandError(
                    .notFound,
                    "topic '\(topic)' is not read by group \(names)",
                    topic: topic
                )
            )
        }
    }

    private static func show(
        _ groups: [GroupFacts],
        _ view: GroupView,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let format = options.output.format
        switch view {
        case .offsets, .lagging:
            let reports = groups.map { GroupLagReport(facts: $0, onlyLagging: view == .lagging) }
            if format.kind == .text, context.colours(context.output) {
                return try context.painted { output throws(OutputError) in
                    try output.reports(reports, isWide: format.isWide, painted: LagPaint.painted)
                }
            }
            try context.reports(reports, as: format)
        case .members:
            let isVerbose = options.cluster.global.isVerbose
            let reports = groups.map { GroupMembersReport(facts: $0, isVerbose: isVerbose) }
            try context.reports(reports, as: format)
        case .state:
            try context.list(groups.map(GroupStateRow.init), as: format)
        case .totals:
            try context.reports(groups.map(GroupTotalReport.init), as: format)
        }
    }

    private static func judge(
        _ groups: [GroupFacts],
        _ limit: Int64,
        _ batch: inout FailureCount,
        in context: Context
    ) {
        for group in groups {
            if group.totalLag > limit {
                batch.fail(
                    CommandError(
                        .failure,
                        "group '\(group.id)' has a lag of \(group.totalLag), more than \(limit)"
                    ),
                    in: context
                )
            } else if let unknown = group.lags.first(where: { $0.lag == nil && !$0.isGone }) {
                batch.fail(
                    CommandError(
                        .failure,
                        "group '\(group.id)': the lag of topic '\(unknown.partition.topic)'"
                            + " partition \(unknown.partition.partition) is unknown: "
                            + (unknown.problem ?? "no answer"),
                        topic: unknown.partition.topic,
                        partition: unknown.partition.partition
                    ),
                    in: context
                )
            }
        }
    }
}

/// The view that `groups describe` shows.
enum GroupView {
    case offsets
    case lagging
    case members
    case state
    case totals

    /// True when the view shows the ends of partitions.
    var needsEnds: Bool {
        switch self {
        case .offsets, .lagging, .totals: true
        case .members, .state: false
        }
    }
}

extension Context {
    /// Prints with colours, and flushes.
    func painted(_ body: (OutputStream) throws(OutputError) -> Void) throws(CommandError) {
        do throws(OutputError) {
            try body(output)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
        noteCut()
    }
}
