// From settings to a topic: each link of the chain, until one is broken.

import Arguments
import CommandKit
import KafkaCore
import Output
import Settings

/// `kctl check`: finds the link that is broken.
enum Check: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = JSONOptions()
        var topic: String?
        var group: String?
    }

    static let spec = CommandSpec<Options>(
        "check",
        "Find out which link to a cluster is broken.",
        flags: [
            .optional(
                "topic",
                "t",
                "Whether this topic can be read.",
                \.topic,
                completion: .topics
            ),
            .optional("group", "g", "Whether this group's offsets can be read.", \.group),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl check -b kafka1:9092", "From the host's name to the brokers."),
            Example("kctl check -b kafka1:9093 -X security.protocol=ssl", "With TLS."),
            Example("kctl check --topic orders --group billing", "What they allow us."),
        ],
        sections: [
            Section(
                "Links",
                "A line for each link, in their order: settings, name, connection, tls, protocol,"
                    + " login, cluster, brokers, clock, topic, group, library. The first that is"
                    + " broken ends the walk, says what to do, and decides the status.",
                "What is not bad but worth knowing is a note: a certificate that soon expires, an"
                    + " address of several that does not answer, a clock that differs."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let report = CheckReport(options.output.format, to: context.output)
        let connection: Connection
        do {
            connection = try context.connect(options.cluster)
        } catch {
            throw try report.broken(.settings, error)
        }
        try report.ok(.settings, CheckSettings.text(connection.settings))
        let network = NetworkWalk(
            connection.settings,
            timeout: connection.timeout,
            clock: context.clock
        )
        let greeting = try report.walk(network)
        let cluster = CheckCluster(connection, report, network)
        var group: (name: String, asking: Connection)?
        if let name = options.group {
            let id = Setting("group.id", name, origin: .flag("--group"))
            let asking = try context.connect(
                options.cluster,
                as: .consumer,
                flags: [id],
                joinsGroup: true,
                showsNotes: false
            )
            group = (name, asking)
        }
        try cluster.walk(greeting, topic: options.topic, group: group)
        try report.ok(.library, CheckSettings.library(greeting))
    }
}
