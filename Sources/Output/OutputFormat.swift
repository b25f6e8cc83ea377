// The format of data: for people or for programs, and how a table of it is laid out.

/// The format of data.
public struct OutputFormat: Sendable, Equatable {
    /// The reader that it is made for.
    public enum Kind: Sendable, Equatable {
        /// For people: tables and texts.
        case text
        /// For programs: one JSON object a line.
        case json
    }

    /// The reader that it is made for.
    public var kind: Kind
    /// True when a table is never cut to the width of a terminal.
    public var isWide = false

    /// Makes a format.
    public init(_ kind: Kind, isWide: Bool = false) {
        self.kind = kind
        self.isWide = isWide
    }

    /// Tables and texts, cut to the width of a terminal.
    public static let text = OutputFormat(.text)
    /// One JSON object a line.
    public static let json = OutputFormat(.json)
}
