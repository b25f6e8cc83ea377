// Deleting topics: by their exact names, or by a pattern that was asked for.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics delete`: deletes topics and waits until they are gone.
enum TopicsDelete: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var selection = TopicSelection()
        var isAgreed = false
        var isDryRun = false
        var toleratesMissing = false
        var output = JSONOptions()
        var isQuiet = false
        var waits = true
    }

    static let spec = CommandSpec<Options>(
        "topics delete",
        "Delete topics and wait until they are gone.",
        aliases: ["rm"],
        operands: [
            .repeated("NAME", "Topics to delete.", \.selection.names, completion: .topics)
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .toggle(
                "if-exists",
                "Skip topics that do not exist.",
                \.toleratesMissing,
                negatable: false
            ),
            .toggle("wait", "Wait until the topics are gone.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics delete orders", "Delete one topic."),
            Example(
                "kctl topics delete --regex 'test-.*' --dry-run",
                "Preview the topics that match."
            ),
            Example("kctl topics delete a b c --yes", "Delete several topics without a question."),
        ],
        sections: [
            Section(
                "Confirmation",
                "One topic given by name is deleted at once. Several topics or a pattern are"
                    + " listed, and kctl asks for confirmation; without a terminal it requires"
                    + " --yes."
            ),
            ExitStatus.section,
        ],
        json: [DeletedTopicRow.json],
        validate: { options throws(UsageError) in
            if options.selection.isEmpty {
                throw UsageError("missing NAME", hint: "or --glob, or --regex")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var missing: [String] = []
        let chosen = try options.selection.choose(from: metadata) { missing.append($0) }
        let names = chosen.map(\.name)
        var batch = FailureCount("topics", total: names.count + missing.count)
        for name in missing {
            let absence = connection.absence(of: name)
            if options.toleratesMissing, absence.status == .notFound { continue }
            batch.fail(absence, in: context)
        }
        if options.isDryRun {
            try context.result(
                names.map { DeletedTopicRow(topic: $0, isDone: false) },
                names.map { "would delete topic '\($0)'" },
                as: options.output,
                isQuiet: options.isQuiet
            )
        } else if !names.isEmpty {
            if names.count > 1 || options.selection.isPattern {
                try context.confirm(
                    "delete \(counted(names.count, "topic"))",
                    items: names,
                    isAgreed: options.isAgreed
                )
            }
            try delete(names, options, connection, &batch, in: context)
        } else if options.selection.isPattern {
            context.note("no topic matches")
        }
        try batch.finish(in: context)
    }

    private static func delete(
        _ names: [String],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) {
        let outcomes: [AdminOutcome]
        do { outcomes = try connection.admin.delete(names) } catch {
            throw CommandError(error, on: connection.servers)
        }
        for outcome in outcomes {
            guard let error = outcome.error else { continue }
            if error.kind == .notFound, options.toleratesMissing { continue }
            let failure = CommandError(error, topic: outcome.name, on: connection.servers)
            batch.fail(failure, in: context)
        }
        let gone = outcomes.filter { $0.error == nil }.map(\.name)
        var delay: CommandError?
        if options.waits {
            do throws(CommandError) { try connection.waitUntilGone(gone) } catch { delay = error }
        }
        try context.result(
            gone.map { DeletedTopicRow(topic: $0, isDone: true) },
            gone.isEmpty ? [] : ["deleted " + named(gone, "topic")],
            as: options.output,
            isQuiet: options.isQuiet
        )
        if let delay { throw delay }
    }
}
