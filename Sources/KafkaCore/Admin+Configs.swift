// Reading topics' configurations.

internal import CRdkafka

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

/// A topic's configuration entry and where its value comes from.
public struct TopicConfig: Equatable, Sendable {
    /// Name and value.
    public let entry: ConfigEntry
    /// Whether it was set on this very topic.
    public let isOverridden: Bool
    /// Whether it is Kafka's built-in default.
    public let isDefault: Bool
}

extension Admin {
    /// The configurations of topics, by topic, entries in order of name.
    ///
    /// C: `rd_kafka_DescribeConfigs`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func topicConfigs(
        _ names: [String]
    ) throws(KafkaError) -> [String: Result<[TopicConfig], KafkaError>] {
        guard !names.isEmpty else { return [:] }
        try requireRealCluster("DescribeConfigs")
        var resources: [OpaquePointer?] = names.map {
            rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
        }
        defer { for resource in resources { rd_kafka_ConfigResource_destroy(resource) } }
        let count = resources.count
        return try call(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
            waitForCompletion: false,
            submit: { options, queue in
                rd_kafka_DescribeConfigs(client.raw, &resources, count, options, queue)
            },
            read: { event in
                var configs: [String: Result<[TopicConfig], KafkaError>] = [:]
                var count = 0
                let result = rd_kafka_event_DescribeConfigs_result(event)
                let described = rd_kafka_DescribeConfigs_result_resources(result, &count)
                for index in 0..<count {
                    guard let resource = described?[index] else { continue }
                    let name = String(cString: rd_kafka_ConfigResource_name(resource))
                    let code = rd_kafka_ConfigResource_error(resource)
                    configs[name] =
                        code == RD_KAFKA_RESP_ERR_NO_ERROR
                        ? .success(Self.entries(resource)) : .failure(KafkaError(code))
                }
                return configs
            }
        )
    }

    private static func entries(_ resource: OpaquePointer) -> [TopicConfig] {
        var count = 0
        guard let raw = rd_kafka_ConfigResource_configs(resource, &count) else { return [] }
        return (0..<count).compactMap { index -> TopicConfig? in
            guard let entry = raw[index] else { return nil }
            let source = rd_kafka_ConfigEntry_source(entry)
            return TopicConfig(
                entry: ConfigEntry(
                    String(cString: rd_kafka_ConfigEntry_name(entry)),
                    rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) }
                ),
                isOverridden: source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG,
                isDefault: source == RD_KAFKA_CONFIG_SOURCE_DEFAULT_CONFIG
            )
        }
        .sorted { $0.entry.name < $1.entry.name }
    }
}
