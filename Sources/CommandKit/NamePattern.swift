// Patterns for names of topics and groups: regular expressions, and globs as a shell has them.
// Only where the user asks for one, and always for the whole name, as Kafka's own subscriptions
// have it.

package import Arguments

/// A regular expression that a whole name must match.
package struct NamePattern: ArgumentValue {
    package static let placeholder = "RE"

    package let argumentText: String

    package init(argument: String) throws(InvalidValue) {
        argumentText = argument
        _ = try compiled()
    }

    /// Returns the items whose names match.
    package func matching<Item>(
        _ items: [Item],
        by name: (Item) -> String
    ) throws(CommandError) -> [Item] {
        do {
            let regex = try compiled()
            return items.filter { item in (try? regex.wholeMatch(in: name(item))) != nil }
        } catch {
            throw CommandError(.usage, "invalid value for --regex: \(error.reason)")
        }
    }

    // A compiled expression cannot be handed between threads, so only its text is kept.
    private func compiled() throws(InvalidValue) -> Regex<AnyRegexOutput> {
        do { return try Regex(argumentText) } catch {
            throw InvalidValue("not a regular expression")
        }
    }
}

/// A glob that a whole name must match: `*` for any characters, `?` for one, `[a-z]` for one of some.
package struct NameGlob: ArgumentValue {
    package static let placeholder = "GLOB"

    package let argumentText: String
    private let parts: [Part]

    private enum Part: Equatable {
        case any
        case one
        case exactly(Character)
        case among([ClosedRange<Character>], isExcluded: Bool)
    }

    package init(argument: String) throws(InvalidValue) {
        guard !argument.isEmpty else { throw InvalidValue("the pattern is empty") }
        argumentText = argument
        var parts: [Part] = []
        var rest = Substring(argument)
        while let character = rest.popFirst() {
            switch character {
            case "*": if parts.last != .any { parts.append(.any) }
            case "?": parts.append(.one)
            case "\\":
                guard let next = rest.popFirst() else { throw InvalidValue("it ends with '\\'") }
                parts.append(.exactly(next))
            case "[": parts.append(try Self.set(&rest))
            default: parts.append(.exactly(character))
            }
        }
        self.parts = parts
    }

    private static func set(_ rest: inout Substring) throws(InvalidValue) -> Part {
        let isExcluded = rest.first == "!" || rest.first == "^"
        if isExcluded { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let first = rest.popFirst() {
            if first == "]", !ranges.isEmpty { return .among(ranges, isExcluded: isExcluded) }
            var last = first
            if rest.first == "-", let end = rest.dropFirst().first, end != "]" {
                rest.removeFirst(2)
                last = end
            }
            guard first <= last else { throw InvalidValue("'\(first)-\(last)' is not a range") }
            ranges.append(first...last)
        }
        throw InvalidValue("']' is missing")
    }

    /// Returns true when the whole name matches.
    package func matches(_ name: String) -> Bool {
        let text = Array(name)
        var (part, place) = (0, 0)
        // The last `*`, and the place up to which it reaches so far.
        var star: (part: Int, place: Int)?
        while place < text.count {
            if part < parts.count, parts[part] == .any {
                star = (part, place)
                part += 1
            } else if part < parts.count, Self.takes(parts[part], text[place]) {
                part += 1
                place += 1
            } else if let last = star {
                star = (last.part, last.place + 1)
                (part, place) = (last.part + 1, last.place + 1)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .any }
    }

    private static func takes(_ part: Part, _ character: Character) -> Bool {
        switch part {
        case .any, .one: true
        case .exactly(let own): own == character
        case .among(let ranges, let isExcluded):
            ranges.contains { $0.contains(character) } != isExcluded
        }
    }
}

extension Array {
    /// Returns the items whose names match the expression or any of the globs.
    package func matching(
        _ pattern: NamePattern?,
        _ globs: [NameGlob],
        by name: (Element) -> String
    ) throws(CommandError) -> [Element] {
        let chosen = Set(try pattern?.matching(self, by: name).map(name) ?? [])
        return filter { item in
            let own = name(item)
            return chosen.contains(own) || globs.contains { $0.matches(own) }
        }
    }
}
