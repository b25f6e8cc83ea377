// What the library reports of a record that was passed to it.

internal import CRdkafka

/// The outcome of one produced record.
@safe public struct DeliveryReport: ~Copyable {
    private let message: UnsafePointer<rd_kafka_message_t>

    init(_ message: UnsafePointer<rd_kafka_message_t>) {
        unsafe self.message = unsafe message
    }

    /// The number that the producer gave the record.
    public var sequence: Int { unsafe Int(bitPattern: message.pointee._private) }

    /// The partition that the record went to; negative when it had not come so far.
    public var partition: Int32 { unsafe message.pointee.partition }

    /// The offset that the broker gave it; meaningless after a failure, negative without acks.
    public var offset: Int64 { unsafe message.pointee.offset }

    /// The bytes of key and value together.
    public var size: Int { unsafe message.pointee.len + message.pointee.key_len }

    /// True when it was stored, as far as the acks asked for show it.
    public var isAcknowledged: Bool {
        unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// The reason it was not stored; nil when it was.
    public var error: KafkaError? {
        let code = unsafe message.pointee.err
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code)
    }

    /// True when it left for a broker: it was stored, a broker refused it, or no answer came.
    ///
    /// The library also fails records by a broker's error that it knows from metadata: only one that
    /// a broker answered has a broker's id. C: `rd_kafka_message_status`, `rd_kafka_message_broker_id`.
    public var hasLeft: Bool {
        let code = unsafe message.pointee.err
        return unsafe code.rawValue >= 0 && rd_kafka_message_broker_id(message) >= 0
            || rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED
    }

    /// True when the record has no key.
    public var isKeyless: Bool { unsafe message.pointee.key == nil }

    /// Lends the record itself, with its bytes.
    public borrowing func withRecord<Result>(_ body: (borrowing Record) -> Result) -> Result {
        unsafe body(Record(UnsafeMutablePointer(mutating: message), topicIndex: -1))
    }
}
