// A tree for small documents, such as files of topics; records are read without one.

/// A JSON value with everything in it.
///
/// Nothing of the text is lost but white space and the way strings are escaped: members keep their
/// order, keys that come twice come twice, numbers keep their digits.
public enum JSONValue: Hashable, Sendable {
    /// A member of an object.
    public struct Member: Hashable, Sendable {
        /// The key, unescaped.
        public var key: String
        /// The value.
        public var value: JSONValue

        /// Makes a member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Members in the order of the text.
    case object([Member])
    /// Elements in the order of the text.
    case array([JSONValue])
    /// Text, unescaped.
    case string(String)
    /// A number's digits as they stand in the text.
    case number(String)
    /// `true` or `false`.
    case bool(Bool)
    /// `null`.
    case null

    /// Reads a text that holds one value and nothing else.
    public init(parsing bytes: RawSpan) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try JSONValue(from: &reader)
        try reader.end()
    }

    /// Reads a text that holds one value and nothing else.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: text.utf8.span.bytes)
    }

    /// Reads the next value of `reader`.
    public init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.peekKind() {
        case .object:
            var members: [Member] = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let name = reader.string(of: key)
                members.append(Member(key: name, value: try JSONValue(from: &reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.beginArray()
            while try reader.nextElement() { elements.append(try JSONValue(from: &reader)) }
            self = .array(elements)
        case .string: self = .string(reader.string(of: try reader.string()))
        case .number:
            let range = try reader.number()
            self = .number(
                reader.bytes(in: range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            )
        case .bool: self = .bool(try reader.bool())
        case .null:
            try reader.null()
            self = .null
        case .end: throw reader.expected("a value")
        }
    }

    /// The value of the member called `key`, the last if there are several; nil if there is none.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The element at `index`; nil if there is none.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text of a string; nil for everything else.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a whole number, exact; nil for everything else.
    public var int64: Int64? {
        guard case .number(let digits) = self else { return nil }
        return JSONNumber.int64(digits.utf8.span.bytes)
    }

    /// The value of a whole number from 0 on; nil for everything else.
    public var count: Int? {
        int64.flatMap(Int.init(exactly:)).flatMap { $0 < 0 ? nil : $0 }
    }

    /// The value of `true` or `false`; nil for everything else.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; nil for everything else.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// True when this is `null`.
    public var isNull: Bool { self == .null }
}
