// Keys and values of JSON objects in the form that was asked for.

import JSON
import Output

/// The form of a key or a value in a JSON object.
public enum JSONFieldForm: Sendable {
    /// A string where it is UTF-8, Base64 under another name where it is not.
    case text
    /// The JSON that it is; a string, with the reason beside it, where it is none.
    case json
    /// Hexadecimal digits under another name.
    case hex
    /// Base64 under another name.
    case base64
}

extension RecordPrinter {
    mutating func appendKey(_ bytes: RawSpan?, _ form: JSONFieldForm) {
        guard let bytes, form != .text else {
            return appendField(",\"key\":", ",\"keyBase64\":", bytes)
        }
        switch form {
        case .text: break
        case .hex: appendHex(",\"keyHex\":", bytes)
        case .base64: appendBase64(",\"keyBase64\":", bytes)
        case .json:
            if let reason = appendJSON(",\"key\":", bytes) {
                appendField(",\"key\":", ",\"keyBase64\":", bytes)
                appendReason(",\"keyError\":", reason)
            }
        }
    }

    mutating func appendValue(_ bytes: RawSpan?, _ form: JSONFieldForm) {
        guard let bytes, form != .text else {
            return appendField(",\"value\":", ",\"valueBase64\":", bytes)
        }
        switch form {
        case .text: break
        case .hex: appendHex(",\"valueHex\":", bytes)
        case .base64: appendBase64(",\"valueBase64\":", bytes)
        case .json:
            if let reason = appendJSON(",\"value\":", bytes) {
                appendField(",\"value\":", ",\"valueBase64\":", bytes)
                appendReason(",\"valueError\":", reason)
            }
        }
    }

    private mutating func appendHex(_ name: StaticString, _ bytes: RawSpan) {
        buffer.append(name)
        buffer.append(UInt8(ascii: "\""))
        buffer.appendHex(bytes)
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func appendBase64(_ name: StaticString, _ bytes: RawSpan) {
        buffer.append(name)
        buffer.append(UInt8(ascii: "\""))
        buffer.appendBase64(bytes)
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func appendReason(_ name: StaticString, _ reason: String) {
        buffer.append(name)
        buffer.append(UInt8(ascii: "\""))
        _ = buffer.appendEscaped(reason.utf8Span.span.bytes)
        buffer.append(UInt8(ascii: "\""))
    }

    /// Appends bytes that are JSON as `ByteBuffer` does.
    ///
    /// - Returns: why they are none, with nothing appended.
    private mutating func appendJSON(_ name: StaticString, _ bytes: RawSpan) -> String? {
        let before = buffer.count
        do throws(JSONError) {
            buffer.append(name)
            try buffer.append(oneLineJSON: bytes)
        } catch {
            buffer.truncate(to: before)
            return "byte \(error.offset): \(error.reason)"
        }
        return nil
    }
}
