// Sending records to one topic: batches of slices of the caller's input block.
//
// librdkafka copies each record (small ones cost less copied than lent), so the block is free again
// when `send` returns. A full queue is no error: `send` says how far it came, and the caller waits
// for delivery reports before it goes on.

internal import CRdkafka
import Glibc

/// A record as ranges of an input block.
public struct RecordSlice: Sendable {
    /// Where the value is; nil for a tombstone.
    public var value: Range<Int>?
    /// Where the key is; nil for none.
    public var key: Range<Int>?
    /// The partition, or nil to let the partitioner choose.
    public var partition: Int32?
    /// A number that comes back with the delivery report.
    public var sequence: Int

    /// Describes a record.
    public init(value: Range<Int>?, key: Range<Int>? = nil, partition: Int32? = nil, sequence: Int)
    {
        self.value = value
        self.key = key
        self.partition = partition
        self.sequence = sequence
    }
}

/// Sends records to one topic.
@safe public struct Producer: ~Copyable {
    let client: Client
    private let topic: TopicHandle
    private let messages: UnsafeMutablePointer<rd_kafka_message_t>

    /// The most records that one `send` takes.
    public static let batchSize = 1000

    /// Makes a sender on a producer client; sends nothing.
    ///
    /// - Throws: `KafkaError` when the topic's name is not one.
    public init(_ client: Client, topic name: String) throws(KafkaError) {
        topic = try TopicHandle(client, name)
        self.client = client
        unsafe messages = .allocate(capacity: Self.batchSize)
    }

    deinit {
        unsafe messages.deallocate()
    }

    /// The topic for the library's other way to send.
    var handle: OpaquePointer { unsafe topic.raw }

    /// Queues records of `block`, at most `batchSize` of them, beginning with the first.
    ///
    /// C: `rd_kafka_produce_batch` with `RD_KAFKA_MSG_F_COPY`.
    /// - Returns: how many were dealt with: queued or handed to `onRefusal`. Fewer than given means
    ///   that the queue is full: take delivery reports, then send the rest.
    public borrowing func send(
        _ records: ArraySlice<RecordSlice>,
        of block: RawSpan,
        onRefusal: (RecordSlice, KafkaError) -> Void
    ) -> Int {
        let batch = records.prefix(Self.batchSize)
        unsafe block.withUnsafeBytes { bytes in
            for (index, record) in batch.enumerated() { unsafe fill(index, record, bytes) }
        }
        let flags = RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_PARTITION
        let queued = unsafe rd_kafka_produce_batch(
            topic.raw,
            Int32(RD_KAFKA_PARTITION_UA),
            Int32(flags),
            messages,
            Int32(batch.count)
        )
        if Int(queued) == batch.count { return batch.count }
        for (index, record) in batch.enumerated() {
            let code = unsafe messages[index].err
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { continue }
            if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return index }
            onRefusal(record, refusal(code, of: record))
        }
        return batch.count
    }

    /// Why the library does not take a record; of one that is too large, how large it may be.
    private borrowing func refusal(
        _ code: rd_kafka_resp_err_t,
        of record: RecordSlice
    ) -> KafkaError {
        guard code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE else { return KafkaError(code) }
        let size = (record.value?.count ?? 0) + (record.key?.count ?? 0)
        let limit = client.property("message.max.bytes") ?? "what it may be"
        return KafkaError(
            code,
            reason: "\(size) bytes, and message.max.bytes is \(limit)",
            hint: "raise it with -X message.max.bytes=N"
        )
    }

    /// Sends at once what waits for its batch to fill.
    ///
    /// Blocks for a millisecond at most. C: `rd_kafka_flush`, which ignores `linger.ms` while it
    /// runs; waiting for the reports is the caller's business.
    public borrowing func sendLingering() {
        _ = unsafe rd_kafka_flush(client.raw, 1)
    }

    /// Drops what is queued and in flight; each record is still reported, as purged.
    ///
    /// C: `rd_kafka_purge`.
    public borrowing func purge() {
        unsafe rd_kafka_purge(client.raw, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }

    private borrowing func fill(
        _ index: Int,
        _ record: RecordSlice,
        _ bytes: UnsafeRawBufferPointer
    ) {
        var message = unsafe rd_kafka_message_t()
        if let value = record.value {
            precondition(value.upperBound <= bytes.count, "a slice lies within its block")
            unsafe message.payload = unsafe Self.start(of: value, in: bytes)
            unsafe message.len = value.count
        }
        if let key = record.key {
            precondition(key.upperBound <= bytes.count, "a slice lies within its block")
            unsafe message.key = unsafe Self.start(of: key, in: bytes)
            unsafe message.key_len = key.count
        }
        unsafe message.partition = record.partition ?? Int32(RD_KAFKA_PARTITION_UA)
        unsafe message._private = unsafe UnsafeMutableRawPointer(bitPattern: record.sequence)
        unsafe (messages + index).initialize(to: message)
    }

    /// A pointer that is never nil, since nil means null and an empty range means empty.
    private static func start(
        of range: Range<Int>,
        in bytes: UnsafeRawBufferPointer
    ) -> UnsafeMutableRawPointer? {
        guard let base = bytes.baseAddress else {
            return unsafe UnsafeMutableRawPointer(bitPattern: 1)
        }
        return unsafe UnsafeMutableRawPointer(mutating: base + range.lowerBound)
    }
}
