// A record with everything it can have, sent one at a time: headers and time stamps have no place
// in librdkafka's batch call.

internal import CRdkafka
import Glibc

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
    /// Queues one record.
    ///
    /// C: `rd_kafka_produceva` with `RD_KAFKA_MSG_F_COPY`.
    /// - Returns: false when the queue is full: take delivery reports, then try again.
    /// - Throws: `KafkaError` when the record is refused, for instance as too large.
    public borrowing func send(_ record: OutgoingRecord) throws(KafkaError) -> Bool {
        let headers = unsafe rd_kafka_headers_new(record.headers.count)
        for header in record.headers { unsafe Self.add(header, to: headers) }
        let code = unsafe produce(record, headers)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return true }
        // The library takes the headers over only when it takes the record.
        if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
        if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return false }
        throw KafkaError(code)
    }

    private static func add(_ header: RecordHeader, to headers: OpaquePointer?) {
        // A nil value is null to the library, so an empty one needs an address.
        let value = header.value.map { $0.isEmpty ? [0] : $0 }
        let size = header.value?.count ?? 0
        unsafe header.name.withUnsafeBytes { name in
            let start = unsafe name.baseAddress?.assumingMemoryBound(to: CChar.self)
            if let value {
                unsafe value.withUnsafeBytes { bytes in
                    _ = unsafe rd_kafka_header_add(
                        headers,
                        start,
                        name.count,
                        bytes.baseAddress,
                        size
                    )
                }
            } else {
                _ = unsafe rd_kafka_header_add(headers, start, name.count, nil, 0)
            }
        }
    }

    private borrowing func produce(
        _ record: OutgoingRecord,
        _ headers: OpaquePointer?
    ) -> rd_kafka_resp_err_t {
        let key = record.key.map { $0.isEmpty ? [0] : $0 }
        let value = record.value.map { $0.isEmpty ? [0] : $0 }
        return unsafe (key ?? []).withUnsafeBytes { keyBytes in
            unsafe (value ?? []).withUnsafeBytes { valueBytes in
                var arguments: [rd_kafka_vu_t] = unsafe []
                func add(_ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t) -> Void) {
                    var argument = unsafe rd_kafka_vu_t()
                    unsafe argument.vtype = type
                    unsafe fill(&argument)
                    unsafe arguments.append(argument)
                }
                unsafe add(RD_KAFKA_VTYPE_RKT) { unsafe $0.u.rkt = handle }
                unsafe add(RD_KAFKA_VTYPE_PARTITION) {
                    unsafe $0.u.i32 = record.partition ?? Int32(RD_KAFKA_PARTITION_UA)
                }
                unsafe add(RD_KAFKA_VTYPE_MSGFLAGS) { unsafe $0.u.i = RD_KAFKA_MSG_F_COPY }
                if let time = record.timestamp {
                    unsafe add(RD_KAFKA_VTYPE_TIMESTAMP) { unsafe $0.u.i64 = time }
                }
                if key != nil {
                    let start = unsafe UnsafeMutableRawPointer(mutating: keyBytes.baseAddress)
                    unsafe add(RD_KAFKA_VTYPE_KEY) {
                        unsafe $0.u.mem.ptr = unsafe start
                        unsafe $0.u.mem.size = record.key?.count ?? 0
                    }
                }
                let start = unsafe UnsafeMutableRawPointer(mutating: valueBytes.baseAddress)
                unsafe add(RD_KAFKA_VTYPE_VALUE) {
                    unsafe $0.u.mem.ptr = value == nil ? nil : start
                    unsafe $0.u.mem.size = record.value?.count ?? 0
                }
                unsafe add(RD_KAFKA_VTYPE_OPAQUE) {
                    unsafe $0.u.ptr = UnsafeMutableRawPointer(bitPattern: record.sequence)
                }
                if !record.headers.isEmpty {
                    unsafe add(RD_KAFKA_VTYPE_HEADERS) { unsafe $0.u.headers = headers }
                }
                let error = unsafe rd_kafka_produceva(client.raw, &arguments, arguments.count)
                guard let error = unsafe error else {
                    // Nothing took the empty list over.
                    if record.headers.isEmpty { unsafe rd_kafka_headers_destroy(headers) }
                    return RD_KAFKA_RESP_ERR_NO_ERROR
                }
                defer { unsafe rd_kafka_error_destroy(error) }
                return unsafe rd_kafka_error_code(error)
            }
        }
    }
}
