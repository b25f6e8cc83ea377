// A record as librdkafka delivers it, seen without copying.

internal import CRdkafka
import Glibc

/// The meaning of a record's timestamp.
public enum TimestampType: Sendable {
    /// The producer set it.
    case create
    /// The broker set it when it stored the record.
    case logAppend
    /// There is none.
    case unavailable
}

/// A consumed record, or what arrived in its place; alive during one call only.
@safe public struct Record: ~Copyable {
    private let message: UnsafeMutablePointer<rd_kafka_message_t>

    /// The consumer's topic it is from, as an index in the order in which they were first started.
    ///
    /// −1 for an error that concerns none of them.
    public let topicIndex: Int

    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, topicIndex: Int) {
        unsafe self.message = unsafe message
        self.topicIndex = topicIndex
    }

    /// True when this is no record but the event that the partition's end has been reached.
    ///
    /// `offset` is then the end.
    public var isEndOfPartition: Bool {
        unsafe message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF
    }

    /// True when this is no record but an error.
    public var isError: Bool { unsafe message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR }

    /// The error, when this is no record.
    public var error: KafkaError? {
        guard isError else { return nil }
        let text = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) }
        return unsafe KafkaError(message.pointee.err, reason: text)
    }

    /// The partition's number.
    public var partition: Int32 { unsafe message.pointee.partition }

    /// The offset.
    public var offset: Int64 { unsafe message.pointee.offset }

    /// The bytes of key and value together.
    public var size: Int { unsafe message.pointee.len + message.pointee.key_len }

    /// The key's bytes; nil when the record has none.
    public var key: RawSpan? {
        @_lifetime(borrow self)
        get {
            guard let start = unsafe message.pointee.key else { return nil }
            let span = unsafe RawSpan(_unsafeStart: start, byteCount: message.pointee.key_len)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The value's bytes; nil for a tombstone.
    public var value: RawSpan? {
        @_lifetime(borrow self)
        get {
            guard let start = unsafe message.pointee.payload else { return nil }
            let span = unsafe RawSpan(_unsafeStart: start, byteCount: message.pointee.len)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The timestamp in milliseconds since 1970, and what it means.
    ///
    /// C: `rd_kafka_message_timestamp`.
    public var timestamp: (milliseconds: Int64, type: TimestampType) {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = unsafe rd_kafka_message_timestamp(message, &type)
        switch type {
        case RD_KAFKA_TIMESTAMP_CREATE_TIME: return (time, .create)
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: return (time, .logAppend)
        default: return (time, .unavailable)
        }
    }

    /// The leader's epoch when it stored the record; −1 when the library does not report it.
    ///
    /// C: `rd_kafka_message_leader_epoch`, which 2.0.2 has not.
    public var leaderEpoch: Int32 {
        guard let function = unsafe Self.leaderEpochFunction else { return -1 }
        return unsafe function(message)
    }

    private static let leaderEpochFunction = unsafe Features.function(
        "rd_kafka_message_leader_epoch",
        as: (@convention(c) (UnsafePointer<rd_kafka_message_t>?) -> Int32).self
    )

    /// Passes on each header in order: its name's bytes and its value's, nil for null.
    ///
    /// C: `rd_kafka_message_headers`, `rd_kafka_header_get_all`.
    public func forEachHeader(_ body: (RawSpan, RawSpan?) -> Void) {
        var headers: OpaquePointer?
        let code = unsafe rd_kafka_message_headers(message, &headers)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let headers = unsafe headers else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while unsafe rd_kafka_header_get_all(headers, index, &name, &value, &size)
            == RD_KAFKA_RESP_ERR_NO_ERROR
        {
            index += 1
            guard let name = unsafe name else { continue }
            let nameBytes = unsafe UnsafeRawBufferPointer(start: name, count: strlen(name))
            if let value = unsafe value {
                let valueBytes = unsafe UnsafeRawBufferPointer(start: value, count: size)
                unsafe body(RawSpan(_unsafeBytes: nameBytes), RawSpan(_unsafeBytes: valueBytes))
            } else {
                unsafe body(RawSpan(_unsafeBytes: nameBytes), nil)
            }
        }
    }
}
