// Functions younger than the librdkafka that kctl is built with (2.0.2), found at run time.

internal import CRdkafka
import Glibc

/// Something that only newer versions of librdkafka can do.
public enum Feature: CaseIterable, Sendable {
    /// Finding the record with the highest timestamp.
    case maxTimestampOffsets
    /// Describing topics with their ids.
    case describeTopics
    /// Groups are listed with their type.
    case groupTypes
    /// Describing clusters with their racks.
    case describeCluster
    /// Electing leaders.
    case electLeaders
    /// Setting how long fetching pauses when the queue is full.
    case fetchQueueBackoff
    /// Logging in to Kafka 4 with SCRAM.
    case strictSCRAM
    /// Changing single configuration entries.
    case incrementalConfigs
    /// Reading and changing what users log in with by SCRAM.
    case scramCredentials
    /// ACLs of transactional ids.
    case transactionalIDAcls
    /// Records carry the leader's epoch in which they were stored.
    case leaderEpochs

    /// The first version that can, as librdkafka counts.
    var since: Int32 {
        switch self {
        case .maxTimestampOffsets, .describeTopics, .describeCluster: 0x0203_00ff
        case .groupTypes, .transactionalIDAcls, .electLeaders: 0x0206_00ff
        case .fetchQueueBackoff, .incrementalConfigs, .scramCredentials: 0x0202_00ff
        case .strictSCRAM: 0x0206_01ff
        case .leaderEpochs: 0x0201_00ff
        }
    }

    /// Its subject, for a list.
    public var subject: String {
        switch self {
        case .maxTimestampOffsets: "the newest time stamp"
        case .describeTopics: "topic ids"
        case .groupTypes: "types of groups"
        case .describeCluster: "racks"
        case .electLeaders: "electing leaders"
        case .fetchQueueBackoff: "fetch.queue.backoff.ms"
        case .strictSCRAM: "SCRAM with Kafka 4"
        case .incrementalConfigs: "changing single configuration entries"
        case .scramCredentials: "SCRAM users"
        case .transactionalIDAcls: "ACLs of transactional ids"
        case .leaderEpochs: "leaders' epochs of records"
        }
    }

    /// The words before "librdkafka … or newer".
    var need: String {
        switch self {
        case .maxTimestampOffsets: "finding the newest time stamp needs"
        case .describeTopics: "topic ids need"
        case .groupTypes: "types of groups need"
        case .describeCluster: "racks need"
        case .electLeaders: "electing leaders needs"
        case .fetchQueueBackoff: "fetch.queue.backoff.ms needs"
        case .strictSCRAM: "SCRAM with Kafka 4 needs"
        case .incrementalConfigs: "changing single configuration entries needs"
        case .scramCredentials: "SCRAM users need"
        case .transactionalIDAcls: "ACLs of transactional ids need"
        case .leaderEpochs: "the leader's epoch of a record needs"
        }
    }
}

/// The abilities of the librdkafka in use.
public enum Features {
    /// The version in use, such as `2.0.2`.
    ///
    /// C: `rd_kafka_version_str`.
    public static var libraryVersion: String { unsafe String(cString: rd_kafka_version_str()) }

    /// The version that kctl was built with.
    ///
    /// C: `RD_KAFKA_VERSION`.
    public static var buildVersion: String { Self.text(RD_KAFKA_VERSION) }

    /// The features the library was built with: `gzip`, `ssl`, `sasl_scram` and the like, in its
    /// order.
    public static var builtIn: [String] {
        let configuration = Configuration()
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        var size = 512
        let result = unsafe rd_kafka_conf_get(configuration.raw, "builtin.features", text, &size)
        guard result == RD_KAFKA_CONF_OK else { return [] }
        return unsafe String(cString: text).split(separator: ",").map(String.init)
    }

    /// Returns true when the library in use can do it.
    public static func has(_ feature: Feature) -> Bool {
        rd_kafka_version() >= feature.since & ~0xff
    }

    /// True when the library in use translates the kinds of what has a configuration: 2.10 or
    /// newer.
    static var translatesConfigKinds: Bool { rd_kafka_version() >= 0x020a_0000 }

    /// Throws `unsupported` with both versions when the library in use cannot do it.
    public static func require(_ feature: Feature) throws(KafkaError) {
        guard !has(feature) else { return }
        let wanted = text(feature.since).split(separator: ".").prefix(2).joined(separator: ".")
        throw KafkaError(
            .unsupported,
            "\(feature.need) librdkafka \(wanted) or newer, this is \(libraryVersion)"
        )
    }

    /// Returns the address of a library function by name, or nil when this library has none.
    ///
    /// C: `dlsym`.
    static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let address = unsafe dlsym(nil, name) else { return nil }
        return unsafe unsafeBitCast(address, to: type)
    }

    private static func text(_ version: Int32) -> String {
        "\(version >> 24 & 0xff).\(version >> 16 & 0xff).\(version >> 8 & 0xff)"
    }
}
