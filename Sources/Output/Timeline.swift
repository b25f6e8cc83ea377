// A picture of what lasted how long: a line each, with a bar over one axis of time.
//
// 1. No line is wider than the width handed in, as long as that leaves room for a bar at all.
// 2. Marks that fall into one column are moved apart, so that each is seen.
// 3. Labels and notes are foreign text: they are always escaped.

/// A picture of bars over time.
public struct Timeline {
    /// One line.
    public struct Bar {
        /// The texts in front, one a column.
        public var labels: [String]
        /// Up to four moments in milliseconds since 1970, in their order: the start begun and over, the
        /// end begun and over; nil where one is not known.
        public var moments: [Int64?]
        /// The text behind the bar.
        public var note: String
        /// True when it goes on.
        public var isOpen: Bool
        /// True when it went wrong.
        public var isError: Bool

        /// Makes a line.
        public init(
            labels: [String],
            moments: [Int64?],
            note: String,
            isOpen: Bool,
            isError: Bool
        ) {
            precondition(moments.count == 4, "a bar has four moments, known or not")
            self.labels = labels
            self.moments = moments
            self.note = note
            self.isOpen = isOpen
            self.isError = isError
        }
    }

    private let titles: [String]
    private let width: Int
    private let glyphs: Glyphs
    private let isColoured: Bool

    private static let leastArea = 12
    private static let mostNote = 40

    /// Makes a picture that is `width` columns wide.
    ///
    /// `titles`: of the labels' columns. `isASCII`: whether its signs are plain, for terminals without
    /// others; foreign text is plain then too.
    public init(titles: [String], width: Int, isASCII: Bool, isColoured: Bool) {
        self.titles = titles
        self.width = width
        self.isColoured = isColoured
        glyphs = isASCII ? .ascii : .unicode
    }

    /// Returns the picture; empty without bars.
    ///
    /// `now`: what open bars reach to, in milliseconds since 1970.
    public func text(_ bars: [Bar], until now: Int64? = nil) -> String {
        guard !bars.isEmpty else { return "" }
        let moments = bars.flatMap { $0.moments.compactMap(\.self) }
        guard let first = moments.min(), let last = moments.max() else { return "" }
        let isOpen = bars.contains(where: \.isOpen)
        let end = isOpen ? max(last, now ?? last) : last
        let labels = labelLines(bars)
        let notes = bars.map { clean($0.note) }
        let wanted = min(notes.map(TerminalText.width).max() ?? 0, Self.mostNote)
        let labelWidth = labels.map(TerminalText.width).max() ?? 0
        let area = max(width - labelWidth - wanted - 4, Self.leastArea)
        let axis = Axis(first: first, last: end, columns: area)
        var text = UTCTime.text(first) + " to " + UTCTime.text(end) + "\n"
        text += trimmed(padded(labels[0], labelWidth) + "  " + axis.ticks(glyphs.tick)) + "\n"
        let room = max(width - labelWidth - area - 4, 0)
        for (index, bar) in bars.enumerated() {
            let note = TerminalText.prefix(of: notes[index], columns: max(room, 0))
            let line = padded(labels[index + 1], labelWidth) + "  " + draw(bar, axis)
            let mark = bar.isError && isColoured ? coloured(note, .red) : note
            text += trimmed(line + "  " + mark) + "\n"
        }
        return text
    }

    /// Returns what the signs of a picture mean, on one line.
    public func legend(_ names: [String]) -> String {
        let signs = zip(glyphs.marks, names).map { "\($0) \($1)" }
        let others = [
            "\(glyphs.error) error", "\(glyphs.open) running", "\(glyphs.unknown) not known",
        ]
        return (signs + others).joined(separator: "  ") + "\n"
    }

    // MARK: Labels

    /// Returns the titles, then the labels of each bar, in columns.
    private func labelLines(_ bars: [Bar]) -> [String] {
        let rows = [titles] + bars.map { bar in bar.labels.map { $0.isEmpty ? "-" : clean($0) } }
        var widths = [Int](repeating: 0, count: titles.count)
        for row in rows {
            for (index, cell) in row.prefix(titles.count).enumerated() {
                widths[index] = max(widths[index], TerminalText.width(cell))
            }
        }
        let most = max(width / 2, 1)
        return rows.map { row in
            let cells = row.prefix(titles.count).enumerated().map {
                padded($0.element, widths[$0.offset])
            }
            return TerminalText.prefix(of: cells.joined(separator: "  "), columns: most)
        }
    }

    private func clean(_ text: String) -> String {
        let escaped = TerminalText.escaped(text)
        guard glyphs.isASCII else { return escaped }
        return String(escaped.map { $0.isASCII ? $0 : "?" })
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - TerminalText.width(text), 0))
    }

    private func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    // MARK: Bars

    private enum Colour: String {
        case green = "\u{1b}[32m"
        case red = "\u{1b}[31m"
        case grey = "\u{1b}[90m"
    }

    private func coloured(_ text: String, _ colour: Colour) -> String {
        text.isEmpty ? "" : colour.rawValue + text + "\u{1b}[0m"
    }

    private func draw(_ bar: Bar, _ axis: Axis) -> String {
        var cells = [(glyph: Character, colour: Colour?)](
            repeating: (" ", nil),
            count: axis.columns
        )
        let known = bar.moments.enumerated().compactMap { item in
            item.element.map { (index: item.offset, column: axis.column(of: $0)) }
        }
        let columns = Self.apart(known.map(\.column), in: axis.columns)
        let marks = zip(known.map(\.index), columns).map { (index: $0, column: $1) }
        for (mark, next) in zip(marks, marks.dropFirst()) {
            fill(&cells, mark.column..<next.column, runs: mark.index < 2 && next.index >= 2)
        }
        guard let first = marks.first, let last = marks.last else {
            return String(repeating: " ", count: axis.columns)
        }
        if bar.isOpen, last.column + 1 < axis.columns {
            fill(&cells, last.column..<axis.columns, runs: last.index == 1)
            cells[axis.columns - 1] = (glyphs.open, .green)
        } else if last.index < 2, last.column + 1 < axis.columns {
            cells[last.column + 1] = (glyphs.unknown, .red)
        }
        if first.index > 1, first.column > 0 { cells[first.column - 1] = (glyphs.unknown, .red) }
        // Where the end began it went wrong, or else at the last that is known.
        let wrong = marks.first { $0.index >= 2 } ?? last
        for mark in marks {
            let isWrong = bar.isError && mark.column == wrong.column
            cells[mark.column] = isWrong ? (glyphs.error, .red) : (glyphs.marks[mark.index], nil)
        }
        return text(of: cells)
    }

    private func fill(
        _ cells: inout [(glyph: Character, colour: Colour?)],
        _ range: Range<Int>,
        runs: Bool
    ) {
        for column in range {
            cells[column] = runs ? (glyphs.running, .green) : (glyphs.changing, .grey)
        }
    }

    private func text(of cells: [(glyph: Character, colour: Colour?)]) -> String {
        guard isColoured else { return String(cells.map(\.glyph)) }
        var text = ""
        var index = 0
        while index < cells.count {
            let colour = cells[index].colour
            let run = cells[index...].prefix { $0.colour == colour }
            let glyphs = String(run.map(\.glyph))
            text += colour.map { coloured(glyphs, $0) } ?? glyphs
            index += run.count
        }
        return text
    }

    /// Returns the columns, each at least one further than the one before.
    static func apart(_ columns: [Int], in count: Int) -> [Int] {
        var result: [Int] = []
        for column in columns { result.append(max(column, (result.last ?? -1) + 1)) }
        var limit = count - 1
        for index in result.indices.reversed() {
            result[index] = max(min(result[index], limit), 0)
            limit = result[index] - 1
        }
        return result
    }
}

/// The signs of a picture.
private struct Glyphs {
    let marks: [Character]
    let running: Character
    let changing: Character
    let error: Character
    let open: Character
    let unknown: Character
    let tick: Character
    let isASCII: Bool

    static let unicode = Glyphs(
        marks: ["├", "┣", "┫", "┤"],
        running: "━",
        changing: "─",
        error: "✗",
        open: "▶",
        unknown: "?",
        tick: "│",
        isASCII: false
    )
    static let ascii = Glyphs(
        marks: ["[", "(", ")", "]"],
        running: "=",
        changing: "-",
        error: "!",
        open: ">",
        unknown: "?",
        tick: "|",
        isASCII: true
    )
}

/// Time as columns.
private struct Axis {
    let first: Int64
    let span: Double
    let columns: Int

    init(first: Int64, last: Int64, columns: Int) {
        self.first = first
        // As fractions: the first and the last may be as far apart as numbers go.
        span = max(Double(last) - Double(first), 1)
        self.columns = columns
    }

    func column(of time: Int64) -> Int {
        let share = (Double(time) - Double(first)) / span
        return Int(min(max(share, 0), 1) * Double(columns - 1))
    }

    private static let steps: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
        86_400, 172_800, 604_800, 2_592_000,
    ]
    private static let day: Int64 = 86_400

    /// Times along the axis at round moments, as far as they have room.
    func ticks(_ mark: Character) -> String {
        let room = 11.0
        let perColumn = span / 1_000 / Double(max(columns - 1, 1))
        guard let step = Self.steps.first(where: { Double($0) / perColumn >= room }) else {
            return ""
        }
        var line = ""
        var time = first / 1_000 / step * step
        // A tick at each step, and one step more than the axis has.
        for _ in 0...(columns / Int(room) + 2) {
            defer { time += step }
            let (milliseconds, overflow) = time.multipliedReportingOverflow(by: 1_000)
            guard !overflow, milliseconds >= first else { continue }
            let place = Int((Double(milliseconds) - Double(first)) / span * Double(columns - 1))
            let text = UTCTime.text(milliseconds)
            let part = step < Self.day ? text.dropFirst(11).prefix(8) : text.dropFirst(5).prefix(5)
            guard place >= line.count, place + 1 + part.count <= columns else { continue }
            line += String(repeating: " ", count: place - line.count) + String(mark) + part
        }
        return line
    }
}
