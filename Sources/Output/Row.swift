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

    /// The need of a column on a terminal that is too narrow for all of them.
    public enum Need: Sendable {
        /// Shortened first, and left out first.
        case extra
        /// Shortened and left out after those.
        case useful
        /// Shortened last, and left out only where nothing else helps.
        case main
    }

    /// The title, in capitals.
    public let title: String
    let alignment: Alignment
    let need: Need

    /// Names a column; `title` is in capitals and holds no blank.
    public init(_ title: String, _ alignment: Alignment = .left, need: Need = .main) {
        self.title = title
        self.alignment = alignment
        self.need = need
    }
}

/// Something that is printed as one line of a table or as one JSON object.
public protocol Row {
    /// The table's columns.
    static var columns: [Column] { get }

    /// One text for each column; an empty one shows as `-`.
    var cells: [String] { get }

    /// The name that a command takes for it; the first cell, if the row says nothing else.
    var identity: String { get }

    /// The form of its JSON object.
    static var json: JSONShape { get }

    /// Writes one JSON object of that form; its keys and their order are part of the interface.
    func write(to json: inout JSONWriter)
}

extension Row {
    /// The first cell.
    public var identity: String { cells.first ?? "" }
}

/// Something that is printed as lines of text of its own, or as one JSON object.
public protocol Report {
    /// The form of its JSON object.
    static var json: JSONShape { get }

    /// Returns the text, ending with a line end; the page makes foreign words and tables fit for
    /// where it goes.
    func text(on page: Page) -> String

    /// The name that a command takes for it; empty when there is none.
    var identity: String { get }

    /// Writes one JSON object of that form; its keys and their order are part of the interface.
    func write(to json: inout JSONWriter)
}

extension Report {
    /// No name.
    public var identity: String { "" }
}

/// Something that is printed as lines of text of its own, or as one JSON object for each of its rows.
public protocol ReportOfRows {
    /// The row that it consists of for a program.
    associatedtype Line: Row

    /// Returns the text, ending with a line end; the page makes foreign words and tables fit for
    /// where it goes.
    func text(on page: Page) -> String

    /// One for each JSON object.
    var rows: [Line] { get }
}
