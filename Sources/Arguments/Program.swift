// The tree of commands, and which of them a command line means.

public import JSON

/// A command with whatever runs it, or a noun with commands under it.
public indirect enum CommandTree<Leaf: Sendable>: Sendable {
    /// A command; its description's path ends with the word that calls it here.
    case command(CommandDescription, Leaf)
    /// A group and its commands, in the order of help.
    case group(GroupDescription, [CommandTree])

    /// The word that calls it.
    var name: String {
        switch self {
        case .command(let command, _): command.path.last ?? ""
        case .group(let group, _): group.name
        }
    }

    /// Further words that call it.
    var aliases: [String] {
        switch self {
        case .command(let command, _): command.aliases
        case .group(let group, _): group.aliases
        }
    }

    var isHidden: Bool {
        switch self {
        case .command(let command, _): command.isHidden
        case .group(_, let nodes): nodes.allSatisfy(\.isHidden)
        }
    }

    var children: [CommandTree] {
        switch self {
        case .command: []
        case .group(_, let nodes): nodes
        }
    }

    /// Every command from here down, hidden ones too.
    var commands: [CommandDescription] {
        switch self {
        case .command(let command, _): [command]
        case .group(_, let nodes): nodes.flatMap(\.commands)
        }
    }

    /// The same tree without the leaves.
    var outline: CommandTree<Void> {
        switch self {
        case .command(let command, _): .command(command, ())
        case .group(let group, let nodes): .group(group, nodes.map(\.outline))
        }
    }
}

/// The topic that help is asked about.
public enum HelpTopic: Sendable, Equatable {
    /// The command or group called by these words; the program itself when there are none.
    case page([String])
    /// Every command as one JSON document.
    case document
}

/// The meaning of a command line, before the command reads its own words.
public enum Resolution<Leaf: Sendable>: Sendable {
    /// A command, and the words that are for it.
    case command(Leaf, CommandDescription, rest: [String])
    /// Help on standard output, one screen or all of it.
    case help(HelpTopic, long: Bool)
}

/// A program: its commands and what is said about all of them.
public struct Program<Leaf: Sendable>: Sendable {
    /// The word that starts it.
    public let name: String
    /// One sentence with a full stop.
    public let summary: String
    /// Prose for the program's own help, manual and reference.
    public let sections: [Section]
    /// The forms of the JSON objects that every command may print.
    public let json: @Sendable () -> [JSONShape]
    /// The words of commands that the short help only names.
    let minor: [String]
    /// The commands and groups, in the order of help.
    public let nodes: [CommandTree<Leaf>]
    /// Words of other programs that stand for a command.
    public let habits: [Habit]

    /// A program with the commands of `nodes`; `help` is added to them.
    public init(
        name: String,
        summary: String,
        sections: [Section] = [],
        json: @autoclosure @escaping @Sendable () -> [JSONShape] = [],
        habits: [Habit] = [],
        minor: [String] = [],
        nodes: [CommandTree<Leaf>]
    ) {
        self.name = name
        self.summary = summary
        self.sections = sections
        self.json = json
        self.minor = minor + [HelpCommand.spec.description.path.last ?? ""]
        self.habits = habits
        self.nodes = nodes
    }

    /// Finds the command that `arguments`, without the program's name, are for.
    ///
    /// Options may stand before and between the words of the command: `kctl -b HOST topics list`.
    /// - Throws: `UsageError` for no or an unknown command, with the nearest one or all of them.
    public func resolve(_ arguments: [String]) throws(UsageError) -> Resolution<Leaf> {
        var resolver = Resolver(program: self, arguments: arguments)
        return try resolver.resolve()
    }

    /// Returns the help of the command or group called by `words`; of the program when there are
    /// none.
    ///
    /// - Throws: `UsageError` when `words` call nothing.
    public func help(
        for words: [String],
        long: Bool,
        style: HelpStyle = HelpStyle()
    ) throws(UsageError) -> String {
        let renderer = HelpRenderer(outline: outline, isLong: long, style: style)
        if words == [HelpCommand.spec.description.path.last] {
            return renderer.page(of: helpCommand)
        }
        let resolver = Resolver(program: self, arguments: [])
        switch try resolver.find(words) {
        case nil: return renderer.rootPage()
        case .command(let command, _): return renderer.page(of: command)
        case .group(let group, let nodes): return renderer.page(of: group, nodes.map(\.outline))
        }
    }

    /// The outline that all renderers but `resolve` read: no leaves, nothing hidden, `help` added.
    var outline: Outline {
        Outline(
            name: name,
            summary: summary,
            sections: sections,
            json: json,
            minor: minor,
            nodes: nodes.filter { !$0.isHidden }.map(\.outline) + [.command(helpCommand, ())]
        )
    }

    /// The built-in command, under this program's name.
    var helpCommand: CommandDescription {
        var command = HelpCommand.spec.description
        command.program = name
        return command
    }
}

/// A program as its renderers see it.
struct Outline: Sendable {
    let name: String
    let summary: String
    let sections: [Section]
    let json: @Sendable () -> [JSONShape]
    let minor: [String]
    let nodes: [CommandTree<Void>]

    /// Every command that is shown, in the order of help.
    var commands: [CommandDescription] {
        nodes.flatMap(\.commands).filter { !$0.isHidden }
    }
}

/// `help`, the one command that the program has by itself.
enum HelpCommand {
    struct Options: CommandOptions {
        var words: [String] = []
        var asJSON = false
        var isPaged = true
    }

    static let spec = CommandSpec<Options>(
        "help",
        "Show the help of a command.",
        operands: [
            .repeated(
                "COMMAND",
                "Command to describe; all commands when none is named.",
                \.words,
                completion: .ownCommands
            )
        ],
        flags: [
            .toggle("json", "Print every command and option as JSON.", \.asJSON, negatable: false),
            .toggle("pager", "Show help longer than the screen by a pager.", \.isPaged),
        ]
    )
}
