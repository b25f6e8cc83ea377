// Markdown of the generated references: blocks, words, code and links.

/// Blocks with an empty line between them; empty blocks leave no trace.
struct MarkdownPage {
    private(set) var text = ""

    mutating func add(_ block: String) {
        guard !block.isEmpty else { return }
        text += (text.isEmpty ? "" : "\n") + block + "\n"
    }

    mutating func add(_ sections: [Section], under level: String) {
        for section in sections {
            add("\(level) \(Markdown.text(section.title))")
            for paragraph in section.paragraphs {
                add(
                    section.isLiteral(paragraph)
                        ? Markdown.block(paragraph) : Markdown.text(paragraph)
                )
            }
        }
    }
}

/// Plain words as Markdown.
enum Markdown {
    /// Words outside code, with what Markdown would read as markup escaped.
    static func text(_ words: String) -> String {
        var escaped = ""
        for letter in words {
            if "\\`*_[]<>".contains(letter) { escaped += "\\" }
            escaped.append(letter == "\n" ? " " : letter)
        }
        return escaped
    }

    /// Words in a table, where a bar would end the cell.
    static func cell(_ words: String) -> String {
        text(words).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// Words as inline code; a bar is escaped because most of it stands in tables.
    static func code(_ words: String) -> String {
        let escaped = words.split(separator: "|", omittingEmptySubsequences: false)
        return "`" + escaped.joined(separator: "\\|") + "`"
    }

    /// Lines as they are.
    static func block(_ lines: String) -> String { "```\n\(lines)\n```" }

    /// Returns the link target that is made from a heading.
    static func anchor(_ heading: String) -> String {
        String(
            heading.lowercased().compactMap { letter in
                letter == " "
                    ? "-" : letter.isLetter || letter.isNumber || letter == "-" ? letter : nil
            }
        )
    }
}
