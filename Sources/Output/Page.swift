// The place that texts and tables are laid out for: a terminal of some width, or a pipe.

/// A terminal or a pipe, as a text sees it.
public final class Page {
    /// The columns that its tables lost.
    public private(set) var cut = TableCut()

    private let isTerminal: Bool
    private let width: Int?

    /// Makes a page of a stream; `isWide`: tables are never cut.
    public init(_ output: OutputStream, isWide: Bool = false) {
        isTerminal = output.isTerminal
        width = isWide ? nil : output.width
    }

    /// Returns `text` as it may go there: escaped on a terminal, exact elsewhere.
    public func escape(_ text: String) -> String {
        isTerminal ? TerminalText.escaped(text) : text
    }

    /// Returns `text` with lines that are too wide broken at blanks, what follows indented.
    public func fitted(_ text: String) -> String {
        guard let width, text.utf8.count > width else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.broken($0, at: width) }
            .joined(separator: "\n")
    }

    private static func broken(_ line: Substring, at width: Int) -> String {
        guard TerminalText.width(String(line)) > width else { return String(line) }
        let margin = String(line.prefix { $0 == " " })
        var text = ""
        var length = 0
        for word in line.dropFirst(margin.count).split(separator: " ") {
            let size = TerminalText.width(String(word))
            if text.isEmpty {
                text = margin + word
                length = margin.count + size
            } else if length + 1 + size > width {
                text += "\n" + margin + "    " + word
                length = margin.count + 4 + size
            } else {
                text += " " + word
                length += 1 + size
            }
        }
        return text
    }

    /// Returns the table's text, each row ending with a line end.
    public func table(columns: [Column], rows: [[String]], indent: String = "") -> String {
        var table = GrowingTable(columns: columns, indent: indent, width: width)
        defer { cut.add(table.cut) }
        return table.text(rows: rows)
    }
}
