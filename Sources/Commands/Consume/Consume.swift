// Reading topics.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Records
import Settings

/// `kctl consume`: the records of topics, from where to where it was asked.
enum Consume: Command {
    struct Options: CommandOptions {
        var read = ReadOptions()
        var format = ConsumeFormat()
        var picking = ConsumePicking()
        var exec = ConsumeExec()
    }

    static let spec = CommandSpec<Options>(
        "consume",
        "Print the records of topics.",
        operands: [.repeated("TOPIC", "The topics.", \.read.topics.names, completion: .topics)],
        flags: ConsumeRange.flags.map { $0.embedded(at: \.read.range) }
            + ConsumeGroup.flags.map { $0.embedded(at: \.read.group) }
            + ConsumeFormat.flags.map { $0.embedded(at: \.format) }
            + TopicSelection.flags.map { $0.embedded(at: \.read.topics).advanced() }
            + ConsumePicking.flags.map { $0.embedded(at: \.picking) }
            + ConsumeReading.flags.map { $0.embedded(at: \.read.reading) }
            + ConsumeExec.flags.map { $0.embedded(at: \.exec) }
            + ClusterOptions.flags.map { $0.embedded(at: \.read.cluster) },
        examples: ConsumeHelp.examples,
        sections: ConsumeHelp.sections + [ExitStatus.section],
        foreign: KcatOptions.all,
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        if options.read.topics.isEmpty {
            throw UsageError("missing TOPIC", hint: "or --regex")
        }
        try options.read.range.validate()
        try options.format.validate()
        try options.read.group.validate(options.read.range)
        try options.exec.validate(options.read.group, options.read.range, options.format)
        if options.format.isResumed, options.read.group.name != nil {
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
        let connection = try options.read.connect(in: &context)
        let topics = try options.read.choose(through: connection)
        let folder = try options.format.folder.map { path throws(CommandError) in
            try OutputFolder(
                path,
                FolderOptions(options, connection.client.isolationLevel),
                isResumed: options.format.isResumed,
                mayResume: options.read.group.name == nil,
                clock: context.clock
            )
        }
        try folder?.check(topics, through: connection)
        // Behind the newest records that a folder holds goes on whatever is newer than they are.
        let last = folder?.hasBegun == true ? nil : options.read.range.last
        if let folder, last == nil, options.read.range.last != nil {
            try folder.refuseNew(topics)
        }
        let scope = try options.read.scope(
            topics,
            through: connection,
            commits: options.exec.commits(options.read.group),
            resumed: folder?.offsets,
            in: context
        )
        // Where the newest records begin is known when they have been found.
        if case .plan(let plan) = scope.way, last == nil { try folder?.begin(plan.reads) }
        let exec = try work(options, topics, in: &context)
        let isShown = exec == nil && folder == nil
        let printer = RecordPrinter(
            format,
            isForTerminal: context.output.isTerminal && isShown,
            isColoured: options.format.isColourful && context.isColourful && isShown
        )
        let output = context.output.sink
        if let exec {
            var run = try run(ExecSink(printer, for: exec), filter, scope, options, &context)
            try run.conclude(options.read) { run throws(CommandError) in try run.read(scope) }
        } else if let last, case .plan(let plan) = scope.way {
            let sink = TailSink(printer, limit: last, to: output, or: folder)
            var run = try run(sink, filter, scope, options, &context)
            run.watch(plan.reads)
            try run.conclude(options.read) { run throws(CommandError) in
                try run.finish(TailRead(plan, limit: last))
            }
        } else if let folder {
            var run = try run(FolderSink(printer, into: folder), filter, scope, options, &context)
            run.limits.keepsTopicsApart = true
            try run.conclude(options.read) { run throws(CommandError) in
                let end: ReadEnd
                do throws(CommandError) { end = try run.read(scope) } catch {
                    // What was read before the failure need not be read again.
                    try? run.intake.sink.finish()
                    throw error
                }
                try run.intake.sink.finish()
                return end
            }
        } else {
            var run = try run(PrintSink(printer, to: output), filter, scope, options, &context)
            try run.conclude(options.read) { run throws(CommandError) in try run.read(scope) }
        }
    }

    /// A run that has not begun.
    private static func run<Sink: RecordSink & ~Copyable>(
        _ sink: consuming Sink,
        _ filter: RecordFilter?,
        _ scope: ReadScope,
        _ options: Options,
        _ context: inout Context
    ) throws(CommandError) -> ConsumeRun<Sink> {
        let range = options.read.range
        var run = try ConsumeRun(
            scope.connection,
            intake: Intake(
                into: sink,
                progress: ReadProgress(limit: range.limitPerPartition),
                filter: filter,
                limit: range.limit
            ),
            limits: options.read.limits(scope, now: context.clock.now),
            signals: try context.catchSignals(),
            context: context
        )
        if scope.topics.isEmpty { run.awaitTopics() }
        return run
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
                    options.read.cluster,
                    as: .producer,
                    required: DeadLetters.required,
                    isTold: false
                )
            )
        }
        var wish = ExecRun.Wish(line: line, variables: options.exec.variables)
        wish.batch = options.exec.batch ?? wish.batch
        wish.batchWait = options.exec.batchWait ?? wish.batchWait
        wish.rules = options.exec.rules
        wish.onFailure = options.exec.onFailure ?? wish.onFailure
        wish.isDryRun = options.exec.isDryRun
        wish.group = options.read.group.name
        return try ExecRun(wish, letters: letters, context: context)
    }
}
