// Takes an example apart as a shell would, as far as examples go: quotes, pipes, redirections.
// So that a test can say that every example in the help is a command line that kctl accepts.

/// A shell command line of one or more commands.
struct ExampleLine {
    /// The words of each command, without redirections and without variables set for it.
    private(set) var commands: [[String]] = []

    init(_ line: String) {
        var tokens = Tokens(line)
        var words: [String] = []
        while let token = tokens.next() {
            switch token {
            case .word(let word):
                // `NAME=value kctl …` sets a variable for the command.
                if words.isEmpty, let first = word.split(separator: "=").first, first != word,
                    first.allSatisfy({ $0.isLetter || $0 == "_" })
                {
                    continue
                }
                words.append(word)
            case .redirection:
                _ = tokens.next()
            case .separator:
                commands.append(words)
                words = []
            }
        }
        commands.append(words)
        commands.removeAll(where: \.isEmpty)
    }

    private enum Token {
        case word(String)
        case redirection
        case separator
    }

    private struct Tokens {
        private var rest: Substring

        init(_ line: String) {
            rest = line[...]
        }

        mutating func next() -> Token? {
            rest = rest.drop(while: \.isWhitespace)
            guard let first = rest.first else { return nil }
            if "|&;()".contains(first) {
                rest = rest.drop { "|&;()".contains($0) }
                return .separator
            }
            let descriptor = rest.prefix { $0.isNumber }
            if let mark = rest.dropFirst(descriptor.count).first, "<>".contains(mark) {
                rest = rest.dropFirst(descriptor.count).drop { "<>&".contains($0) }
                // `<(…)` is a command of its own, and what follows its end belongs to this one.
                return rest.first == "(" ? .separator : .redirection
            }
            return .word(word())
        }

        private mutating func word() -> String {
            var word = ""
            var quote: Character?
            while let letter = rest.first {
                if quote == nil, letter.isWhitespace || "|&;()<>".contains(letter) { break }
                rest.removeFirst()
                if letter == quote {
                    quote = nil
                } else if quote == nil, letter == "'" || letter == "\"" {
                    quote = letter
                } else if letter == "\\", quote != "'", let escaped = rest.popFirst() {
                    word.append(escaped)
                } else {
                    word.append(letter)
                }
            }
            return word
        }
    }
}
