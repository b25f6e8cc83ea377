// Giving a topic more partitions.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics alter`: adds partitions.
enum TopicsAlter: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var name: String?
        var partitions: Int?
        var isDryRun = false
        var output = JSONOptions()
        var isQuiet = false
        var waits = true
    }

    static let spec = CommandSpec<Options>(
        "topics alter",
        "Add partitions to a topic.",
        operands: [.topic(\.name, name: "NAME")],
        flags: [
            .topic(\.name, name: "NAME"),
            .optional(
                "partitions",
                "p",
                "Total number of partitions after the change.",
                \.partitions,
                range: 1...1_000_000
            ),
            .toggle(
                "dry-run",
                "Validate the change, and apply nothing.",
                \.isDryRun
            ),
            .toggle("wait", "Wait until every partition has a leader.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics alter orders --partitions 12", "Grow a topic to 12 partitions.")
        ],
        sections: [
            Section(
                "Keys",
                "With more partitions, new records of a key may go to another partition than older"
                    + " records of the same key."
            ),
            ExitStatus.section,
        ],
        json: [GrownTopicRow.json],
        validate: { options throws(UsageError) in
            if options.partitions == nil { throw UsageError("missing --partitions") }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.name, let partitions = options.partitions else { return }
        let connection = try context.connect(options.cluster)
        let old = try connection.topic(name).partitions.count
        do {
            try connection.admin.grow(name, to: partitions, validateOnly: options.isDryRun)
        } catch {
            throw CommandError(error, topic: name, on: connection.servers)
        }
        var delay: CommandError?
        if options.waits, !options.isDryRun {
            do throws(CommandError) { try connection.waitUntilUsable([(name, partitions)]) } catch {
                delay = error
            }
        }
        let change = "partitions of topic '\(name)' from \(old) to \(partitions)"
        try context.result(
            [
                GrownTopicRow(
                    topic: name,
                    oldPartitions: old,
                    partitions: partitions,
                    isDone: !options.isDryRun
                )
            ],
            [(options.isDryRun ? "would increase " : "increased ") + change],
            as: options.output,
            isQuiet: options.isQuiet
        )
        if let delay { throw delay }
    }
}
