// What tests of `produce` have in common: its last line, and records as they are read back.

import Glibc
import JSON
import Testing

/// What the last line of `produce` counts.
struct Tally: Equatable, CustomStringConvertible {
    var read: Int
    /// How many left for a broker; nil when a test does not say it.
    var sent: Int?
    var acked: Int
    var failed: Int

    var description: String {
        "read \(read), sent \(sent ?? -1), acknowledged \(acked), failed \(failed)"
    }

    init(read: Int, sent: Int? = nil, acked: Int, failed: Int = 0) {
        self.read = read
        self.sent = sent
        self.acked = acked
        self.failed = failed
    }

    /// All of them, and nothing failed.
    init(_ count: Int) {
        self.init(read: count, sent: count, acked: count)
    }

    /// Reads `kctl: read 4, sent 3, acknowledged 2, failed 2 (…)`; what was read is told only when it is
    /// not what was sent.
    init?(line: Substring?) {
        var words = (line?.split { " ,".contains($0) } ?? [])[...]
        guard words.popFirst() == "kctl:" else { return nil }
        var read: Int?
        if words.first == "read" {
            read = words.dropFirst().first.flatMap { Int($0) }
            words = words.dropFirst(2)
        }
        let rest = Array(words)
        guard rest.count >= 6, rest[0] == "sent", rest[2] == "acknowledged", rest[4] == "failed",
            let sent = Int(rest[1]), let acked = Int(rest[3]), let failed = Int(rest[5])
        else { return nil }
        self.init(read: read ?? sent, sent: sent, acked: acked, failed: failed)
    }

    static func == (one: Tally, other: Tally) -> Bool {
        one.read == other.read && one.acked == other.acked && one.failed == other.failed
            && (one.sent == nil || other.sent == nil || one.sent == other.sent)
    }
}

extension Outcome {
    /// What was counted; nil when the last line on standard error counts nothing.
    var tally: Tally? { Tally(line: errorLines.last) }

    /// What was counted, wherever that line stands.
    var anyTally: Tally? { errorLines.lazy.compactMap { Tally(line: $0) }.last }
}

/// A record, every byte of it.
struct PlainRecord: Hashable {
    struct Header: Hashable {
        var name: [UInt8]
        var value: [UInt8]?
    }

    var partition: Int64
    var timestamp: Int64?
    var key: [UInt8]?
    var headers: [Header] = []
    var value: [UInt8]?

    init(
        partition: Int64 = 0,
        timestamp: Int64? = nil,
        key: [UInt8]? = nil,
        headers: [Header] = [],
        value: [UInt8]?
    ) {
        self.partition = partition
        self.timestamp = timestamp
        self.key = key
        self.headers = headers
        self.value = value
    }

    /// Takes a line of `consume --json` apart.
    init(_ json: JSONValue) throws {
        guard let partition = json["partition"]?.int64 else { throw HarnessError("no partition") }
        self.partition = partition
        timestamp = json["timestamp"]?.int64
        key = try Self.bytes(json, "key")
        value = try Self.bytes(json, "value")
        headers = try (json["headers"]?.array ?? []).map { header in
            Header(
                name: try Self.bytes(header, "key") ?? [],
                value: try Self.bytes(header, "value")
            )
        }
    }

    private static func bytes(_ json: JSONValue, _ name: String) throws -> [UInt8]? {
        if let text = json["\(name)Base64"]?.string { return try Base64.decode(text) }
        guard let field = json[name] else { throw HarnessError("no \(name)") }
        if field.isNull { return nil }
        guard let text = field.string else { throw HarnessError("\(name) is no text") }
        return Array(text.utf8)
    }

    /// The record for `produce --json`, with every byte in Base64.
    var line: String {
        var parts = [Self.field("value", value)]
        if let key { parts.append(Self.field("key", key)) }
        if !headers.isEmpty {
            let list = headers.map {
                "{" + Self.field("key", $0.name) + "," + Self.field("value", $0.value) + "}"
            }
            parts.append("\"headers\":[" + list.joined(separator: ",") + "]")
        }
        parts.append("\"partition\":\(partition)")
        if let timestamp { parts.append("\"timestamp\":\(timestamp)") }
        return "{" + parts.joined(separator: ",") + "}\n"
    }

    private static func field(_ name: String, _ bytes: [UInt8]?) -> String {
        guard let bytes else { return "\"\(name)\":null" }
        return "\"\(name)Base64\":\"\(Base64.encode(bytes))\""
    }
}

/// Base64 by the library's own coder, which has tests of its own.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        var buffer = ByteBuffer(capacity: bytes.count * 4 / 3 + 4)
        buffer.appendBase64(bytes.span.bytes)
        return buffer.text
    }

    static func decode(_ text: String) throws -> [UInt8] {
        var buffer = ByteBuffer(capacity: text.utf8.count)
        guard buffer.appendDecodedBase64(text.utf8.span.bytes) else {
            throw HarnessError("not Base64: \(text)")
        }
        return buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    }
}

extension Kafka {
    /// All records of a topic.
    static func records(of topic: String, _ more: [String] = []) throws -> [PlainRecord] {
        let read = try run(["consume", topic, "-e", "--json"] + more)
        guard read.ending == .exited(0) else { throw HarnessError(read.errors) }
        return try read.json().map { try PlainRecord($0) }
    }

    /// The end offsets of a topic, by partition.
    static func ends(of topic: String) throws -> [Int64] {
        let rows = try run(["topics", "offsets", topic, "--json"])
        guard rows.ending == .exited(0) else { throw HarnessError(rows.errors) }
        return try rows.json().map { $0["offset"]?.int64 ?? -1 }
    }

    /// The codec of a partition's first batch, from the broker's own file: the low bits of the
    /// attributes of a batch of format 2.
    static func storedCodec(_ topic: String, _ partition: Int) throws -> UInt8 {
        let folder = try #require(Kctl.variable("KCTL_TEST_KAFKA_DIR"))
        let file = "\(folder)/data-1/\(topic)-\(partition)/00000000000000000000.log"
        let head = try Kctl.bash("head -c 61 '\(file)'").output
        try #require(head.count == 61)
        #expect(head[16] == 2, "the batch's format")
        return head[22] & 7
    }
}

extension TemporaryFolder {
    /// What a file holds.
    func read(_ name: String) throws -> [UInt8] {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HarnessError.system("open of \(name)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = room.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            guard count >= 0 else { throw HarnessError.system("read of \(name)") }
            if count == 0 { return bytes }
            bytes += room.prefix(count)
        }
    }

    /// What a file holds, as text.
    func text(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self)
    }

    /// What a file of one JSON value holds.
    func json(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: try text(name))
    }
}
