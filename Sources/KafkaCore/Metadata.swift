// What a cluster says of itself, copied out of librdkafka's reply.

internal import CRdkafka

/// A broker of the cluster.
public struct Broker: Equatable, Sendable {
    /// The broker's number.
    public let id: Int32
    /// The advertised host.
    public let host: String
    /// The advertised port.
    public let port: Int32
}

/// A partition and where its copies are.
public struct Partition: Equatable, Sendable {
    /// The partition's number.
    public let id: Int32
    /// The broker that leads it, or nil when none does.
    public let leader: Int32?
    /// The brokers that should hold a copy, preferred leader first.
    public let replicas: [Int32]
    /// The brokers whose copy is up to date.
    public let inSync: [Int32]
}

/// A topic and its partitions in order.
public struct Topic: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The partitions, by number.
    public let partitions: [Partition]
    /// The broker's error about the topic, if any.
    public let error: KafkaError?

    /// True when Kafka keeps its own state in the topic.
    public var isInternal: Bool { Self.internalNames.contains(name) }

    /// The number of replicas of the first partition; 0 when there is none.
    public var replicationFactor: Int { partitions.first?.replicas.count ?? 0 }

    private static let internalNames: Set<String> = [
        "__consumer_offsets", "__transaction_state", "__share_group_state",
    ]
}

/// A cluster's brokers and topics at one moment.
public struct Metadata: Equatable, Sendable {
    /// The brokers by number.
    public let brokers: [Broker]
    /// The topics by name.
    public let topics: [Topic]
}

extension Metadata {
    /// Copies an answer, of which the library has looked at little.
    ///
    /// - Throws: `KafkaError` when it says what no broker says: a negative count or partition.
    init(_ raw: rd_kafka_metadata) throws(KafkaError) {
        brokers = try unsafe list(raw.brokers, raw.broker_cnt, "of brokers")
            .map { unsafe Broker(id: $0.id, host: String(cString: $0.host), port: $0.port) }
            .sorted { $0.id < $1.id }
        topics = try unsafe list(raw.topics, raw.topic_cnt, "of topics")
            .map { (topic) throws(KafkaError) in try unsafe Topic(topic) }
            .sorted { $0.name < $1.name }
    }
}

/// Returns a list of an answer.
private func list<Item>(
    _ start: UnsafeMutablePointer<Item>?,
    _ count: Int32,
    _ what: String
) throws(KafkaError) -> UnsafeBufferPointer<Item> {
    guard count >= 0 else { throw nonsense("a list \(what) with \(count) entries") }
    return unsafe UnsafeBufferPointer(start: start, count: Int(count))
}

private func nonsense(_ what: String) -> KafkaError {
    KafkaError(
        .other,
        "metadata that no Kafka broker sends: \(what)",
        remedy: .checkAddress
    )
}

extension Topic {
    fileprivate init(_ raw: rd_kafka_metadata_topic) throws(KafkaError) {
        let name = unsafe String(cString: raw.topic)
        self.name = name
        partitions = try unsafe list(
            raw.partitions,
            raw.partition_cnt,
            "of partitions of topic '\(name)'"
        )
        .map { (partition) throws(KafkaError) in try unsafe Partition(partition, of: name) }
        .sorted { $0.id < $1.id }
        error = unsafe raw.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(raw.err)
    }
}

extension Partition {
    fileprivate init(_ raw: rd_kafka_metadata_partition, of topic: String) throws(KafkaError) {
        id = unsafe raw.id
        guard unsafe raw.id >= 0 else {
            throw unsafe nonsense("topic '\(topic)' has a partition \(raw.id)")
        }
        let place = "of partition \(id) of topic '\(topic)'"
        leader = unsafe raw.leader >= 0 ? raw.leader : nil
        replicas = try unsafe Array(list(raw.replicas, raw.replica_cnt, "of replicas \(place)"))
        inSync = try unsafe Array(list(raw.isrs, raw.isr_cnt, "of replicas in sync \(place)"))
    }
}
