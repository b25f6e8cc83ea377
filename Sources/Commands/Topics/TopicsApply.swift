// Making a cluster's topics what a file says: only the difference is done.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics apply`: one row per change made.
enum TopicsApply: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var file: String?
        var prunes = false
        var isAgreed = false
        var isDryRun = false
        var isQuiet = false
        var waits = true
    }

    static let spec = CommandSpec<Options>(
        "topics apply",
        "Create and change topics to match a file.",
        operands: [
            .required(
                "FILE",
                "File of topics, as printed by export; - is stdin.",
                \.file,
                completion: .files
            )
        ],
        flags: [
            .toggle(
                "dry-run",
                "Validate the changes, and apply nothing.",
                \.isDryRun
            ),
            .toggle(
                "prune",
                "Delete topics that are not in the file.",
                \.prunes,
                negatable: false
            ),
            .toggle(
                "yes",
                "y",
                "Delete topics without asking.",
                \.isAgreed,
                negatable: false
            ),
            .toggle("wait", "Wait until every partition has a leader.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics apply topics.jsonl --dry-run", "Preview the changes."),
            Example(
                "kctl topics apply topics.jsonl",
                "Apply the changes; a second run changes nothing."
            ),
            Example(
                "kctl topics apply topics.jsonl --prune --yes",
                "Also delete topics that are not in the file."
            ),
        ],
        sections: [
            fileSection,
            Section(
                "Changes",
                "apply creates missing topics, adds partitions, and sets and deletes configuration"
                    + " entries. It cannot remove partitions or change a replication factor: such a"
                    + " difference is an error, and the other changes are still made.",
                "With --prune, apply lists the topics that it would delete and asks for"
                    + " confirmation; without a terminal it requires --yes. It never deletes"
                    + " Kafka's internal topics."
            ),
            ExitStatus.section,
        ],
        json: [TopicChangeRow.json]
    )

    /// The help section about the content of a file, and what it leaves open.
    static let fileSection = Section(
        "File",
        "\"configs\" lists every configuration entry of a topic: an entry that is missing in the file"
            + " is deleted. A topic without \"configs\" keeps its configuration; a topic without"
            + " \"partitions\" or \"replicationFactor\" keeps those."
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let path = options.file ?? "-"
        let bytes = try context.read(path, as: "the topics file")
        let file = try TopicFile.entries(in: bytes, path: path)
        let connection = try context.connect(options.cluster)
        var batch = FailureCount("changes", total: 0)
        let comparison = try TopicComparison.read(
            file,
            prunes: options.prunes,
            connection,
            &batch,
            in: context
        )
        batch.total = comparison.changes.count
        let strangers = comparison.changes.filter { $0.action == .delete }.map(\.topic)
        if !strangers.isEmpty, !options.isDryRun {
            try context.confirm(
                "delete \(counted(strangers.count, "topic"))",
                items: strangers,
                isAgreed: options.isAgreed
            )
        }
        var application = TopicApplication(
            comparison,
            connection,
            isDryRun: options.isDryRun,
            waits: options.waits,
            batch
        )
        do throws(CommandError) {
            try application.run(in: context)
        } catch {
            // The changes that were made are reported, whatever ended the rest.
            try report(application, options, in: context)
            throw error
        }
        try report(application, options, in: context)
        if !options.isQuiet, comparison.changes.isEmpty, !application.batch.hasFailed {
            context.note("no changes: all topics match the file")
        }
        try application.batch.finish(in: context)
    }

    private static func report(
        _ application: TopicApplication,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let rows = application.rows
        let topics = counted(Set(rows.map(\.change.topic)).count, "topic")
        let verb = options.isDryRun ? "would make" : "made"
        try context.result(
            rows,
            rows.isEmpty ? nil : "\(verb) \(counted(rows.count, "change")) to \(topics)",
            as: options.output,
            isQuiet: options.isQuiet
        )
    }
}
