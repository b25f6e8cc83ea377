// A command as its author writes it.
// Words, arguments and options, from which everything that a user can read or type follows.

public import JSON

/// The typed options of a command; fresh ones hold the defaults of everything not given.
public protocol CommandOptions: Sendable {
    /// Options as they are before the command line is read.
    init()
}

/// The request that a command line turned out to make.
public enum Parsed<Options: Sendable>: Sendable {
    /// Run with these options.
    case run(Options)
    /// Show the help of the command, all of it or one screen.
    case help(long: Bool)
}

extension Parsed: Equatable where Options: Equatable {}

/// The words, arguments, options and texts of one command.
public struct CommandSpec<Options: CommandOptions>: Sendable {
    /// All that help, manual and completion need.
    public let description: CommandDescription

    /// The rows themselves, which the parser needs with their types.
    struct Rows: Sendable {
        let operands: [Operand<Options>]
        let flags: [Flag<Options>]
        let validate: @Sendable (Options) throws(UsageError) -> Void
        let foreign: [ForeignOption]
    }

    /// Makes the rows, each time anew: of all commands a run needs the rows of one, and those of
    /// the others would take longer to make than the rest of the start.
    let rows: @Sendable () -> Rows

    /// A command called by the words of `path`, separated by single spaces.
    ///
    /// `aliases` are accepted in place of the last word of `path`. The rows are evaluated when they
    /// are needed. `json` are the objects that it prints. `foreign` are options of another program
    /// that users may type here. `validate` refuses options that contradict one another; it sees
    /// them only when each is right by itself.
    public init(
        _ path: String,
        _ summary: String,
        aliases: [String] = [],
        operands: @autoclosure @escaping @Sendable () -> [Operand<Options>] = [],
        flags: @autoclosure @escaping @Sendable () -> [Flag<Options>] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example] = [],
        sections: @autoclosure @escaping @Sendable () -> [Section] = [],
        json: @autoclosure @escaping @Sendable () -> [JSONShape] = [],
        isHidden: Bool = false,
        program: String = "kctl",
        foreign: @autoclosure @escaping @Sendable () -> [ForeignOption] = [],
        validate: @escaping @Sendable (Options) throws(UsageError) -> Void = { _ in }
    ) {
        let rows = { @Sendable in
            Rows(operands: operands(), flags: flags(), validate: validate, foreign: foreign())
        }
        self.rows = rows
        description = CommandDescription(
            program: program,
            path: path.split(separator: " ").map(String.init),
            aliases: aliases,
            summary: summary,
            isHidden: isHidden,
            details: {
                CommandDescription.Details(
                    operands: operands().map(\.description),
                    flags: Self.describe(flags()),
                    examples: examples(),
                    sections: sections(),
                    json: json()
                )
            },
            read: { words throws(UsageError) in
                var parser = Parser(rows(), call: "\(program) \(path)")
                _ = try parser.parse(words)
            }
        )
    }

    private static func describe(_ flags: [Flag<Options>]) -> [FlagDescription] {
        let fresh = Options()
        var rows = flags.map { flag in
            var row = flag.description
            row.isOnByDefault = flag.isOn(fresh)
            return row
        }
        // Help stands with the command's own options, whatever was gathered under other headings.
        let own = rows.lastIndex { $0.heading == FlagDescription.standardHeading }
        rows.insert(.help, at: own.map { $0 + 1 } ?? 0)
        return rows
    }

    /// Reads the words that follow the command's own.
    ///
    /// `-h` and `--help` before `--` win over every mistake. Options and arguments mix in any
    /// order; of an option that is given again the last one counts, unless it is a list.
    /// - Throws: `UsageError` for the first mistake, with the usage line filled in.
    public func parse(_ arguments: [String]) throws(UsageError) -> Parsed<Options> {
        var parser = Parser(rows(), call: description.call)
        do {
            return try parser.parse(arguments)
        } catch {
            throw error.withUsage(of: description)
        }
    }
}
