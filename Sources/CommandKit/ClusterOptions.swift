// Options of every command that talks to a cluster.

package import Arguments

/// The cluster to use, with which properties, and for how long at most.
package struct ClusterOptions: CommandOptions {
    package var bootstrapServers: String?
    package var context: String?
    package var commandConfig: String?
    package var kcatConfig: String?
    package var asksPassword = false
    package var properties: [String] = []
    package var timeout = Duration.seconds(10)
    package var global = GlobalOptions()

    package init() {}

    package static let flags: [Flag<ClusterOptions>] =
        [
            .optional(
                "bootstrap-server",
                "b",
                "Broker addresses, separated by commas.",
                \.bootstrapServers,
                placeholder: "HOST:PORT",
                defaultText: "localhost:9092"
            )
            .alias("bootstrap-servers").grouped("Connection"),
            .list(
                "property",
                "X",
                "Set a client property by its librdkafka or Java name.",
                \.properties,
                placeholder: "NAME=VALUE",
                completion: .names("properties")
            )
            .grouped("Connection").advanced(),
            .optional(
                "context",
                "Context of the configuration files to use; - for none.",
                \.context,
                placeholder: "NAME",
                completion: .contexts
            )
            .grouped("Connection").advanced(),
            .optional(
                "command-config",
                "F",
                "Read client properties from this file.",
                \.commandConfig,
                placeholder: "FILE",
                completion: .files
            )
            .grouped("Connection").advanced(),
            .optional(
                "kcat-config",
                "Read client properties from this kcat configuration file.",
                \.kcatConfig,
                placeholder: "FILE",
                completion: .files
            )
            .grouped("Connection").advanced(),
            .toggle(
                "ask-password",
                nil,
                "Ask for the password on the terminal.",
                \.asksPassword,
                negatable: false
            )
            .grouped("Connection").advanced(),
            .value(
                "timeout",
                "Maximum time of one request to the cluster.",
                \.timeout,
                default: .seconds(10)
            )
            .grouped("Connection").advanced(),
        ] + GlobalOptions.flags.map { $0.embedded(at: \.global) }
}
