// The form of the JSON objects that a command prints, as data: documents and tests are made from it.

/// The form of one kind of JSON object.
public struct JSONShape: Sendable {
    /// The object's name, a noun: `topic`.
    public let name: String
    /// One sentence on it.
    public let summary: String
    /// The option that prints it.
    public let option: String
    /// Its members, in their order.
    public let fields: [JSONField]

    /// Describes an object that `option` prints.
    public init(
        _ name: String,
        _ summary: String,
        option: String = "--json",
        _ fields: [JSONField]
    ) {
        self.name = name
        self.summary = summary
        self.option = option
        self.fields = fields
    }
}

/// The type of a JSON value.
public indirect enum JSONType: Sendable {
    /// Any value.
    case any
    /// A text.
    case string
    /// One of these texts.
    case word([String])
    /// A whole number.
    case integer
    /// A number, perhaps with a fraction.
    case number
    /// `true` or `false`.
    case boolean
    /// An array of values of one type.
    case list(JSONType)
    /// An object of these members.
    case object([JSONField])
    /// An object of any names, with values of one type, or null.
    case map(JSONType)
}

/// A member of an object.
public struct JSONField: Sendable {
    /// Its name.
    public let name: String
    /// Its type.
    public let kind: JSONType
    /// Its meaning and its unit, as a sentence.
    public let meaning: String
    /// True when null may stand in its place.
    public private(set) var isNullable = false
    /// True when it may be absent.
    public private(set) var isOptional = false

    /// Describes a member.
    public init(_ name: String, _ kind: JSONType, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    /// The same member, which may be null.
    public var orNull: JSONField {
        var field = self
        field.isNullable = true
        return field
    }

    /// The same member, which may be absent.
    public var orAbsent: JSONField {
        var field = self
        field.isOptional = true
        return field
    }
}
