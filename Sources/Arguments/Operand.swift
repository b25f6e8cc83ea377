// An argument as a row of data: what help says about it, and where its words go.

/// One argument of a command whose options are an `Options`.
public struct Operand<Options>: Sendable {
    /// The description that help shows.
    public internal(set) var description: OperandDescription

    /// Stores the words that fell to it, in their order.
    let store: @Sendable (inout Options, [String]) -> Void

    /// Returns a word that must be given, unless the option called `orFlag` was: then it takes no
    /// word.
    public static func required(
        _ name: String,
        _ help: String,
        _ path: OptionPath<Options, String?>,
        orFlag: String? = nil,
        completion: Completion = .none
    ) -> Operand {
        Operand(name, help, .required, orFlag, completion) { $0[keyPath: path] = $1.last }
    }

    /// Returns a word that may be given, unless the option called `orFlag` was: then it takes no
    /// word.
    public static func optional(
        _ name: String,
        _ help: String,
        _ path: OptionPath<Options, String?>,
        orFlag: String? = nil,
        completion: Completion = .none
    ) -> Operand {
        Operand(name, help, .optional, orFlag, completion) { $0[keyPath: path] = $1.last }
    }

    /// Returns any number of words, appended in their order; at least `minimum`, unless `orFlag`
    /// was given.
    public static func repeated(
        _ name: String,
        _ help: String,
        _ path: OptionPath<Options, [String]>,
        minimum: Int = 0,
        orFlag: String? = nil,
        completion: Completion = .none
    ) -> Operand {
        Operand(name, help, .repeated(minimum: minimum), orFlag, completion) {
            $0[keyPath: path] += $1
        }
    }

    /// Returns everything after `--`, untouched.
    public static func trailing(
        _ name: String,
        _ help: String,
        _ path: OptionPath<Options, [String]>
    ) -> Operand {
        Operand(name, help, .trailing, nil, .commands) { $0[keyPath: path] += $1 }
    }

    private init(
        _ name: String,
        _ help: String,
        _ arity: OperandDescription.Arity,
        _ orFlag: String?,
        _ completion: Completion,
        store: @escaping @Sendable (inout Options, [String]) -> Void
    ) {
        description = OperandDescription(
            name: name,
            help: help,
            arity: arity,
            orFlag: orFlag,
            completion: completion
        )
        self.store = store
    }

    /// Returns the same argument of an outer options type that holds these at `path`.
    public func embedded<Outer>(at path: OptionPath<Outer, Options>) -> Operand<Outer> {
        let store = store
        return Operand<Outer>(description: description) { store(&$0[keyPath: path], $1) }
    }

    private init(
        description: OperandDescription,
        store: @escaping @Sendable (inout Options, [String]) -> Void
    ) {
        self.description = description
        self.store = store
    }
}
