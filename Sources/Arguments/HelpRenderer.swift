// `-h` and `--help`: the same rows, one screen or all of it.

/// The look of a help page: its width, and whether its headings are bold.
public struct HelpStyle: Sendable {
    /// The width of the terminal; lines of more than 100 columns are not made.
    public var columns: Int
    /// True when headings are bold.
    public var isBold: Bool

    /// Makes a style; without a width it is that of a pipe.
    public init(columns: Int? = nil, isBold: Bool = false) {
        self.columns = columns ?? TextLayout.standardColumns
        self.isBold = isBold
    }
}

/// Writes help pages as plain text.
struct HelpRenderer {
    let outline: Outline
    let isLong: Bool
    let style: HelpStyle
    private let layout: TextLayout

    init(outline: Outline, isLong: Bool, style: HelpStyle = HelpStyle()) {
        self.outline = outline
        self.isLong = isLong
        self.style = style
        layout = TextLayout(columns: style.columns)
    }

    private func emptyPage() -> HelpPage { HelpPage(isBold: style.isBold) }

    /// Returns the page of one command.
    func page(of command: CommandDescription) -> String {
        var page = emptyPage()
        page.add(usage(command.usage))
        page.add(layout.wrap(command.summary, indent: 0))
        let operands = command.operands.map(row)
        let headings = command.flagsByHeading.map { heading, flags in
            (heading, flags.filter { isLong || !$0.isAdvanced }.map(row))
        }
        // One column for all lists of the page: the eye follows it down.
        let labels = operands.map(\.label) + headings.flatMap { $0.1.map(\.label) }
        let width = layout.width(of: labels)
        page.add("Arguments", layout.list(operands, width: width))
        for (heading, rows) in headings {
            page.add(heading, layout.list(rows, width: width))
        }
        guard isLong else {
            page.add(lastLines(of: command))
            return page.text
        }
        page.add("Examples", examples(command.examples))
        add(command.sections, of: command.path, to: &page)
        return page.text
    }

    /// Adds sections; one that is for the manual is a line that names the manual page.
    private func add(_ sections: [Section], of path: [String], to page: inout HelpPage) {
        for section in sections where section.helpLine == nil {
            page.add(section.title, layout.paragraphs(section))
        }
        let manual = ([outline.name] + path).joined(separator: "-")
        for line in sections.compactMap(\.helpLine) {
            page.add(layout.wrap("\(line); see man \(manual).", indent: 0))
        }
    }

    private func usage(_ text: String) -> [String] {
        layout.wrap("usage: " + text, indent: 0)
    }

    /// Returns the end of the short help: what to type first, and where the rest is.
    private func lastLines(of command: CommandDescription) -> [String] {
        let more = "More: \(outline.name) help \(command.path.joined(separator: " "))"
        guard let example = command.examples.first?.command else { return [more] }
        let line = "Example: " + example
        let isShort = line.count <= layout.columns
        return (isShort ? [line] : ["Example:"] + layout.command(example, indent: 2)) + [more]
    }

    /// Returns the page of a group: its commands.
    func page(of group: GroupDescription, _ nodes: [CommandTree<Void>]) -> String {
        var page = emptyPage()
        page.add(usage("\(outline.name) \(group.name) COMMAND [options]"))
        page.add(layout.wrap(group.summary, indent: 0))
        let shown = nodes.flatMap(\.commands).filter { !$0.isHidden }
        page.add(
            "Commands",
            layout.list(
                shown.map { command in
                    (command.path.dropFirst().joined(separator: " "), command.summary)
                }
            )
        )
        if isLong {
            page.add("Examples", examples(shown.compactMap(\.examples.first)))
            add(group.sections, of: [group.name], to: &page)
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
        var page = emptyPage()
        page.add(usage("\(outline.name) COMMAND [options]"))
        page.add(layout.wrap(outline.summary, indent: 0))
        if isLong {
            let rows = outline.commands.map { ($0.path.joined(separator: " "), $0.summary) }
            page.add("Commands", layout.list(rows))
            add(outline.allSections, of: [], to: &page)
        } else {
            let major = outline.nodes.filter { !outline.minor.contains($0.name) }
            page.add("Commands", layout.list(major.map { ($0.name, $0.summary) }))
            page.add(["Also: " + outline.minor.joined(separator: ", ")])
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
            lines += layout.wrap(example.explanation, indent: 2)
            lines += layout.command(example.command, indent: 4)
        }
        return lines
    }
}

/// Blocks of lines with an empty line between them; empty blocks leave no trace.
private struct HelpPage {
    let isBold: Bool
    private(set) var text = ""

    init(isBold: Bool) { self.isBold = isBold }

    mutating func add(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        if !text.isEmpty { text += "\n" }
        for line in lines { text += line + "\n" }
    }

    mutating func add(_ heading: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        add([isBold ? "\u{1b}[1m\(heading):\u{1b}[0m" : heading + ":"] + lines)
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
