// Creating, growing and deleting topics.

internal import CRdkafka

/// A topic to be made.
public struct NewTopic: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The number of partitions; nil for the cluster's default.
    public var partitions: Int32?
    /// The number of replicas of each; nil for the cluster's default.
    public var replicationFactor: Int32?
    /// The brokers of each partition, in place of both counts; empty to let the cluster choose.
    public var assignment: [[Int32]]
    /// Configuration entries, in order.
    public var configs: [ConfigEntry]

    /// Describes a topic to be made.
    public init(
        name: String,
        partitions: Int32? = nil,
        replicationFactor: Int32? = nil,
        assignment: [[Int32]] = [],
        configs: [ConfigEntry] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.assignment = assignment
        self.configs = configs
    }
}

extension Admin {
    /// Makes topics, or with `validateOnly` has the broker check that it could.
    ///
    /// C: `rd_kafka_CreateTopics`.
    /// - Throws: `KafkaError` when the call as a whole failed; a topic's own error is in its
    ///   outcome.
    public func create(
        _ topics: [NewTopic],
        validateOnly: Bool
    ) throws(KafkaError) -> [AdminOutcome] {
        try requireRealCluster("CreateTopics")
        var requests: [OpaquePointer?] = unsafe []
        var outcomes: [AdminOutcome] = []
        defer { unsafe requests.forEach { unsafe rd_kafka_NewTopic_destroy($0) } }
        for topic in topics {
            do { unsafe requests.append(try Self.request(topic)) } catch {
                outcomes.append(AdminOutcome(name: topic.name, error: error))
            }
        }
        guard unsafe !requests.isEmpty else { return outcomes }
        let count = unsafe requests.count
        return unsafe outcomes
            + (try call(
                RD_KAFKA_ADMIN_OP_CREATETOPICS,
                validateOnly: validateOnly,
                submit: { options, queue in
                    unsafe rd_kafka_CreateTopics(client.raw, &requests, count, options, queue)
                },
                read: { event in
                    var count = 0
                    let result = unsafe rd_kafka_event_CreateTopics_result(event)
                    let topics = unsafe rd_kafka_CreateTopics_result_topics(result, &count)
                    return unsafe Self.outcomes(topics, count)
                }
            ))
    }

    /// Deletes topics; returns when the brokers have accepted it, before the topics are gone.
    ///
    /// C: `rd_kafka_DeleteTopics`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func delete(_ names: [String]) throws(KafkaError) -> [AdminOutcome] {
        try requireRealCluster("DeleteTopics")
        var requests: [OpaquePointer?] = unsafe names.map { unsafe rd_kafka_DeleteTopic_new($0) }
        defer { unsafe requests.forEach { unsafe rd_kafka_DeleteTopic_destroy($0) } }
        let count = unsafe requests.count
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DELETETOPICS,
            submit: { options, queue in
                unsafe rd_kafka_DeleteTopics(client.raw, &requests, count, options, queue)
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_DeleteTopics_result(event)
                let topics = unsafe rd_kafka_DeleteTopics_result_topics(result, &count)
                return unsafe Self.outcomes(topics, count)
            }
        )
    }

    /// Gives a topic more partitions: `total` in all.
    ///
    /// C: `rd_kafka_CreatePartitions`.
    /// - Throws: `KafkaError` when it was refused or failed.
    public func grow(
        _ name: String,
        to total: Int,
        validateOnly: Bool
    ) throws(KafkaError) {
        try requireRealCluster("CreatePartitions")
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        guard let request = unsafe rd_kafka_NewPartitions_new(name, total, text, 512) else {
            throw unsafe KafkaError(.invalid, String(cString: text))
        }
        defer { unsafe rd_kafka_NewPartitions_destroy(request) }
        var requests: [OpaquePointer?] = unsafe [request]
        let outcomes = try unsafe call(
            RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
            validateOnly: validateOnly,
            submit: { options, queue in
                unsafe rd_kafka_CreatePartitions(client.raw, &requests, 1, options, queue)
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_CreatePartitions_result(event)
                let topics = unsafe rd_kafka_CreatePartitions_result_topics(result, &count)
                return unsafe Self.outcomes(topics, count)
            }
        )
        if let error = outcomes.first?.error { throw error }
    }

    private static func request(_ topic: NewTopic) throws(KafkaError) -> OpaquePointer {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        let hasAssignment = !topic.assignment.isEmpty
        let partitions =
            hasAssignment ? Int32(clamping: topic.assignment.count) : topic.partitions ?? -1
        // With an assignment the library insists that the factor be left open.
        let factor = hasAssignment ? -1 : topic.replicationFactor ?? -1
        guard let request = unsafe rd_kafka_NewTopic_new(topic.name, partitions, factor, text, 512)
        else {
            throw unsafe KafkaError(.invalid, lowercased(String(cString: text)))
        }
        for (partition, brokers) in topic.assignment.enumerated() {
            var brokers = brokers
            let code = unsafe rd_kafka_NewTopic_set_replica_assignment(
                request,
                Int32(clamping: partition),
                &brokers,
                brokers.count,
                text,
                512
            )
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                unsafe rd_kafka_NewTopic_destroy(request)
                throw unsafe KafkaError(.invalid, lowercased(String(cString: text)))
            }
        }
        for entry in topic.configs {
            let code = unsafe rd_kafka_NewTopic_set_config(request, entry.name, entry.value)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                unsafe rd_kafka_NewTopic_destroy(request)
                throw KafkaError(.invalid, "config '\(entry.name)' is not one")
            }
        }
        return unsafe request
    }

    private static func lowercased(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
