// Reading configurations.
// How they are changed is in Admin+AlterConfigs.

internal import CRdkafka
internal import Reactor

/// The time to wait for the controller before the other brokers are asked.
private let controllerTimeout = Duration.seconds(2)

extension Admin {
    /// Returns the configurations of resources, entries in order of name.
    ///
    /// A call for each broker, since each reports its own, and one for all the others, all in
    /// flight at a time. C: `rd_kafka_DescribeConfigs`.
    /// - Throws: `KafkaError` when the call for the others failed as a whole; what is wrong with a
    ///   broker is its own result.
    public func configs(
        of resources: [ConfigResource]
    ) throws(KafkaError) -> [ConfigResource: Result<[ResourceConfig], KafkaError>] {
        try requireRealCluster("DescribeConfigs")
        var pending: [(broker: ConfigResource, call: AdminCall)] = []
        for broker in resources where broker.kind == .broker {
            pending.append((broker, try beginDescribing([broker])))
        }
        var configs: [ConfigResource: Result<[ResourceConfig], KafkaError>] = [:]
        let others = resources.filter { $0.kind != .broker }
        if !others.isEmpty {
            configs = try finishDescribing(others, try beginDescribing(others))
        }
        for (broker, call) in pending {
            do throws(KafkaError) {
                configs.merge(try finishDescribing([broker], call)) { _, new in new }
            } catch {
                configs[broker] = .failure(error)
            }
        }
        return configs
    }

    /// Returns the configurations of topics, by topic, entries in order of name.
    ///
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func topicConfigs(
        _ names: [String]
    ) throws(KafkaError) -> [String: Result<[ResourceConfig], KafkaError>] {
        var configs: [String: Result<[ResourceConfig], KafkaError>] = [:]
        for (resource, result) in try self.configs(of: names.map { ConfigResource(.topic, $0) }) {
            configs[resource.name] = result
        }
        return configs
    }

    /// Returns the configurations of topics as any of `brokers` reports them, by topic.
    ///
    /// The library asks the controller. When that does not answer, because it is down or because the
    /// cluster has none, all are asked at a time and the first answer is taken.
    /// - Throws: `KafkaError` when no broker has answered within the time of a call.
    public func topicConfigs(
        _ names: [String],
        reportedByAnyOf brokers: [Int32]
    ) throws(KafkaError) -> [String: Result<[ResourceConfig], KafkaError>] {
        let limit = min(timeout, controllerTimeout)
        let deadline = clock.now + timeout
        do throws(KafkaError) {
            return try Admin(client, timeout: limit, clock: clock).topicConfigs(names)
        } catch {
            guard error.isMissingAnswer, !names.isEmpty else { throw error }
            let resources = names.map { ConfigResource(.topic, $0) }
            var pending: [AdminCall] = []
            for broker in brokers { pending.append(try beginDescribing(resources, at: broker)) }
            while !pending.isEmpty, clock.now < deadline {
                let left = max((deadline - clock.now).clampedMilliseconds, 1)
                guard let answer = unsafe wait(for: pending, milliseconds: left) else { break }
                unsafe pending.remove(at: answer.index)
                do throws(KafkaError) {
                    let configs = try unsafe take(answer.event) {
                        unsafe Self.configs(of: resources, in: $0)
                    }
                    return Dictionary(uniqueKeysWithValues: configs.map { ($0.key.name, $0.value) })
                } catch {
                    guard error.isMissingAnswer else { throw error }
                }
            }
            throw error
        }
    }

    /// Returns the configuration of one thing as each of `brokers` knows it, in their order.
    ///
    /// A broker may learn of a change a moment after another. A broker's own configuration is
    /// reported by that one only, which is asked once.
    /// - Throws: `KafkaError` when no call could be made.
    public func configs(
        of thing: ConfigResource,
        reportedBy brokers: [Int32]
    ) throws(KafkaError) -> [Result<[ResourceConfig], KafkaError>] {
        try requireRealCluster("DescribeConfigs")
        var pending: [AdminCall] = []
        if thing.kind == .broker {
            pending.append(try beginDescribing([thing]))
        } else {
            for broker in brokers { pending.append(try beginDescribing([thing], at: broker)) }
        }
        var results: [Result<[ResourceConfig], KafkaError>] = []
        for call in pending {
            do throws(KafkaError) {
                let missing = KafkaError(.other, "no answer about it")
                results.append(try finishDescribing([thing], call)[thing] ?? .failure(missing))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    private func beginDescribing(
        _ resources: [ConfigResource],
        at broker: Int32? = nil
    ) throws(KafkaError) -> AdminCall {
        var requests: [OpaquePointer?] = unsafe []
        defer { unsafe requests.forEach { unsafe rd_kafka_ConfigResource_destroy($0) } }
        for thing in resources { unsafe requests.append(try Self.request(thing)) }
        let count = unsafe requests.count
        return try unsafe begin(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
            waitForCompletion: false,
            broker: broker,
            submit: { options, queue in
                unsafe rd_kafka_DescribeConfigs(client.raw, &requests, count, options, queue)
            }
        )
    }

    private func finishDescribing(
        _ resources: [ConfigResource],
        _ pending: AdminCall
    ) throws(KafkaError) -> [ConfigResource: Result<[ResourceConfig], KafkaError>] {
        try unsafe finish(pending) { unsafe Self.configs(of: resources, in: $0) }
    }

    private static func configs(
        of resources: [ConfigResource],
        in event: OpaquePointer
    ) -> [ConfigResource: Result<[ResourceConfig], KafkaError>] {
        var configs: [ConfigResource: Result<[ResourceConfig], KafkaError>] = [:]
        var count = 0
        let result = unsafe rd_kafka_event_DescribeConfigs_result(event)
        let described = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
        for index in 0..<count {
            guard let answer = unsafe described?[index],
                let thing = unsafe Self.thing(answer, among: resources)
            else { continue }
            configs[thing] =
                unsafe Self.error(of: answer).map { .failure($0) }
                ?? .success(Self.entries(answer, of: thing.kind))
        }
        return configs
    }

    /// Returns the library's object for a thing, to be destroyed by the caller.
    static func request(_ thing: ConfigResource) throws(KafkaError) -> OpaquePointer {
        let type = try type(of: thing.kind)
        guard let request = unsafe rd_kafka_ConfigResource_new(type, thing.name) else {
            throw KafkaError(.invalid, "a name is empty")
        }
        return unsafe request
    }

    /// Returns the library's number for the kind of a resource.
    ///
    /// Before 2.10 it puts whatever number it is given into the request, where Kafka's own numbers
    /// belong; from 2.10 on it translates its own, and knows none for clients' metrics.
    private static func type(
        of kind: ConfigResource.Kind
    ) throws(KafkaError) -> rd_kafka_ResourceType_t {
        let translates = Features.translatesConfigKinds
        switch kind {
        case .topic: return RD_KAFKA_RESOURCE_TOPIC
        case .broker: return RD_KAFKA_RESOURCE_BROKER
        case .group:
            return translates ? RD_KAFKA_RESOURCE_GROUP : rd_kafka_ResourceType_t(rawValue: 32)
        case .clientMetrics:
            guard !translates else {
                throw KafkaError(
                    .unsupported,
                    "librdkafka \(Features.libraryVersion) cannot name client metrics,"
                        + " versions before 2.10 can"
                )
            }
            return rd_kafka_ResourceType_t(rawValue: 16)
        }
    }

    /// Returns which of `resources` an answer is about; a call never has two of one name.
    static func thing(
        _ answer: OpaquePointer,
        among resources: [ConfigResource]
    ) -> ConfigResource? {
        let name = unsafe String(cString: rd_kafka_ConfigResource_name(answer))
        return resources.first { $0.name == name }
    }

    /// Returns the error of one resource; nil when there is none.
    static func error(of answer: OpaquePointer) -> KafkaError? {
        let code = unsafe rd_kafka_ConfigResource_error(answer)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let text = unsafe rd_kafka_ConfigResource_error_string(answer).map {
            unsafe String(cString: $0)
        }
        return KafkaError(code, reason: LibraryText.brokersReason(text))
    }

    private static func entries(
        _ answer: OpaquePointer,
        of kind: ConfigResource.Kind
    ) -> [ResourceConfig] {
        var count = 0
        guard let raw = unsafe rd_kafka_ConfigResource_configs(answer, &count) else { return [] }
        return (0..<count).compactMap { index -> ResourceConfig? in
            guard let entry = unsafe raw[index] else { return nil }
            return unsafe ResourceConfig(
                Self.entry(entry),
                ConfigSource(rd_kafka_ConfigEntry_source(entry)),
                of: kind,
                isSensitive: rd_kafka_ConfigEntry_is_sensitive(entry) == 1,
                isReadOnly: rd_kafka_ConfigEntry_is_read_only(entry) == 1,
                synonyms: synonyms(entry)
            )
        }
        .sorted { $0.entry.name < $1.entry.name }
    }

    private static func synonyms(_ entry: OpaquePointer) -> [ConfigSynonym] {
        var count = 0
        guard let raw = unsafe rd_kafka_ConfigEntry_synonyms(entry, &count) else { return [] }
        return (0..<count).compactMap { index in
            guard let synonym = unsafe raw[index] else { return nil }
            return unsafe ConfigSynonym(
                Self.entry(synonym),
                ConfigSource(rd_kafka_ConfigEntry_source(synonym))
            )
        }
    }

    private static func entry(_ raw: OpaquePointer) -> ConfigEntry {
        unsafe ConfigEntry(
            String(cString: rd_kafka_ConfigEntry_name(raw)),
            rd_kafka_ConfigEntry_value(raw).map { unsafe String(cString: $0) }
        )
    }
}
