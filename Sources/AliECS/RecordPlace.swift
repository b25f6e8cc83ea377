// Where a record came from, as far as runs and their warnings need it.

/// A record's place in Kafka, and what Kafka says of it.
public struct RecordPlace: Hashable, Sendable {
    /// The topic.
    public var topic: String
    /// The partition.
    public var partition: Int32
    /// The offset.
    public var offset: Int64
    /// The record's own time in milliseconds since 1970; nil when the broker has none.
    public var milliseconds: Int64?
    /// True when the key is not null.
    public var hasKey: Bool

    /// Names a place.
    public init(
        topic: String,
        partition: Int32,
        offset: Int64,
        milliseconds: Int64?,
        hasKey: Bool
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.milliseconds = milliseconds
        self.hasKey = hasKey
    }

    /// As errors name it: `aliecs.run, partition 0, offset 42`.
    public var text: String { "\(topic), partition \(partition), offset \(offset)" }
}
