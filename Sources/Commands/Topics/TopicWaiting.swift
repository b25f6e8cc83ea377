// Waiting for the cluster to have done what it has agreed to do.

import KafkaCore
import Reactor

extension Connection {
    /// Waits until each topic has at least the number of partitions given, and their leaders answer.
    ///
    /// Metadata names a leader before that broker knows of it, so each is asked for an offset.
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    func waitUntilUsable(_ topics: [(name: String, partitions: Int)]) throws(CommandError) {
        try wait(for: topics.map(\.name), "not usable yet") { name, topic in
            let wanted = topics.first { $0.name == name }?.partitions ?? 1
            guard let topic, topic.error == nil else { return false }
            return topic.partitions.count >= wanted
                && topic.partitions.allSatisfy { $0.leader != nil }
        }
        let names = Set(topics.map(\.name))
        let made = try metadata().topics.filter { names.contains($0.name) }
        let partitions = made.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.name, $0.id) }
        }
        _ = try offsets(of: partitions, at: .latest)
    }

    /// Waits until none of the topics is listed any more.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    func waitUntilGone(_ names: [String]) throws(CommandError) {
        try wait(for: names, "still there") { _, topic in topic == nil }
    }

    private func wait(
        for names: [String],
        _ state: String,
        until isDone: (String, Topic?) -> Bool
    ) throws(CommandError) {
        var waiting = names
        let deadline = clock.now + timeout
        while !waiting.isEmpty {
            let topics = try metadata().topics
            waiting = waiting.filter { name in
                !isDone(name, topics.first { $0.name == name })
            }
            if waiting.isEmpty { return }
            guard clock.now < deadline else {
                let list = waiting.map { "'\($0)'" }.joined(separator: ", ")
                throw CommandError(
                    .incomplete,
                    "accepted, but \(state): \(list)",
                    hint: "wait longer with --timeout"
                )
            }
            client.serve(waiting: .milliseconds(20))
        }
    }
}
