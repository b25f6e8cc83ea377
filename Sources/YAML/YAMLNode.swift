// A YAML document as a tree, with the place of everything in it.
// Plain words mean what the core schema of YAML 1.2 says: `no` is a text, `false` is not.

/// A value of a document.
public struct YAMLNode: Sendable {
    /// The content of the value.
    public enum Content: Sendable {
        /// A single value.
        case scalar(YAMLScalar)
        /// A list.
        case sequence([YAMLNode])
        /// Pairs, in the order of the text; no two keys of the same text.
        case mapping([Pair])
    }

    /// A key and its value.
    public struct Pair: Sendable {
        /// The key; always a scalar.
        public let key: YAMLNode
        /// The value.
        public let value: YAMLNode
    }

    /// The content of the value.
    public let content: Content
    /// The place where it starts; for an alias, where the alias is.
    public let place: YAMLPlace
    /// The place where it ends: the one behind its last character.
    public let end: YAMLPlace

    /// The number of values it consists of, itself included.
    let weight: Int

    /// The single value; nil for a list or pairs.
    public var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// Its kind, for messages: `a list`.
    public var kind: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.value.kind
        }
    }
}

/// A single value: its text, and what that means.
public struct YAMLScalar: Hashable, Sendable {
    /// The text, unescaped.
    public let text: String
    /// True when it stands without quotes, so that the schema says what it is.
    public let isPlain: Bool
    /// Its meaning.
    public let value: YAMLValue
}

/// The meaning of a single value by the core schema.
public enum YAMLValue: Hashable, Sendable {
    /// No value: `~`, `null`, or nothing at all.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number; nil when it is too large for 64 bits.
    case int(Int64?)
    /// A number that is not whole.
    case float
    /// Anything else.
    case string

    /// Its kind, for messages.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool: "a truth value"
        case .int, .float: "a number"
        case .string: "a text"
        }
    }

    /// Reads the meaning of a word without quotes.
    public init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".nan", ".NaN", ".NAN": self = .float
        default:
            let bytes = Array(text.utf8)
            if let number = Self.integer(bytes) {
                self = .int(number)
            } else {
                self = Self.isFloat(bytes) ? .float : .string
            }
        }
    }

    /// Returns a whole number in decimal, octal or hexadecimal; nil when it is none, and a nil in
    /// it when it is too large.
    private static func integer(_ bytes: [UInt8]) -> Int64?? {
        if bytes.starts(with: "0o".utf8) { return number(bytes.dropFirst(2), radix: 8) }
        if bytes.starts(with: "0x".utf8) { return number(bytes.dropFirst(2), radix: 16) }
        let digits = signless(bytes)
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return .some(Int64(String(decoding: bytes, as: UTF8.self)))
    }

    private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> Int64?? {
        guard !digits.isEmpty,
            digits.allSatisfy({
                Character(Unicode.Scalar($0)).hexDigitValue.map { $0 < radix } == true
            })
        else { return nil }
        return .some(Int64(String(decoding: digits, as: UTF8.self), radix: radix))
    }

    private static func isFloat(_ bytes: [UInt8]) -> Bool {
        var rest = signless(bytes)
        let infinite = [".inf", ".Inf", ".INF"]
        if infinite.contains(where: { rest.elementsEqual($0.utf8) }) { return true }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        guard let letter = rest.first else { return true }
        guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return false }
        let exponent = signless(Array(rest.dropFirst()))
        return !exponent.isEmpty && exponent.allSatisfy(isDigit)
    }

    private static func signless(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let hasSign = bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-")
        return bytes.dropFirst(hasSign ? 1 : 0)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
