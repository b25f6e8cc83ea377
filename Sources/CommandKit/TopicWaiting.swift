// Waiting for the cluster to have done what it has agreed to do.

import KafkaCore
import Reactor

extension Connection {
    /// Waits until each topic has at least the number of partitions given, and every one of them
    /// has a leader that knows it.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    package func waitUntilUsable(_ topics: [(name: String, partitions: Int)]) throws(CommandError) {
        var partitions: [TopicPartition] = []
        try wait(for: topics.map(\.name), Self.notUsable) { name, topic in
            let wanted = topics.first { $0.name == name }?.partitions ?? 1
            guard let topic, topic.error == nil, topic.partitions.count >= wanted,
                topic.partitions.allSatisfy({ $0.leader != nil })
            else { return false }
            partitions += topic.partitions.map { TopicPartition(name, $0.id) }
            return true
        }
        // The controller has named the leaders. That each of them has heard of it shows only when
        // it is asked; who may make a topic need not be allowed to ask.
        let answers: [OffsetAnswer]
        do {
            answers = try client.offsets(
                of: partitions,
                at: .earliest,
                timeout: timeout,
                clock: clock
            )
        } catch {
            if error.kind == .refused { return }
            throw CommandError(error, on: servers)
        }
        let silent = answers.filter { $0.error.map { $0.kind != .refused } ?? false }
        if !silent.isEmpty {
            throw Self.incomplete(Set(silent.map(\.partition.topic)).sorted(), Self.notUsable)
        }
    }

    /// Waits until none of the topics is listed any more.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    package func waitUntilGone(_ names: [String]) throws(CommandError) {
        try wait(for: names, "still listed") { _, topic in topic == nil }
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
                throw Self.incomplete(waiting, state)
            }
            client.serve(waiting: .milliseconds(20))
        }
    }

    private static let notUsable = "not ready yet"

    private static func incomplete(_ names: [String], _ state: String) -> CommandError {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        return CommandError(
            .incomplete,
            "accepted, but \(state): \(list)",
            hint: "wait longer with --timeout"
        )
    }
}
