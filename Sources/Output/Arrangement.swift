// The order of rows and the choice of columns that a format asks for.

/// The rows of a table in the order and with the columns that are asked for.
struct Arrangement {
    private let format: OutputFormat
    private let columns: [Column]

    init(_ format: OutputFormat, of columns: [Column]) {
        self.format = format
        self.columns = columns
    }

    /// Returns the rows in the order of the format.
    func sorted<Item: Row>(_ rows: [Item]) -> [Item] {
        let keys = format.sort.compactMap { key in
            columns.firstIndex { $0.title == key.title }.map { ($0, key.isDescending) }
        }
        guard !keys.isEmpty else { return rows }
        let lines = rows.enumerated().map { (offset: $0.offset, cells: $0.element.cells) }
        return lines.sorted { one, other in
            for (index, isDescending) in keys {
                guard index < one.cells.count, index < other.cells.count else { continue }
                let (left, right) = (one.cells[index], other.cells[index])
                // A cell without a value comes last in both directions.
                if left.isEmpty != right.isEmpty { return right.isEmpty }
                switch Self.compare(left, right) {
                case 0: continue
                case let order: return isDescending ? order > 0 : order < 0
                }
            }
            return one.offset < other.offset
        }
        .map { rows[$0.offset] }
    }

    /// The columns to print, and their places in a row's cells.
    var chosen: [(index: Int, column: Column)] {
        let all = columns.enumerated().map { (index: $0.offset, column: $0.element) }
        guard !format.columns.isEmpty else { return all }
        return format.columns.compactMap { title in all.first { $0.column.title == title } }
    }

    /// Returns less than 0, 0 or more than 0: numbers by value, before texts.
    private static func compare(_ left: String, _ right: String) -> Int {
        switch (number(left), number(right)) {
        case (let left?, let right?): return left < right ? -1 : (left == right ? 0 : 1)
        case (_?, nil): return -1
        case (nil, _?): return 1
        case (nil, nil): return left == right ? 0 : (left < right ? -1 : 1)
        }
    }

    /// Returns the value of a number; nil for a text, words such as `nan` among them.
    private static func number(_ cell: String) -> Double? {
        guard cell.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
        else {
            return nil
        }
        return Double(cell)
    }
}
