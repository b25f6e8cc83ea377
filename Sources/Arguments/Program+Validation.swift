// Finds what is wrong with the declaration of a program, not with what a user types.
// A test calls this on the real commands, so that a slip in one row fails there and not in a user's
// shell.

extension Program {
    /// Returns every fault of the declared commands, one line each; empty when there are none.
    ///
    /// Names are unique and well formed, help is one sentence with a full stop and fits 80 columns,
    /// each example parses to its command, and each command is reached by its words and by help.
    public func validationFaults() -> [String] {
        var faults = nodeFaults(nodes, at: [])
        faults += pageFaults([])
        for command in outline.nodes.flatMap(\.commands) + nodes.flatMap(\.commands) {
            faults += command.faults(program: name).map { "\(command.call): \($0)" }
        }
        var unique: [String] = []
        for fault in faults where !unique.contains(fault) { unique.append(fault) }
        return unique
    }

    private func nodeFaults(_ nodes: [CommandTree<Leaf>], at path: [String]) -> [String] {
        var faults: [String] = []
        var seen: Set<String> = path.isEmpty ? ["help"] : []
        for node in nodes {
            for word in node.allNames where !seen.insert(word).inserted {
                faults.append("\((path + [word]).joined(separator: " ")): called twice")
            }
            let words = path + [node.name]
            switch node {
            case .command(let command, _):
                if command.path != words {
                    faults.append("\(command.call): stands under \(words.joined(separator: " "))")
                }
                faults += reachFaults(command)
                faults += command.examples.flatMap { exampleFaults($0, of: command) }
            case .group(let group, let children):
                if children.isEmpty { faults.append("\(group.name): a group without commands") }
                faults += sentenceFaults(group.summary, "\(group.name): summary")
                faults += nodeFaults(children, at: words)
            }
            faults += pageFaults(words)
        }
        return faults
    }

    private func reachFaults(_ command: CommandDescription) -> [String] {
        guard case .command(_, let found, _)? = try? resolve(command.path + ["--help"]),
            found.path == command.path
        else {
            return ["\(command.call): not reached by its words"]
        }
        return []
    }

    private func exampleFaults(_ example: Example, of command: CommandDescription) -> [String] {
        let place = "\(command.call): example '\(example.command)'"
        var faults = sentenceFaults(example.explanation, place)
        if example.command.count + 4 > TextLayout.standardColumns {
            faults.append("\(place): too wide for a page of help")
        }
        var isShown = false
        for words in ExampleLine(example.command).commands where words.first == name {
            do throws(UsageError) {
                let resolution = try resolve(Array(words.dropFirst()))
                guard case .command(_, let found, let rest) = resolution else { continue }
                isShown = isShown || found.path == command.path
                if let error = found.mistake(in: rest) { throw error }
            } catch {
                faults.append("\(place): \(error.message)")
            }
        }
        return isShown ? faults : faults + ["\(place): does not call the command"]
    }

    /// Faults of the help pages called by `words`.
    private func pageFaults(_ words: [String]) -> [String] {
        let call = ([name] + words).joined(separator: " ")
        var faults: [String] = []
        for long in [false, true] {
            guard let page = try? help(for: words, long: long) else {
                faults.append("\(call): has no help")
                continue
            }
            for line in page.split(separator: "\n") {
                if line.count > TextLayout.standardColumns {
                    faults.append("\(call): too wide: \(line)")
                }
                if line.last == " " { faults.append("\(call): space at the end: \(line)") }
                if !line.utf8.allSatisfy({ 32...126 ~= $0 }) {
                    faults.append("\(call): not plain ASCII: \(line)")
                }
            }
        }
        return faults
    }
}

extension CommandDescription {
    fileprivate func faults(program: String) -> [String] {
        var faults = sentenceFaults(summary, "summary")
        if self.program != program { faults.append("belongs to \(self.program)") }
        faults += flags.flatMap(\.faults)
        faults += operandFaults
        var longs: Set<String> = []
        var shorts: Set<Character> = []
        for flag in flags {
            for name in [flag.long] + flag.aliases where !longs.insert(name).inserted {
                faults.append("--\(name): declared twice")
            }
            if let short = flag.short, !shorts.insert(short).inserted {
                faults.append("-\(short): declared twice")
            }
        }
        for flag in flags where flag.isNegatable && longs.contains("no-" + flag.long) {
            faults.append("--no-\(flag.long): also turns --\(flag.long) off")
        }
        return faults
    }

    private var operandFaults: [String] {
        var faults: [String] = []
        for operand in operands {
            faults += sentenceFaults(operand.help, operand.name)
            if operand.name != operand.name.uppercased() || operand.name.isEmpty {
                faults.append("\(operand.name): an argument's name is in capitals")
            }
            if let flag = operand.orFlag, !flags.contains(where: { $0.long == flag }) {
                faults.append("\(operand.name): there is no --\(flag) to stand in for it")
            }
        }
        let trailing = operands.filter { $0.arity == .trailing }
        let plain = operands.filter { $0.arity != .trailing }
        if trailing.count > 1 { faults.append("two arguments take what follows --") }
        if plain.count(where: \.isRepeated) > 1 { faults.append("two arguments are repeated") }
        if let optional = plain.firstIndex(where: { $0.arity == .optional }),
            plain[optional...].contains(where: \.isRequired)
        {
            faults.append("\(plain[optional].name): optional before a required argument")
        }
        return faults
    }
}

extension FlagDescription {
    fileprivate var faults: [String] {
        var faults = sentenceFaults(help, "--\(long)")
        for name in [long] + aliases where !name.isOptionName {
            faults.append("--\(name): not lower case words joined by dashes")
        }
        if let short, !short.isASCII || !(short.isLetter || short.isNumber) {
            faults.append("-\(short): not a letter or digit")
        }
        if let placeholder, placeholder.isEmpty || placeholder != placeholder.uppercased() {
            faults.append("--\(long): its placeholder '\(placeholder)' is not in capitals")
        }
        if !takesValue, !choices.isEmpty || defaultText != nil || completion != .none {
            faults.append("--\(long): takes no value but has choices, a default or completion")
        }
        // Choices stand in completion scripts as they are, where a shell would read the rest.
        for choice in choices where !choice.utf8.allSatisfy(\.isPlainInShells) || choice.isEmpty {
            faults.append("--\(long): the choice '\(choice)' is not a plain word")
        }
        return faults
    }
}

private func sentenceFaults(_ text: String, _ place: String) -> [String] {
    let scalars = Array(text)
    let breaks = scalars.indices.dropLast(2).contains { index in
        scalars[index] == "." && scalars[index + 1] == " " && scalars[index + 2].isUppercase
    }
    guard text.hasSuffix("."), !text.hasSuffix(".."), !breaks, text.first?.isLowercase == false
    else {
        return ["\(place): not one sentence with a full stop: \(text)"]
    }
    return []
}

extension String {
    /// True when it is `words-joined-by-dashes` in ASCII.
    fileprivate var isOptionName: Bool {
        let parts = split(separator: "-", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0.isLowercaseLetter || $0.isDigit }
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLowercaseLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }

    fileprivate var isPlainInShells: Bool {
        isDigit || (self | 0x20).isLowercaseLetter || [0x2b, 0x2c, 0x2d, 0x2e, 0x5f].contains(self)
    }
}
