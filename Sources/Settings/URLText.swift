// URLs as they may be printed: scheme, host and path.
// A user and a password may stand before the host, and a key behind the path.

/// URLs in texts.
public enum URLText {
    /// Returns the text with every URL in it cut down to scheme, host and path.
    public static func reduced(_ text: String) -> String {
        guard text.contains("://") else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            let end = rest[mark.upperBound...].firstIndex(where: isEnd) ?? rest.endIndex
            result += rest[..<mark.upperBound]
            result += reducedTail(rest[mark.upperBound..<end])
            rest = rest[end...]
        }
        return result + rest
    }

    /// Returns a text that is a URL, or was meant for one and lacks its scheme.
    public static func address(_ text: String) -> String {
        text.contains("://") ? reduced(text) : String(reducedTail(text[...]))
    }

    /// Returns the value of a property as it may be printed; `name` says whether it is a URL.
    static func reduced(_ value: String, of name: String) -> String {
        name.lowercased().contains("url") ? address(value) : reduced(value)
    }

    private static func isEnd(_ character: Character) -> Bool {
        character.isWhitespace || "'\"<>`".contains(character)
    }

    /// Returns what follows `://`, without user, password, query and fragment.
    private static func reducedTail(_ tail: Substring) -> Substring {
        let authority = tail.prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") {
            return withoutQuery(tail[tail.index(after: at)...])
        }
        // A password with a slash in it: what looks like a port is none.
        if tail.contains("@"), let colon = authority.lastIndex(of: ":"),
            !authority[authority.index(after: colon)...].allSatisfy(\.isNumber)
        {
            return "..."
        }
        return withoutQuery(tail)
    }

    private static func withoutQuery(_ tail: Substring) -> Substring {
        guard let mark = tail.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return tail }
        // What closes the sentence around it stays.
        let closing = tail[mark...].reversed().prefix { ").,:;]".contains($0) }.count
        return closing == 0 || closing == tail[mark...].count
            ? tail[..<mark] : tail[..<mark] + tail.suffix(closing)
    }
}
