// The differences between a cluster's topics and a file.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics diff`: one row per difference, and status 1 when there is one.
enum TopicsDiff: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var file: String?
        var prunes = false
    }

    static let spec = CommandSpec<Options>(
        "topics diff",
        "Show how topics differ from a file.",
        operands: [
            .required(
                "FILE",
                "Topics as export prints them; - is stdin.",
                \.file,
                completion: .files
            )
        ],
        flags: [
            .toggle(
                "prune",
                "Topics that the file does not have are a difference too.",
                \.prunes,
                negatable: false
            )
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics diff topics.jsonl", "What apply would change."),
            Example("kctl topics diff topics.jsonl --json", "For a script."),
        ],
        sections: [
            TopicsApply.fileSection,
            Section("Difference", "The status is 1 when there is one, 0 when there is none."),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let path = options.file ?? "-"
        let bytes = try context.read(path, as: "the topics file")
        let file = try TopicFile.entries(in: bytes, path: path)
        let connection = try context.connect(options.cluster)
        var batch = FailureCount("topics", total: file.count)
        let comparison = try TopicComparison.read(
            file,
            prunes: options.prunes,
            connection,
            &batch,
            in: context
        )
        let rows = comparison.changes.map { TopicChangeRow(change: $0) }
        try context.list(rows, as: options.output.format)
        try batch.finish(in: context)
        if !rows.isEmpty { throw .reported(.failure) }
    }
}
