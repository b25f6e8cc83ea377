// kctl's own defaults, where Kafka's users expect something else than librdkafka's.

/// The role a client is made for; some Java names mean different things to different clients.
public enum ClientRole: Sendable, CaseIterable {
    /// Sends records.
    case producer
    /// Reads records.
    case consumer
    /// Asks about and changes the cluster.
    case admin
}

/// The lowest layer: rows that differ from librdkafka's own defaults.
public enum PropertyDefaults {
    /// The address used when none is given anywhere.
    public static let bootstrapServers = "localhost:9092"

    /// For a producer: the partitions and the guarantees that Java's producer has.
    public static let producer =
        common + [
            // librdkafka hashes keys by CRC32, which puts them where Java never looks.
            row("partitioner", "murmur2_random"),
            row("enable.idempotence", "true"),
            row("acks", "all"),
        ]

    /// For a consumer.
    public static let consumer = common

    /// For an admin client.
    public static let admin = common

    /// Returns the rows for `role`.
    public static func rows(for role: ClientRole) -> [Setting] {
        switch role {
        case .producer: producer
        case .consumer: consumer
        case .admin: admin
        }
    }

    /// A misspelt topic is never created by writing to it, reading it, or asking about it.
    private static let common = [
        row("bootstrap.servers", bootstrapServers),
        row("allow.auto.create.topics", "false"),
        row("client.id", "kctl"),
    ]

    private static func row(_ name: String, _ value: String) -> Setting {
        Setting(name, value, origin: .builtIn)
    }
}
