// Records of AliECS made by hand, and topics for them.

import JSON
import Testing

/// Messages as protobuf writes them, without any of kctl.
enum StreamMessage {
    /// An `Event` with a `runEvent`, its times in milliseconds and nanoseconds.
    static func run(_ number: UInt32, _ transition: String, at time: UInt64) -> [UInt8] {
        let run = field(1, "env") + tag(2, 0) + varint(UInt64(number)) + field(5, transition)
        return tag(1, 0) + varint(time) + tag(2, 0) + varint(time * 1_000_000)
            + tag(16, 2) + varint(UInt64(run.count)) + run
    }

    /// A `NewStateNotification` of an environment that has entered its state at `entered`.
    static func state(_ state: String, at time: UInt64, entered: UInt64) -> [UInt8] {
        let info = field(1, "env") + field(4, state) + tag(6, 0) + varint(entered)
        return tag(1, 2) + varint(UInt64(info.count)) + info + tag(2, 0) + varint(time)
    }

    private static func tag(_ number: UInt64, _ type: UInt64) -> [UInt8] {
        varint(number << 3 | type)
    }

    private static func field(_ number: UInt64, _ text: String) -> [UInt8] {
        tag(number, 2) + varint(UInt64(text.utf8.count)) + Array(text.utf8)
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

/// Topics that are named as AliECS names them, behind a prefix of the test's own.
struct StreamTopics {
    let prefix: String

    /// Makes topics; their names begin with the prefix and a dot.
    init(_ names: [String], partitions: Int = 3) throws {
        prefix = Kafka.name("stream")
        for name in names {
            let words = ["topics", "create", "\(prefix).\(name)", "--partitions", "\(partitions)"]
            let made = try Kafka.run(words)
            guard made.ending == .exited(0) else { throw HarnessError(made.errors) }
        }
    }

    /// What names them all.
    var all: [String] { ["--regex", "\(prefix)[.].*"] }

    /// A line of `produce --json`.
    func line(
        _ topic: String,
        _ value: [UInt8]?,
        partition: Int? = nil,
        timestamp: UInt64? = nil,
        key: String? = nil
    ) -> String {
        var parts = ["\"topic\":\"\(prefix).\(topic)\""]
        if let partition { parts.append("\"partition\":\(partition)") }
        if let timestamp { parts.append("\"timestamp\":\(timestamp)") }
        if let key { parts.append("\"key\":\"\(key)\"") }
        parts.append(value.map { "\"valueHex\":\"\(Self.hex($0))\"" } ?? "\"value\":null")
        return "{" + parts.joined(separator: ",") + "}\n"
    }

    /// Sends lines.
    func produce(_ lines: [String]) throws {
        let sent = try Kafka.run(["produce", "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension JSONValue {
    /// The message's own time in milliseconds.
    var eventTime: Int64? {
        (self["value"]?["timestamp"]?.string).flatMap { Int64($0) }
    }
}
