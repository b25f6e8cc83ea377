// Which columns of a table fit a terminal, and how wide each of them is.
//
// 1. The least needed columns are shortened, then left out from the right; then the next ones.
// 2. A number is shown whole or not at all: a shortened one would be another number.
// 3. The first column is never left out: it says what the row is about.

/// The widths of a table's columns.
struct TableFit {
    /// The width of each column; nil for one that is left out.
    private(set) var widths: [Int?]

    private let columns: [Column]
    private let natural: [Int]
    /// The least width that each column may be shortened to.
    private var floors: [Int]

    /// The width that every text keeps while its column is shown.
    private static let least = 8
    /// The width that a text of the greatest need keeps while a less needed column is shown.
    private static let comfort = 40
    private static let gap = 2

    /// Fits columns whose widest cells are `natural` into `room`; nil is room for all.
    ///
    /// `earlier` is the fit of the table's first rows: its titles are printed, and so its columns
    /// stay as they are.
    init(_ columns: [Column], _ natural: [Int], room: Int?, after earlier: TableFit?) {
        self.columns = columns
        self.natural = natural
        floors = natural
        widths = natural
        if let earlier {
            for (index, width) in earlier.widths.enumerated() where width == nil {
                widths[index] = nil
            }
        }
        guard let room, total(natural) > room else { return }
        if earlier == nil { choose(room) } else { lower([.extra, .useful, .main], to: 1) }
        shorten(to: room)
    }

    /// Leaves out what does not fit, and settles how far the rest may be shortened.
    private mutating func choose(_ room: Int) {
        lower([.extra], to: Self.least)
        drop(.extra, until: room)
        if total(floors) <= room { return }
        lower([.useful], to: Self.least)
        lower([.main], to: Self.comfort)
        drop(.useful, until: room)
        if total(floors) <= room { return }
        lower([.main], to: Self.least)
        drop(.main, until: room)
        if total(floors) > room, let first = widths.firstIndex(where: { $0 != nil }) {
            floors[first] = min(floors[first], room)
        }
    }

    /// The width of a line in which every column that is kept has its width of `widths`.
    private func total(_ all: [Int]) -> Int {
        let kept = all.indices.filter { widths[$0] != nil }
        return kept.reduce(0) { $0 + all[$1] } + Self.gap * max(kept.count - 1, 0)
    }

    private mutating func lower(_ needs: [Column.Need], to width: Int) {
        for (index, column) in columns.enumerated()
        where needs.contains(column.need) && column.alignment == .left {
            let least = max(width, TerminalText.width(column.title))
            floors[index] = min(natural[index], least)
        }
    }

    private mutating func drop(_ need: Column.Need, until room: Int) {
        for index in columns.indices.dropFirst().reversed()
        where columns[index].need == need && total(floors) > room {
            widths[index] = nil
        }
    }

    /// Shortens the least needed columns first, and of these the widest.
    private mutating func shorten(to room: Int) {
        var excess = total(natural) - room
        for need in [Column.Need.extra, .useful, .main] {
            while excess > 0, let widest = widest(of: need) {
                widths[widest] = (widths[widest] ?? 0) - 1
                excess -= 1
            }
        }
    }

    /// Returns the widest column that may still be shortened, the last one of several.
    private func widest(of need: Column.Need) -> Int? {
        columns.indices.filter { index in
            columns[index].need == need && (widths[index] ?? 0) > floors[index]
        }
        .max { (widths[$0] ?? 0) < (widths[$1] ?? 0) }
    }
}
