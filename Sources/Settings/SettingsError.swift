// The one error of this module: what was wrong, where it was given, and what to do.

/// A setting that cannot be used; a usage error, found before anything is attempted.
public struct SettingsError: Error, Hashable, Sendable {
    /// The reason, with the user's words quoted and no secret in it.
    public var reason: String
    /// The origin of the setting; nil when no place can be named.
    public var origin: Origin?
    /// The column in the line of `origin`, in characters from 1, for errors of a file's syntax.
    public var column: Int?
    /// The hint at what to do about it, in one line, when that is known.
    public let hint: String?
    /// The line of the file, for errors of a file with contexts.
    public var excerpt: Excerpt?
    /// True when a folder's file would have to be trusted first.
    public var needsTrust = false
    /// True when a file or a context that is named does not exist.
    public var isMissing = false

    /// Makes an error.
    public init(
        _ reason: String,
        origin: Origin? = nil,
        column: Int? = nil,
        hint: String? = nil,
        excerpt: Excerpt? = nil
    ) {
        self.reason = reason
        self.excerpt = excerpt
        self.origin = origin
        self.column = column
        self.hint = hint.map(oneLine)
    }

    /// Origin and reason in one line, without the hint.
    ///
    /// Of the form `client.properties:3:7: bad escape`.
    /// The file's line itself is never part of it: it may hold a password.
    public var message: String {
        let place = origin.map { "\($0):" } ?? ""
        let position = column.map { "\($0):" } ?? ""
        return oneLine(place + position + (place.isEmpty ? "" : " ") + reason)
    }
}

/// Returns the text with what would end the line or act on a terminal written as `\xHH`.
func oneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
            result += "\\x" + hexadecimal(scalar.value)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return digits.utf8.count < 2 ? "0" + digits : digits
}
