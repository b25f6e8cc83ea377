// A pattern for names of topics and groups.
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
