// Which topics a command is about: names, a pattern, or all.

package import Arguments
package import KafkaCore

/// Topics named one by one, or by a pattern.
package struct TopicSelection: CommandOptions {
    package var names: [String] = []
    package var pattern: NamePattern?
    package var globs: [NameGlob] = []
    package var includesInternal = false

    package init() {}

    package static let flags: [Flag<TopicSelection>] = [
        .list(
            "topic",
            "t",
            "Topic name, instead of the argument.",
            \.names,
            placeholder: "TOPIC",
            completion: .topics
        )
        .advanced(),
        .optional(
            "regex",
            "Take the topics whose full name matches.",
            \.pattern
        ),
        .list("glob", "Take the topics that match: 'ord*'.", \.globs).advanced(),
        .toggle(
            "internal",
            "i",
            "Include Kafka's internal topics.",
            \.includesInternal,
            negatable: false
        ),
    ]

    /// True when nothing was selected; then a command may mean all.
    package var isEmpty: Bool { names.isEmpty && !isPattern }

    /// True when topics are chosen by a pattern.
    package var isPattern: Bool { pattern != nil || !globs.isEmpty }

    /// Chooses from `metadata`: named topics in the order named, then matching ones by name.
    ///
    /// A name that is not there is passed to `onMissing`. Internal topics match a pattern only when
    /// they were asked for. With nothing selected, all are chosen.
    package func choose(
        from metadata: Metadata,
        onMissing: (String) -> Void
    ) throws(CommandError) -> [Topic] {
        var chosen: [Topic] = []
        var known: [String: Topic] = [:]
        for topic in metadata.topics { known[topic.name] = topic }
        var taken: Set<String> = []
        for name in names where taken.insert(name).inserted {
            if let topic = known[name], topic.error?.kind != .notFound {
                chosen.append(topic)
            } else {
                onMissing(name)
            }
        }
        guard names.isEmpty || isPattern else { return chosen }
        let visible = metadata.topics.filter {
            (includesInternal || !$0.isInternal) && !taken.contains($0.name)
        }
        guard isPattern else { return chosen + visible }
        return chosen + (try visible.matching(pattern, globs, by: \.name))
    }
}

extension Connection {
    /// Returns the reason a topic is not among those that metadata lists: it is not there, or may
    /// not be seen.
    ///
    /// A list leaves out what may not be seen. Asked for it by name, brokers refuse, and refuse a
    /// name that no topic has too. The sandbox would make the topic.
    package func absence(of topic: String) -> CommandError {
        guard !client.isSandbox else { return .missingTopic(topic, on: servers) }
        do throws(CommandError) { _ = try self.topic(topic) } catch {
            if error.status == .refused { return error }
        }
        return .missingTopic(topic, on: servers)
    }
}

extension CommandError {
    /// Returns the error of a topic that is not there.
    package static func missingTopic(_ name: String, on servers: String) -> CommandError {
        CommandError(
            .notFound,
            "topic '\(name)' not found on \(servers)",
            hint: "kctl topics list",
            topic: name
        )
    }
}
