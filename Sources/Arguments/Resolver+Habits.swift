// Words of other tools, and of other orders of words, as the command that means the same.
// `kctl get topics`, `kctl topics --list`, `kctl topic consume orders`, `kctl -C -t orders`.

/// A word of another program that stands where a command belongs.
public struct Habit: Sendable {
    /// The word as it is typed, with its dashes if it has any.
    let word: String
    /// The words of the command that does the same.
    let command: String

    /// Describes a habit.
    public init(_ word: String, _ command: String) {
        self.word = word
        self.command = command
    }
}

extension Resolver {
    /// Returns the command for `word`, which no command at this place is called; `rest` are the
    /// options so far and `next` the words that follow.
    func translation(
        of word: String,
        after path: [String],
        _ level: [CommandTree<Leaf>],
        rest: [String],
        next: [String]
    ) -> String? {
        let others = rest + next
        guard let group = path.first else { return verbFirst(word, rest: rest, next: next) }
        // `kctl topic consume orders`: a group's word before a command that stands alone.
        if let node = node(word, in: program.nodes), !node.isHidden, node.children.isEmpty {
            return call([node.name] + others)
        }
        // `kctl topics get`
        guard path.count == 1, word == "get", case let level = level.filter({ !$0.isHidden }),
            let node = level.first(where: { $0.name == (next.isEmpty ? "list" : "describe") })
        else { return nil }
        return call([group, node.name] + others)
    }

    /// Returns the command for an option that stands for a command: `--list`, kcat's `-L`.
    func translation(
        of option: String,
        after path: [String],
        _ level: [CommandTree<Leaf>],
        others: [String]
    ) -> String? {
        if path.isEmpty, let habit = program.habits.first(where: { $0.word == option }) {
            return call([habit.command] + others)
        }
        guard option.utf8.starts(with: "--".utf8), !path.isEmpty else { return nil }
        let name = String(option.unicodeScalars.dropFirst(2))
        guard let node = node(name, in: level), !node.isHidden else { return nil }
        return call(path + [node.name] + others)
    }

    /// `kctl get topics`, `kctl describe topic orders`: the verb before the noun.
    private func verbFirst(_ verb: String, rest: [String], next: [String]) -> String? {
        guard let place = next.firstIndex(where: { $0.utf8.first != UInt8(ascii: "-") }),
            let group = node(next[place], in: program.nodes), !group.children.isEmpty
        else { return nil }
        var others = next
        others.remove(at: place)
        let isNamed = others.contains { $0.utf8.first != UInt8(ascii: "-") }
        let word = verb == "get" ? (isNamed ? "describe" : "list") : verb
        guard let node = node(word, in: group.children), !node.isHidden else { return nil }
        return call([group.name, node.name] + rest + others)
    }

    private func call(_ words: [String]) -> String {
        let shown = words.map { word in
            word.utf8.allSatisfy(\.isPlain) && !word.isEmpty
                ? word : "\"" + word.replacing("\"", with: "\\\"") + "\""
        }
        return "use '" + ([program.name] + shown).joined(separator: " ") + "'"
    }
}

extension UInt8 {
    /// True for a byte that no shell interprets; a space is one between words of ours.
    fileprivate var isPlain: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: " -_.,:/=@+%".utf8.contains(self)
        }
    }
}
