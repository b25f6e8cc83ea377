// Records on their way to a command.
// Their bytes as they are printed, and all that a dead letter needs of them.

import JSON
import KafkaCore
import Output
import Records

/// A record that owns its bytes, and where it came from.
struct ExecRecord {
    var partition: TopicPartition
    var offset: Int64
    /// Milliseconds since 1970; nil when the broker has none.
    var timestamp: Int64?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [RecordHeader] = []
    /// The record as the command gets it.
    var printed: [UInt8]
    /// True when its partition was revoked since it was taken: another member processes it.
    var isRevoked = false
}

extension ExecRecord {
    init(_ record: borrowing Record, topic: String, printed: [UInt8]) {
        let (milliseconds, type) = record.timestamp
        self.init(
            partition: TopicPartition(topic, record.partition),
            offset: record.offset,
            timestamp: type == .unavailable ? nil : milliseconds,
            printed: printed
        )
        if let key = record.key { self.key = Self.bytes(key) }
        if let value = record.value { self.value = Self.bytes(value) }
        var headers: [RecordHeader] = []
        record.forEachHeader { name, value in
            var bytes: [UInt8]?
            if let value { bytes = Self.bytes(value) }
            headers.append(RecordHeader(name: Self.bytes(name), value: bytes))
        }
        self.headers = headers
    }

    private static func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

    /// `orders:0:5`, which stays the same however often it is read.
    var idempotencyKey: String { "\(partition.topic):\(partition.partition):\(offset)" }
}

extension [ExecRecord] {
    /// `orders 0 offset 5`, or with more records `orders 0 offset 5 and 3 more`.
    var place: String {
        guard let first else { return "no record" }
        let more = count > 1 ? " and \(count - 1) more" : ""
        return "\(first.partition.name) offset \(first.offset)\(more)"
    }

    /// The bytes that a command reads.
    var input: [UInt8] { flatMap(\.printed) }
}

/// A record's facts as environment variables.
enum ExecEnvironment {
    /// The most bytes of a key that are put into the environment, which has a bound.
    static let longestKey = 65_536

    /// The variables that say something of a record: those of another are not to be taken for its.
    static let names = [
        "KCTL_TOPIC", "KCTL_PARTITION", "KCTL_OFFSET", "KCTL_TIMESTAMP", "KCTL_KEY",
        "KCTL_KEY_B64", "KCTL_KEY_SIZE", "KCTL_IDEMPOTENCY_KEY", "KCTL_GROUP", "KCTL_ATTEMPT",
        "KCTL_MAX_ATTEMPTS", "KCTL_RECORDS",
    ]

    /// Returns the environment of a command that gets `records`.
    ///
    /// Of several the first one's facts are there, as of one place to begin.
    static func variables(
        _ base: [String: String],
        for records: [ExecRecord],
        group: String?,
        attempt: Int,
        of most: Int
    ) -> [String: String] {
        var variables = base
        for name in names { variables[name] = nil }
        guard let first = records.first else { return variables }
        variables["KCTL_TOPIC"] = first.partition.topic
        variables["KCTL_PARTITION"] = "\(first.partition.partition)"
        variables["KCTL_OFFSET"] = "\(first.offset)"
        variables["KCTL_TIMESTAMP"] = first.timestamp.map { "\($0)" }
        variables["KCTL_IDEMPOTENCY_KEY"] = first.idempotencyKey
        variables["KCTL_GROUP"] = group
        variables["KCTL_ATTEMPT"] = "\(attempt)"
        variables["KCTL_MAX_ATTEMPTS"] = "\(most)"
        variables["KCTL_RECORDS"] = "\(records.count)"
        guard let key = first.key else { return variables }
        variables["KCTL_KEY_SIZE"] = "\(key.count)"
        guard key.count <= longestKey else { return variables }
        if !key.contains(0), let text = String(validating: key, as: UTF8.self) {
            variables["KCTL_KEY"] = text
        } else {
            var buffer = ByteBuffer(capacity: key.count * 4 / 3 + 4)
            buffer.appendBase64(key.span.bytes)
            variables["KCTL_KEY_B64"] = buffer.bytes.withUnsafeBytes {
                String(decoding: $0, as: UTF8.self)
            }
        }
        return variables
    }
}
