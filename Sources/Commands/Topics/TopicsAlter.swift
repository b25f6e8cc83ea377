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
                "How many partitions it is to have in all.",
                \.partitions,
                range: 1...1_000_000
            ),
            .toggle("dry-run", "Let the broker check it, and change nothing.", \.isDryRun),
            .toggle("wait", "Return when every partition has a leader.", \.waits).advanced(),
        ] + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [Example("kctl topics alter orders --partitions 12", "Twelve in all.")],
        sections: [
            Section(
                "Keys",
                "Records with a key go to other partitions than before once there are more of them."
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
