// The pattern that every command copies: options, words as data, and a run of a dozen lines.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics list`: one row per topic, sorted by name.
enum TopicsList: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var selection = TopicSelection()
    }

    static let spec = CommandSpec<Options>(
        "topics list",
        "List topics with partitions and replication factor.",
        aliases: ["ls"],
        operands: [
            .repeated("TOPIC", "Topics to list (default: all).", \.selection.names)
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) }
            + ListOptions.flags(for: TopicRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics list", "List the topics of the cluster at localhost:9092."),
            Example(
                "kctl topics list --regex 'orders-.*' --json",
                "Print matching topics as JSON."
            ),
        ],
        sections: [ExitStatus.section],
        json: [TopicRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var batch = FailureCount("topics", total: options.selection.names.count)
        let topics = try options.selection.choose(from: metadata) { name in
            batch.fail(connection.absence(of: name), in: context)
        }
        let sorted = topics.sorted { $0.name < $1.name }
        try context.list(
            sorted.map(TopicRow.init),
            as: options.output.format,
            none: batch.hasFailed
                ? nil : options.selection.isEmpty ? "no topics" : "no topics match"
        )
        try batch.finish(in: context)
    }
}
