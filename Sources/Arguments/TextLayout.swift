// Plain text in 80 columns: wrapped paragraphs and two-column lists.

/// Lays out help texts.
enum TextLayout {
    /// The width that no line goes beyond, unless one word is wider.
    static let columns = 80

    /// Breaks `text` at spaces into lines of at most `columns`, each behind `indent` spaces.
    static func wrap(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, indent + line.count + 1 + word.count > columns {
                lines.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(margin + line) }
        return lines
    }

    /// Returns the width that `labels` get in a list; a wider one stands on a line of its own.
    static func width(of labels: [String]) -> Int {
        labels.map(\.count).filter { $0 <= 28 }.max() ?? 24
    }

    /// Returns a list of names and what they mean, the meanings under one another.
    ///
    /// Lists of one page share a `width`; nil takes that of the labels.
    static func list(_ rows: [(label: String, text: String)], width: Int? = nil) -> [String] {
        let width = width ?? Self.width(of: rows.map(\.label))
        let indent = width + 4
        return rows.flatMap { row in
            let lines = wrap(row.text, indent: indent)
            guard row.label.count <= width, let first = lines.first else {
                return ["  " + row.label] + lines
            }
            let padding = String(repeating: " ", count: width - row.label.count)
            return ["  \(row.label)\(padding)  \(first.dropFirst(indent))"] + lines.dropFirst()
        }
    }

    /// Returns the paragraphs of a section, those that begin with a space as they are.
    static func paragraphs(_ section: Section) -> [String] {
        var lines: [String] = []
        for paragraph in section.paragraphs {
            if !lines.isEmpty { lines.append("") }
            if section.isLiteral(paragraph) {
                lines += paragraph.split(separator: "\n", omittingEmptySubsequences: false)
                    .map(String.init)
            } else {
                lines += wrap(paragraph, indent: 2)
            }
        }
        return lines
    }
}

extension Section {
    /// Returns true when a paragraph is shown line by line as it is.
    func isLiteral(_ paragraph: String) -> Bool { paragraph.hasPrefix(" ") }
}

extension FlagDescription {
    /// The long name with its negation when that is the form one would type: `--[no-]wait`.
    var longLabel: String {
        isNegatable && isOnByDefault ? "--[no-]\(long)" : "--\(long)"
    }

    /// The left column of help: `-p, --partitions N`.
    var label: String {
        let names = short.map { "-\($0), " } ?? "    "
        return names + longLabel + (valueLabel.map { " \($0)" } ?? "")
    }

    /// Returns what follows the help sentence: choices, default and, in the long help, other names.
    func notes(isLong: Bool) -> [String] {
        var notes: [String] = []
        if isRepeatable { notes.append("repeatable") }
        if !choices.isEmpty { notes.append("choices: " + choices.joined(separator: ", ")) }
        if let defaultText { notes.append("default: \(defaultText)") }
        if isNegatable, isOnByDefault { notes.append("default: on") }
        if isLong, !aliases.isEmpty {
            notes.append("also: " + aliases.map { "--" + $0 }.joined(separator: ", "))
        }
        return notes
    }
}

extension CommandDescription {
    /// The headings of its options in their order, each with its rows.
    var flagsByHeading: [(heading: String, rows: [FlagDescription])] {
        var groups: [(heading: String, rows: [FlagDescription])] = []
        for flag in flags {
            if let index = groups.firstIndex(where: { $0.heading == flag.heading }) {
                groups[index].rows.append(flag)
            } else {
                groups.append((flag.heading, [flag]))
            }
        }
        // The command's own options come first, whatever the order of declaration.
        let own = groups.filter { $0.heading == FlagDescription.standardHeading }
        return own + groups.filter { $0.heading != FlagDescription.standardHeading }
    }
}
