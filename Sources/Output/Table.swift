// A table: columns as wide as their widest cell, two blanks between them, none at the end.

/// Lays out tables.
public enum Table {
    /// Returns the table's text, each row ending with a line end.
    ///
    /// `rows`: one text a column; an empty text shows as `-`, so that columns can be counted.
    public static func text(columns: [Column], rows: [[String]], indent: String = "") -> String {
        var table = GrowingTable(columns: columns, indent: indent)
        return table.text(rows: rows)
    }
}

/// A table whose rows come in parts: the columns are as wide as what has been seen so far asks for.
public struct GrowingTable {
    private let columns: [Column]
    private let indent: String
    private var widths: [Int]
    private var hasTitles = false

    /// Makes a table without rows.
    public init(columns: [Column], indent: String = "") {
        self.columns = columns
        self.indent = indent
        widths = [Int](repeating: 0, count: columns.count)
    }

    /// Returns the text of the next rows, each ending with a line end; the first time after the
    /// titles.
    public mutating func text(rows: [[String]]) -> String {
        let titles = hasTitles ? [] : [columns.map(\.title)]
        hasTitles = true
        let lines = titles + rows.map { row in row.map { $0.isEmpty ? "-" : $0 } }
        for line in lines {
            for (index, cell) in line.prefix(columns.count).enumerated() {
                widths[index] = max(widths[index], TerminalText.width(cell))
            }
        }
        var text = ""
        for line in lines {
            text += indent
            for (index, cell) in line.prefix(columns.count).enumerated() {
                let isLast = index == columns.count - 1
                let padding = String(
                    repeating: " ",
                    count: widths[index] - TerminalText.width(cell)
                )
                switch columns[index].alignment {
                case .left: text += cell + (isLast ? "" : padding)
                case .right: text += padding + cell
                }
                if !isLast { text += "  " }
            }
            text += "\n"
        }
        return text
    }
}
