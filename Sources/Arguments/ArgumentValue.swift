// What a word on the command line can become: text, whole numbers and choices.
// Durations and sizes have files of their own.

import JSON

/// A type that one word of the command line is read into.
public protocol ArgumentValue: Sendable {
    /// Reads a value from the word exactly as the user gave it.
    ///
    /// - Throws: `InvalidValue` with a reason that completes `invalid value 'x' for --name: `.
    init(argument: String) throws(InvalidValue)

    /// The word for the value in help: `N`, `DURATION`, in capitals.
    static var placeholder: String { get }

    /// Every accepted word when there are only a few; empty otherwise.
    static var choices: [String] { get }

    /// The choices behind which another word follows; both are read as one, with a space between.
    static var choicesWithWord: [String] { get }

    /// The word that reads back as this value; how a default is shown.
    var argumentText: String { get }
}

extension ArgumentValue {
    /// No fixed choices.
    public static var choices: [String] { [] }

    /// One word is the whole value.
    public static var choicesWithWord: [String] { [] }
}

extension String: ArgumentValue {
    /// Takes the word as it is, empty or not.
    public init(argument: String) { self = argument }

    /// `TEXT`.
    public static var placeholder: String { "TEXT" }

    /// The text itself.
    public var argumentText: String { self }
}

extension ArgumentValue where Self: FixedWidthInteger {
    /// Reads a decimal number with an optional sign.
    public init(argument: String) throws(InvalidValue) {
        if let value = Self(argument) {
            self = value
            return
        }
        guard argument.isWholeNumber else { throw InvalidValue("not a whole number") }
        throw InvalidValue("not between \(Self.min) and \(Self.max)")
    }

    /// `N`.
    public static var placeholder: String { "N" }

    /// Decimal digits.
    public var argumentText: String { String(self) }
}

extension String {
    /// True when it is ASCII digits behind an optional sign, of any length.
    var isWholeNumber: Bool {
        var digits = utf8[...]
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits.removeFirst()
        }
        let zero = UInt8(ascii: "0")
        return !digits.isEmpty && digits.allSatisfy { $0 >= zero && $0 <= zero + 9 }
    }
}

extension Int: ArgumentValue {}
extension Int32: ArgumentValue {}
extension Int64: ArgumentValue {}

/// An enum of words: `enum Level: String, ArgumentChoice` needs nothing else.
public protocol ArgumentChoice: ArgumentValue, CaseIterable, RawRepresentable
where RawValue == String {}

extension ArgumentChoice {
    /// Reads one of the choices, spelled exactly.
    public init(argument: String) throws(InvalidValue) {
        if let value = Self(rawValue: argument) {
            self = value
            return
        }
        throw InvalidValue(
            "not one of " + Self.choices.joined(separator: ", "),
            hint: Suggestion.nearest(to: argument, among: Self.choices).map {
                "did you mean \(quoted($0))?"
            }
        )
    }

    /// `CHOICE`.
    public static var placeholder: String { "CHOICE" }

    /// The raw values, in the order of declaration.
    public static var choices: [String] { allCases.map(\.rawValue) }

    /// The raw value.
    public var argumentText: String { rawValue }
}
