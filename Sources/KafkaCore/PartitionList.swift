// A list of partitions with an offset and an error each, as librdkafka passes them around.

internal import CRdkafka
import Glibc

/// A partition of a topic.
public struct TopicPartition: Hashable, Comparable, Sendable {
    /// The topic's name.
    public let topic: String
    /// The partition's number.
    public let partition: Int32

    /// Names a partition.
    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By name, then by number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// An offset in a partition.
public struct PartitionOffset: Hashable, Sendable {
    /// Which partition.
    public let partition: TopicPartition
    /// The offset.
    public let offset: Int64

    /// Names an offset.
    public init(_ partition: TopicPartition, _ offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// An owner of `rd_kafka_topic_partition_list_t`.
@safe struct PartitionList: ~Copyable {
    let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: [TopicPartition], offset: Int64) {
        self.init(partitions.map { PartitionOffset($0, offset) })
    }

    init(_ offsets: [PartitionOffset]) {
        unsafe raw = unsafe rd_kafka_topic_partition_list_new(Int32(clamping: offsets.count))
        for offset in offsets {
            let added = unsafe rd_kafka_topic_partition_list_add(
                raw,
                offset.partition.topic,
                offset.partition.partition
            )
            unsafe added?.pointee.offset = offset.offset
        }
    }

    init(_ commits: [CommittedOffset]) {
        self.init(commits.map(\.position))
        for (index, commit) in commits.enumerated() where !commit.metadata.isEmpty {
            // The list frees what its elements point to.
            let text = unsafe strdup(commit.metadata)
            unsafe raw.pointee.elems[index].metadata = UnsafeMutableRawPointer(text)
            unsafe raw.pointee.elems[index].metadata_size = commit.metadata.utf8.count
        }
    }

    deinit {
        unsafe rd_kafka_topic_partition_list_destroy(raw)
    }

    /// Hands over each partition with its offset and code.
    borrowing func forEach(_ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void) {
        unsafe Self.forEach(raw, body)
    }

    /// Hands over each partition of a list that somebody else owns.
    static func forEach(
        _ raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>,
        _ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void
    ) {
        for index in unsafe 0..<Int(raw.pointee.cnt) {
            let element = unsafe raw.pointee.elems[index]
            unsafe body(
                TopicPartition(String(cString: element.topic), element.partition),
                element.offset,
                element.err
            )
        }
    }
}
