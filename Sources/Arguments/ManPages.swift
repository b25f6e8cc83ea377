// The manual: a page for the program, for each group and for each command.
// No date, so that the same commands always make the same pages.

/// Writes manual pages.
struct ManPages {
    let outline: Outline
    let version: String

    /// Every page with its file name, the program's first.
    var pages: [(name: String, text: String)] {
        [(fileName([]), rootPage)]
            + outline.nodes.flatMap { node in
                switch node {
                case .command(let command, _):
                    return [(fileName(command.path), page(of: command))]
                case .group(let group, let nodes):
                    let commands = nodes.flatMap(\.commands).filter { !$0.isHidden }
                    return [(fileName([group.name]), page(of: group, commands))]
                        + commands.map { (fileName($0.path), page(of: $0)) }
                }
            }
    }

    private func title(_ path: [String]) -> String {
        ([outline.name] + path).joined(separator: "-")
    }

    private func fileName(_ path: [String]) -> String { title(path) + ".1" }

    private var rootPage: String {
        var page = begin([], outline.summary)
        page.heading("SYNOPSIS")
        page.paragraph(markup: "\(Roff.bold(outline.name)) \(Roff.italic("COMMAND")) [options]")
        page.heading("DESCRIPTION")
        page.paragraph(outline.summary)
        page.heading("COMMANDS")
        for command in outline.commands {
            page.item(Roff.bold(command.path.joined(separator: " ")), command.summary)
        }
        page.add(outline.allSections)
        page.seeAlso(outline.nodes.map { title([$0.name]) })
        return page.text
    }

    private func page(of command: CommandDescription) -> String {
        var page = begin(command.path, command.summary)
        page.heading("SYNOPSIS")
        page.synopsis(of: command)
        page.heading("DESCRIPTION")
        page.paragraph(command.summary)
        if !command.aliases.isEmpty {
            page.paragraph("Also called: " + command.aliases.joined(separator: ", ") + ".")
        }
        page.operands(of: command)
        for (heading, rows) in command.flagsByHeading {
            page.heading(
                heading == FlagDescription.standardHeading ? heading : heading + " options"
            )
            page.flags(rows)
        }
        if !command.examples.isEmpty {
            page.heading("EXAMPLES")
            page.examples(command.examples)
        }
        page.add(withExitStatus(command.sections))
        page.seeAlso(relatives(of: command).map(title))
        return page.text
    }

    private func page(of group: GroupDescription, _ commands: [CommandDescription]) -> String {
        var page = begin([group.name], group.summary)
        page.heading("SYNOPSIS")
        for command in commands { page.synopsis(of: command) }
        page.heading("DESCRIPTION")
        page.paragraph(group.summary)
        if !group.aliases.isEmpty {
            page.paragraph("Also called: " + group.aliases.joined(separator: ", ") + ".")
        }
        page.heading("COMMANDS")
        for command in commands {
            page.item(Roff.bold(title(command.path)) + "(1)", command.summary)
        }
        page.heading("EXAMPLES")
        page.examples(commands.compactMap(\.examples.first))
        page.add(withExitStatus(group.sections))
        page.seeAlso(([[]] + commands.map(\.path)).map(title))
        return page.text
    }

    /// Returns the commands and groups to read next: what a command stands under, its neighbours,
    /// and those that its texts name.
    private func relatives(of command: CommandDescription) -> [[String]] {
        let parents = command.path.indices.map { Array(command.path[..<$0]) }
        let neighbours = outline.commands.map(\.path).filter {
            $0.count > 1 && $0.dropLast() == command.path.dropLast()
        }
        let texts =
            command.examples.map(\.command) + command.sections.flatMap(\.paragraphs)
            + command.flags.map(\.help)
        let named = outline.commands.filter { other in
            texts.contains { text in
                // Followed by anything but more of a word.
                let plain = text.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : " " }
                return (String(plain) + " ").contains(other.call + " ")
            }
        }
        var paths: [[String]] = []
        for path in parents + neighbours + named.map(\.path)
        where path != command.path && !paths.contains(path) {
            paths.append(path)
        }
        return paths
    }

    private func begin(_ path: [String], _ summary: String) -> Roff {
        var page = Roff(program: outline.name)
        let names = [title(path).uppercased(), "1", "", "\(outline.name) \(version)"]
        page.macro("TH", names + ["\(outline.name) manual"])
        page.heading("NAME")
        let purpose = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
        page.paragraph(markup: "\(Roff.escape(title(path))) \\- \(Roff.escape(purpose))")
        return page
    }

    /// Every page says the exit status: a page without words of its own has the program's.
    private func withExitStatus(_ sections: [Section]) -> [Section] {
        let title = "Exit status"
        guard !sections.contains(where: { $0.title == title }) else { return sections }
        return sections + outline.sections.filter { $0.title == title }
    }
}

extension Roff {
    fileprivate mutating func synopsis(of command: CommandDescription) {
        var words = [Roff.bold(command.call)]
        for operand in command.operands where operand.arity != .trailing {
            words.append(Roff.escape(operand.usage))
        }
        words.append("[options]")
        for operand in command.operands where operand.arity == .trailing {
            words.append(Roff.escape(operand.usage))
        }
        paragraph(markup: words.joined(separator: " "))
    }

    fileprivate mutating func operands(of command: CommandDescription) {
        guard !command.operands.isEmpty else { return }
        heading("ARGUMENTS")
        for operand in command.operands { item(operand) }
    }

    private mutating func item(_ operand: OperandDescription) {
        let other = operand.orFlag.map { " The option --\($0) can stand in for it." } ?? ""
        let dashes = operand.arity == .trailing ? Roff.bold("--") + " " : ""
        item(dashes + Roff.italic(operand.label), operand.help + other)
    }

    fileprivate mutating func flags(_ rows: [FlagDescription]) {
        for row in rows {
            let names = row.short.map { Roff.bold("-\($0)") + ", " } ?? ""
            let value = row.valueLabel.map { " " + Roff.italic($0) } ?? ""
            let notes = row.notes(isLong: true).map { "[\($0)]" }
            item(
                names + Roff.bold(row.longLabel) + value,
                ([row.help] + notes).joined(separator: " ")
            )
        }
    }

    fileprivate mutating func examples(_ examples: [Example]) {
        for example in examples {
            paragraph(example.explanation)
            literal("    " + example.command)
        }
    }

    fileprivate mutating func add(_ sections: [Section]) {
        for section in sections {
            heading(section.title)
            for text in section.paragraphs { paragraph(text, in: section) }
        }
    }

    private mutating func paragraph(_ text: String, in section: Section) {
        if section.isLiteral(text) { literal(text) } else { paragraph(text) }
    }

    fileprivate mutating func seeAlso(_ titles: [String]) {
        heading("SEE ALSO")
        let pages = titles.map { Roff.bold($0) + "(1)" }
        paragraph(markup: pages.joined(separator: ", "))
    }
}
