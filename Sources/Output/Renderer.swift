// The one place that chooses between text, JSON, YAML and names.

extension OutputStream {
    /// Prints rows in the form and the order of the format.
    public func list<Item: Row>(
        _ rows: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        let arrangement = Arrangement(format, of: Item.columns)
        let rows = arrangement.sorted(rows)
        switch format.kind {
        case .text:
            guard !rows.isEmpty else { return }
            let page = Page(self, isWide: format.isWide)
            let chosen = arrangement.chosen
            let lines = rows.map { row in
                let cells = row.cells
                return chosen.map { $0.index < cells.count ? page.escape(cells[$0.index]) : "" }
            }
            let text = page.table(columns: chosen.map(\.column), rows: lines)
            add(page.cut)
            try write(text)
        case .json:
            for row in rows { try writeJSON { row.write(to: &$0) } }
        case .yaml:
            for row in rows { try writeYAML { row.write(to: &$0) } }
        case .name:
            try names(rows.map(\.identity))
        }
    }

    /// Prints further rows of a table, or an object a line.
    public func list<Item: Row>(
        _ rows: [Item],
        as format: OutputFormat,
        in table: inout GrowingTable
    ) throws(OutputError) {
        guard !rows.isEmpty else { return }
        switch format.kind {
        case .text:
            table.limit(to: format.isWide ? nil : width)
            let text = table.text(rows: rows.map { $0.cells.map(escape) })
            add(table.takeCut())
            try write(text)
        case .json, .yaml, .name: try list(rows, as: format)
        }
    }

    /// Prints reports one after another, texts with an empty line between.
    public func reports<Item: Report>(
        _ items: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        switch format.kind {
        case .text: try texts(items.map { item in { item.text(on: $0) } }, format)
        case .json: for item in items { try writeJSON { item.write(to: &$0) } }
        case .yaml: for item in items { try writeYAML { item.write(to: &$0) } }
        case .name: try names(items.map(\.identity))
        }
    }

    /// Prints reports one after another, texts with an empty line between, or the rows of all.
    public func reports<Item: ReportOfRows>(
        _ items: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        switch format.kind {
        case .text: try texts(items.map { item in { item.text(on: $0) } }, format)
        case .json, .yaml, .name: try list(items.flatMap(\.rows), as: format)
        }
    }

    /// Returns `text` as it may go to this stream: escaped on a terminal, exact elsewhere.
    public func escape(_ text: String) -> String {
        isTerminal ? TerminalText.escaped(text) : text
    }

    private func texts(_ texts: [(Page) -> String], _ format: OutputFormat) throws(OutputError) {
        for (index, text) in texts.enumerated() {
            if index > 0 { try write("\n") }
            let page = Page(self, isWide: format.isWide)
            let shown = page.fitted(text(page))
            add(page.cut)
            try write(shown)
        }
    }

    /// Prints names, each once.
    private func names(_ names: [String]) throws(OutputError) {
        var printed: Set<String> = []
        for name in names where !name.isEmpty && printed.insert(name).inserted {
            try write(escape(name) + "\n")
        }
    }
}
