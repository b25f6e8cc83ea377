// Keys and values of JSON objects in the form that was asked for.

import JSON
import Output

/// The form of a key or a value in a JSON object.
public enum JSONFieldForm: Sendable {
    /// A string where it is UTF-8, Base64 under another name where it is not.
    case text
    /// The JSON that a codec makes of it; a string, with the reason beside it, where it cannot.
    case decoded(any ValueCodec)
    /// Hexadecimal digits under another name.
    case hex
    /// Base64 under another name.
    case base64
}

extension RecordPrinter {
    mutating func appendKey(_ bytes: RawSpan?, _ form: JSONFieldForm) {
        guard let bytes else {
            return appendField(",\"key\":", ",\"keyBase64\":", bytes)
        }
        switch form {
        case .text: appendField(",\"key\":", ",\"keyBase64\":", bytes)
        case .hex: appendHex(",\"keyHex\":", bytes)
        case .base64: appendBase64(",\"keyBase64\":", bytes)
        case .decoded(let codec):
            if let reason = appendDecoded(",\"key\":", bytes, codec) {
                appendField(",\"key\":", ",\"keyBase64\":", bytes)
                appendReason(",\"keyError\":", reason)
            }
        }
    }

    mutating func appendValue(_ bytes: RawSpan?, _ form: JSONFieldForm) {
        guard let bytes else {
            return appendField(",\"value\":", ",\"valueBase64\":", bytes)
        }
        switch form {
        case .text: appendField(",\"value\":", ",\"valueBase64\":", bytes)
        case .hex: appendHex(",\"valueHex\":", bytes)
        case .base64: appendBase64(",\"valueBase64\":", bytes)
        case .decoded(let codec):
            if let reason = appendDecoded(",\"value\":", bytes, codec) {
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

    /// Appends the JSON that a codec makes of the bytes.
    ///
    /// - Returns: why it cannot, with nothing appended.
    private mutating func appendDecoded(
        _ name: StaticString,
        _ bytes: RawSpan,
        _ codec: any ValueCodec
    ) -> String? {
        let before = buffer.count
        do throws(ValueCodecError) {
            buffer.append(name)
            try codec.decode(bytes, into: &buffer)
        } catch {
            buffer.truncate(to: before)
            return "byte \(error.offset): \(error.reason)"
        }
        return nil
    }
}
