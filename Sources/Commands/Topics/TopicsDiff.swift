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
        "Show differences between topics and a file.",
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
                "prune",
                "Also report topics that are not in the file.",
                \.prunes,
                negatable: false
            )
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics diff topics.jsonl", "Show the changes that apply would make."),
            Example("kctl topics diff topics.jsonl --json", "Print JSON for a script."),
        ],
        sections: [
            TopicsApply.fileSection,
            Section(
                "Differences",
                "The exit status is 1 if there is a difference, 0 if there is none."
            ),
            ExitStatus.section,
        ],
        json: [TopicChangeRow.json]
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
        let format = options.output.format
        if format.kind == .text, context.colours(context.output) {
            try context.painted { output throws(OutputError) in
                try output.list(rows, isWide: format.isWide, paints: rows.map(\.paint))
            }
        } else {
            try context.list(rows, as: format)
        }
        try batch.finish(in: context)
        if !rows.isEmpty { throw .reported(.failure) }
    }
}
