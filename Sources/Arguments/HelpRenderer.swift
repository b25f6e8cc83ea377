// `-h` and `--help`: the same rows, one screen or all of it.

/// Writes help pages as plain text.
struct HelpRenderer {
    let outline: Outline
    let isLong: Bool

    /// Returns the page of one command.
    func page(of command: CommandDescription) -> String {
        var page = HelpPage()
        page.add(["usage: " + command.usage])
        page.add(TextLayout.wrap(command.summary, indent: 0))
        let operands = command.operands.map(row)
        let headings = command.flagsByHeading.map { heading, flags in
            (heading, flags.filter { isLong || !$0.isAdvanced }.map(row))
        }
        // One column for all lists of the page: the eye follows it down.
        let labels = operands.map(\.label) + headings.flatMap { $0.1.map(\.label) }
        let width = TextLayout.width(of: labels)
        page.add("Arguments", TextLayout.list(operands, width: width))
        for (heading, rows) in headings {
            page.add(heading, TextLayout.list(rows, width: width))
        }
        guard isLong else {
            page.add(lastLines(of: command))
            return page.text
        }
        page.add("Examples", examples(command.examples))
        for section in command.sections {
            page.add(section.title, TextLayout.paragraphs(section))
        }
        return page.text
    }

    /// Returns the end of the short help: what to type first, and where the rest is.
    private func lastLines(of command: CommandDescription) -> [String] {
        let more = "More: \(outline.name) help \(command.path.joined(separator: " "))"
        guard let example = command.examples.first?.command else { return [more] }
        let line = "Example: " + example
        return (line.count <= TextLayout.columns ? [line] : ["Example:", "  " + example]) + [more]
    }

    /// Returns the page of a group: its commands.
    func page(of group: GroupDescription, _ nodes: [CommandTree<Void>]) -> String {
        var page = HelpPage()
        page.add(["usage: \(outline.name) \(group.name) COMMAND [options]"])
        page.add(TextLayout.wrap(group.summary, indent: 0))
        let shown = nodes.flatMap(\.commands).filter { !$0.isHidden }
        page.add(
            "Commands",
            TextLayout.list(
                shown.map { command in
                    (command.path.dropFirst().joined(separator: " "), command.summary)
                }
            )
        )
        if isLong {
            page.add("Examples", examples(shown.compactMap(\.examples.first)))
            for section in group.sections {
                page.add(section.title, TextLayout.paragraphs(section))
            }
            if !group.aliases.isEmpty {
                page.add(["Also called: " + group.aliases.joined(separator: ", ")])
            }
        }
        page.add(["More: \(outline.name) help \(group.name) COMMAND"])
        return page.text
    }

    /// Returns the page of the program: its commands and groups, in the long form each command of a
    /// group.
    func rootPage() -> String {
        var page = HelpPage()
        page.add(["usage: \(outline.name) COMMAND [options]"])
        page.add(TextLayout.wrap(outline.summary, indent: 0))
        if isLong {
            let rows = outline.commands.map { ($0.path.joined(separator: " "), $0.summary) }
            page.add("Commands", TextLayout.list(rows))
            for section in outline.allSections {
                page.add(section.title, TextLayout.paragraphs(section))
            }
        } else {
            page.add("Commands", TextLayout.list(outline.nodes.map { ($0.name, $0.summary) }))
        }
        let all = isLong ? "" : "\(outline.name) --help, "
        page.add(["More: \(all)\(outline.name) help COMMAND"])
        return page.text
    }

    private func row(_ operand: OperandDescription) -> (label: String, text: String) {
        let label = operand.arity == .trailing ? "-- \(operand.label)" : operand.label
        return (label, operand.help + (operand.orFlag.map { " [or: --\($0)]" } ?? ""))
    }

    private func row(_ flag: FlagDescription) -> (label: String, text: String) {
        let notes = flag.notes(isLong: isLong).map { "[\($0)]" }
        return (flag.label, ([flag.help] + notes).joined(separator: " "))
    }

    private func examples(_ examples: [Example]) -> [String] {
        var lines: [String] = []
        for example in examples {
            if !lines.isEmpty { lines.append("") }
            lines += TextLayout.wrap(example.explanation, indent: 2)
            lines.append("    " + example.command)
        }
        return lines
    }
}

/// Blocks of lines with an empty line between them; empty blocks leave no trace.
private struct HelpPage {
    private(set) var text = ""

    mutating func add(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        if !text.isEmpty { text += "\n" }
        for line in lines { text += line + "\n" }
    }

    mutating func add(_ heading: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        add([heading + ":"] + lines)
    }
}

extension CommandTree {
    /// The one sentence that says what it is for.
    var summary: String {
        switch self {
        case .command(let command, _): command.summary
        case .group(let group, _): group.summary
        }
    }
}

extension Outline {
    /// The program's sections behind the one on how a command line is read, which the parser owns.
    var allSections: [Section] { [Self.commandLine] + sections }

    private static let commandLine = Section(
        "Command line",
        """
        Options and arguments mix in any order, and options may stand before the command. A value \
        follows its option as --name=value, --name value, -nvalue or -n value. One-letter options \
        without a value can be joined: -ij.
        """,
        """
        Of an option that is given again the last one counts, so that an alias or a script can be \
        overridden; options marked repeatable collect their values. An option that is on or off is \
        turned off by --no-name.
        """,
        """
        Everything after -- is an argument, even when it begins with a dash. -h and --help before \
        it show help, whatever else is on the line. Option names are not abbreviated.
        """
    )
}
