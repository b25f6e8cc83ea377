// What the three completion scripts have in common.
// For each place in the tree of commands, what can follow. The scripts differ only in how they
// write it down.

/// One place in the tree: the program itself, a group, or a command.
struct CompletionEntry {
    /// The words that lead here, joined by spaces; empty for the program.
    let path: String
    /// The commands that can follow as the next word; empty at a command.
    let children: [CommandTree<Void>]
    /// The options to offer here: at a group, those that its commands share.
    let flags: [FlagDescription]
    /// The option names, with dashes, after which the next word is a value.
    ///
    /// At a group those of all its commands, but for names that some of them read without a value.
    let valueNames: [String]
    /// The arguments of a command.
    let operands: [OperandDescription]

    /// The arguments that are not behind `--`.
    var plainOperands: [OperandDescription] { operands.filter { $0.arity != .trailing } }

    /// True when words behind `--` are a command to run.
    var hasTrailing: Bool { operands.contains { $0.arity == .trailing } }
}

extension Outline {
    /// Every place in the tree, the program first and each group before its commands.
    var completionEntries: [CompletionEntry] {
        let shared = SharedOptions(of: commands)
        var entries: [CompletionEntry] = []
        visit([], nodes)
        return entries

        func visit(_ path: [String], _ children: [CommandTree<Void>]) {
            let shown = children.filter { !$0.isHidden }
            entries.append(entry(path, shown))
            for child in shown {
                switch child {
                case .group(let group, let nodes):
                    visit(path + [group.name], nodes)
                case .command(let command, _):
                    entries.append(
                        CompletionEntry(
                            path: command.path.joined(separator: " "),
                            children: [],
                            flags: command.flags,
                            valueNames: command.flags.filter(\.takesValue).flatMap(\.allNames),
                            operands: command.operands
                        )
                    )
                }
            }
        }

        func entry(_ path: [String], _ children: [CommandTree<Void>]) -> CompletionEntry {
            let below = children.flatMap(\.commands).filter { !$0.isHidden }
            let groups = shared.groups.filter { group in
                below.contains { $0.flags.contains(group.rows) }
            }
            let flags = below.flatMap(\.flags)
            let toggles = Set(flags.filter { !$0.takesValue }.flatMap(\.allNames))
            var valueNames: [String] = []
            for name in flags.filter(\.takesValue).flatMap(\.allNames)
            where !toggles.contains(name) && !valueNames.contains(name) {
                valueNames.append(name)
            }
            return CompletionEntry(
                path: path.joined(separator: " "),
                children: children,
                flags: [.help] + groups.flatMap(\.rows),
                valueNames: valueNames,
                operands: []
            )
        }
    }
}

extension FlagDescription {
    /// Every name with its dashes, the one-letter name first; negations are not among them.
    var allNames: [String] {
        (short.map { ["-\($0)"] } ?? []) + ([long] + aliases).map { "--" + $0 }
    }

    /// The names to offer: a negation only where it changes what holds by default.
    var offeredNames: [String] {
        let names = (short.map { ["-\($0)"] } ?? []) + ["--" + long]
        return isNegatable && isOnByDefault ? names + ["--no-" + long] : names
    }

    /// The help sentence without its full stop, as shells show it.
    var completionHelp: String { help.hasSuffix(".") ? String(help.dropLast()) : help }
}

extension CommandTree {
    /// Its name and aliases.
    var allNames: [String] { [name] + aliases }
}

/// Words in single quotes for bash and zsh.
func shellQuoted(_ words: String) -> String {
    "'" + words.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
}
