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
    /// What the broker says is wrong with the topic, if anything.
    public let error: KafkaError?

    /// Whether Kafka keeps its own state in the topic.
    public var isInternal: Bool { Self.internalNames.contains(name) }

    /// How many copies the first partition has; 0 when there is none.
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
    init(_ raw: rd_kafka_metadata) {
        brokers = unsafe UnsafeBufferPointer(start: raw.brokers, count: Int(raw.broker_cnt))
            .map { unsafe Broker(id: $0.id, host: String(cString: $0.host), port: $0.port) }
            .sorted { $0.id < $1.id }
        topics = unsafe UnsafeBufferPointer(start: raw.topics, count: Int(raw.topic_cnt))
            .map { unsafe Topic($0) }
            .sorted { $0.name < $1.name }
    }
}

extension Topic {
    fileprivate init(_ raw: rd_kafka_metadata_topic) {
        name = unsafe String(cString: raw.topic)
        partitions = unsafe UnsafeBufferPointer(
            start: raw.partitions,
            count: Int(raw.partition_cnt)
        )
        .map { unsafe Partition($0) }
        .sorted { $0.id < $1.id }
        error = unsafe raw.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(raw.err)
    }
}

extension Partition {
    fileprivate init(_ raw: rd_kafka_metadata_partition) {
        id = unsafe raw.id
        leader = unsafe raw.leader >= 0 ? raw.leader : nil
        replicas = unsafe Array(
            UnsafeBufferPointer(start: raw.replicas, count: Int(raw.replica_cnt))
        )
        inSync = unsafe Array(UnsafeBufferPointer(start: raw.isrs, count: Int(raw.isr_cnt)))
    }
}
