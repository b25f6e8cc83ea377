// librdkafka's own mock cluster, in this process: the sandbox, and the tests' quick broker.
//
// It listens on ports of its own choice on 127.0.0.1 and answers no administrative call.

internal import CRdkafka

/// A mock cluster, stopped when its owner goes away.
@safe public struct MockCluster: ~Copyable {
    private let client: OpaquePointer
    private let cluster: OpaquePointer

    /// Starts brokers.
    ///
    /// C: `rd_kafka_mock_cluster_new`.
    /// - Throws: `KafkaError` when it cannot be started.
    public init(brokers: Int) throws(KafkaError) {
        let configuration = Configuration()
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        unsafe text.pointee = 0
        // The mock logs to stderr as a client does, even that a client speaks TLS; the client says more.
        do { try configuration.set("log_level", "0") } catch {
            throw KafkaError(.invalid, error.reason)
        }
        let copy = unsafe rd_kafka_conf_dup(configuration.raw)
        unsafe FaultSignals.unblock(copy)
        guard let client = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, copy, text, 512) else {
            if let copy = unsafe copy { unsafe rd_kafka_conf_destroy(copy) }
            throw unsafe KafkaError(.other, String(cString: text))
        }
        guard let cluster = unsafe rd_kafka_mock_cluster_new(client, Int32(clamping: brokers))
        else {
            unsafe rd_kafka_destroy(client)
            throw KafkaError(.other, "the mock cluster could not be started")
        }
        unsafe self.client = unsafe client
        unsafe self.cluster = unsafe cluster
    }

    deinit {
        unsafe rd_kafka_mock_cluster_destroy(cluster)
        unsafe rd_kafka_destroy(client)
    }

    /// Leaves the cluster to the end of the process, which closes its ports at once.
    ///
    /// Taking it down in order now and then takes librdkafka a second.
    public consuming func abandon() {
        discard self
    }

    /// The brokers' addresses, separated by commas.
    ///
    /// C: `rd_kafka_mock_cluster_bootstraps`.
    public var bootstrapServers: String {
        unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    /// Makes a topic.
    ///
    /// C: `rd_kafka_mock_topic_create`.
    /// - Throws: `KafkaError`, for instance when it is there already.
    public borrowing func createTopic(
        _ name: String,
        partitions: Int32,
        replicationFactor: Int32
    ) throws(KafkaError) {
        try unsafe check(rd_kafka_mock_topic_create(cluster, name, partitions, replicationFactor))
    }

    /// Makes the broker slow to answer.
    ///
    /// C: `rd_kafka_mock_broker_set_rtt`.
    public borrowing func setRoundTrip(_ broker: Int32, milliseconds: Int32) {
        unsafe rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds)
    }

    /// Has the next requests for offsets answered by these codes of Kafka's, one each.
    ///
    /// C: `rd_kafka_mock_push_request_errors_array`.
    public borrowing func refuseOffsets(_ codes: [Int32]) {
        let codes = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
        let listOffsets: Int16 = 2
        unsafe rd_kafka_mock_push_request_errors_array(cluster, listOffsets, codes.count, codes)
    }

    /// A kind of request that the cluster can be made to refuse; the number is Kafka's.
    public enum Request: Int16, Sendable {
        case produce = 0
        case metadata = 3
        case initProducerID = 22
        case addPartitionsToTransaction = 24
        case endTransaction = 26
    }

    /// Has the next requests of a kind answered by these codes of Kafka's, one each.
    ///
    /// C: `rd_kafka_mock_push_request_errors_array`.
    public borrowing func refuse(_ request: Request, with codes: [Int32]) {
        let codes = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
        unsafe rd_kafka_mock_push_request_errors_array(
            cluster,
            request.rawValue,
            codes.count,
            codes
        )
    }

    /// Makes a broker the leader of a partition; nil leaves the partition without one.
    ///
    /// C: `rd_kafka_mock_partition_set_leader`.
    /// - Throws: `KafkaError` when there is no such partition.
    public borrowing func setLeader(
        of topic: String,
        _ partition: Int32,
        to broker: Int32?
    ) throws(KafkaError) {
        try unsafe check(
            rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker ?? -1)
        )
    }

    /// Closes the broker's port and connections, or opens it again.
    ///
    /// C: `rd_kafka_mock_broker_set_down`, `rd_kafka_mock_broker_set_up`.
    public borrowing func setBroker(_ broker: Int32, isUp: Bool) {
        if isUp {
            unsafe rd_kafka_mock_broker_set_up(cluster, broker)
        } else {
            unsafe rd_kafka_mock_broker_set_down(cluster, broker)
        }
    }
}
