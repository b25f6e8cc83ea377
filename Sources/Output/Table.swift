// A table: columns as wide as their widest cell, two blanks between them, none at the end.
//
// 1. Without a width nothing is cut: a pipe and a file get every column and every cell.
// 2. With a width no line is wider; `cut` names the columns that lost something.

/// Lays out tables.
public enum Table {
    /// Returns the table's text, each row ending with a line end.
    ///
    /// `rows`: one text a column; an empty text shows as `-`, so that columns can be counted.
    /// `width`: the columns that a line may take; nil for any number.
    public static func text(
        columns: [Column],
        rows: [[String]],
        indent: String = "",
        width: Int? = nil
    ) -> String {
        var table = GrowingTable(columns: columns, indent: indent, width: width)
        return table.text(rows: rows)
    }
}

/// The columns of a table that lost something to the width of a terminal.
public struct TableCut: Equatable, Sendable {
    /// The titles of the columns that are left out.
    public private(set) var hidden: [String] = []
    /// The titles of the columns with cells that are shortened.
    public private(set) var shortened: [String] = []

    /// Makes a cut of nothing.
    public init() {}

    /// True when nothing was lost.
    public var isEmpty: Bool { hidden.isEmpty && shortened.isEmpty }

    /// The sentence about it: `hidden to fit the terminal: HOST, CLIENT; shortened: MEMBER`.
    public var text: String {
        let places = "to fit the terminal"
        let hiddenText =
            hidden.isEmpty ? nil : "hidden \(places): " + hidden.joined(separator: ", ")
        guard !shortened.isEmpty else { return hiddenText ?? "" }
        let list = shortened.joined(separator: ", ")
        return hiddenText.map { "\($0); shortened: \(list)" } ?? "shortened \(places): \(list)"
    }

    mutating func hide(_ title: String) {
        if !hidden.contains(title) { hidden.append(title) }
    }

    mutating func shorten(_ title: String) {
        if !shortened.contains(title) { shortened.append(title) }
    }

    func without(_ other: TableCut) -> TableCut {
        var cut = self
        cut.hidden.removeAll { other.hidden.contains($0) }
        cut.shortened.removeAll { other.shortened.contains($0) }
        return cut
    }

    mutating func add(_ other: TableCut) {
        for title in other.hidden { hide(title) }
        for title in other.shortened { shorten(title) }
    }
}

/// A table whose rows come in parts: the columns are as wide as what has been seen so far asks for.
public struct GrowingTable {
    /// The columns that lost something so far.
    public private(set) var cut = TableCut()

    private let columns: [Column]
    private let indent: String
    private var room: Int?
    private var widths: [Int]
    private var fit: TableFit?
    private var reported = TableCut()

    /// Makes a table without rows; `width` is what a line may take, nil for any number of columns.
    public init(columns: [Column], indent: String = "", width: Int? = nil) {
        self.columns = columns
        self.indent = indent
        room = width.map { max($0 - indent.utf8.count, 1) }
        widths = [Int](repeating: 0, count: columns.count)
    }

    /// Returns the text of the next rows, each ending with a line end; the first time after the
    /// titles.
    public mutating func text(rows: [[String]]) -> String {
        let titles = fit == nil ? [columns.map(\.title)] : []
        let lines = titles + rows.map { row in row.map { $0.isEmpty ? "-" : $0 } }
        for line in lines {
            for (index, cell) in line.prefix(columns.count).enumerated() {
                widths[index] = max(widths[index], TerminalText.width(cell))
            }
        }
        let fit = TableFit(columns, widths, room: room, after: fit)
        self.fit = fit
        for (index, column) in columns.enumerated() where fit.widths[index] == nil {
            cut.hide(column.title)
        }
        var text = ""
        for line in lines { text += self.text(line, fit) }
        return text
    }

    /// Returns what was lost that the call before did not return.
    mutating func takeCut() -> TableCut {
        defer { reported.add(cut) }
        return cut.without(reported)
    }

    /// Sets the width that a line may take; before the first row only.
    mutating func limit(to width: Int?) {
        guard fit == nil else { return }
        room = width.map { max($0 - indent.utf8.count, 1) }
    }

    private mutating func text(_ line: [String], _ fit: TableFit) -> String {
        var text = indent
        let last = fit.widths.lastIndex { $0 != nil }
        for (index, whole) in line.prefix(columns.count).enumerated() {
            guard let width = fit.widths[index] else { continue }
            var cell = whole
            if TerminalText.width(cell) > width {
                cell = TerminalText.prefix(of: cell, columns: width - 1) + "…"
                cut.shorten(columns[index].title)
            }
            let padding = String(repeating: " ", count: width - TerminalText.width(cell))
            switch columns[index].alignment {
            case .left: text += cell + (index == last ? "" : padding)
            case .right: text += padding + cell
            }
            if index != last { text += "  " }
        }
        return text + "\n"
    }
}
