// The requests that a broker takes, with their versions: its first answer, before any login.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Probe
import Settings

/// `kctl cluster api-versions`: one row per request.
enum ClusterAPIVersions: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var broker: Int32?
    }

    static let spec = CommandSpec<Options>(
        "cluster api-versions",
        "Print the API versions that a broker supports.",
        flags: [
            .optional(
                "broker",
                "Broker to ask (default: the first address that answers).",
                \.broker,
                placeholder: "ID",
                range: 0...2_147_483_647
            )
        ] + ListOptions.flags(for: APIVersionRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl cluster api-versions", "Print the API versions of localhost:9092."),
            Example(
                "kctl cluster api-versions --broker 2 --json",
                "Print the API versions of broker 2 as JSON."
            ),
        ],
        sections: [
            Section(
                "Login",
                "Brokers report API versions before the login, so no user or mechanism is required."
                    + " -X security.protocol selects TLS. --broker requires a login on a cluster"
                    + " with authentication, because kctl asks for the broker's address.",
                "A note on standard error names the oldest Kafka release with these versions."
            ),
            ExitStatus.section,
        ],
        json: [APIVersionRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard options.cluster.timeout > .zero else {
            throw CommandError(.usage, "invalid value for --timeout: must be longer than 0")
        }
        let settings: ClusterSettings
        let endpoints: [Endpoint]
        if let broker = options.broker {
            let connection = try context.connect(options.cluster)
            settings = connection.settings
            endpoints = [try endpoint(of: broker, connection)]
        } else {
            settings = try context.settingsBeforeLogin(options.cluster)
            endpoints = settings.bootstrapServers.split(separator: ",").compactMap {
                Endpoint(String($0.drop { $0 == " " }))
            }
        }
        let walk = NetworkWalk(settings, timeout: options.cluster.timeout, clock: context.clock)
        var failure = CommandError(
            .unreachable,
            "no broker reachable at \(settings.bootstrapServers): not HOST:PORT",
            hint: "check --bootstrap-server"
        )
        for endpoint in endpoints {
            let greeting: Greeting
            do throws(ProbeError) { greeting = try walk.facts(of: endpoint).greeting } catch {
                failure = CommandError(
                    .unreachable,
                    "no broker reachable at \(endpoint): \(error.reason)",
                    hint: "kctl check diagnoses the connection"
                )
                continue
            }
            let rows = greeting.versions.sorted { $0.key < $1.key }.map { key, versions in
                APIVersionRow(broker: options.broker, key: key, versions: versions)
            }
            try context.list(rows, as: options.output.format)
            if let release = greeting.atLeastRelease {
                context.note("\(endpoint) runs Kafka \(release) or newer")
            }
            return
        }
        throw failure
    }

    /// Returns the endpoint of a broker of the cluster.
    private static func endpoint(
        of broker: Int32,
        _ connection: Connection
    ) throws(CommandError) -> Endpoint {
        guard let found = try connection.metadata().brokers.first(where: { $0.id == broker }),
            let endpoint = Endpoint(found)
        else {
            throw CommandError(
                .notFound,
                "broker \(broker) not found on \(connection.servers)",
                hint: "kctl cluster describe"
            )
        }
        return endpoint
    }
}

extension Endpoint {
    /// Makes the endpoint that a broker reports.
    init?(_ broker: Broker) {
        guard let port = UInt16(exactly: broker.port), port > 0 else { return nil }
        self.init(host: broker.host, port: port)
    }
}

/// A request and its versions.
struct APIVersionRow: Row {
    let broker: Int32?
    let key: Int16
    let versions: ClosedRange<Int16>

    static let columns = [
        Column("KEY", .right), Column("NAME"), Column("MIN", .right), Column("MAX", .right),
    ]

    var identity: String { KafkaRequest.name(of: key) ?? "" }

    var cells: [String] {
        [
            "\(key)", KafkaRequest.name(of: key) ?? "", "\(versions.lowerBound)",
            "\(versions.upperBound)",
        ]
    }

    static let json = JSONShape(
        "API",
        "Versions of a request that a broker understands.",
        [
            JSONField("broker", .integer, "Id of the broker.").orNull,
            JSONField("apiKey", .integer, "Number of the request."),
            JSONField("name", .string, "Name of the request.").orNull,
            JSONField("minVersion", .integer, "Oldest version."),
            JSONField("maxVersion", .integer, "Newest version."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("broker")
        json.optional(broker)
        json.key("apiKey")
        json.number(key)
        json.key("name")
        json.optional(KafkaRequest.name(of: key))
        json.key("minVersion")
        json.number(versions.lowerBound)
        json.key("maxVersion")
        json.number(versions.upperBound)
        json.endObject()
    }
}
