// What every renderer reads: the rows of a command without the types of its options.
// A renderer is a pure function of these, which is why help, manual, completion and reference
// cannot disagree.

public import JSON

/// The words a shell offers after an option or in an argument's place.
public enum Completion: Sendable, Equatable {
    /// Nothing but the choices, if there are any.
    case none
    /// Topic names, asked from the cluster.
    case topics
    /// Names of consumer groups, asked from the cluster.
    case groups
    /// Names of contexts, from the configuration files.
    case contexts
    /// Names of another kind, asked by that word: `kctl complete KIND`.
    case names(String)
    /// File names.
    case files
    /// Folder names.
    case directories
    /// Programs, then their own arguments; for words after `--`.
    case commands
    /// Words that call a command of this program.
    case ownCommands
    /// One of a few words, without blanks or commas.
    case words([String])
}

/// One option, as help shows it.
public struct FlagDescription: Sendable, Equatable {
    /// The name without its dashes.
    public internal(set) var long: String
    /// The one-letter name, if it has one.
    public internal(set) var short: Character?
    /// Further long names that are accepted.
    public internal(set) var aliases: [String] = []
    /// The word for the value; nil for a toggle.
    public internal(set) var placeholder: String?
    /// The word for the value that a toggle may have: `--watch [DURATION]`.
    public internal(set) var optionalPlaceholder: String?
    /// Every accepted value when there are only a few.
    public internal(set) var choices: [String] = []
    /// The choices behind which another word follows.
    public internal(set) var choicesWithWord: [String] = []
    /// The default as a user would write it; nil when there is none to show.
    public internal(set) var defaultText: String?
    /// True when it collects every value given, in order.
    public internal(set) var isRepeatable = false
    /// True when `--no-NAME` is accepted.
    public internal(set) var isNegatable = false
    /// True when a toggle is on when nothing is said.
    public internal(set) var isOnByDefault = false
    /// True when it is left out of the short help.
    public internal(set) var isAdvanced = false
    /// The heading it is listed under.
    public internal(set) var heading = FlagDescription.standardHeading
    /// One sentence with a full stop.
    public internal(set) var help: String
    /// The words a shell offers as its value.
    public internal(set) var completion = Completion.none

    /// The heading of options that were not put under another.
    public static let standardHeading = "Options"

    /// True when it is followed by a value, always.
    public var takesValue: Bool { placeholder != nil }

    /// The value as it stands behind the name; nil when there is none.
    var valueLabel: String? { placeholder ?? optionalPlaceholder.map { "[\($0)]" } }

    /// The row of `-h` and `--help`, which every command has.
    static let help = FlagDescription(
        long: "help",
        short: "h",
        help: "Show help; --help shows all of it."
    )
}

/// One argument, as help shows it.
public struct OperandDescription: Sendable, Equatable {
    /// The number of times an argument is given.
    public enum Arity: Sendable, Equatable {
        /// Exactly one word, or the option named by `orFlag`.
        case required
        /// At most one word.
        case optional
        /// Any number of words, at least `minimum`, or the option named by `orFlag`.
        case repeated(minimum: Int)
        /// All words after `--`.
        case trailing
    }

    /// The name in capitals: `TOPIC`.
    public internal(set) var name: String
    /// One sentence with a full stop.
    public internal(set) var help: String
    /// The number of times it is given.
    public internal(set) var arity: Arity
    /// The option that can stand in for it, without dashes.
    public internal(set) var orFlag: String?
    /// The words a shell offers in its place.
    public internal(set) var completion: Completion

    /// True when the command cannot run without it.
    public var isRequired: Bool {
        switch arity {
        case .required: true
        case .repeated(let minimum): minimum > 0
        case .optional, .trailing: false
        }
    }

    /// True when it takes more than one word.
    public var isRepeated: Bool {
        switch arity {
        case .required, .optional: false
        case .repeated, .trailing: true
        }
    }

    /// The name with dots when it repeats: `TOPIC...`.
    var label: String { isRepeated && !name.hasSuffix("...") ? name + "..." : name }

    /// The place in a usage line: `[TOPIC...]`, `[-- COMMAND...]`.
    var usage: String {
        if arity == .trailing { return "[-- \(label)]" }
        return isRequired ? label : "[\(label)]"
    }
}

/// A command line that works, and what it does.
public struct Example: Sendable, Equatable {
    /// The whole line, beginning with the program: `kctl topics list --json`.
    public let command: String
    /// One sentence with a full stop.
    public let explanation: String

    /// An example; tests parse every one of them.
    public init(_ command: String, _ explanation: String) {
        self.command = command
        self.explanation = explanation
    }
}

/// Prose for the long help, the manual and the reference: `Exit status`, `Output`.
public struct Section: Sendable, Equatable {
    /// The heading, in sentence case.
    public let title: String
    /// Paragraphs; one that begins with a space is shown line by line as it is, others are wrapped.
    public let paragraphs: [String]
    /// The line that stands for it in the help, without a full stop; nil when help shows all of it.
    public let helpLine: String?

    /// A section of `paragraphs`.
    public init(_ title: String, _ paragraphs: String..., helpLine: String? = nil) {
        self.init(title: title, paragraphs: paragraphs, helpLine: helpLine)
    }

    /// A section of `paragraphs`.
    init(title: String, paragraphs: [String], helpLine: String? = nil) {
        self.title = title
        self.paragraphs = paragraphs
        self.helpLine = helpLine
    }
}

/// All that is known of a command but the types of its options.
public struct CommandDescription: Sendable {
    /// The program that the command belongs to: `kctl`.
    public internal(set) var program: String
    /// The words that call it: `["topics", "list"]`.
    public internal(set) var path: [String]
    /// Further words accepted for the last of `path`.
    public internal(set) var aliases: [String]
    /// One sentence with a full stop.
    public internal(set) var summary: String
    /// True when help, manual, completion and reference leave it out.
    public internal(set) var isHidden: Bool

    /// The details that only help and the like need, made each time anew.
    struct Details: Sendable {
        let operands: [OperandDescription]
        let flags: [FlagDescription]
        let examples: [Example]
        let sections: [Section]
        let json: [JSONShape]
    }

    let details: @Sendable () -> Details

    /// Reads words as the command would, for the check of its examples.
    let read: @Sendable ([String]) throws(UsageError) -> Void

    /// The arguments in their order.
    public var operands: [OperandDescription] { details().operands }

    /// The options in their order; `--help` is among them.
    public var flags: [FlagDescription] { details().flags }

    /// Command lines to start from.
    public var examples: [Example] { details().examples }

    /// Further prose, with the members of the JSON that it prints before the last section.
    public var sections: [Section] {
        let details = details()
        guard let json = Section(members: details.json) else { return details.sections }
        return details.sections.dropLast() + [json] + details.sections.suffix(1)
    }

    /// The forms of the JSON objects that it prints.
    public var json: [JSONShape] { details().json }

    /// The words of the user that call it: `kctl topics list`.
    public var call: String { ([program] + path).joined(separator: " ") }

    /// The usage line without its label: `kctl topics create NAME... [options]`.
    public var usage: String {
        let words = operands.filter { $0.arity != .trailing }.map(\.usage)
        let trailing = operands.filter { $0.arity == .trailing }.map(\.usage)
        return ([call] + words + ["[options]"] + trailing).joined(separator: " ")
    }

    /// Returns the error the command would report for these words; nil when it would run or show
    /// help.
    func mistake(in words: [String]) -> UsageError? {
        do {
            try read(words)
            return nil
        } catch {
            return error
        }
    }
}

/// A noun that commands are gathered under.
public struct GroupDescription: Sendable, Equatable {
    /// The word: `topics`.
    public let name: String
    /// Further words accepted for it: `topic`.
    public let aliases: [String]
    /// One sentence with a full stop.
    public let summary: String
    /// Prose that holds for all of its commands.
    public let sections: [Section]

    /// A group called `name` or any of `aliases`.
    public init(
        _ name: String,
        aliases: [String] = [],
        _ summary: String,
        sections: [Section] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.sections = sections
    }
}
