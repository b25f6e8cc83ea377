// The format of data: for people or for programs, and how a table of it is laid out.

/// The format of data.
public struct OutputFormat: Sendable, Equatable {
    /// The reader that it is made for.
    public enum Kind: Sendable, Equatable {
        /// For people: tables and texts.
        case text
        /// For programs: one JSON object a line.
        case json
        /// For programs and people: a YAML list with a mapping for each object.
        case yaml
        /// For the arguments of another command: one name a line, each once.
        case name
    }

    /// The reader that it is made for.
    public var kind: Kind
    /// True when a table is never cut to the width of a terminal.
    public var isWide = false
    /// The columns that rows are sorted by, the first one first.
    public var sort: [SortColumn] = []
    /// The titles of the columns to print, in their order; all when there are none.
    public var columns: [String] = []

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

/// A column that rows are sorted by.
public struct SortColumn: Sendable, Equatable {
    /// The title of the column.
    public var title: String
    /// True when the greatest value comes first.
    public var isDescending: Bool

    /// Names a column.
    public init(_ title: String, isDescending: Bool = false) {
        self.title = title
        self.isDescending = isDescending
    }
}
