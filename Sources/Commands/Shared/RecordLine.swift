// A record as one JSON object, as `consume --json` prints it: read back without loss.

import JSON
import KafkaCore

/// A record and where it belongs, read from JSON.
struct RecordLine {
    /// The topic, when the object names one.
    var topic: String?
    /// The record.
    var record = OutgoingRecord(value: nil)

    /// Reads the next object.
    ///
    /// Keys may come in any order; unknown ones are passed over. An object, array, number or
    /// boolean as `value` is sent as its own JSON text.
    /// - Throws: `JSONError` with the place.
    init(from reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        var hasValue = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let place = reader.offset
            switch reader.string(of: key) {
            case "topic": topic = try Self.text(&reader)
            case "partition":
                guard let number = try Self.number(&reader) else { break }
                guard let partition = Int32(exactly: number), partition >= 0 else {
                    throw JSONError(at: place, "partition \(number) is not one")
                }
                record.partition = partition
            case "timestamp": record.timestamp = try Self.number(&reader)
            case "key": record.key = try Self.bytes(&reader)
            case "keyBase64": record.key = try Self.decoded(&reader)
            case "value":
                record.value = try Self.bytes(&reader)
                hasValue = true
            case "valueBase64":
                record.value = try Self.decoded(&reader)
                hasValue = true
            case "headers": record.headers = try Self.headers(&reader)
            default: _ = try reader.rawValue()
            }
        }
        guard hasValue else { throw JSONError(at: start, "neither 'value' nor 'valueBase64'") }
    }

    private static func headers(_ reader: inout JSONReader) throws(JSONError) -> [RecordHeader] {
        var headers: [RecordHeader] = []
        try reader.beginArray()
        while try reader.nextElement() {
            let start = reader.offset
            var name: [UInt8]?
            var value: [UInt8]?
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch reader.string(of: key) {
                case "key": name = try bytes(&reader)
                case "keyBase64": name = try decoded(&reader)
                case "value": value = try bytes(&reader)
                case "valueBase64": value = try decoded(&reader)
                default: _ = try reader.rawValue()
                }
            }
            guard let name else { throw JSONError(at: start, "a header without 'key'") }
            headers.append(RecordHeader(name: name, value: value))
        }
        return headers
    }

    private static func text(_ reader: inout JSONReader) throws(JSONError) -> String? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        let text = try reader.string()
        return reader.string(of: text)
    }

    private static func number(_ reader: inout JSONReader) throws(JSONError) -> Int64? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        return try reader.int64()
    }

    /// A string's own bytes, or the JSON text of anything else; nil for null.
    private static func bytes(_ reader: inout JSONReader) throws(JSONError) -> [UInt8]? {
        switch try reader.peekKind() {
        case .null:
            try reader.null()
            return nil
        case .string:
            let text = try reader.string()
            return reader.bytes(of: text)
        default:
            let range = try reader.rawValue()
            return reader.bytes(in: range).withUnsafeBytes { [UInt8]($0) }
        }
    }

    private static func decoded(_ reader: inout JSONReader) throws(JSONError) -> [UInt8]? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        let place = reader.offset
        let text = try reader.string()
        guard let bytes = Base64.decode(reader.bytes(of: text)) else {
            throw JSONError(at: place, "not Base64")
        }
        return bytes
    }
}

extension CommandError {
    /// JSON that cannot be used: file, line, column and reason.
    init(_ error: JSONError, in path: String, text: borrowing RawSpan) {
        let (line, column) = error.place(in: text)
        self.init(.badData, "\(path):\(line):\(column): \(error.reason)")
    }
}
