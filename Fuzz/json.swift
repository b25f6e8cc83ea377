// Fuzzes the JSON reader: any bytes are read or refused, the same way by every way of reading, and
// what is read can be written and read again.

import JSON

/// Reads one input as JSON.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let tree = Result { () throws(JSONError) in try JSONValue(parsing: bytes.span.bytes) }
    let skipped = Result { () throws(JSONError) -> Range<Int> in
        var reader = JSONReader(bytes.span.bytes)
        let range = try reader.rawValue()
        try reader.end()
        return range
    }
    switch (tree, skipped) {
    case (.success(let value), .success(let range)):
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range inside the text")
        var writer = JSONWriter()
        write(value, to: &writer)
        let again = try? JSONValue(parsing: writer.buffer.bytes)
        precondition(again == value, "what is written is read back")
        checkPieces(bytes)
    case (.failure(let one), .failure(let other)):
        precondition(one == other, "reading and skipping give the same error")
        precondition((0...count).contains(one.offset), "an error is inside the text")
        let place = one.place(in: bytes.span.bytes)
        precondition(place.line > 0 && place.column > 0, "places are counted from 1")
    default:
        preconditionFailure("reading and skipping agree")
    }
    return 0
}

/// Checks every piece of a text that is known to be good: all forms of a string say the same.
private func checkPieces(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes.span.bytes)
    do throws(JSONError) { try checkValue(&reader) } catch {
        preconditionFailure("good text stays good: \(error)")
    }
}

private func checkValue(_ reader: inout JSONReader) throws(JSONError) {
    switch try reader.peekKind() {
    case .object:
        try reader.beginObject()
        while let key = try reader.nextKey() {
            check(key, in: reader)
            try checkValue(&reader)
        }
    case .array:
        try reader.beginArray()
        while try reader.nextElement() { try checkValue(&reader) }
    case .string: check(try reader.string(), in: reader)
    case .number:
        let range = try reader.number()
        let digits = reader.bytes(in: range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let value = JSONNumber.int64(digits.utf8.span.bytes)
        if let plain = Int64(digits) { precondition(value == plain, "plain digits are exact") }
    case .bool: _ = try reader.bool()
    case .null: try reader.null()
    case .end: preconditionFailure("a value comes next")
    }
}

private func check(_ text: JSONText, in reader: borrowing JSONReader) {
    let bytes = reader.bytes(of: text)
    precondition(String(validating: bytes, as: UTF8.self) != nil, "a string is valid UTF-8")
    precondition(Array(reader.string(of: text).utf8) == bytes, "text and bytes are the same")
    var buffer = ByteBuffer()
    reader.append(text, to: &buffer)
    precondition(buffer.bytes.withUnsafeBytes { $0.elementsEqual(bytes) }, "appending is the same")
    precondition(
        reader.matches(text, "value") == bytes.elementsEqual("value".utf8),
        "matching is comparing"
    )
    precondition(
        text.hasEscapes == reader.bytes(in: text.range).withUnsafeBytes { $0.contains(0x5C) },
        "an escape has a backslash"
    )
}

private func write(_ value: JSONValue, to writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .number(let digits): writer.raw(digits.utf8.span.bytes)
    case .string(let text): writer.string(text)
    case .array(let elements):
        writer.beginArray()
        for element in elements { write(element, to: &writer) }
        writer.endArray()
    case .object(let members):
        writer.beginObject()
        for member in members {
            writer.key(text: member.key)
            write(member.value, to: &writer)
        }
        writer.endObject()
    }
}
