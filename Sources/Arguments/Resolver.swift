// Finds the command that a command line is for.
//
// Options may come first (`kctl -b HOST topics list`), and then it is not yet known which command
// they belong to, nor whether they take a value. So an option is read as the commands still in
// reach read it; where they differ, it takes the next word unless that word names a command.

import JSON

/// One search through the commands of a program.
struct Resolver<Leaf: Sendable> {
    let program: Program<Leaf>
    private let arguments: [String]
    private var helpIsLong: Bool?
    /// The first option that no command in reach has, or that is a command of another program.
    private var unknownOption: String?

    init(program: Program<Leaf>, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    mutating func resolve() throws(UsageError) -> Resolution<Leaf> {
        var level = program.nodes
        var path: [String] = []
        var rest: [String] = []
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            if let node = node(word, in: level) {
                path.append(node.name)
                if case .command(let command, let leaf) = node {
                    return .command(leaf, command, rest: rest + arguments[(index + 1)...])
                }
                level = node.children
            } else if word == "--" {
                break
            } else if word.utf8.count > 1, word.utf8.first == UInt8(ascii: "-") {
                rest.append(word)
                if word == "--help" || word == "-h" {
                    helpIsLong = word == "--help" || helpIsLong == true
                } else if unknownOption == nil, isHabit(word) || !isKnown(word, among: level) {
                    unknownOption = word
                }
                let next = index + 1 < arguments.count ? arguments[index + 1] : nil
                if let next, takes(next, asValueOf: word, among: level) {
                    rest.append(next)
                    index += 1
                }
            } else if word == "help" {
                return try helpCommand(under: path, with: rest + arguments[(index + 1)...])
            } else {
                let next = Array(arguments[(index + 1)...])
                throw unknown(word, after: path, in: level, rest: rest, next: next)
            }
            index += 1
        }
        if let helpIsLong { return .help(.page(path), long: helpIsLong) }
        if let unknownOption {
            throw unknown(option: unknownOption, after: path, in: level, rest: rest)
        }
        // Whoever names no command wants to know which ones there are.
        if rest.isEmpty, index == arguments.count { return .help(.page(path), long: false) }
        throw missing(after: path, in: level)
    }

    private func isHabit(_ word: String) -> Bool { program.habits.contains { $0.word == word } }

    /// Returns the node called by `words`, nil for no words.
    func find(_ words: [String]) throws(UsageError) -> CommandTree<Leaf>? {
        var level = program.nodes
        var path: [String] = []
        var found: CommandTree<Leaf>?
        for word in words {
            guard let node = node(word, in: level) else {
                guard case .command(let command, _) = found else {
                    throw unknown(word, after: path, in: level)
                }
                let call = (path + [word]).joined(separator: " ")
                let hint = "try '\(program.name) help \(path.joined(separator: " "))'"
                throw UsageError("unknown command \(quoted(call))", hint: hint)
                    .withUsage(of: command)
            }
            path.append(node.name)
            level = node.children
            found = node
        }
        return found
    }

    func node(_ word: String, in level: [CommandTree<Leaf>]) -> CommandTree<Leaf>? {
        level.first { $0.name == word || $0.aliases.contains(word) }
    }

    /// `kctl help topics create`, and `kctl topics help create`, which means the same.
    private func helpCommand(
        under path: [String],
        with rest: [String]
    ) throws(UsageError) -> Resolution<Leaf> {
        switch try HelpCommand.spec.parse(rest) {
        case .help(let long):
            return .help(.page(path.isEmpty ? ["help"] : path), long: long)
        case .run(let options) where options.asJSON:
            return .help(.document, long: true)
        case .run(let options):
            let words = path + options.words
            if words != ["help"] { _ = try find(words) }
            return .help(.page(words), long: true)
        }
    }
}

// MARK: - Options before the command is known

extension Resolver {
    /// Returns true when some command in reach has the option `word`.
    private func isKnown(_ word: String, among level: [CommandTree<Leaf>]) -> Bool {
        let flags = level.flatMap(\.commands).flatMap(\.flags)
        let scalars = word.unicodeScalars
        guard word.utf8.starts(with: "--".utf8) else {
            return scalars.dropFirst().first.map { first in
                first == "h" || flags.contains { $0.short == Character(first) }
            } ?? true
        }
        let name = String(String.UnicodeScalarView(scalars.dropFirst(2).prefix { $0 != "=" }))
        return name == "help" || flags.contains { $0.answers(to: name) }
    }

    /// Returns true when `next` is the value of the option `word`.
    private func takes(
        _ next: String,
        asValueOf word: String,
        among level: [CommandTree<Leaf>]
    ) -> Bool {
        let flags = level.flatMap(\.commands).flatMap(\.flags)
        let scalars = word.unicodeScalars
        let readings: [FlagDescription]
        if word.utf8.starts(with: "--".utf8) {
            let name = String(scalars.dropFirst(2))
            readings = flags.filter { $0.answers(to: name) }
        } else {
            // In a bundle such as `-ib HOST` only the last letter can be followed by its value.
            guard let letter = scalars.last else { return false }
            let earlier = scalars.dropFirst().dropLast()
            let takers = flags.filter { flag in
                flag.takesValue && earlier.contains { flag.short == Character($0) }
            }
            guard takers.isEmpty else { return false }
            readings = flags.filter { $0.short == Character(letter) }
        }
        guard readings.contains(where: \.takesValue) else { return false }
        return readings.allSatisfy(\.takesValue) || node(next, in: level) == nil
    }
}

// MARK: - Mistakes

extension Resolver {
    private func unknown(
        _ word: String,
        after path: [String],
        in level: [CommandTree<Leaf>],
        rest: [String] = [],
        next: [String] = []
    ) -> UsageError {
        if let unknownOption {
            let words = rest + [word] + next
            var others = words
            if let place = others.firstIndex(of: unknownOption) { others.remove(at: place) }
            if translation(of: unknownOption, after: path, level, others: others) != nil {
                return unknown(option: unknownOption, after: path, in: level, rest: words)
            }
        }
        let call = (path + [word]).joined(separator: " ")
        var error = UsageError("unknown command \(quoted(call))")
        error.hint =
            translation(of: word, after: path, level, rest: rest, next: next)
            ?? hint(for: word, after: path, in: level)
        error.usage = usage(after: path)
        return error
    }

    private func hint(
        for word: String,
        after path: [String],
        in level: [CommandTree<Leaf>]
    ) -> String {
        let shown = level.filter { !$0.isHidden }
        let names = shown.map(\.name) + (path.isEmpty ? ["help"] : [])
        if let near = Suggestion.nearest(to: word, among: names) ?? nearAlias(of: word, in: shown) {
            return "did you mean '\(([program.name] + path + [near]).joined(separator: " "))'?"
        }
        // `kctl describe orders` is for one of the groups that can describe.
        let elsewhere = program.nodes.flatMap(\.commands).filter {
            !$0.isHidden && $0.path.count > 1 && $0.path.last == word
        }
        if path.isEmpty, !elsewhere.isEmpty, elsewhere.count <= 4 {
            let calls = elsewhere.map { "'\($0.call)'" }
            return "did you mean \(calls.joined(separator: " or "))?"
        }
        return "commands: " + names.joined(separator: ", ")
    }

    private func nearAlias(of word: String, in level: [CommandTree<Leaf>]) -> String? {
        let aliases = level.flatMap(\.aliases)
        let near = Suggestion.nearest(to: word, among: aliases)
        return near.flatMap { near in level.first { $0.aliases.contains(near) }?.name }
    }

    /// Returns the error of an option that stands where a command is missing: the mistake to name.
    private func unknown(
        option word: String,
        after path: [String],
        in level: [CommandTree<Leaf>],
        rest: [String]
    ) -> UsageError {
        let name = String(word.drop { $0 == "-" })
        var error = UsageError("unknown option \(quoted(word))")
        var others = rest
        if let place = others.firstIndex(of: word) { others.remove(at: place) }
        error.hint =
            translation(of: word, after: path, level, others: others)
            ?? node(name, in: level).map { node in
                "did you mean '\(([program.name] + path + [node.name]).joined(separator: " "))'?"
            } ?? missing(after: path, in: level).hint
        error.usage = usage(after: path)
        return error
    }

    private func missing(after path: [String], in level: [CommandTree<Leaf>]) -> UsageError {
        let names = level.filter { !$0.isHidden }.map(\.name) + (path.isEmpty ? ["help"] : [])
        let place = path.isEmpty ? "" : " after '\(path.joined(separator: " "))'"
        var error = UsageError("missing command" + place)
        error.hint = "commands: " + names.joined(separator: ", ")
        error.usage = usage(after: path)
        return error
    }

    private func usage(after path: [String]) -> String {
        "usage: " + ([program.name] + path + ["COMMAND", "[options]"]).joined(separator: " ")
    }
}
