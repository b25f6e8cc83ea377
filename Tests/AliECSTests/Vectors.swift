// The samples of messages: what the reference decoders make of them.

import Glibc
import JSON
import TestSupport
import Testing

@testable import AliECS

/// One sample.
struct Vector: CustomTestStringConvertible, Sendable {
    var name: String
    var type: MessageType
    var bytes: [UInt8]
    /// What it says; nil when it is no such message.
    var json: JSONValue?
    /// Whether libprotobuf-c does something else than the reference.
    var differs: Bool
    var hasUnknown: Bool
    var topic: String?

    var testDescription: String { name }

    static let all: [Vector] = lines(of: "Tests/Fixtures/aliecs/vectors.jsonl").compactMap(
        Vector.init
    )

    private init?(_ value: JSONValue) {
        guard let name = value["name"]?.string, let hex = value["hex"]?.string,
            let type = (value["message"]?.string).flatMap(MessageType.init(rawValue:))
        else { return nil }
        self.name = name
        self.type = type
        bytes = Self.bytes(ofHex: hex)
        json = value["json"]
        differs = value["protobufc"] != nil
        hasUnknown = value["unknown"] != nil
        topic = value["topic"]?.string
    }

    static func bytes(ofHex text: String) -> [UInt8] {
        var buffer = ByteBuffer()
        guard buffer.appendDecodedHex(text.utf8Span.span.bytes) else { return [] }
        return buffer.bytes.withUnsafeBytes { Array($0) }
    }

    /// The values of a file of JSON lines.
    static func lines(of path: String) -> [JSONValue] {
        guard let text = Repository.text(path) else { return [] }
        return text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
    }
}

extension Decoder {
    /// The message as text.
    func text(_ style: MessageStyle = MessageStyle()) -> String {
        var buffer = ByteBuffer()
        appendJSON(to: &buffer, style: style)
        return buffer.text
    }
}
