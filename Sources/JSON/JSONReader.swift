// Reads JSON (RFC 8259, nothing more lenient) from bytes, piece by piece, with no tree.
//
// 1. `offset` is between pieces: everything before it has been checked.
// 2. Nothing is copied and nothing allocated; strings and numbers are ranges of the bytes.
// 3. One flag stands for the stack: a container that is no longer at its start has had a member,
//    and a reader that leaves a container is inside one that has had a member.

/// The kind of the value that comes next.
public enum JSONKind: Sendable {
    /// Members by key, in braces.
    case object
    /// Elements in brackets.
    case array
    /// Text in quotes.
    case string
    /// A number, of any size.
    case number
    /// `true` or `false`.
    case bool
    /// `null`.
    case null
    /// Nothing but white space is left.
    case end
}

/// A pull reader over JSON text.
///
/// Ask for what is expected and get it or an error; `rawValue` takes whatever comes. Several values
/// in a row, as in a file of JSON lines, are read one after the other until `peekKind` says `end`.
/// Keys that come twice are reported twice. After an error the reader is of no more use.
public struct JSONReader: ~Copyable, ~Escapable {
    /// The depth to which containers may nest: more is refused, from any source.
    public static let depthLimit = 512

    let bytes: RawSpan
    /// The place up to which the text has been read, in bytes from 0.
    public internal(set) var offset = 0
    private var depth = 0
    private var isAtStart = false

    /// Makes a reader at the start of `bytes`.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// Returns the kind of the value that comes next; reads nothing but white space.
    ///
    /// - Throws: when what comes next begins no value.
    public mutating func peekKind() throws(JSONError) -> JSONKind {
        skipBlanks()
        guard let byte = current else { return .end }
        guard let kind = kind(of: byte) else { throw expected("a value") }
        return kind
    }

    /// Begins an object; call `nextKey` until it returns nil.
    public mutating func beginObject() throws(JSONError) {
        try begin(UInt8(ascii: "{"), "an object")
    }

    /// Returns the next key of the object, or nil after its last member, which ends the object.
    ///
    /// Read or skip the value before asking again.
    public mutating func nextKey() throws(JSONError) -> JSONText? {
        guard try hasNext(UInt8(ascii: "}"), "',' or '}' after a value") else { return nil }
        return try key()
    }

    /// Begins an array; call `nextElement` until it returns false.
    public mutating func beginArray() throws(JSONError) {
        try begin(UInt8(ascii: "["), "an array")
    }

    /// Returns true when the array has another element, which comes next; false ends the array.
    ///
    /// Read or skip the element before asking again.
    public mutating func nextElement() throws(JSONError) -> Bool {
        try hasNext(UInt8(ascii: "]"), "',' or ']' after a value")
    }

    /// Reads `true` or `false`.
    public mutating func bool() throws(JSONError) -> Bool {
        skipBlanks()
        if current == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        guard current == UInt8(ascii: "f") else { throw expected("true or false") }
        try literal("false")
        return false
    }

    /// Reads `null`.
    public mutating func null() throws(JSONError) {
        skipBlanks()
        guard current == UInt8(ascii: "n") else { throw expected("null") }
        try literal("null")
    }

    /// Checks and skips a value of any kind.
    ///
    /// - Returns: the range of its bytes, white space around it left out.
    public mutating func rawValue() throws(JSONError) -> Range<Int> {
        skipBlanks()
        let start = offset
        // One bit a level, set for an object: nested containers need neither calls nor memory.
        var objects = InlineArray<8, UInt64>(repeating: 0)
        var level = 0
        reading: while true {
            guard let byte = current, let kind = kind(of: byte) else { throw expected("a value") }
            switch kind {
            case .object, .array:
                guard depth + level < JSONReader.depthLimit else { throw tooDeep }
                let (word, bit) = level.quotientAndRemainder(dividingBy: 64)
                let mask: UInt64 = 1 << UInt64(bit)
                objects[word] = kind == .object ? objects[word] | mask : objects[word] & ~mask
                level += 1
                offset += 1
                skipBlanks()
                if current != closing(kind) {
                    if kind == .object { _ = try key() }
                    continue reading
                }
                offset += 1
                level -= 1
            case .string: _ = try string()
            case .number: _ = try number()
            case .bool: _ = try bool()
            case .null: try null()
            case .end: throw expected("a value")
            }
            while level > 0 {
                let (word, bit) = (level - 1).quotientAndRemainder(dividingBy: 64)
                let inObject = objects[word] & (1 << UInt64(bit)) != 0
                skipBlanks()
                if current == UInt8(ascii: ",") {
                    offset += 1
                    skipBlanks()
                    if inObject { _ = try key() }
                    continue reading
                }
                guard current == closing(inObject ? .object : .array) else {
                    throw expected(
                        inObject ? "',' or '}' after a value" : "',' or ']' after a value"
                    )
                }
                offset += 1
                level -= 1
            }
            return start..<offset
        }
    }

    /// Checks that nothing but white space is left.
    public mutating func end() throws(JSONError) {
        skipBlanks()
        guard current == nil else { throw expected("the end of the text") }
    }

    /// Returns the bytes of a range that this reader returned, for as long as the text itself
    /// lives.
    @_lifetime(copy self)
    public func bytes(in range: Range<Int>) -> RawSpan {
        bytes.extracting(range)
    }

    // MARK: - Shared by the pieces

    /// The byte at `offset`; nil at the end.
    var current: UInt8? { byte(at: offset) }

    func byte(at index: Int) -> UInt8? {
        guard index < bytes.byteCount else { return nil }
        // In bounds by the line above; no index here is ever negative.
        return bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
    }

    mutating func skipBlanks() {
        while let byte = current, byte <= 0x20 {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    func expected(_ what: String) -> JSONError {
        JSONError(at: offset, "expected \(what), found \(found)")
    }

    private var found: String {
        guard let byte = current else { return "the end of the text" }
        switch kind(of: byte) {
        case .object: return "an object"
        case .array: return "an array"
        case .string: return "a string"
        case .number: return "a number"
        case .bool, .null, .end, nil: break
        }
        if byte == 0xEF, self.byte(at: offset + 1) == 0xBB, self.byte(at: offset + 2) == 0xBF {
            return "a byte order mark"
        }
        guard (0x21..<0x7F).contains(byte) else {
            return "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }

    private func kind(of byte: UInt8) -> JSONKind? {
        switch byte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: nil
        }
    }

    private func closing(_ kind: JSONKind) -> UInt8 {
        kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    private var tooDeep: JSONError {
        JSONError(at: offset, "nested deeper than \(JSONReader.depthLimit) levels")
    }

    private mutating func begin(_ bracket: UInt8, _ what: String) throws(JSONError) {
        skipBlanks()
        guard current == bracket else { throw expected(what) }
        guard depth < JSONReader.depthLimit else { throw tooDeep }
        offset += 1
        depth += 1
        isAtStart = true
    }

    private mutating func hasNext(_ close: UInt8, _ what: String) throws(JSONError) -> Bool {
        precondition(depth > 0, "a container is begun before its members are read")
        skipBlanks()
        if current == close {
            offset += 1
            depth -= 1
            isAtStart = false
            return false
        }
        if !isAtStart {
            guard current == UInt8(ascii: ",") else { throw expected(what) }
            offset += 1
            skipBlanks()
        }
        isAtStart = false
        return true
    }

    private mutating func key() throws(JSONError) -> JSONText {
        guard current == UInt8(ascii: "\"") else { throw expected("a key in quotes") }
        let key = try string()
        skipBlanks()
        guard current == UInt8(ascii: ":") else { throw expected("':' after a key") }
        offset += 1
        skipBlanks()
        return key
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount
        where byte(at: offset + index) != word.utf8Start[index] {
            throw JSONError(at: offset, "expected \(word)")
        }
        offset += word.utf8CodeUnitCount
    }
}
