// What a command prints: rows of a table, which are JSON objects at the same time.

public import JSON

/// A column of a table.
public struct Column: Sendable {
    /// The side on which its cells line up.
    public enum Alignment: Sendable {
        /// Text.
        case left
        /// Numbers.
        case right
    }

    let title: String
    let alignment: Alignment

    /// Names a column; `title` is in capitals and holds no blank.
    public init(_ title: String, _ alignment: Alignment = .left) {
        self.title = title
        self.alignment = alignment
    }
}

/// Something that is printed as one line of a table or as one JSON object.
public protocol Row {
    /// The table's columns.
    static var columns: [Column] { get }

    /// One text for each column; an empty one shows as `-`.
    var cells: [String] { get }

    /// Writes one JSON object whose keys and their order are part of the interface.
    func write(to json: inout JSONWriter)
}

/// Something that is printed as lines of text of its own, or as one JSON object.
public protocol Report {
    /// Returns the text, ending with a line end; `escape` makes foreign words fit for where it
    /// goes.
    func text(escape: (String) -> String) -> String

    /// Writes one JSON object whose keys and their order are part of the interface.
    func write(to json: inout JSONWriter)
}

/// Something that is printed as lines of text of its own, or as one JSON object for each of its rows.
public protocol ReportOfRows {
    /// The row that it consists of for a program.
    associatedtype Line: Row

    /// Returns the text, ending with a line end; `escape` makes foreign words fit for where it
    /// goes.
    func text(escape: (String) -> String) -> String

    /// One for each JSON object.
    var rows: [Line] { get }
}

/// The format of data.
public enum OutputFormat: Sendable {
    /// For people: tables and texts.
    case text
    /// For programs: one JSON object a line.
    case json
}
