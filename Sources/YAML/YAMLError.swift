// The one error type of this target: what is wrong with a text, and where.

/// A place in a text.
public struct YAMLPlace: Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// Makes a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A text that is no YAML, or more of it than is taken.
public struct YAMLError: Error, Equatable, Sendable {
    /// The reason, without a word of the text itself: it may hold a password.
    public let reason: String
    /// The place.
    public let place: YAMLPlace

    /// Makes an error.
    public init(_ reason: String, at place: YAMLPlace) {
        self.reason = reason
        self.place = place
    }
}
