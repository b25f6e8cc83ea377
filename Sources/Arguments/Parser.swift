// Reads the words of one command.
//
// 1. Foreign words never trap: names are compared, and words are cut, by Unicode scalar, because a
//    combining mark after `=` would otherwise hide it inside a character.
// 2. The first mistake is kept and reading goes on, since a later `--help` wins over it.
// 3. Every word is used exactly once: as an option, as an option's value, or as an argument.

import JSON

/// One reading of one command line.
struct Parser<Options: CommandOptions> {
    private let spec: CommandSpec<Options>.Rows
    private let call: String
    private var options = Options()
    private var words: ArraySlice<String> = []
    private var operands: [String] = []
    private var trailing: [String] = []
    private var given: Set<String> = []
    private var mistake: UsageError?
    private var helpIsLong: Bool?
    /// The option whose `NAME=VALUE` had no `=`, while nothing but arguments has followed.
    private var unfinished: String?
    /// The same, of the word that is being read.
    private var lacksValue: String?
    /// Arguments that may be the value that it lacks, by their places: they may be secrets.
    private var strays: [Int: String] = [:]

    /// A reading by the rows of the command that the user calls with the words of `call`.
    init(_ spec: CommandSpec<Options>.Rows, call: String) {
        self.spec = spec
        self.call = call
    }

    mutating func parse(_ arguments: [String]) throws(UsageError) -> Parsed<Options> {
        for flag in spec.flags { flag.prepare(&options) }
        words = arguments[...]
        while let word = words.popFirst() {
            if word == "--" {
                takeRest()
            } else if word.utf8.starts(with: "--".utf8) {
                takeLong(word)
            } else if word.utf8.first == UInt8(ascii: "-"), word != "-" {
                takeShort(word)
            } else {
                if let unfinished { strays[operands.count] = unfinished }
                operands.append(word)
                continue
            }
            unfinished = lacksValue
            lacksValue = nil
        }
        if let helpIsLong { return .help(long: helpIsLong) }
        if let mistake { throw mistake }
        try assignOperands()
        for flag in spec.flags { try flag.check?(options) }
        try spec.validate(options)
        return .run(options)
    }

    private mutating func takeRest() {
        if spec.operands.contains(where: { $0.description.arity == .trailing }) {
            trailing = Array(words)
        } else {
            operands += words
        }
        words = []
    }

    private mutating func takeLong(_ word: String) {
        let body = word.unicodeScalars.dropFirst(2)
        let equals = body.firstIndex(of: "=")
        let name = String(body[..<(equals ?? body.endIndex)])
        let attached = equals.map { String(body[body.index(after: $0)...]) }
        if name == "help" {
            if attached == nil { helpIsLong = true } else { fail(takesNoValue(name)) }
            return
        }
        guard let (flag, isOn) = find(long: name) else {
            let typed = "--" + name
            fail(unknown(typed, hint: suggestion(forLong: name)))
            return
        }
        guard flag.description.takesValue else {
            switch attached {
            case nil: takeToggle(flag, isOn)
            case let value? where flag.description.optionalPlaceholder != nil:
                apply(flag, .value(value))
            default: fail(takesNoValue(name))
            }
            return
        }
        takeValue(of: flag, attached: attached)
    }

    private mutating func takeShort(_ word: String) {
        let cluster = word.unicodeScalars.dropFirst()
        // `-topic x` is a slip for `--topic x`; as `-t opic` it would name another topic.
        if cluster.count > 1, let (flag, _) = find(long: String(cluster)) {
            fail(unknown(word, hint: "did you mean --\(String(cluster))?"))
            if flag.description.takesValue, let next = words.first, !isKnownFlag(next) {
                words.removeFirst()
            }
            return
        }
        var rest = cluster
        while let letter = rest.popFirst() {
            if letter == "h" {
                helpIsLong = helpIsLong ?? false
                continue
            }
            guard let flag = find(short: letter) else {
                let foreign = spec.foreign.first { $0.letter == Character(letter) }
                let hint =
                    foreign?.hint(attached: String(rest), next: words.first)
                    ?? hint(forShort: letter, in: word)
                fail(unknown("-\(letter)", hint: hint))
                return
            }
            if flag.description.takesValue {
                takeValue(of: flag, attached: rest.isEmpty ? nil : String(rest))
                return
            }
            if rest.isEmpty { takeToggle(flag, true) } else { apply(flag, .toggle(true)) }
        }
    }

    /// Turns it on or off; the next word is its value where it may have one and this is one.
    private mutating func takeToggle(_ flag: Flag<Options>, _ isOn: Bool) {
        if let next = words.first, flag.takes(next) {
            words.removeFirst()
            apply(flag, .value(next))
        } else {
            apply(flag, .toggle(isOn))
        }
    }

    private mutating func takeValue(of flag: Flag<Options>, attached: String?) {
        if let attached {
            apply(flag, .value(completed(attached, of: flag)))
            return
        }
        let name = "--" + flag.description.long
        guard let next = words.first else {
            fail(UsageError("missing value for \(name)"))
            return
        }
        guard next != "--", !isKnownFlag(next) else {
            let hint = "if \(quoted(next)) is the value, write \(name)=\(quoted(next))"
            fail(UsageError("missing value for \(name)", hint: hint))
            return
        }
        words.removeFirst()
        apply(flag, .value(completed(next, of: flag)))
    }

    /// Returns the value with the word that follows it, where one does; what it means is the
    /// value's affair.
    private mutating func completed(_ value: String, of flag: Flag<Options>) -> String {
        guard flag.description.choicesWithWord.contains(value), let next = words.first,
            next != "--", !isKnownFlag(next)
        else { return value }
        words.removeFirst()
        return "\(value) \(next)"
    }

    private mutating func apply(_ flag: Flag<Options>, _ input: FlagInput) {
        if flag.description.placeholder == "NAME=VALUE", case .value(let word) = input,
            !word.unicodeScalars.contains("=")
        {
            lacksValue = flag.description.long
        }
        do {
            try flag.apply(&options, input)
            given.insert(flag.description.long)
        } catch {
            guard case .value(let word) = input else { return }
            let message = "invalid value \(quoted(word)) for --\(flag.description.long)"
            fail(UsageError("\(message): \(error.reason)", hint: error.hint))
        }
    }

    private func takesNoValue(_ name: String) -> UsageError {
        UsageError("--\(name) takes no value", hint: "write --\(name) alone")
    }

    private mutating func fail(_ error: UsageError) {
        if mistake == nil { mistake = error }
    }
}

// MARK: - Names

extension Parser {
    /// Returns the flag called `name`, and whether the name turns a toggle on or off.
    private func find(long name: String) -> (Flag<Options>, isOn: Bool)? {
        if let flag = spec.flags.first(where: { $0.description.answers(to: name) }) {
            return (flag, true)
        }
        guard name.utf8.starts(with: "no-".utf8) else { return nil }
        let positive = String(name.unicodeScalars.dropFirst(3))
        let flag = spec.flags.first {
            $0.description.isNegatable && $0.description.answers(to: positive)
        }
        return flag.map { ($0, false) }
    }

    private func find(short letter: Unicode.Scalar) -> Flag<Options>? {
        spec.flags.first { $0.description.short == Character(letter) }
    }

    /// Returns true when a word is an option of this command, so that it is not the value of the
    /// one before.
    private func isKnownFlag(_ word: String) -> Bool {
        let scalars = word.unicodeScalars
        guard scalars.first == "-", let second = scalars.dropFirst().first else { return false }
        guard second == "-" else { return second == "h" || find(short: second) != nil }
        let name = String(scalars.dropFirst(2).prefix { $0 != "=" })
        return name == "help" || find(long: name) != nil
    }

    private var rows: [FlagDescription] { spec.flags.map(\.description) + [.help] }

    private func unknown(_ word: String, hint: String?) -> UsageError {
        UsageError("unknown option \(quoted(word)) for '\(call)'", hint: hint)
    }

    private func suggestion(forLong name: String) -> String? {
        var names = rows.flatMap { [$0.long] + $0.aliases }
        if name.utf8.starts(with: "no-".utf8) {
            let positive = String(name.unicodeScalars.dropFirst(3))
            if rows.contains(where: { $0.answers(to: positive) }) {
                return "--\(positive) cannot be negated"
            }
            names += rows.filter(\.isNegatable).map { "no-" + $0.long }
        }
        return Suggestion.nearest(to: name, among: names).map { "did you mean --\($0)?" }
    }

    /// For `-partions` the near long name; for `-J` the same letter in the other case.
    private func hint(forShort letter: Unicode.Scalar, in word: String) -> String? {
        let cluster = String(word.unicodeScalars.dropFirst())
        if cluster.unicodeScalars.count > 2, let hint = suggestion(forLong: cluster) { return hint }
        let wanted = Character(letter).lowercased()
        let other = rows.compactMap(\.short).first { $0.lowercased() == wanted }
        return other.map { "did you mean -\($0)?" }
    }
}

extension FlagDescription {
    /// Returns true when the option is called `name`, without dashes.
    func answers(to name: String) -> Bool { long == name || aliases.contains(name) }
}

// MARK: - Arguments

extension Parser {
    /// Deals the words out in order; a repeated argument leaves enough for those after it.
    private mutating func assignOperands() throws(UsageError) {
        let takers = spec.operands.filter { takesWords($0.description) }
        var left = operands[...]
        for (index, operand) in takers.enumerated() {
            let row = operand.description
            let reserved = takers[(index + 1)...].reduce(0) { $0 + minimum(of: $1.description) }
            let available = max(0, left.count - reserved)
            let wanted = row.isRepeated ? available : min(1, available)
            guard wanted >= minimum(of: row) else { throw missing(row, after: wanted) }
            guard wanted > 0 else { continue }
            operand.store(&options, Array(left.prefix(wanted)))
            left = left.dropFirst(wanted)
        }
        if let extra = left.first {
            if let flag = strays[left.startIndex] {
                let hint = "--\(flag) NAME=VALUE, in one word"
                throw UsageError("the value of --\(flag) has no '='", hint: hint)
            }
            throw unexpected(extra)
        }
        for operand in spec.operands where operand.description.arity == .trailing {
            operand.store(&options, trailing)
        }
    }

    /// A single argument whose option was given takes no word; a repeated one adds to it.
    private func takesWords(_ row: OperandDescription) -> Bool {
        switch row.arity {
        case .trailing: false
        case .required, .optional: row.orFlag.map { !given.contains($0) } ?? true
        case .repeated: true
        }
    }

    private func minimum(of row: OperandDescription) -> Int {
        switch row.arity {
        case .required: 1
        case .optional, .trailing: 0
        case .repeated(let minimum): row.orFlag.map(given.contains) == true ? 0 : minimum
        }
    }

    private func missing(_ row: OperandDescription, after count: Int) -> UsageError {
        let more = count > 0 ? ": at least \(minimum(of: row)) are needed" : ""
        let hint = row.orFlag.map { "give it as an argument or with --\($0)" }
        return UsageError("missing \(row.name)\(more)", hint: hint)
    }

    private func unexpected(_ word: String) -> UsageError {
        var hint: String?
        for operand in spec.operands.map(\.description) {
            if let flag = operand.orFlag, !operand.isRepeated, given.contains(flag) {
                hint = "\(operand.name) is already given by --\(flag)"
            } else if operand.arity == .trailing {
                hint = "write -- before \(operand.label)"
            }
        }
        return UsageError("unexpected argument \(quoted(word))", hint: hint)
    }
}
