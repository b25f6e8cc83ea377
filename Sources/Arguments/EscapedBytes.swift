// Bytes on the command line, such as separators: `\n`, `\0`, `, `, `\x1e`.

import JSON

/// Bytes, read from a word with the escapes `\n \r \t \0 \\ \xHH`.
public struct EscapedBytes: ArgumentValue, Equatable {
    /// The bytes that the word stands for; none for an empty word.
    public var bytes: [UInt8]

    /// These bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the word: escapes as their byte, all other characters as their UTF-8.
    public init(argument: String) throws(InvalidValue) {
        do throws(ByteEscapes.Fault) { bytes = try ByteEscapes.bytes(of: argument) } catch {
            switch error {
            case .loneBackslash:
                throw InvalidValue(
                    "ends with a lone '\\'",
                    hint: "a backslash is written '\\\\'"
                )
            case .unknown(let letter):
                throw InvalidValue(
                    "unknown escape \(quoted("\\\(letter)"))",
                    hint: "known are \\n \\r \\t \\0 \\\\ \\xHH"
                )
            case .noDigits(let digits):
                throw InvalidValue("no two hexadecimal digits in \(quoted("\\x" + digits))")
            }
        }
    }

    /// `BYTES`.
    public static var placeholder: String { "BYTES" }

    /// The word that reads back as these bytes: printable ASCII as it is, the rest as escapes.
    public var argumentText: String { ByteEscapes.text(of: bytes) }
}
