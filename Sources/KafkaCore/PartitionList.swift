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

    /// Returns true when `left` comes first: by name, then by number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// An offset in a partition.
public struct PartitionOffset: Hashable, Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The offset.
    public let offset: Int64

    /// Names an offset.
    public init(_ partition: TopicPartition, _ offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// Names the place where a partition begins to be read.
    public init(_ partition: TopicPartition, at start: StartOffset) {
        self.init(partition, start.raw)
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
            // The list frees what its elements point to. Any byte may be in the text, also a zero.
            let bytes = Array(commit.metadata.utf8)
            guard let copy = unsafe malloc(bytes.count) else { continue }
            unsafe memcpy(copy, bytes, bytes.count)
            unsafe raw.pointee.elems[index].metadata = unsafe copy
            unsafe raw.pointee.elems[index].metadata_size = bytes.count
        }
    }

    var count: Int { unsafe Int(raw.pointee.cnt) }

    /// The partition and offset at a place, and what became of it.
    subscript(index: Int) -> (PartitionOffset, rd_kafka_resp_err_t) {
        precondition(index < count, "callers count up to `count`")
        let element = unsafe raw.pointee.elems[index]
        let partition = unsafe TopicPartition(String(cString: element.topic), element.partition)
        return unsafe (PartitionOffset(partition, element.offset), element.err)
    }

    /// Returns the metadata of the offset at a place.
    func metadata(at index: Int) -> String {
        precondition(index < count, "callers count up to `count`")
        return unsafe Self.metadata(of: raw.pointee.elems[index])
    }

    /// Returns the metadata of an offset, up to a zero byte.
    ///
    /// The library copies what a broker says up to a zero, and gives the length of all of it (2.0.2,
    /// `RD_KAFKAP_STR_DUP`): what is behind the zero is not ours to read.
    static func metadata(of element: rd_kafka_topic_partition_t) -> String {
        guard let text = unsafe element.metadata else { return "" }
        let size = unsafe strnlen(text.assumingMemoryBound(to: CChar.self), element.metadata_size)
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: size)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    deinit {
        unsafe rd_kafka_topic_partition_list_destroy(raw)
    }

    /// Passes on each partition with its offset and code.
    borrowing func forEach(_ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void) {
        unsafe Self.forEach(raw, body)
    }

    /// Passes each partition of a list that another object owns to `body`.
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
