// A record that owns its bytes: for what sends few, and for tests.

internal import CRdkafka

/// A header of a record; a nil value is null.
public struct RecordHeader: Equatable, Sendable {
    /// The name's bytes.
    public let name: [UInt8]
    /// The value's bytes.
    public let value: [UInt8]?

    /// Makes a header.
    public init(name: [UInt8], value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

/// A record to be sent.
public struct OutgoingRecord: Equatable, Sendable {
    /// The partition, or nil to let the partitioner choose.
    public var partition: Int32?
    /// Milliseconds since 1970, or nil for the time of sending.
    public var timestamp: Int64?
    /// The key; nil for none.
    public var key: [UInt8]?
    /// The value; nil for a tombstone.
    public var value: [UInt8]?
    /// The headers in order.
    public var headers: [RecordHeader]
    /// A number that comes back with the delivery report.
    public var sequence: Int

    /// Describes a record.
    public init(
        partition: Int32? = nil,
        timestamp: Int64? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [RecordHeader] = [],
        sequence: Int = 0
    ) {
        self.partition = partition
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
        self.sequence = sequence
    }
}

extension Producer {
    /// Queues one record for the topic with the number `topic`.
    ///
    /// - Returns: false when the queue is full: take delivery reports, then try again.
    /// - Throws: `KafkaError` when the record is refused, for instance as too large.
    public borrowing func send(_ record: OutgoingRecord, to topic: Int) throws(KafkaError) -> Bool {
        var bytes: [UInt8] = []
        func slice(_ part: [UInt8]) -> ByteSlice {
            bytes += part
            return ByteSlice(bytes.count - part.count..<bytes.count)
        }
        let headers = record.headers.map {
            HeaderSlice(name: slice($0.name), value: $0.value.map(slice))
        }
        let sliced = RecordSlice(
            topic: topic,
            partition: record.partition,
            timestamp: record.timestamp,
            key: record.key.map(slice),
            value: record.value.map(slice),
            headers: 0..<headers.count,
            sequence: record.sequence
        )
        var refusal: KafkaError?
        let block = unsafe bytes.span.bytes
        let taken = send([sliced], headers: headers, of: block, and: block) { refusal = $1 }
        if let refusal { throw refusal }
        return taken == 1
    }
}
