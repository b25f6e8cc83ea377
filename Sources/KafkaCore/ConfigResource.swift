// What has a configuration, and what there is to know of an entry.

internal import CRdkafka

/// Something that has a configuration.
public struct ConfigResource: Hashable, Sendable {
    /// The kind of a resource.
    public enum Kind: String, CaseIterable, Sendable {
        /// A topic, by name.
        case topic
        /// A broker, by number.
        case broker
        /// A group, by name; it need not have any member.
        case group
        /// The metrics that clients are to report of themselves, by the name of a subscription.
        case clientMetrics = "client-metrics"

        /// The source of an entry that was set on such a resource itself.
        public var ownSource: ConfigSource {
            switch self {
            case .topic: .dynamicTopic
            case .broker: .dynamicBroker
            case .group: .group
            case .clientMetrics: .clientMetrics
            }
        }
    }

    /// Its kind.
    public let kind: Kind
    /// Its name; of a broker, its number.
    public let name: String

    /// Names a thing.
    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// The source of a value.
public enum ConfigSource: String, Sendable {
    /// Set on the topic.
    case dynamicTopic = "dynamic-topic"
    /// Set on the broker, while it runs.
    case dynamicBroker = "dynamic-broker"
    /// Set for all brokers, while they run.
    case dynamicDefaultBroker = "dynamic-default-broker"
    /// From the broker's file.
    case staticBroker = "static-broker"
    /// Kafka's own.
    case standard = "default"
    /// The level of a broker's logger.
    case brokerLogger = "broker-logger"
    /// Set on a subscription to clients' metrics.
    case clientMetrics = "client-metrics"
    /// Set on the group.
    case group
    /// A broker newer than kctl says something that it does not know.
    case unknown

    init(_ source: rd_kafka_ConfigSource_t) {
        self =
            switch source.rawValue {
            case 1: .dynamicTopic
            case 2: .dynamicBroker
            case 3: .dynamicDefaultBroker
            case 4: .staticBroker
            case 5: .standard
            case 6: .brokerLogger
            case 7: .clientMetrics
            case 8: .group
            default: .unknown
            }
    }
}

/// A configuration entry.
public struct ConfigEntry: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The value as text; nil when the broker keeps it secret.
    public let value: String?

    /// Makes an entry.
    public init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }
}

/// An entry that counts where those before it are not set.
public struct ConfigSynonym: Equatable, Sendable {
    /// Name and value; a topic's `retention.ms` is a broker's `log.retention.ms`.
    public let entry: ConfigEntry
    /// The source that set it.
    public let source: ConfigSource

    /// Makes a synonym.
    public init(_ entry: ConfigEntry, _ source: ConfigSource) {
        self.entry = entry
        self.source = source
    }
}

/// An entry as it counts for a thing, and where its value comes from.
public struct ResourceConfig: Equatable, Sendable {
    /// Name and value.
    public let entry: ConfigEntry
    /// The source of the value.
    public let source: ConfigSource
    /// True when it was set on this very thing.
    public let isOverridden: Bool
    /// True when the broker keeps its value secret.
    public let isSensitive: Bool
    /// True when it cannot be changed while the broker runs.
    public let isReadOnly: Bool
    /// The values in line: the entry itself if it is set anywhere, and what would count without it.
    public let synonyms: [ConfigSynonym]

    /// True when it is Kafka's built-in default.
    public var isDefault: Bool { source == .standard }

    /// Makes an entry of a thing of a `kind`.
    public init(
        _ entry: ConfigEntry,
        _ source: ConfigSource,
        of kind: ConfigResource.Kind,
        isSensitive: Bool = false,
        isReadOnly: Bool = false,
        synonyms: [ConfigSynonym] = []
    ) {
        self.entry = entry
        self.source = source
        isOverridden = source == kind.ownSource
        self.isSensitive = isSensitive
        self.isReadOnly = isReadOnly
        self.synonyms = synonyms
    }
}
