// Sending records: slices of the caller's blocks, in batches where the library can.
//
// 1. librdkafka copies each record (small ones cost less copied than lent), so the blocks are free
//    again when `send` returns.
// 2. A full queue is no error: `send` says how far it came, and the caller waits for delivery
//    reports before it goes on.
// 3. Order is kept: a record is queued only when all before it are queued or refused.

internal import CRdkafka
import Glibc

/// Sends records to topics.
@safe public struct Producer: ~Copyable {
    let client: Client
    private(set) var topics: [TopicHandle] = []
    private let messages: UnsafeMutablePointer<rd_kafka_message_t>

    /// The most records that one call of the library takes.
    public static let batchSize = 1000

    /// Makes a sender on a producer client; sends nothing.
    public init(_ client: Client) {
        self.client = client
        unsafe messages = .allocate(capacity: Self.batchSize)
    }

    deinit {
        unsafe messages.deallocate()
    }

    /// Makes a topic known.
    ///
    /// - Returns: the number by which records name it: 0, 1, 2, …
    /// - Throws: `KafkaError` when the name is not one.
    public mutating func addTopic(_ name: String) throws(KafkaError) -> Int {
        topics.append(try TopicHandle(client, name))
        return topics.count - 1
    }

    /// Queues records, beginning with the first.
    ///
    /// Their slices are of `input` and `made`, their headers are some of `headers`.
    /// `stopsAtRefusal`: of what stands behind a record that the library refuses, nothing is queued.
    /// C: `rd_kafka_produce_batch`, and `rd_kafka_produceva` for what has headers or a time.
    /// - Returns: how many were processed: queued or passed to `onRefusal`. Fewer than given means
    ///   that the queue is full: take delivery reports, then send the rest.
    public borrowing func send(
        _ records: ArraySlice<RecordSlice>,
        headers: [HeaderSlice] = [],
        of input: RawSpan,
        and made: RawSpan = RawSpan(),
        stopsAtRefusal: Bool = false,
        onRefusal: (RecordSlice, KafkaError) -> Void
    ) -> Int {
        unsafe input.withUnsafeBytes { input in
            unsafe made.withUnsafeBytes { made in
                let blocks = unsafe Blocks(input: input, made: made)
                return unsafe send(records, headers, blocks, stopsAtRefusal, onRefusal)
            }
        }
    }

    private borrowing func send(
        _ records: ArraySlice<RecordSlice>,
        _ headers: [HeaderSlice],
        _ blocks: Blocks,
        _ stopsAtRefusal: Bool,
        _ onRefusal: (RecordSlice, KafkaError) -> Void
    ) -> Int {
        var index = records.startIndex
        while index < records.endIndex {
            let first = records[index]
            guard first.isPlain, !stopsAtRefusal else {
                let code = unsafe produce(first, headers[first.headers], blocks)
                if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { break }
                index += 1
                guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                onRefusal(first, refusal(code, of: first))
                if stopsAtRefusal { break }
                continue
            }
            var end = index
            let limit = min(records.endIndex, index + Self.batchSize)
            while end < limit, records[end].isPlain, records[end].topic == first.topic { end += 1 }
            let done = unsafe sendPlain(records[index..<end], blocks, onRefusal)
            index += done
            if index < end { break }
        }
        return index - records.startIndex
    }

    private borrowing func sendPlain(
        _ batch: ArraySlice<RecordSlice>,
        _ blocks: Blocks,
        _ onRefusal: (RecordSlice, KafkaError) -> Void
    ) -> Int {
        guard let first = batch.first else { return 0 }
        for (index, record) in batch.enumerated() { unsafe fill(index, record, blocks) }
        let flags = RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_PARTITION
        let queued = unsafe rd_kafka_produce_batch(
            topics[first.topic].raw,
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

    /// Returns the reason the library does not take a record; of one that is too large, how large
    /// it may be.
    private borrowing func refusal(
        _ code: rd_kafka_resp_err_t,
        of record: RecordSlice
    ) -> KafkaError {
        if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = client.fatalError { return fatal }
        guard code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE else { return KafkaError(code) }
        let limit = client.property("message.max.bytes") ?? "what it may be"
        return KafkaError(
            code,
            reason: "\(record.size) bytes, and message.max.bytes is \(limit)",
            remedy: .allowLargerRecords
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

    private borrowing func fill(_ index: Int, _ record: RecordSlice, _ blocks: Blocks) {
        var message = unsafe rd_kafka_message_t()
        if let value = record.value {
            unsafe message.payload = unsafe blocks.start(of: value)
            unsafe message.len = value.range.count
        }
        if let key = record.key {
            unsafe message.key = unsafe blocks.start(of: key)
            unsafe message.key_len = key.range.count
        }
        unsafe message.partition = record.partition ?? Int32(RD_KAFKA_PARTITION_UA)
        unsafe message._private = unsafe UnsafeMutableRawPointer(bitPattern: record.sequence)
        unsafe (messages + index).initialize(to: message)
    }
}

/// The two blocks of a batch, lent for one call.
@unsafe struct Blocks {
    let input: UnsafeRawBufferPointer
    let made: UnsafeRawBufferPointer

    /// Returns where a slice begins; never nil, since to the library nil is null and not empty.
    func start(of slice: ByteSlice) -> UnsafeMutableRawPointer? {
        let block = unsafe slice.place == .input ? input : made
        precondition(slice.range.upperBound <= block.count, "a slice lies within its block")
        guard let base = block.baseAddress else {
            return unsafe UnsafeMutableRawPointer(bitPattern: 1)
        }
        return unsafe UnsafeMutableRawPointer(mutating: base + slice.range.lowerBound)
    }
}
