// The one error of this module: a command line that cannot be carried out.
// Its texts follow one form (lower case, one line, no full stop, the user's words quoted), so that
// every command says the same thing in the same way.

/// A command line that says something kctl cannot do; nothing has been attempted.
public struct UsageError: Error, Equatable {
    /// The machine-readable code of every usage error.
    public static let code = "usage"

    /// What is wrong, in one line without a full stop.
    public var message: String

    /// What to do instead, when that is known: `did you mean --partitions?`.
    public var hint: String?

    /// The usage line of the command, `usage: …`; filled in by whoever knows the command.
    public var usage: String?

    /// A usage error; words of the user inside `message` have been through `quoted(_:)`.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// The same error with the usage line, unless it has one.
    func withUsage(of command: CommandDescription) -> UsageError {
        var error = self
        if error.usage == nil { error.usage = "usage: " + command.usage }
        return error
    }
}

/// A text that is not a value of the type that an option or argument wants.
public struct InvalidValue: Error, Equatable {
    /// Why, in words that follow `invalid value 'x' for --name: `.
    public var reason: String

    /// What was probably meant, when that is known.
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

/// Quotes a user's word for a message: `'word'`, one line, harmless on a terminal.
///
/// Control characters, line separators and the characters that reverse the reading direction are
/// escaped; a word longer than 100 characters is cut, which the closing `…` shows.
public func quoted(_ word: String) -> String {
    var text = "'"
    var count = 0
    for scalar in word.unicodeScalars {
        guard count < 100 else { return text + "'…" }
        count += 1
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f:
            let digits = String(scalar.value, radix: 16)
            text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
        case 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xe0000...0xe0fff:
            text += "\\u{" + String(scalar.value, radix: 16) + "}"
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    return text + "'"
}
