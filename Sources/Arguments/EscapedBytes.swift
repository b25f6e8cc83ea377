// Bytes on the command line, such as separators: `\n`, `\0`, `, `, `\x1e`.
//
// 1. Whatever can be read is written back by `argumentText` as ASCII that reads as the same bytes.
// 2. An escape that is not known is refused, so that a later version may give it a meaning.

/// Bytes, read from a word with the escapes `\n \r \t \0 \\ \xHH`.
public struct EscapedBytes: ArgumentValue, Equatable {
    /// The bytes that the word stands for; none for an empty word.
    public var bytes: [UInt8]

    private static let escapes: [(letter: Unicode.Scalar, byte: UInt8)] = [
        ("n", 0x0a), ("r", 0x0d), ("t", 0x09), ("0", 0x00), ("\\", 0x5c),
    ]

    /// These bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the word: escapes as their byte, all other characters as their UTF-8.
    public init(argument: String) throws(InvalidValue) {
        bytes = []
        var rest = argument.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                continue
            }
            bytes.append(try Self.escape(&rest))
        }
    }

    /// Reads what follows a backslash.
    private static func escape(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(InvalidValue) -> UInt8 {
        guard let letter = rest.popFirst() else {
            throw InvalidValue(
                "ends with a lone '\\'",
                hint: "a backslash is written '\\\\'"
            )
        }
        if let known = escapes.first(where: { $0.letter == letter }) { return known.byte }
        guard letter == "x" else {
            throw InvalidValue(
                "unknown escape \(quoted("\\\(letter)"))",
                hint: "known are \\n \\r \\t \\0 \\\\ \\xHH"
            )
        }
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy(\.properties.isASCIIHexDigit),
            let byte = UInt8(String(digits), radix: 16)
        else {
            throw InvalidValue("no two hexadecimal digits in \(quoted("\\x" + String(digits)))")
        }
        rest.removeFirst(2)
        return byte
    }

    /// `BYTES`.
    public static var placeholder: String { "BYTES" }

    /// The word that reads back as these bytes: printable ASCII as it is, the rest as escapes.
    public var argumentText: String {
        var text = ""
        for byte in bytes {
            if let known = Self.escapes.first(where: { $0.byte == byte }) {
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
