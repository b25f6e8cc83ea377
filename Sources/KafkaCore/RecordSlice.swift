// A record on its way out, as slices of bytes that its sender owns.
//
// A batch draws on two blocks: the input as it was read, and bytes that were made from it (decoded,
// fixed on the command line). A slice says which of the two it lies in.

/// Bytes in one of the two blocks that a batch draws on.
public struct ByteSlice: Equatable, Sendable {
    /// The block that bytes lie in.
    public enum Place: Sendable {
        /// The input as it was read.
        case input
        /// The block of what was made from the input, or does not come from it.
        case made
    }

    /// The block the bytes lie in.
    public var place: Place
    /// The range of the bytes in it.
    public var range: Range<Int>

    /// Describes a slice.
    public init(_ range: Range<Int>, in place: Place = .input) {
        self.place = place
        self.range = range
    }
}

/// A header as slices; a nil value is null.
public struct HeaderSlice: Equatable, Sendable {
    /// The name's bytes.
    public var name: ByteSlice
    /// The value's bytes.
    public var value: ByteSlice?

    /// Describes a header.
    public init(name: ByteSlice, value: ByteSlice?) {
        self.name = name
        self.value = value
    }
}

/// A record to be sent.
public struct RecordSlice: Equatable, Sendable {
    /// The topic, by the number that the producer gave it.
    public var topic: Int
    /// The partition, or nil to let the partitioner choose.
    public var partition: Int32?
    /// Milliseconds since 1970, or nil for the time of sending.
    public var timestamp: Int64?
    /// The key; nil for none.
    public var key: ByteSlice?
    /// The value; nil for a tombstone.
    public var value: ByteSlice?
    /// The range of this record's headers among the batch's.
    public var headers: Range<Int>
    /// A number that comes back with the delivery report.
    public var sequence: Int

    /// Describes a record.
    public init(
        topic: Int = 0,
        partition: Int32? = nil,
        timestamp: Int64? = nil,
        key: ByteSlice? = nil,
        value: ByteSlice?,
        headers: Range<Int> = 0..<0,
        sequence: Int = 0
    ) {
        self.topic = topic
        self.partition = partition
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
        self.sequence = sequence
    }

    /// The bytes of key and value together.
    public var size: Int { (key?.range.count ?? 0) + (value?.range.count ?? 0) }

    /// True when librdkafka's batch call can carry all that the record has.
    var isPlain: Bool { timestamp == nil && headers.isEmpty }
}
