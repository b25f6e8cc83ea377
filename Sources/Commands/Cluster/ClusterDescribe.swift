// A cluster and its brokers.

import Arguments
import CommandKit
import KafkaCore
import Output
import Probe
import Reactor

/// `kctl cluster describe`: the cluster's id, its controller, and a row per broker.
enum ClusterDescribe: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = FormatOptions()
    }

    static let spec = CommandSpec<Options>(
        "cluster describe",
        "Describe the cluster: id, controller, brokers.",
        aliases: ["show"],
        flags: FormatOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl cluster describe", "Describe the cluster at localhost:9092."),
            Example("kctl cluster describe --json", "Print one JSON object."),
        ],
        sections: [
            Section(
                "Columns",
                "KAFKA is the oldest release with the API versions of the broker; it is empty for a"
                    + " broker that kctl cannot reach.",
                "RACK and allowed operations require librdkafka 2.3.",
                "Brokers report the controller of a KRaft cluster only to connections without a"
                    + " login; otherwise it is unknown (null in JSON)."
            ),
            ExitStatus.section,
        ],
        json: [ClusterReport.json]
    )

    /// The timeout for one broker that is asked only for its release.
    private static let releaseTimeout = Duration.seconds(1)

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var description: ClusterDescription?
        do { description = try connection.admin.describeCluster() } catch {
            guard error.kind == .unsupported || error.kind == .refused else {
                throw CommandError(error, on: connection.servers)
            }
            if context.isVerbose { context.note("note: cannot read racks: \(error.reason)") }
        }
        let walk = NetworkWalk(
            connection.settings,
            timeout: min(connection.timeout, releaseTimeout),
            clock: context.clock
        )
        var controller: Int32?
        var isQuorum = false
        let brokers = metadata.brokers.map { broker in
            let facts = Endpoint(broker).flatMap { try? walk.facts(of: $0) }
            controller = controller ?? facts?.controller
            isQuorum = isQuorum || facts?.greeting.isOfQuorum == true
            return BrokerReport(
                broker: broker,
                rack: description?.racks[broker.id],
                release: facts?.greeting.atLeastRelease
            )
        }
        let report = ClusterReport(
            id: connection.client.clusterID,
            // A quorum's metadata names any broker as the controller.
            controller: isQuorum ? controller : connection.client.controllerID,
            brokers: brokers,
            knowsRacks: description != nil,
            operations: description?.operations
        )
        try context.reports([report], as: options.output.format)
    }
}
