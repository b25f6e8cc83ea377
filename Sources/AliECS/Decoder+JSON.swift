// A message as canonical proto3 JSON, by one walk over the table.
//
// Fields stand in the order of the schema. 64-bit numbers are texts, choices are names, fields at
// their defaults are left out, and maps are sorted by key.

internal import CProtobufC
import Glibc
public import JSON

extension Decoder {
    /// Appends the opened message as one JSON object on one line.
    ///
    /// Without a message it appends `null`.
    public func appendJSON(to buffer: inout ByteBuffer, style: MessageStyle = MessageStyle()) {
        guard let message = unsafe message else {
            buffer.append("null")
            return
        }
        Self.append(unsafe MessageValue(message, shape), to: &buffer, style)
    }

    private static func append(
        _ message: MessageValue,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) {
        buffer.append(UInt8(ascii: "{"))
        let start = buffer.count
        for index in 0..<message.shape.count {
            let field = message.shape[index]
            let before = buffer.count
            if before > start { buffer.append(UInt8(ascii: ",")) }
            buffer.append(field.key)
            let isThere =
                field.isRepeated
                ? appendSeveral(field, of: message, to: &buffer, style)
                : appendSingle(field, of: message, to: &buffer, style)
            if !isThere { buffer.truncate(to: before) }
        }
        if style.showsUnknown, message.unknownCount > 0 {
            if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
            appendUnknown(message, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    /// Appends a field's value; false when the field is left out, whatever has been appended.
    private static func appendSingle(
        _ field: FieldShape,
        of message: MessageValue,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) -> Bool {
        switch field.kind {
        case .message, .map:
            guard let inner = message.message(field) else { return false }
            append(inner, to: &buffer, style)
            return true
        case .text:
            let text = unsafe message.text(field)
            let length = unsafe text.map { unsafe strlen($0) } ?? 0
            let isThere = unsafe field.hasPresence ? text != nil : style.showsDefaults
            guard length > 0 || isThere else {
                return false
            }
            unsafe append(text, length, field, to: &buffer, style)
            return true
        case .choice, .bool, .int32, .uint32, .int64, .uint64:
            let bits = message.bits(field)
            guard field.hasPresence ? bits != nil : bits ?? 0 != 0 || style.showsDefaults else {
                return false
            }
            append(bits ?? 0, field, to: &buffer, style)
            return true
        }
    }

    private static func appendSeveral(
        _ field: FieldShape,
        of message: MessageValue,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) -> Bool {
        let count = message.count(field)
        guard count > 0 || style.showsDefaults else { return false }
        if field.kind == .map {
            appendMap(field, of: message, to: &buffer, style)
            return true
        }
        buffer.append(UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            if field.kind == .text {
                let text = unsafe message.text(field, at: index)
                unsafe append(text, text.map { unsafe strlen($0) } ?? 0, field, to: &buffer, style)
            } else if let inner = message.message(field, at: index) {
                append(inner, to: &buffer, style)
            }
        }
        buffer.append(UInt8(ascii: "]"))
        return true
    }

    private static func append(
        _ text: UnsafePointer<CChar>?,
        _ length: Int,
        _ field: FieldShape,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        let span = unsafe RawSpan(_unsafeBytes: bytes)
        if style.expandsJSON, field.holdsJSON, length > 0,
            unsafe bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "[")
        {
            let before = buffer.count
            do throws(JSONError) {
                try buffer.append(oneLineJSON: span)
                return
            } catch {
                buffer.truncate(to: before)
            }
        }
        buffer.append(UInt8(ascii: "\""))
        _ = buffer.appendEscaped(span)
        buffer.append(UInt8(ascii: "\""))
    }

    private static func append(
        _ bits: UInt64,
        _ field: FieldShape,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) {
        let number = Int64(bitPattern: bits)
        switch field.kind {
        case .bool:
            if bits == 0 { buffer.append("false") } else { buffer.append("true") }
        case .choice:
            guard let choices = unsafe field.choices,
                let value = unsafe protobuf_c_enum_descriptor_get_value(
                    choices,
                    Int32(truncatingIfNeeded: number)
                ), let name = unsafe value.pointee.name
            else { return buffer.append(decimal: number) }
            buffer.append(UInt8(ascii: "\""))
            unsafe buffer.append(RawSpan(_unsafeStart: name, byteCount: strlen(name)))
            buffer.append(UInt8(ascii: "\""))
        case .int32: buffer.append(decimal: number)
        case .uint32: buffer.append(decimal: bits)
        case .int64, .uint64:
            buffer.append(UInt8(ascii: "\""))
            if style.readableTimes, field.unit != .none, number > 0 {
                EventTime.append(number, field.unit, to: &buffer)
            } else if field.kind == .int64 {
                buffer.append(decimal: number)
            } else {
                buffer.append(decimal: bits)
            }
            buffer.append(UInt8(ascii: "\""))
        case .text, .message, .map: break
        }
    }

    /// Appends a map as an object, sorted by key; of what comes twice the last counts.
    private static func appendMap(
        _ field: FieldShape,
        of message: MessageValue,
        to buffer: inout ByteBuffer,
        _ style: MessageStyle
    ) {
        var entries: [(key: UnsafePointer<CChar>?, index: Int)] = unsafe []
        for index in 0..<message.count(field) {
            guard let entry = message.message(field, at: index) else { continue }
            unsafe entries.append((entry.text(entry.shape[0]), index))
        }
        unsafe entries.sort {
            let order = unsafe strcmp($0.key ?? noText, $1.key ?? noText)
            return unsafe order != 0 ? order < 0 : $0.index < $1.index
        }
        buffer.append(UInt8(ascii: "{"))
        let start = buffer.count
        for position in unsafe entries.indices {
            let (key, index) = unsafe entries[position]
            if unsafe position + 1 < entries.count,
                unsafe strcmp(key ?? noText, entries[position + 1].key ?? noText) == 0
            {
                continue
            }
            guard let entry = message.message(field, at: index) else { continue }
            if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
            buffer.append(UInt8(ascii: "\""))
            let length = unsafe key.map { unsafe strlen($0) } ?? 0
            let bytes = unsafe UnsafeRawBufferPointer(start: key, count: length)
            _ = unsafe buffer.appendEscaped(RawSpan(_unsafeBytes: bytes))
            buffer.append("\":")
            let value = entry.shape[1]
            let text = unsafe entry.text(value)
            unsafe append(text, text.map { unsafe strlen($0) } ?? 0, value, to: &buffer, style)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private static func appendUnknown(_ message: MessageValue, to buffer: inout ByteBuffer) {
        buffer.append("\"unknownFields\":[")
        for index in 0..<message.unknownCount {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            let (number, wireType, bytes) = unsafe message.unknown(index)
            buffer.append("{\"number\":")
            buffer.append(decimal: UInt64(number))
            buffer.append(",\"wireType\":\"")
            buffer.append(text: DecodeError.name(wireType))
            switch wireType {
            case 2:
                buffer.append("\",\"valueBase64\":\"")
                let prefix = unsafe bytes.prefix { $0 >= 0x80 }.count + 1
                let value = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst(prefix))
                unsafe buffer.appendBase64(RawSpan(_unsafeBytes: value))
            case 0:
                buffer.append("\",\"value\":\"")
                var value: UInt64 = 0
                for position in bytes.indices {
                    unsafe value |= UInt64(bytes[position] & 0x7f) << UInt64(7 * position)
                }
                buffer.append(decimal: value)
            default:
                buffer.append("\",\"value\":\"")
                var value: UInt64 = 0
                for position in bytes.indices {
                    unsafe value |= UInt64(bytes[position]) << UInt64(8 * position)
                }
                buffer.append(decimal: value)
            }
            buffer.append("\"}")
        }
        buffer.append(UInt8(ascii: "]"))
    }
}

/// The text of a key that is not there.
private var noText: UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(StaticString("").utf8Start).assumingMemoryBound(to: CChar.self)
}
