// The event streams of AliECS: decoded, selected, put in order, recorded and played.

import AliECS
import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import ReadEngine

/// `kctl decode-aliecs`: what AliECS says, as JSON, as lines for people, or as runs.
enum DecodeAliECS: Command {
    struct Options: CommandOptions {
        var read = ReadOptions()
        var follows = false
        var input = DecodeInput()
        var form = DecodeForm()
        var selection = DecodeSelection()
        var order = DecodeOrder()
        var runs = DecodeRuns()
        var recording = DecodeRecording()
    }

    static let spec = CommandSpec<Options>(
        "decode-aliecs",
        "Decode AliECS event streams to JSON, lines or runs.",
        operands: [
            .repeated(
                "TOPIC",
                "Topics to read; by default all that begin with 'aliecs.'.",
                \.read.topics.names,
                completion: .topics
            )
        ],
        flags: ConsumeRange.flags.map { flag in
            let flag = flag.embedded(at: \Options.read.range)
            return daily.contains(flag.description.long) ? flag : flag.advanced()
        } + follow
            + DecodeInput.flags.map { $0.embedded(at: \.input) }
            + DecodeForm.flags.map { $0.embedded(at: \.form) }
            + DecodeSelection.flags.map { $0.embedded(at: \.selection) }
            + DecodeOrder.flags.map { $0.embedded(at: \.order) }
            + DecodeRuns.flags.map { $0.embedded(at: \.runs) }
            + DecodeRecording.flags.map { $0.embedded(at: \.recording) }
            + TopicSelection.flags.map { $0.embedded(at: \.read.topics).advanced() }
            + ConsumeGroup.flags.map { $0.embedded(at: \.read.group).advanced() }
            + ConsumeReading.flags.map { $0.embedded(at: \.read.reading) }
            + ClusterOptions.flags.filter { !own.contains($0.description.long) }
            .map { $0.embedded(at: \.read.cluster) },
        examples: DecodeHelp.examples,
        sections: DecodeHelp.sections + [ExitStatus.section],
        json: [
            .event, RunRow.json, ActiveRow.json, LatencyRow.json, RunEventReport.json,
            ReadSummary.json,
        ],
        validate: validate
    )

    /// The options of a range that the short help shows.
    private static let daily: Set<String> = ["exit", "offset"]

    /// Options that mean more here than with other commands.
    private static let own: Set<String> = ["timeout"]

    private static let follow: [Flag<Options>] = [
        .toggle(
            "follow",
            "Follow new records, the default without --exit.",
            \.follows,
            negatable: false
        )
        .advanced()
    ]

    private static func validate(_ options: Options) throws(UsageError) {
        try options.form.validate()
        let goal = try options.runs.goal()
        let reads = !options.read.topics.isEmpty || options.input.isGiven
        try options.recording.validate(isReading: reads)
        try options.selection.validate(goal)
        if goal != .records {
            if options.form.isFlat { throw UsageError("--flat needs records, not runs") }
            if options.form.isTable { throw UsageError("--table needs records, not runs") }
            if options.read.group.name != nil {
                throw UsageError(
                    "--group needs records, not runs",
                    hint: "records would be committed before their run is printed"
                )
            }
        }
        if goal == .timeline, options.form.isJSON {
            throw UsageError("--timeline and --json do not go together", hint: "--runs --json")
        }
        guard options.recording.replay == nil else { return }
        try options.input.validate(options.read, hasType: options.form.type != nil)
        if options.recording.path != nil, options.input.isGiven {
            throw UsageError("--record needs topics of a cluster as input")
        }
        try options.read.range.validate()
        try options.read.group.validate(options.read.range)
        if options.follows, options.read.range.isBounded {
            throw UsageError("--follow and an end of the read do not go together")
        }
        if options.order.lateness != nil, !options.order.merges, goal == .records {
            throw UsageError("--lateness needs --merge or runs")
        }
        if options.order.memory.bytes < 1 << 20 {
            throw UsageError("--merge-memory: less than 1 MiB")
        }
        if options.order.merges, options.read.group.name != nil {
            throw UsageError(
                "--merge and --group do not go together",
                hint: "records would be committed before they are printed"
            )
        }
        if options.read.range.last != nil {
            throw UsageError(
                "--last works with 'kctl consume' only",
                hint: "-o -N reads the last N records of each partition"
            )
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if let path = options.recording.replay {
            return try Replay.run(path, options, in: &context)
        }
        let goal: DecodeGoal
        do { goal = try options.runs.goal() } catch { throw CommandError(error) }
        let pipeline = DecodePipeline(
            try request(goal, options, in: context),
            in: context
        )
        if options.input.isGiven {
            try decode(options, goal, pipeline, in: &context)
        } else {
            try read(options, goal, pipeline, in: &context)
        }
    }

    /// Returns the request to the pipeline, apart from where records come from.
    private static func request(
        _ goal: DecodeGoal,
        _ options: Options,
        in context: Context
    ) throws(CommandError) -> DecodePipeline.Request {
        let form = options.form
        let isMessage = !options.input.hex.isEmpty || !options.input.base64.isEmpty
        let isTable =
            form.isTable
            || context.output.isTerminal && !form.isJSON && !form.isFlat && !isMessage
        var request = DecodePipeline.Request(goal: isTable ? .table : .json(isFlat: form.isFlat))
        request.type = form.type
        request.style = form.style
        request.onError = form.onError
        // Facts of runs depend on records that are not theirs, so runs are picked instead.
        if !goal.picksRuns { request.selection = options.selection.selection }
        request.merges = options.order.merges
        request.memory = options.order.memory.bytes
        request.limit = options.read.range.limit ?? .max
        request.lateness = options.order.lateness ?? DecodeOrder.standardLateness
        if let sink = FactsSinks.make(goal, options, in: context) { request.goal = .facts(sink) }
        return request
    }

    // MARK: Inputs that are no cluster

    private static func decode(
        _ options: Options,
        _ goal: DecodeGoal,
        _ pipeline: consuming DecodePipeline,
        in context: inout Context
    ) throws(CommandError) {
        let signals = try context.catchSignals()
        var run = OfflineDecode(
            pipeline,
            signals: signals,
            in: context
        )
        for (number, message) in options.input.messages.enumerated() {
            run.take(message, name: "message \(number + 1)")
        }
        for (path, kind) in options.input.sources { try run.read(path, as: kind) }
        try run.finish()
        if let signal = run.signal { throw .reported(.signalled(signal.number)) }
        if goal.isWait, !run.pipeline.isSatisfied { throw .notSeen(goal, within: nil) }
        try judge((run.pipeline.bad, run.pipeline.isStopped), goal)
    }

    /// Gives records that could not be decoded their status, even when what was waited for has
    /// come.
    private static func judge(
        _ failures: (bad: Int, isStopped: Bool),
        _ goal: DecodeGoal
    ) throws(CommandError) {
        if failures.bad > 0, !goal.isWait || failures.isStopped { throw .reported(.badData) }
    }

    // MARK: A cluster

    private static func read(
        _ options: Options,
        _ goal: DecodeGoal,
        _ pipeline: consuming DecodePipeline,
        in context: inout Context
    ) throws(CommandError) {
        let start = context.clock.now
        var read = options.read
        if let limit = options.runs.timeLimit {
            // A run may be waited for very long, a call to the cluster not longer than usual.
            read.cluster.timeout = goal.isWait ? min(limit, read.cluster.timeout) : limit
            if goal.isWait { read.range.duration = limit }
        }
        // The newest list is at the end of a partition, and says all.
        if goal == .active, !options.follows { read.range.takeNewest(of: 10) }
        let kinds = options.selection.kinds(for: pipeline.request.goal)
        let connection = try read.connect(in: &context, reportsEnds: pipeline.ordersByTime)
        let topics = try choose(read, kinds, through: connection)
        if options.form.type == nil { try checkTypes(of: topics) }
        var scope = try read.scope(topics, through: connection, in: context)
        let recorder = try options.recording.path.map { path throws(CommandError) in
            try Recording(path)
        }
        if read.followsAll {
            scope.request.isBounded = false
            scope.request.readsNewPartitions = true
            scope.request.finds = { all in all.filter { includes($0.name, kinds) } }
        } else if options.form.type == nil, let finds = scope.request.finds {
            // Of what is not named as AliECS names it nothing says what its records hold.
            scope.request.finds = { all in finds(all).filter { AliECSTopic($0.name).type != nil } }
        }
        let reading = try ReadLoop(
            scope.request,
            scope.group,
            through: connection,
            limits: read.limits(scope, now: start),
            signals: try context.catchSignals(),
            context: context
        )
        reading.waitNotice = read.waitNotice(scope, in: context)
        if topics.isEmpty, !read.topics.isEmpty {
            // The topics waited for are reported at the end.
            reading.awaitTopics(isFailure: false)
        } else if topics.isEmpty {
            context.note("no topic on \(connection.servers) begins with 'aliecs.' yet; waiting")
        }
        var run = DecodeReading(reading, pipeline, recorder: recorder, limit: read.range.limit)
        let end = try run.read(read)
        if goal.isWait, !run.isSatisfied, end.isInTime {
            if read.reading.summary != nil { reading.report(end, run.tally, read) }
            throw .notSeen(goal, within: options.runs.timeLimit)
        }
        try reading.conclude(end, run.tally, read)
        try judge(run.failures, goal)
    }

    /// Refuses topics of which nothing says what their records hold.
    private static func checkTypes(of topics: [Topic]) throws(CommandError) {
        guard let topic = topics.first(where: { AliECSTopic($0.name).type == nil }) else { return }
        throw CommandError(
            .usage,
            "topic '\(topic.name)' is not a topic of AliECS; its message type is not known",
            hint: "set it with --type, for example --type Event",
            topic: topic.name
        )
    }

    /// Returns true when a topic is one of AliECS, and of one of the kinds.
    private static func includes(_ name: String, _ kinds: Set<TopicKind>) -> Bool {
        guard name.hasPrefix("aliecs.") else { return false }
        return AliECSTopic(name).kind.map { kinds.contains($0) } ?? false
    }

    /// Returns the topics to read: those named or matched, or all of AliECS, of the kinds wanted.
    private static func choose(
        _ read: ReadOptions,
        _ kinds: Set<TopicKind>,
        through connection: Connection
    ) throws(CommandError) -> [Topic] {
        if !read.topics.isEmpty { return try read.choose(through: connection) }
        let topics = try connection.metadata().topics.filter { includes($0.name, kinds) }
        guard topics.isEmpty, !read.followsAll else { return topics.sorted { $0.name < $1.name } }
        throw CommandError(
            .notFound,
            "no topic on \(connection.servers) begins with 'aliecs.'"
                + (kinds.count == TopicKind.allCases.count
                    ? "" : " and is of a kind that is asked for"),
            hint: "name topics"
        )
    }
}

extension ConsumeRange {
    /// Reads only the newest records of each partition, unless something else was said.
    fileprivate mutating func takeNewest(of count: Int64) {
        guard !isBounded, offset == nil, !fromBeginning, limit == nil, duration == nil else {
            return
        }
        offset = OffsetSpec(OffsetRange(from: .end(minus: count)))
        stopsAtEnd = true
    }
}

extension ReadOptions {
    /// True when all topics are read that exist now or are created later.
    fileprivate var followsAll: Bool {
        topics.isEmpty && group.name == nil && !range.isBounded && range.partitions == nil
    }
}

extension DecodeSelection {
    /// Returns the kinds of topics that are wanted, and that hold facts for the goal.
    fileprivate func kinds(for goal: DecodePipeline.Goal) -> Set<TopicKind> {
        let wanted = kinds.isEmpty ? Set(TopicKind.allCases) : Set(kinds)
        guard case .facts(let sink) = goal else { return wanted }
        return wanted.filter { sink.wants($0) }
    }

    /// Refuses conditions that runs and lists have no answer to.
    fileprivate func validate(_ goal: DecodeGoal) throws(UsageError) {
        guard goal.picksRuns else { return }
        var others = [("--transition", !transitions.isEmpty)]
        if goal == .active {
            others += [("--user", !users.isEmpty), ("--only-errors", errorsOnly)]
        } else {
            others.append(("--state", !states.isEmpty))
        }
        guard let other = others.first(where: \.1)?.0 else { return }
        let name = goal == .active ? "--active" : goal == .runs ? "--runs" : "--timeline"
        throw UsageError("\(name) and \(other) do not go together")
    }
}

extension ReadEnd {
    /// True when the end came before a signal or a failure did.
    fileprivate var isInTime: Bool {
        switch self {
        case .complete, .idle, .expired: true
        case .stalled, .signalled: false
        }
    }
}

extension CommandError {
    /// Returns the error for a run that was waited for and did not come.
    static func notSeen(_ goal: DecodeGoal, within limit: Duration?) -> CommandError {
        let what: String
        switch goal {
        case .startOfRun(.any): what = "no run has started"
        case .startOfRun(.number(let number)): what = "run \(number) has not started"
        case .endOfRun(.any): what = "no run has ended"
        case .endOfRun(.number(let number)): what = "run \(number) has not ended"
        case .records, .runs, .timeline, .active, .latency: what = "no record was read"
        }
        let time = limit.map { " within \($0.argumentText)" } ?? " in the records read"
        return CommandError(.incomplete, what + time)
    }
}
