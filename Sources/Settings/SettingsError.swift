// The one error of this module: what was wrong, where it was given, and what to do.

/// A setting that cannot be used; a usage error, found before anything is attempted.
public struct SettingsError: Error, Hashable, Sendable {
    /// What is wrong, in one line, with the user's words quoted and no secret in it.
    public var reason: String
    /// Where the setting was given; nil when no place can be named.
    public var origin: Origin?
    /// The column in the line of `origin`, in characters from 1, for errors of a file's syntax.
    public var column: Int?
    /// What to do about it, when that is known.
    public var hint: String?

    /// Makes an error.
    public init(_ reason: String, origin: Origin? = nil, column: Int? = nil, hint: String? = nil) {
        self.reason = reason
        self.origin = origin
        self.column = column
        self.hint = hint
    }

    /// Origin and reason in one line, without the hint.
    ///
    /// Of the form `client.properties:3:7: bad escape`.
    /// The file's line itself is never part of it: it may hold a password.
    public var message: String {
        guard let origin else { return reason }
        guard let column else { return "\(origin): \(reason)" }
        return "\(origin):\(column): \(reason)"
    }
}
