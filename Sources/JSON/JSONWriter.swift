// Writes JSON into a byte buffer, value by value; it keeps no tree and no nesting stack.

/// A JSON writer that owns the buffer it fills.
///
/// The caller nests calls rightly; commas are the writer's business. Strings are escaped, numbers
/// are exact. One writer serves many documents: `endLine` ends one and begins the next.
public struct JSONWriter: ~Copyable {
    /// The bytes that have been written and not yet been taken.
    public var buffer: ByteBuffer

    private var needsComma = false

    /// Makes a writer over an empty buffer.
    public init(capacity: Int = 4096) {
        buffer = ByteBuffer(capacity: capacity)
    }

    /// Everything written so far as text.
    public var text: String { buffer.text }

    /// Begins an object; close it with `endObject`.
    public mutating func beginObject() {
        begin(UInt8(ascii: "{"))
    }

    /// Ends the innermost object.
    public mutating func endObject() {
        end(UInt8(ascii: "}"))
    }

    /// Begins an array; close it with `endArray`.
    public mutating func beginArray() {
        begin(UInt8(ascii: "["))
    }

    /// Ends the innermost array.
    public mutating func endArray() {
        end(UInt8(ascii: "]"))
    }

    /// Writes a member's name, which needs no escaping; its value comes next.
    public mutating func key(_ name: StaticString) {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        buffer.append(UInt8(ascii: "\""))
        buffer.append(name)
        buffer.append("\":")
        needsComma = false
    }

    /// Writes a member's name; its value comes next.
    public mutating func key(text name: String) {
        separate()
        quote(name)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    /// Writes a whole number.
    public mutating func number(_ value: some BinaryInteger) {
        separate()
        if let small = Int64(exactly: value) {
            buffer.append(decimal: small)
        } else {
            buffer.append(text: String(value))
        }
    }

    /// Writes a number with a fraction, in the shortest digits that read back the same.
    ///
    /// A number that JSON cannot say (infinities, not-a-number) becomes `null`.
    public mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        buffer.append(text: "\(value)")
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        if value { buffer.append("true") } else { buffer.append("false") }
    }

    /// Writes a text, or null.
    public mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    /// Writes a number, or null.
    public mutating func optional(_ value: (some BinaryInteger)?) {
        if let value { number(value) } else { null() }
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        buffer.append("null")
    }

    /// Writes bytes that are already one JSON value.
    public mutating func raw(_ value: RawSpan) {
        separate()
        buffer.append(value)
    }

    /// Ends a line, and with it a document.
    public mutating func endLine() {
        buffer.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        buffer.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        buffer.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        var text = text
        buffer.append(UInt8(ascii: "\""))
        // A Swift string is valid UTF-8, so this always succeeds.
        _ = text.withUTF8 { buffer.appendEscaped(UnsafeRawBufferPointer($0)) }
        buffer.append(UInt8(ascii: "\""))
    }
}
