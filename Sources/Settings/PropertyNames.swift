// Names of properties: which are the same, which are young, which are like a given one.

/// Facts about the names of Kafka's and librdkafka's properties.
public enum PropertyNames {
    /// Returns the one name that `name` and its aliases share, for comparing: `acks` and
    /// `request.required.acks` are the same property.
    public static func canonical(_ name: String) -> String {
        aliases[name] ?? name
    }

    /// Returns the librdkafka version that introduced `name`, for names younger than 2.0; else nil.
    ///
    /// With an older library such a property is unknown: a message can then say what is needed.
    public static func librdkafkaVersion(introducing name: String) -> String? {
        if let version = introduced[name] { return version }
        return name.hasPrefix("sasl.oauthbearer.assertion.") ? "2.11" : nil
    }

    /// Names that Java's clients know and kctl turns into something else or leaves out.
    public static var javaNames: [String] { PropertyRule.all.map(\.name) }

    /// Returns the name among `known` and Java's own that is nearest to `name`; nil when none is
    /// near.
    public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        NameSuggestion.nearest(to: name, among: Array(known) + javaNames)
    }

    /// Returns the name as librdkafka's global configuration knows it: without the prefix `topic.`,
    /// which other tools use for what librdkafka sets for each topic.
    static func withoutTopicPrefix(_ name: String) -> String {
        guard name.hasPrefix("topic."), !name.hasPrefix("topic.metadata."),
            name != "topic.blacklist"
        else { return name }
        return String(name.dropFirst("topic.".count))
    }

    private static let aliases = [
        "acks": "request.required.acks",
        "compression.type": "compression.codec",
        "delivery.timeout.ms": "message.timeout.ms",
        "linger.ms": "queue.buffering.max.ms",
        "max.in.flight": "max.in.flight.requests.per.connection",
        "max.partition.fetch.bytes": "fetch.message.max.bytes",
        "metadata.broker.list": "bootstrap.servers",
        "retries": "message.send.max.retries",
        "sasl.mechanism": "sasl.mechanisms",
        "sasl.oauthbearer.client.credentials.client.id": "sasl.oauthbearer.client.id",
        "sasl.oauthbearer.client.credentials.client.secret": "sasl.oauthbearer.client.secret",
    ]

    private static let introduced = [
        "client.dns.lookup": "2.2",
        "enable.metrics.push": "2.5",
        "fetch.queue.backoff.ms": "2.2",
        "group.protocol": "2.4",
        "group.remote.assignor": "2.4",
        "https.ca.location": "2.11",
        "https.ca.pem": "2.11",
        "metadata.recovery.rebootstrap.trigger.ms": "2.11",
        "metadata.recovery.strategy": "2.10",
        "retry.backoff.max.ms": "2.3",
        "sasl.oauthbearer.client.credentials.client.id": "2.11",
        "sasl.oauthbearer.client.credentials.client.secret": "2.11",
        "sasl.oauthbearer.grant.type": "2.11",
        "sasl.oauthbearer.metadata.authentication.type": "2.12",
        "sasl.oauthbearer.sub.claim.name": "2.14",
    ]
}
