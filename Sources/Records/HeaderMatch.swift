// A header as records are picked by it.

package import JSON

/// A header's name, and its value or a pattern that the value matches.
///
/// Of `=` and `~` the first one ends the name.
package struct HeaderMatch: Sendable {
    /// The condition on the value.
    package enum Value: Sendable {
        case any
        case exactly([UInt8])
        /// A regular expression that a part of it matches.
        case matching(String)
    }

    /// The reason a text is no such header.
    package enum Fault: Error {
        case noName
        case pattern(BytePattern.Mistake)
    }

    package let name: [UInt8]
    package let value: Value
    /// The text that was read.
    package let text: String

    /// Reads `NAME`, `NAME=VALUE` or `NAME~REGEX`.
    package init(_ text: String) throws(Fault) {
        self.text = text
        let bytes = Array(text.utf8)
        let mark = bytes.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "~") }
        name = Array(bytes[..<(mark ?? bytes.endIndex)])
        guard !name.isEmpty else { throw .noName }
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
        do throws(BytePattern.Mistake) { _ = try BytePattern(pattern) } catch {
            throw .pattern(error)
        }
        value = .matching(pattern)
    }
}
