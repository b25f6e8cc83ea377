// Reading topics.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import ReadEngine
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
        operands: [.repeated("TOPIC", "Topics to read.", \.read.topics.names, completion: .topics)],
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
        json: [.record, ReadSummary.json],
        foreign: KcatOptions.all,
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        if options.read.topics.isEmpty {
            throw UsageError("missing TOPIC", hint: "or use --regex")
        }
        try options.read.range.validate()
        try options.format.validate()
        try options.read.group.validate(options.read.range)
        try options.exec.validate(options.read.group, options.read.range, options.format)
        if options.format.isResumed, options.read.group.name != nil {
            // The group may have committed what a killed run had not made safe in its files.
            throw UsageError(
                "--group and --resume do not go together",
                hint: "a group starts at its committed offsets"
            )
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let filter = try options.picking.filter()
        let format: RecordFormat
        do { format = try options.format.recordFormat() } catch { throw CommandError(error) }
        let connection = try options.read.connect(in: &context)
        let topics = try options.read.choose(through: connection)
        let folder = try folder(options, connection, in: context)
        try folder?.check(topics, through: connection)
        if let folder, folder.hasBegun {
            let known = Set(folder.offsets.keys.map(\.topic))
            for topic in topics where !known.contains(topic.name) {
                context.note("new topic '\(topic.name)' in '\(folder.path)'")
            }
        }
        // Behind the newest records that a folder holds goes on whatever is newer than they are.
        let last = folder?.hasBegun == true ? nil : options.read.range.last
        if let folder, last == nil, options.read.range.last != nil {
            try folder.refuseNew(topics)
        }
        var scope = try options.read.scope(
            topics,
            through: connection,
            commits: options.exec.commits(options.read.group),
            resumed: folder?.offsets,
            in: context
        )
        scope.request.keepsTopicsApart = folder != nil && last == nil
        // The start of the newest records is known when they have been found.
        if let reads = scope.reads, last == nil { try folder?.begin(reads) }
        let exec = try work(options, topics, in: &context)
        let isShown = exec == nil && folder == nil
        let printer = RecordPrinter(
            format,
            isForTerminal: context.output.isTerminal && isShown,
            isColoured: options.format.isColourful && context.isColourful && isShown
        )
        let selection = RecordSelection(filter, limit: options.read.range.limit)
        if let exec {
            let commits =
                scope.group != nil && options.exec.commits(options.read.group) == .afterExec
            var run = try ExecReading(
                // The output belongs to the command, and so does its reader.
                loop(scope, options, endsWithOutput: false, &context),
                printer,
                selection,
                for: exec,
                commits: commits
            )
            try run.run(options.read)
        } else {
            try print(scope, options, printer, selection, last: last, into: folder, &context)
        }
    }

    /// Prints records: the newest ones, into a folder, or as they come.
    private static func print(
        _ scope: ReadScope,
        _ options: Options,
        _ printer: consuming RecordPrinter,
        _ selection: RecordSelection,
        last: Int?,
        into folder: OutputFolder?,
        _ context: inout Context
    ) throws(CommandError) {
        let output = context.output.sink
        if let last, let reads = scope.reads {
            var scope = scope
            scope.request.way = .partitions([])
            var run = TailReading(
                try loop(scope, options, &context),
                TailSink(printer, limit: last),
                selection,
                of: TailRead(reads, limit: last),
                to: output,
                or: folder
            )
            try run.run(options.read)
        } else if let folder {
            let loop = try loop(scope, options, &context)
            var run = FolderReading(loop, printer, selection, into: folder)
            try run.run(options.read)
        } else {
            let loop = try loop(scope, options, &context)
            var run = PrintReading(loop, printer, selection, to: output)
            try run.run(options.read)
        }
    }

    /// Returns the folder that records go into; nil where they are printed.
    private static func folder(
        _ options: Options,
        _ connection: Connection,
        in context: Context
    ) throws(CommandError) -> OutputFolder? {
        guard let path = options.format.folder else { return nil }
        return try OutputFolder(
            path,
            FolderOptions(options, connection.client.isolationLevel),
            isResumed: options.format.isResumed,
            mayResume: options.read.group.name == nil,
            clock: context.clock
        )
    }

    /// Returns the loop of a read.
    private static func loop(
        _ scope: ReadScope,
        _ options: Options,
        endsWithOutput: Bool = true,
        _ context: inout Context
    ) throws(CommandError) -> ReadLoop {
        let loop = try ReadLoop(
            scope.request,
            scope.group,
            through: scope.connection,
            limits: options.read.limits(scope, now: context.clock.now),
            signals: try context.catchSignals(),
            endsWithOutput: endsWithOutput,
            context: context
        )
        if scope.topics.isEmpty { loop.awaitTopics(isFailure: true) }
        let isResumed = options.format.isResumed
        loop.waitNotice = options.read.waitNotice(scope, isResumed: isResumed, in: context)
        return loop
    }

    /// Returns the work that records are for; nil to print them.
    private static func work(
        _ options: Options,
        _ topics: [Topic],
        in context: inout Context
    ) throws(CommandError) -> ExecRun? {
        guard let line = options.exec.line else { return nil }
        var deadLetters: DeadLetters?
        if case .deadLetter(let name)? = options.exec.onFailure {
            guard !topics.contains(where: { $0.name == name }) else {
                throw CommandError(
                    .usage,
                    "--on-failure dead-letter: topic '\(name)' is also read"
                )
            }
            deadLetters = try DeadLetters(
                name,
                through: context.connect(
                    options.read.cluster,
                    as: .producer,
                    required: DeadLetters.required,
                    showsNotes: false
                )
            )
        }
        var request = ExecRun.Request(line: line, variables: options.exec.variables)
        request.batch = options.exec.batch ?? request.batch
        request.batchWait = options.exec.batchWait ?? request.batchWait
        request.rules = options.exec.rules
        request.onFailure = options.exec.onFailure ?? request.onFailure
        request.isDryRun = options.exec.isDryRun
        request.group = options.read.group.name
        return try ExecRun(request, deadLetters: deadLetters, context: context)
    }
}
