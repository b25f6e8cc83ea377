// Foreign text on its way to a terminal.
// Nothing in it may move the cursor, change colours or turn the direction of writing, and its width
// decides how a table lines up.

public import JSON

/// Text made fit for a terminal.
public enum TerminalText {
    /// Returns `text` with every control and direction character written as an escape such as
    /// `\x1b`.
    public static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isActive(scalar) {
                result += escape(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Appends `bytes` to `buffer`, escaped as `escaped` does, but with tabs and line ends kept.
    ///
    /// A byte that is not part of valid UTF-8 becomes `\xNN`.
    public static func append(_ bytes: RawSpan, to buffer: inout ByteBuffer) {
        bytes.withUnsafeBytes { source in
            var decoder = UTF8.ForwardParser()
            var iterator = source.makeIterator()
            var position = 0
            while true {
                switch decoder.parseScalar(from: &iterator) {
                case .valid(let encoded):
                    position += encoded.count
                    append(UTF8.decode(encoded), to: &buffer)
                case .error(let length):
                    for offset in position..<position + length {
                        buffer.append(text: hexEscape(UInt32(source[offset])))
                    }
                    position += length
                case .emptyInput:
                    return
                }
            }
        }
    }

    /// Returns the number of columns that `text` takes on a terminal.
    public static func width(_ text: String) -> Int {
        var width = 0
        for scalar in text.unicodeScalars { width += columns(scalar) }
        return width
    }

    /// Returns the longest beginning of `text` that takes at most this many columns.
    public static func prefix(of text: String, columns limit: Int) -> String {
        var result = ""
        var width = 0
        for scalar in text.unicodeScalars {
            width += columns(scalar)
            if width > limit { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to buffer: inout ByteBuffer) {
        if isActive(scalar), scalar != "\n", scalar != "\t" {
            buffer.append(text: escape(scalar))
        } else {
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                buffer.append(unit)
            }
        }
    }

    /// Returns true when a terminal might act on the character instead of showing it.
    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true
        // These two belong to how some scripts, and many pictures, are written.
        case 0x200c, 0x200d: false
        default: scalar.isFormatControl
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            scalar.value < 0x100
                ? hexEscape(scalar.value) : "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func hexEscape(_ value: UInt32) -> String {
        "\\x" + (value < 16 ? "0" : "") + String(value, radix: 16)
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
            0x1f900...0x1faff, 0x20000...0x3fffd:
            return 2
        default:
            return 1
        }
    }
}
