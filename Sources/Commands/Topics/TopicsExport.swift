// Topics as a file of their layout and configuration, to be kept, compared and applied.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics export`: one JSON object per topic.
enum TopicsExport: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = JSONOptions()
        var selection = TopicSelection()
        var takesAll = false
    }

    static let spec = CommandSpec<Options>(
        "topics export",
        "Print topics as JSON for diff, apply and create.",
        operands: [
            .repeated(
                "NAME",
                "Topics to export (default: all).",
                \.selection.names,
                completion: .topics
            )
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("all", "Export all topics (the default).", \.takesAll, negatable: false)
                .advanced()
        ] + JSONOptions.flags.map { $0.embedded(at: \.output).advanced() }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics export > topics.jsonl", "Export all topics except internal ones."),
            Example("kctl topics export --regex 'orders-.*'", "Export the topics that match."),
        ],
        sections: [
            Section(
                "File",
                "One JSON object per line, sorted by name: topic, partitionCount, replicationFactor, and"
                    + " configs with the topic's configuration overrides. The output is always"
                    + " JSON."
            ),
            ExitStatus.section,
        ],
        json: [TopicModelRow.json],
        validate: { options throws(UsageError) in
            if options.takesAll, !options.selection.isEmpty {
                throw UsageError("--all cannot be used with topic names or a pattern")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var batch = FailureCount("topics", total: options.selection.names.count)
        let topics = try options.selection.choose(from: metadata) { name in
            batch.fail(connection.absence(of: name), in: context)
        }
        batch.total = max(batch.total, topics.count)
        let sorted = topics.sorted { $0.name < $1.name }
        let models = try TopicModel.read(sorted, through: connection) { failure in
            batch.fail(failure, in: context)
        }
        do {
            for model in models {
                try context.output.writeJSON { TopicModelRow(topic: model).write(to: &$0) }
            }
            try context.output.flush()
        } catch {
            throw CommandError(error)
        }
        try batch.finish(in: context)
    }
}
