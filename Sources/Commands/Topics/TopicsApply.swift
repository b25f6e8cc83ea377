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
        var waits = true
    }

    static let spec = CommandSpec<Options>(
        "topics apply",
        "Make topics what a file says.",
        operands: [
            .required(
                "FILE",
                "Topics as export prints them; - is stdin.",
                \.file,
                completion: .files
            )
        ],
        flags: [
            .toggle("dry-run", "Let the brokers check it, and change nothing.", \.isDryRun),
            .toggle(
                "prune",
                "Delete the topics that the file does not have.",
                \.prunes,
                negatable: false
            ),
            .toggle(
                "yes",
                "y",
                "Do not ask before topics are deleted.",
                \.isAgreed,
                negatable: false
            ),
            .toggle("wait", "Return when every partition has a leader.", \.waits).advanced(),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics apply topics.jsonl --dry-run", "See what would be done."),
            Example("kctl topics apply topics.jsonl", "Do it; a second time does nothing."),
            Example("kctl topics apply topics.jsonl --prune --yes", "The file is all there is."),
        ],
        sections: [
            fileSection,
            Section(
                "Changes",
                "Missing topics are created, partitions added, configuration entries set and"
                    + " unset. Fewer partitions or another replication factor cannot be done: that"
                    + " is a failure, and the rest is done all the same.",
                "Without --prune no topic is deleted; with it those that go are listed, and kctl"
                    + " asks, or needs --yes. Kafka's internal topics are never deleted."
            ),
            ExitStatus.section,
        ]
    )

    /// The help section about the content of a file, and what it leaves open.
    static let fileSection = Section(
        "File",
        "A topic's configs are all that is set on it: an entry that the file does not have is"
            + " unset. A topic without configs keeps its own, and one without partitions or"
            + " replicationFactor keeps those."
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
                "Deleting \(counted(strangers.count, "topic"))",
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
            try context.list(application.rows, as: options.output.format)
            throw error
        }
        try context.list(application.rows, as: options.output.format)
        if comparison.changes.isEmpty, !application.batch.hasFailed {
            context.note("nothing to do")
        }
        try application.batch.finish(in: context)
    }
}
