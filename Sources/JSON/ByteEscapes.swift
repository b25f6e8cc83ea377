// Bytes as printable ASCII and back: `\n`, `\0`, `, `, `\x1e`.
//
// 1. Whatever can be read is written back by `text` as ASCII that reads as the same bytes.
// 2. An escape that is not known is refused, so that a later version may give it a meaning.

/// Bytes written with the escapes `\n \r \t \0 \\ \xHH`.
public enum ByteEscapes {
    /// The reason a text stands for no bytes.
    public enum Fault: Error, Equatable {
        /// A backslash ends the text.
        case loneBackslash
        /// No escape begins with this letter.
        case unknown(letter: Character)
        /// `\x` is followed by this, which is not two hexadecimal digits.
        case noDigits(String)
    }

    private static let escapes: [(letter: Unicode.Scalar, byte: UInt8)] = [
        ("n", 0x0a), ("r", 0x0d), ("t", 0x09), ("0", 0x00), ("\\", 0x5c),
    ]

    /// Returns the bytes: escapes as their byte, all other characters as their UTF-8.
    public static func bytes(of text: String) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                continue
            }
            bytes.append(try escape(&rest))
        }
        return bytes
    }

    /// Reads what follows a backslash.
    private static func escape(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(Fault) -> UInt8 {
        guard let letter = rest.popFirst() else { throw .loneBackslash }
        if let known = escapes.first(where: { $0.letter == letter }) { return known.byte }
        guard letter == "x" else { throw .unknown(letter: Character(letter)) }
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy(\.properties.isASCIIHexDigit),
            let byte = UInt8(String(digits), radix: 16)
        else { throw .noDigits(String(digits)) }
        rest.removeFirst(2)
        return byte
    }

    /// Returns the text that reads back as these bytes: printable ASCII as it is, the rest escaped.
    public static func text(of bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            if let known = escapes.first(where: { $0.byte == byte }) {
                text += "\\\(known.letter)"
            } else if (0x20...0x7e).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text
    }
}
