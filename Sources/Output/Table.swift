// A table: columns as wide as their widest cell, two blanks between them, none at the end.

/// Lays out tables.
public enum Table {
    /// The table's text, each row ending with a line end.
    ///
    /// `rows`: one text a column; an empty text shows as `-`, so that columns can be counted.
    public static func text(columns: [Column], rows: [[String]], indent: String = "") -> String {
        let lines = [columns.map(\.title)] + rows.map { row in row.map { $0.isEmpty ? "-" : $0 } }
        var widths = [Int](repeating: 0, count: columns.count)
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
