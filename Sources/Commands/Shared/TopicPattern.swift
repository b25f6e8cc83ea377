// A pattern for topic names: only where the user asks for one, and always for the whole name, as
// Kafka's own subscriptions have it.

import Arguments
import KafkaCore

/// A regular expression that a topic's whole name must match.
struct TopicPattern: ArgumentValue {
    static let placeholder = "RE"

    let argumentText: String

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        _ = try compiled()
    }

    /// The topics whose names match.
    func matching(_ topics: [Topic]) throws(InvalidValue) -> [Topic] {
        let regex = try compiled()
        return topics.filter { topic in (try? regex.wholeMatch(in: topic.name)) != nil }
    }

    // A compiled expression cannot be handed between threads, so only its text is kept.
    private func compiled() throws(InvalidValue) -> Regex<AnyRegexOutput> {
        do { return try Regex(argumentText) } catch {
            throw InvalidValue("not a regular expression")
        }
    }
}
