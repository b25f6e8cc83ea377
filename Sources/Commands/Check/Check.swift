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
        "Diagnose the connection to a cluster.",
        flags: [
            .optional(
                "topic",
                "t",
                "Also check read access to this topic.",
                \.topic,
                completion: .topics
            ),
            .optional(
                "group",
                "g",
                "Also check read access to this group.",
                \.group,
                completion: .groups
            ),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl check -b kafka1:9092",
                "Check the way from the host name to the brokers."
            ),
            Example(
                "kctl check -b kafka1:9093 -X security.protocol=ssl",
                "Check a TLS connection."
            ),
            Example(
                "kctl check --topic orders --group billing",
                "Also check permissions on a topic and a group."
            ),
        ],
        sections: [
            Section(
                "Checks",
                "One line per check, in this order: settings, name, connection, tls, protocol,"
                    + " login, cluster, brokers, clock, topic, group, library. The first broken one"
                    + " ends the command, names a remedy and sets the exit status.",
                "A note reports a minor finding: a certificate that expires soon, an address that"
                    + " does not answer, a clock that differs."
            ),
            ExitStatus.section,
        ],
        json: [CheckReport.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let report = CheckReport(
            options.output.format,
            to: context.output,
            isColoured: context.colours(context.output)
        )
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
