// Reading topics.

import Arguments
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl consume`: the records of topics, from where to where it was asked.
enum Consume: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var format = ConsumeFormat()
        var topics = TopicSelection()
        var range = ConsumeRange()
        var group = ConsumeGroup()
        var picking = ConsumePicking()
        var reading = ConsumeReading()
        var exec = ConsumeExec()
    }

    static let spec = CommandSpec<Options>(
        "consume",
        "Print the records of topics.",
        operands: [.repeated("TOPIC", "The topics.", \.topics.names, completion: .topics)],
        flags: ConsumeRange.flags.map { $0.embedded(at: \.range) }
            + ConsumeGroup.flags.map { $0.embedded(at: \.group) }
            + ConsumeFormat.flags.map { $0.embedded(at: \.format) }
            + TopicSelection.flags.map { $0.embedded(at: \.topics).advanced() }
            + ConsumePicking.flags.map { $0.embedded(at: \.picking) }
            + ConsumeReading.flags.map { $0.embedded(at: \.reading) }
            + ConsumeExec.flags.map { $0.embedded(at: \.exec) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: ConsumeHelp.examples,
        sections: ConsumeHelp.sections + [ExitStatus.section],
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        if options.topics.isEmpty {
            throw UsageError("missing TOPIC", hint: "or --regex")
        }
        try options.range.validate()
        try options.format.validate()
        try options.group.validate(options.range)
        try options.exec.validate(options.group, options.range, options.format)
        if options.format.isResumed, options.group.name != nil {
            // The group may have committed what a killed run had not made safe in its files.
            throw UsageError(
                "--group and --resume do not go together",
                hint: "a group reads on from what it has committed"
            )
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let filter = try options.picking.filter()
        let format: RecordFormat
        do { format = try options.format.recordFormat() } catch { throw CommandError(error) }
        let connection = try connect(options, in: &context)
        let topics = try choose(options.topics, through: connection)
        let folder = try options.format.folder.map { path throws(CommandError) in
            try OutputFolder(path, isResumed: options.format.isResumed, clock: context.clock)
        }
        let wish = wish(topics, options, connection)
        let plan =
            try wish == nil ? plan(topics, options, connection, folder, in: context) : nil
        let exec = try work(options, topics, in: &context)
        let signals = try context.catchSignals()
        var intake = Intake(
            progress: ReadProgress(limit: options.range.limitPerPartition),
            printer: RecordPrinter(
                format,
                isForTerminal: context.output.isTerminal && exec == nil,
                isColoured: options.format.isColourful && context.isColourful && exec == nil
            ),
            filter: filter,
            limit: options.range.limit
        )
        intake.folder = folder
        intake.exec = exec
        var run = try ConsumeRun(
            connection,
            intake: intake,
            limits: limits(topics, options.range, plan, wish, now: context.clock.now),
            signals: signals,
            context: context
        )
        let end: ConsumeRun.End
        if let plan, let last = options.range.last {
            end = try run.finish(TailRead(plan, limit: last), limit: last)
        } else {
            if let wish { try run.join(wish, topics: topics.map(\.name)) }
            if let plan { try run.start(plan.reads) }
            end = try run.finish()
        }
        try folder?.flush(isLast: true)
        try conclude(run, end, options, in: context)
    }

    /// The work that records are for; nil to print them.
    private static func work(
        _ options: Options,
        _ topics: [Topic],
        in context: inout Context
    ) throws(CommandError) -> ExecRun? {
        guard let line = options.exec.line else { return nil }
        var letters: DeadLetters?
        if case .deadLetter(let name)? = options.exec.onFailure {
            guard !topics.contains(where: { $0.name == name }) else {
                throw CommandError(
                    .usage,
                    "--on-failure dead-letter: topic '\(name)' is one of those that are read"
                )
            }
            letters = try DeadLetters(
                name,
                through: context.connect(
                    options.cluster,
                    as: .producer,
                    required: DeadLetters.required,
                    isTold: false
                )
            )
        }
        var wish = ExecRun.Wish(line: line)
        wish.batch = options.exec.batch ?? wish.batch
        wish.batchWait = options.exec.batchWait ?? wish.batchWait
        wish.rules = options.exec.rules
        wish.onFailure = options.exec.onFailure ?? wish.onFailure
        wish.isDryRun = options.exec.isDryRun
        wish.group = options.group.name
        return try ExecRun(wish, letters: letters, context: context)
    }

    /// Makes a client that reads as the options say.
    static func connect(
        _ options: Options,
        in context: inout Context
    ) throws(CommandError) -> Connection {
        let range = options.range
        return try context.connect(
            options.cluster,
            as: .consumer,
            flags: options.reading.settings() + options.group.settings(range),
            defaults: ConsumerDefaults.rows(
                isBounded: range.isBounded,
                joinsGroup: options.group.name != nil
            ) + options.group.defaults,
            required: ConsumerDefaults.required(isBounded: range.isBounded)
                + options.group.required,
            joinsGroup: options.group.name != nil
        )
    }

    /// When a read stops though more may come.
    static func limits(
        _ topics: [Topic],
        _ range: ConsumeRange,
        _ plan: ReadPlan?,
        _ wish: GroupReading.Wish?,
        now: Instant
    ) -> ConsumeRun.Limits {
        ConsumeRun.Limits(
            idle: range.idleLimit,
            deadline: range.duration.map { now + $0 },
            isBounded: wish?.rule.isBounded ?? plan?.isBounded ?? false,
            watch: plan.map { plan in
                TopicWatch(
                    topics,
                    readsAll: !plan.isBounded && range.partitions == nil,
                    isBounded: plan.isBounded,
                    now: now
                )
            }
        )
    }

    /// What is read without a group.
    static func plan(
        _ topics: [Topic],
        _ options: Options,
        _ connection: Connection,
        _ folder: OutputFolder? = nil,
        in context: Context
    ) throws(CommandError) -> ReadPlan {
        try ReadPlan(
            topics,
            ReadPlan.Wish(
                spec: options.range.spec,
                partitions: options.range.partitions?.numbers,
                stopsAtEnd: options.range.stopsAtEnd || options.range.last != nil,
                reset: options.range.reset?.reset ?? .error,
                resumed: folder?.offsets ?? [:]
            ),
            through: connection,
            now: context.clock.unixMilliseconds
        )
    }

    /// How a group is read; nil without one.
    static func wish(
        _ topics: [Topic],
        _ options: Options,
        _ connection: Connection
    ) -> GroupReading.Wish? {
        guard let name = options.group.name else { return nil }
        let setting = connection.settings["auto.offset.reset"]
        return GroupReading.Wish(
            name: name,
            commits: options.exec.commits(options.group),
            rule: GroupRule(
                reset: ConsumeGroup.reset(options.range, setting: setting),
                end: options.range.spec.all?.end,
                stopsAtEnd: options.range.stopsAtEnd,
                partitionCounts: Dictionary(
                    topics.map { ($0.name, $0.partitions.count) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        )
    }

    /// Which topics are read; one that is missing is an error before anything is printed.
    static func choose(
        _ selection: TopicSelection,
        through connection: Connection
    ) throws(CommandError) -> [Topic] {
        // Also makes the partitions' leaders known, without which each would begin late.
        if selection.pattern == nil {
            var topics: [Topic] = []
            for name in selection.names where !topics.contains(where: { $0.name == name }) {
                topics.append(try connection.topic(name))
            }
            return topics
        }
        var missing: CommandError?
        let topics = try selection.choose(from: try connection.metadata()) { name in
            missing = missing ?? .missingTopic(name, on: connection.servers)
        }
        if let missing { throw missing }
        if topics.isEmpty {
            throw CommandError(.notFound, "no topic on \(connection.servers) matches --regex")
        }
        return topics
    }

    private static func conclude(
        _ run: borrowing ConsumeRun,
        _ end: ConsumeRun.End,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let isAsked = options.range.isBounded || options.range.limit != nil
        let isWhole =
            switch end {
            case .complete: true
            case .idle, .expired: !isAsked
            case .stalled, .signalled: false
            }
        let isInterrupted = if case .signalled = end { true } else { false }
        if options.range.isBounded || options.reading.summary != nil {
            run.summary(isInterrupted ? .interrupted : isWhole ? .complete : .incomplete)
                .tell(options.reading.summary, in: context)
        }
        let cut = run.cutNumbers
        if cut > 0 {
            context.note(
                "numbers too large for their form in --format were cut: \(cut)"
            )
        }
        let work = run.work
        if work.failed > 0 {
            context.note("\(work.failed) of \(work.finished) records failed")
        }
        switch end {
        case .complete where work.failed > 0: throw .reported(.failure)
        case .complete where cut > 0: throw .reported(.failure)
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time): throw .stalled(run.incomplete, time, run.connection)
        case .idle, .expired:
            guard !isWhole else { return }
            throw .unfinished(run.incomplete, isIdle: end.isIdle)
        }
    }
}
