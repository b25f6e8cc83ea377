// Lag in pictures and colours: a bar and a sparkline a topic, and lags coloured by threshold.

import Output

/// The colours of lags.
enum LagPaint {
    /// Lags from here on are yellow.
    static let warning: Int64 = 1_000
    /// Lags from here on are red.
    static let problem: Int64 = 100_000

    /// Returns the colour of a lag; nil for a small one.
    static func paint(of lag: Int64) -> Paint? {
        switch lag {
        case 0: .green
        case ..<warning: nil
        case ..<problem: .yellow
        default: .red
        }
    }

    /// Returns a text with the cells under each title LAG coloured.
    static func painted(_ text: String) -> String {
        var end: Int?
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let characters = Array(line)
            if let found = titleEnd(characters) {
                end = found
                return String(line)
            }
            guard let last = end, last <= characters.count, !line.hasPrefix("  total lag"),
                last == characters.count || characters[last] == " "
            else { return String(line) }
            var start = last
            while start > 0, characters[start - 1].isNumber { start -= 1 }
            guard start > 0, characters[start - 1] == " ",
                let lag = Int64(String(characters[start..<last])), let paint = paint(of: lag)
            else { return String(line) }
            return String(characters[..<start]) + paint.on(String(characters[start..<last]))
                + String(characters[last...])
        }
        .joined(separator: "\n")
    }

    /// Returns the end of the title LAG in the titles of a table; nil in another line.
    private static func titleEnd(_ line: [Character]) -> Int? {
        let words = String(line).split(separator: " ")
        guard words.first == "TOPIC", words.contains("LAG") else { return nil }
        return line.indices.first { index in
            index > 0 && line[index - 1] == " " && line[index...].starts(with: "LAG")
                && (index + 3 == line.count || line[index + 3] == " ")
        }
        .map { $0 + 3 }
    }
}

/// The course of the lag of each topic.
struct TopicCourses {
    /// The number of polls that are shown.
    private static let kept = 30
    private static let barWidth = 20
    private var lags: [String: [Int64]] = [:]

    /// Adds what one poll found; a topic that is gone is forgotten.
    mutating func add(_ totals: [(name: String, partitions: Int, lag: Int64)]) {
        var next: [String: [Int64]] = [:]
        for total in totals {
            next[total.name] = ((lags[total.name] ?? []) + [total.lag]).suffix(Self.kept).map { $0 }
        }
        lags = next
    }

    /// Returns a line a topic: its name, its lag, a bar beside the largest lag, and its course.
    func text(isColoured: Bool, escape: (String) -> String) -> String {
        let rows = lags.sorted { $0.key < $1.key }.map { (name: escape($0.key), lags: $0.value) }
        let width = rows.map { TerminalText.width($0.name) }.max() ?? 0
        let top = rows.compactMap(\.lags.last).max() ?? 0
        return rows.map { row in
            let lag = row.lags.last ?? 0
            let count = ShortNumber.count(Int(clamping: lag))
            let filled = top > 0 ? Int((Double(lag) / Double(top) * 20).rounded(.up)) : 0
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: Self.barWidth - filled)
            let paint = isColoured ? LagPaint.paint(of: lag) : nil
            let pad = String(repeating: " ", count: width - TerminalText.width(row.name))
            let number = String(repeating: " ", count: max(8 - count.count, 0)) + count
            return "  \(row.name)\(pad) \(number)  \(paint?.on(bar) ?? bar)  "
                + LagHistory.bars(row.lags) + "\n"
        }
        .joined()
    }
}
