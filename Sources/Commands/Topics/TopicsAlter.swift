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
        ] + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
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
        validate: { options throws(UsageError) in
            if options.partitions == nil { throw UsageError("missing --partitions") }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.name, let partitions = options.partitions else { return }
        let connection = try context.connect(options.cluster)
        _ = try connection.topic(name)
        do {
            try connection.admin.grow(name, to: partitions, validateOnly: options.isDryRun)
        } catch {
            throw CommandError(error, topic: name, on: connection.servers)
        }
        if options.isDryRun {
            context.note("topic '\(name)' would get \(counted(Int(partitions), "partition"))")
        } else if options.waits {
            try connection.waitUntilUsable([(name, partitions)])
        }
    }
}
