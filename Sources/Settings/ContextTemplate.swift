// The text of a file with contexts: the first one a user gets, and contexts made from other files.

internal import YAML

/// A context to be written.
public struct ContextTemplate: Sendable {
    /// Its name.
    public var name: String
    /// The broker addresses.
    public var bootstrapServers: String
    /// Its properties, each a name and a value.
    public var properties: [(name: String, value: String)]

    /// Makes a template.
    public init(
        name: String,
        bootstrapServers: String,
        properties: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.bootstrapServers = bootstrapServers
        self.properties = properties
    }

    /// The context alone, as a file that has no other.
    public var text: String { "contexts:\n" + entry }

    /// A whole starting file with comments that explain it.
    public var startingFile: String {
        """
        # Clusters that kctl knows by name; 'kctl config explain' shows what comes of this file.
        # A file with a password in it is for its owner alone: chmod 600.

        # The context that is used unless --context or KCTL_CONTEXT names another one.
        current-context: \(YAML.quoted(name))

        contexts:
        \(entry)
          # Another cluster, with TLS and a password that is not in this file:
          # secured:
          #   bootstrap-servers: kafka1:9093,kafka2:9093
          #   # A properties file of Kafka's own tools to build on:
          #   # properties-file: client.properties
          #   properties:
          #     # By librdkafka's or Java's name; paths start from the folder of this file.
          #     security.protocol: SASL_SSL
          #     ssl.ca.location: ca.pem
          #     sasl.mechanism: SCRAM-SHA-512
          #     sasl.username: alice
          #     # ${env:NAME}, ${file:PATH} or ${exec:COMMAND}, such as a password manager
          #     sasl.password: ${env:KAFKA_PASSWORD}

        """
    }

    /// The lines of the context, for a file whose contexts have this indent.
    func lines(indent: String) -> [String] {
        entry.split(separator: "\n").map { indent + $0.dropFirst(2) }
    }

    private var entry: String {
        var text = "  \(YAML.quoted(name)):\n"
        text += "    bootstrap-servers: \(YAML.quoted(bootstrapServers))\n"
        if !properties.isEmpty { text += "    properties:\n" }
        for (name, value) in properties {
            text += "      \(YAML.quoted(name)): "
            if Self.isBlock(value) {
                text += "|\n"
                for line in value.dropLast().split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                ) { text += "        \(line)\n" }
            } else {
                text += YAML.quoted(value) + "\n"
            }
        }
        return text
    }

    /// Returns true when a value is lines of plain characters, such as a certificate, that read
    /// best as such.
    private static func isBlock(_ value: String) -> Bool {
        guard value.hasSuffix("\n"), value.first != " ", value.first != "\n",
            !value.hasSuffix("\n\n")
        else { return false }
        return value.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) }
    }
}
