// Colours that carry a meaning, for a terminal that takes them.
//
// A text is coloured after it was laid out: its escapes have no width.

/// A colour.
public enum Paint: String, Sendable {
    /// All is well.
    case green = "32"
    /// It may become a problem.
    case yellow = "33"
    /// It is a problem.
    case red = "31"

    /// Returns the text in this colour.
    public func on(_ text: some StringProtocol) -> String {
        text.isEmpty ? "" : "\u{1b}[\(rawValue)m\(text)\u{1b}[0m"
    }
}

extension OutputStream {
    /// Prints rows as a table whose rows have colours, each that of its number.
    public func list<Item: Row>(
        _ rows: [Item],
        isWide: Bool,
        paints: [Paint?]
    ) throws(OutputError) {
        guard !rows.isEmpty else { return }
        let page = Page(self, isWide: isWide)
        let text = page.table(columns: Item.columns, rows: rows.map { $0.cells.map(page.escape) })
        add(page.cut)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, paint) in paints.enumerated() where index + 1 < lines.count {
            if let paint { lines[index + 1] = paint.on(lines[index + 1]) }
        }
        try write(lines.joined(separator: "\n"))
    }

    /// Prints reports with an empty line between, each text coloured by `painted`.
    public func reports<Item: ReportOfRows>(
        _ items: [Item],
        isWide: Bool,
        painted: (String) -> String
    ) throws(OutputError) {
        for (index, item) in items.enumerated() {
            if index > 0 { try write("\n") }
            let page = Page(self, isWide: isWide)
            let text = page.fitted(item.text(on: page))
            add(page.cut)
            try write(painted(text))
        }
    }
}
