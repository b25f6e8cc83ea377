// The line of a file that an error is about, with the column for a caret under it.
//
// A value may be a password, and a misspelt name hides that it is one. So values are left out, but
// for those of the few keys that are known to hold none.

internal import YAML

/// A line of a file, as far as it may be shown.
public struct Excerpt: Hashable, Sendable {
    /// The line, values left out.
    public let line: String
    /// The column of the caret, in characters from 1.
    public let column: Int

    private static let omission = "..."
    private static let plainKeys: Set<String> = [
        "current-context", "contexts", "bootstrap-servers", "properties", "properties-file",
    ]

    /// The line up to the end of the key at `place`; what stands before the key is left out when it
    /// is more than indentation.
    init(key: YAMLNode, in text: YAMLText) {
        let scalars = Array(Self.visible(text[key.place.line]))
        let start = min(key.place.column - 1, scalars.count)
        let end =
            key.end.line == key.place.line
            ? min(max(key.end.column - 1, start), scalars.count) : scalars.count
        var shown = String(String.UnicodeScalarView(scalars[..<start]))
        if shown.contains(where: { $0 != " " && $0 != "-" && $0 != "?" }) {
            shown = Self.omission + " "
        }
        column = shown.unicodeScalars.count + 1
        let written = String(String.UnicodeScalarView(scalars[start..<end]))
        let name = key.scalar?.text ?? written
        let mayBeShown = SecretNames.shownKey(name) == name
        shown += mayBeShown ? written : SecretNames.shownKey(name)
        let rest = trimmed(String(String.UnicodeScalarView(scalars[end...])))
        line = shown + (rest.isEmpty ? "" : rest == ":" ? ":" : ": " + Self.omission)
    }

    /// The line of a syntax error; nil when nothing of it may be shown.
    init?(around place: YAMLPlace, in text: YAMLText) {
        let scalars = Array(Self.visible(text[place.line]))
        let colon = scalars.indices.first {
            scalars[$0] == ":" && ($0 + 1 == scalars.count || scalars[$0 + 1] == " ")
        }
        guard let colon else { return nil }
        let whole = String(String.UnicodeScalarView(scalars))
        let name = trimmed(String(String.UnicodeScalarView(scalars[..<colon])))
        let hasMore = scalars[(colon + 1)...].contains { $0 != " " }
        // A line that is no key with its value may be anything, of a file that was meant for none.
        guard !name.contains(where: { "{[\"'=".contains($0) }), name.utf8.count <= 80 else {
            return nil
        }
        if Self.plainKeys.contains(name), !whole.contains("{"), !SecretNames.contains(whole) {
            line = URLText.reduced(whole)
        } else {
            let mayBeShown = SecretNames.shownKey(name) == name
            let before = String(String.UnicodeScalarView(scalars[...colon]))
            line =
                (mayBeShown ? before : SecretNames.shownKey(name) + ":")
                + (hasMore ? " " + Self.omission : "")
        }
        column = min(place.column, line.unicodeScalars.count + 1)
    }

    /// The whole line of a value that is known to hold no secret.
    init(value place: YAMLPlace, in text: YAMLText) {
        line = String(Self.visible(text[place.line]))
        column = place.column
    }

    /// Returns the line with what is no visible character as a blank, so that columns stay.
    private static func visible(_ line: String) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            result.append(isControl ? " " : scalar)
        }
        return result
    }
}
