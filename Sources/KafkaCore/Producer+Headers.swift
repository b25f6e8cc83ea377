// Sending one record with everything it can have.
// Headers and times have no place in librdkafka's batch call.

internal import CRdkafka
import Glibc

extension Producer {
    /// Queues one record.
    ///
    /// C: `rd_kafka_produceva` with `RD_KAFKA_MSG_F_COPY`.
    borrowing func produce(
        _ record: RecordSlice,
        _ headers: ArraySlice<HeaderSlice>,
        _ blocks: Blocks
    ) -> rd_kafka_resp_err_t {
        var list: OpaquePointer?
        if !headers.isEmpty {
            unsafe list = unsafe rd_kafka_headers_new(headers.count)
            for header in headers { unsafe Self.add(header, blocks, to: list) }
        }
        // The fixed ones, then the two that a record may lack.
        var arguments = unsafe InlineArray<8, rd_kafka_vu_t>(repeating: rd_kafka_vu_t())
        unsafe arguments[0].vtype = RD_KAFKA_VTYPE_RKT
        unsafe arguments[0].u.rkt = unsafe topics[record.topic].raw
        unsafe arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION
        unsafe arguments[1].u.i32 = record.partition ?? Int32(RD_KAFKA_PARTITION_UA)
        unsafe arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
        unsafe arguments[2].u.i = RD_KAFKA_MSG_F_COPY
        unsafe arguments[3].vtype = RD_KAFKA_VTYPE_KEY
        unsafe arguments[3].u.mem.ptr = unsafe record.key.flatMap { unsafe blocks.start(of: $0) }
        unsafe arguments[3].u.mem.size = record.key?.range.count ?? 0
        unsafe arguments[4].vtype = RD_KAFKA_VTYPE_VALUE
        unsafe arguments[4].u.mem.ptr = unsafe record.value.flatMap { unsafe blocks.start(of: $0) }
        unsafe arguments[4].u.mem.size = record.value?.range.count ?? 0
        unsafe arguments[5].vtype = RD_KAFKA_VTYPE_OPAQUE
        unsafe arguments[5].u.ptr = UnsafeMutableRawPointer(bitPattern: record.sequence)
        var count = 6
        if let time = record.timestamp {
            unsafe arguments[count].vtype = RD_KAFKA_VTYPE_TIMESTAMP
            unsafe arguments[count].u.i64 = time
            count += 1
        }
        if let list = unsafe list {
            unsafe arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS
            unsafe arguments[count].u.headers = unsafe list
            count += 1
        }
        let code = unsafe withUnsafePointer(to: &arguments) { start in
            let first = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: rd_kafka_vu_t.self)
            let error = unsafe rd_kafka_produceva(client.raw, first, count)
            guard let error = unsafe error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
            defer { unsafe rd_kafka_error_destroy(error) }
            return unsafe rd_kafka_error_code(error)
        }
        // The library takes the headers over only when it takes the record.
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let list = unsafe list {
            unsafe rd_kafka_headers_destroy(list)
        }
        return code
    }

    private static func add(_ header: HeaderSlice, _ blocks: Blocks, to list: OpaquePointer?) {
        let name = unsafe blocks.start(of: header.name)
        let value = unsafe header.value.flatMap { unsafe blocks.start(of: $0) }
        _ = unsafe rd_kafka_header_add(
            list,
            name?.assumingMemoryBound(to: CChar.self),
            // To the library −1 is "measure it", so that an empty name has to be given its 0.
            header.name.range.count,
            value,
            header.value?.range.count ?? 0
        )
    }
}
