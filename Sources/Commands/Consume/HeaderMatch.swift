// A header as records are picked by it.

import Arguments
import JSON

/// What a header must be like: its name, and its value or a pattern that the value matches.
///
/// Of `=` and `~` the first one ends the name.
struct HeaderMatch: ArgumentValue {
    /// What is said of the value.
    enum Value {
        case any
        case exactly([UInt8])
        /// A regular expression that a part of it matches.
        case matching(String)
    }

    let name: [UInt8]
    let value: Value
    let argumentText: String

    static var placeholder: String { "NAME[=VALUE|~RE]" }

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        let bytes = Array(argument.utf8)
        let mark = bytes.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "~") }
        name = Array(bytes[..<(mark ?? bytes.endIndex)])
        guard !name.isEmpty else { throw InvalidValue("a header needs a name") }
        guard let mark else {
            value = .any
            return
        }
        let rest = Array(bytes[(mark + 1)...])
        guard bytes[mark] == UInt8(ascii: "~") else {
            value = .exactly(rest)
            return
        }
        let pattern = String(decoding: rest, as: UTF8.self)
        do { _ = try BytePattern(pattern) } catch { throw InvalidValue(error.reason) }
        value = .matching(pattern)
    }
}
