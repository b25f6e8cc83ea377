// Which partition a key goes to, by the library's own functions: for saying it without sending.

internal import CRdkafka

/// A way to choose partitions, by librdkafka's name.
public enum Partitioner: String, Sendable {
    /// Any partition.
    case random
    /// By CRC32 of the key.
    case consistent
    /// The same, any partition without a key.
    case consistentRandom = "consistent_random"
    /// As Java's producer, all records without a key in one partition.
    case murmur2
    /// As Java's producer.
    case murmur2Random = "murmur2_random"
    /// By FNV-1a of the key.
    case fnv1a
    /// The same, any partition without a key.
    case fnv1aRandom = "fnv1a_random"

    /// Returns the partition out of `count`, or nil when any may be chosen.
    ///
    /// C: `rd_kafka_msg_partitioner_murmur2` and its like.
    public func partition(of key: RawSpan?, count: Int32) -> Int32? {
        if key == nil {
            switch self {
            case .random, .consistentRandom, .murmur2Random, .fnv1aRandom: return nil
            case .consistent, .murmur2, .fnv1a: break
            }
        }
        guard let key else { return unsafe chosen(nil, 0, count) }
        // An empty span may lack an address, which to the library means that there is no key.
        guard key.byteCount > 0 else {
            return unsafe withUnsafeBytes(of: UInt8(0)) { unsafe chosen($0.baseAddress, 0, count) }
        }
        return unsafe key.withUnsafeBytes { unsafe chosen($0.baseAddress, $0.count, count) }
    }

    private func chosen(_ key: UnsafeRawPointer?, _ size: Int, _ count: Int32) -> Int32? {
        switch self {
        case .random:
            return nil
        case .consistent:
            return unsafe rd_kafka_msg_partitioner_consistent(nil, key, size, count, nil, nil)
        case .consistentRandom:
            guard size > 0 else { return nil }
            return unsafe rd_kafka_msg_partitioner_consistent(nil, key, size, count, nil, nil)
        case .murmur2, .murmur2Random:
            return unsafe rd_kafka_msg_partitioner_murmur2(nil, key, size, count, nil, nil)
        case .fnv1a, .fnv1aRandom:
            return unsafe rd_kafka_msg_partitioner_fnv1a(nil, key, size, count, nil, nil)
        }
    }
}
