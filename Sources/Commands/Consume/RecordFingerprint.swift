// One record, recognised when it is read again.
// The offset is where it lies, the rest is whether it is the same record.

import Crypto
import KafkaCore

/// The facts that a record is recognised by.
struct RecordFingerprint: Equatable {
    let offset: Int64
    /// In milliseconds since 1970; −1 without one.
    let timestamp: Int64
    /// Of key, value and headers.
    let sha256: String
}

/// A copy of the last of many records, of which hardly any fingerprint is ever wanted.
struct RecordCopy {
    private(set) var offset: Int64 = -1
    private var timestamp: Int64 = -1
    private var bytes: [UInt8] = []

    /// Takes another record in place of the one before.
    mutating func replace(with record: borrowing Record) {
        offset = record.offset
        let (milliseconds, type) = record.timestamp
        timestamp = type == .unavailable ? -1 : milliseconds
        bytes.removeAll(keepingCapacity: true)
        bytes.append(field: record.key)
        bytes.append(field: record.value)
        record.forEachHeader { name, value in
            bytes.append(field: name)
            bytes.append(field: value)
        }
    }

    /// The fingerprint of the record; nil when nothing was taken or SHA-256 is not available.
    var fingerprint: RecordFingerprint? {
        guard offset >= 0, var digest = try? SHA256() else { return nil }
        digest.update(bytes.span.bytes)
        guard let text = try? digest.hex() else { return nil }
        return RecordFingerprint(offset: offset, timestamp: timestamp, sha256: text)
    }
}

extension [UInt8] {
    /// Appends a field behind its length, so that no two records come to the same bytes.
    fileprivate mutating func append(field: RawSpan?) {
        Swift.withUnsafeBytes(of: Int64(field?.byteCount ?? -1).littleEndian) {
            append(contentsOf: $0)
        }
        field?.withUnsafeBytes { append(contentsOf: $0) }
    }
}
