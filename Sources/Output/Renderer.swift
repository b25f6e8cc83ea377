// The one place that chooses between text and JSON.

extension OutputStream {
    /// Prints rows: a table, or an object a line.
    public func list<Item: Row>(
        _ rows: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        switch format.kind {
        case .text:
            guard !rows.isEmpty else { return }
            let page = Page(self, isWide: format.isWide)
            let text = page.table(
                columns: Item.columns,
                rows: rows.map { $0.cells.map(page.escape) }
            )
            add(page.cut)
            try write(text)
        case .json:
            for row in rows { try writeJSON { row.write(to: &$0) } }
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
        case .json: try list(rows, as: format)
        }
    }

    /// Prints reports one after another, texts with an empty line between.
    public func reports<Item: Report>(
        _ items: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        for (index, item) in items.enumerated() {
            switch format.kind {
            case .text:
                if index > 0 { try write("\n") }
                let page = Page(self, isWide: format.isWide)
                let text = page.fitted(item.text(on: page))
                add(page.cut)
                try write(text)
            case .json:
                try writeJSON { item.write(to: &$0) }
            }
        }
    }

    /// Prints reports one after another, texts with an empty line between, or the rows of all.
    public func reports<Item: ReportOfRows>(
        _ items: [Item],
        as format: OutputFormat
    ) throws(OutputError) {
        for (index, item) in items.enumerated() {
            switch format.kind {
            case .text:
                if index > 0 { try write("\n") }
                let page = Page(self, isWide: format.isWide)
                let text = page.fitted(item.text(on: page))
                add(page.cut)
                try write(text)
            case .json:
                try list(item.rows, as: format)
            }
        }
    }

    /// Returns `text` as it may go to this stream: escaped on a terminal, exact elsewhere.
    public func escape(_ text: String) -> String {
        isTerminal ? TerminalText.escaped(text) : text
    }
}
