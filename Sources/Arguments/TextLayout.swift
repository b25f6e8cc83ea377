// Plain text in some columns: wrapped paragraphs, two-column lists and command lines.

/// A layout of help texts for some width.
struct TextLayout {
    /// The width of a page whose reader has none: a pipe, a file, a test.
    static let standardColumns = 80

    /// The width that no line goes beyond, unless one word is wider.
    let columns: Int

    /// Makes a layout of lines that are comfortable to read on a terminal of this width.
    init(columns: Int = standardColumns) {
        self.columns = min(max(columns, 20), 100)
    }

    /// Breaks `text` at spaces into lines of at most `columns`, each behind `indent` spaces.
    func wrap(_ text: String, indent: Int) -> [String] {
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
    func width(of labels: [String]) -> Int {
        let most = min(28, columns / 3 + 2)
        return labels.map(\.count).filter { $0 <= most }.max() ?? min(24, most)
    }

    /// Returns a list of names and what they mean, the meanings under one another.
    ///
    /// Lists of one page share a `width`; nil takes that of the labels.
    func list(_ rows: [(label: String, text: String)], width: Int? = nil) -> [String] {
        let width = width ?? self.width(of: rows.map(\.label))
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

    /// Returns a command line, continued behind a backslash where it is too long.
    ///
    /// It is broken at a space that is outside quotes, so that it means the same.
    func command(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in Self.shellWords(text) {
            // Two columns are for the backslash.
            let room = columns - indent - (lines.isEmpty ? 0 : 4) - 2
            if !line.isEmpty, line.count + 1 + word.count > room, text.count + indent > columns {
                lines.append(margin + (lines.isEmpty ? "" : "    ") + line + " \\")
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(margin + (lines.isEmpty ? "" : "    ") + line)
        return lines
    }

    /// Returns the words of a command line as they are typed, quotes and all.
    private static func shellWords(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in text {
            if character == " ", quote == nil {
                words.append(word)
                word = ""
                continue
            }
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
            word.append(character)
        }
        return words + [word]
    }

    /// Returns the paragraphs of a section, those that begin with a space as they are.
    func paragraphs(_ section: Section) -> [String] {
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
