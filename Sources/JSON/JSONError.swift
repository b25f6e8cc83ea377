// What is wrong with a JSON text, and where.

/// A place where text is not the JSON that was expected.
public struct JSONError: Error, Hashable, Sendable {
    /// The place, in bytes from 0.
    public var offset: Int
    /// The reason: what was expected or is not allowed, in one line without a full stop.
    public var reason: String

    /// Makes an error.
    public init(at offset: Int, _ reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// Returns the line and the column of the error in `text`, both from 1; columns count
    /// characters.
    public func place(in text: RawSpan) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for index in 0..<min(offset, text.byteCount) {
            let byte = text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
