// The one error of this module: a command line that cannot be carried out.
// Its texts follow one form (lower case, one line, no full stop, the user's words quoted), so that
// every command says the same thing in the same way.

/// A command line that says something kctl cannot do; nothing has been attempted.
public struct UsageError: Error, Equatable {
    /// The machine-readable code of every usage error.
    public static let code = "usage"

    /// The message: what is wrong, in one line without a full stop.
    public var message: String

    /// The hint at what to do instead, when that is known: `did you mean --partitions?`.
    public var hint: String?

    /// The usage line of the command, `usage: …`; filled in by a caller that knows the command.
    public var usage: String?

    /// A usage error; words of the user inside `message` have been through `quoted(_:)`.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// Returns the same error with the usage line, unless it has one.
    func withUsage(of command: CommandDescription) -> UsageError {
        var error = self
        if error.usage == nil { error.usage = "usage: " + command.usage }
        return error
    }
}

/// A text that is not a value of the type that an option or argument wants.
public struct InvalidValue: Error, Equatable {
    /// The reason, in words that follow `invalid value 'x' for --name: `.
    public var reason: String

    /// The words that were probably meant, when they are known.
    public var hint: String?

    /// A refusal for `reason`, such as `not a whole number`.
    public init(_ reason: String) {
        self.reason = reason
    }

    /// A refusal for `reason` with a suggestion.
    public init(_ reason: String, hint: String?) {
        self.reason = reason
        self.hint = hint
    }
}
