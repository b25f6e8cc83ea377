// A list of partitions with an offset and an error each, as librdkafka passes them around.

internal import CRdkafka

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

/// An owner of `rd_kafka_topic_partition_list_t`.
@safe struct PartitionList: ~Copyable {
    let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: [TopicPartition], offset: Int64) {
        unsafe raw = unsafe rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count))
        for partition in partitions {
            let added = unsafe rd_kafka_topic_partition_list_add(
                raw,
                partition.topic,
                partition.partition
            )
            unsafe added?.pointee.offset = offset
        }
    }

    deinit {
        unsafe rd_kafka_topic_partition_list_destroy(raw)
    }

    /// Hands over each partition with its offset and code.
    borrowing func forEach(_ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void) {
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
