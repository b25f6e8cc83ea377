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
        var resources: [OpaquePointer?] = unsafe names.map {
            unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
        }
        defer { unsafe resources.forEach { unsafe rd_kafka_ConfigResource_destroy($0) } }
        let count = unsafe resources.count
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_DescribeConfigs(client.raw, &resources, count, options, queue)
            },
            read: { event in
                var configs: [String: Result<[TopicConfig], KafkaError>] = [:]
                var count = 0
                let result = unsafe rd_kafka_event_DescribeConfigs_result(event)
                let described = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
                for index in 0..<count {
                    guard let resource = unsafe described?[index] else { continue }
                    let name = unsafe String(cString: rd_kafka_ConfigResource_name(resource))
                    let code = unsafe rd_kafka_ConfigResource_error(resource)
                    configs[name] =
                        unsafe code == RD_KAFKA_RESP_ERR_NO_ERROR
                        ? .success(Self.entries(resource)) : .failure(KafkaError(code))
                }
                return configs
            }
        )
    }

    private static func entries(_ resource: OpaquePointer) -> [TopicConfig] {
        var count = 0
        guard let raw = unsafe rd_kafka_ConfigResource_configs(resource, &count) else { return [] }
        return (0..<count).compactMap { index -> TopicConfig? in
            guard let entry = unsafe raw[index] else { return nil }
            let source = unsafe rd_kafka_ConfigEntry_source(entry)
            return unsafe TopicConfig(
                entry: ConfigEntry(
                    String(cString: rd_kafka_ConfigEntry_name(entry)),
                    rd_kafka_ConfigEntry_value(entry).map { unsafe String(cString: $0) }
                ),
                isOverridden: source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG,
                isDefault: source == RD_KAFKA_CONFIG_SOURCE_DEFAULT_CONFIG
            )
        }
        .sorted { $0.entry.name < $1.entry.name }
    }
}
