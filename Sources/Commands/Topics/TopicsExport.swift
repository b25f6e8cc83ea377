// Topics as a file that says how they are laid out and configured, to be kept, compared and applied.

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
        "Print topics as a file for diff, apply and create.",
        operands: [
            .repeated(
                "NAME",
                "Topics to export; all when none is named.",
                \.selection.names,
                completion: .topics
            )
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("all", "Every topic, which is the default.", \.takesAll, negatable: false)
                .advanced()
        ] + JSONOptions.flags.map { $0.embedded(at: \.output).advanced() }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics export > topics.jsonl", "All but Kafka's internal topics."),
            Example("kctl topics export --regex 'orders-.*'", "Some."),
        ],
        sections: [
            Section(
                "File",
                "One JSON object a line, by name: topic, partitions, replicationFactor, and"
                    + " configs with the entries that were set on the topic itself. The output is"
                    + " JSON with and without --json."
            ),
            ExitStatus.section,
        ],
        validate: { options throws(UsageError) in
            if options.takesAll, !options.selection.isEmpty {
                throw UsageError("--all and a choice of topics exclude one another")
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
