// The changes that make a cluster's topics those of a file: a pure function of both.
//
// 1. A file says everything about a topic's configuration, or, without `configs`, nothing.
// 2. What a file leaves out of a topic (partitions, replicas, a value that is null) is left alone.
// 3. Topics that the file does not have are touched only when it is to be the whole truth.

import KafkaCore

/// One difference between a topic and its entry in a file.
struct TopicChange: Equatable {
    /// The action that makes the topic what the file says.
    enum Action: Equatable {
        case create(NewTopic)
        case addPartitions(from: Int32, to: Int32)
        /// No broker can do that.
        case removePartitions(from: Int32, to: Int32)
        /// No library call can do that.
        case changeReplication(from: Int32, to: Int32)
        case set(String, from: String?, to: String)
        case unset(String, from: String?)
        case delete
    }

    let topic: String
    let action: Action

    /// True when kctl can do it.
    var isPossible: Bool {
        switch action {
        case .create, .addPartitions, .set, .unset, .delete: true
        case .removePartitions, .changeReplication: false
        }
    }
}

enum TopicDifference {
    /// Returns the changes that bring the topics of `cluster` to what `file` says, by topic.
    ///
    /// `strangers` are the topics that the file does not have and that are to go.
    static func changes(
        from cluster: [NewTopic],
        to file: [TopicFile.Entry],
        strangers: [String] = []
    ) -> [TopicChange] {
        var known: [String: NewTopic] = [:]
        for topic in cluster { known[topic.name] = topic }
        var changes: [TopicChange] = []
        for entry in file {
            let name = entry.topic.name
            let needed = known[name].map { actions(from: $0, to: entry) } ?? [.create(entry.topic)]
            changes += needed.map { TopicChange(topic: name, action: $0) }
        }
        changes += strangers.map { TopicChange(topic: $0, action: .delete) }
        // A stable sort, so that the changes of one topic keep their order.
        let order = changes.enumerated().sorted {
            ($0.element.topic, $0.offset) < ($1.element.topic, $1.offset)
        }
        return order.map(\.element)
    }

    private static func actions(
        from now: NewTopic,
        to entry: TopicFile.Entry
    ) -> [TopicChange.Action] {
        var actions: [TopicChange.Action] = []
        if let old = now.partitions, let new = entry.topic.partitions, old != new {
            actions.append(
                new > old
                    ? .addPartitions(from: old, to: new) : .removePartitions(from: old, to: new)
            )
        }
        if let old = now.replicationFactor, let new = entry.topic.replicationFactor, old != new {
            actions.append(.changeReplication(from: old, to: new))
        }
        guard entry.saysConfigs else { return actions }
        var (old, new): ([String: String?], [String: String]) = ([:], [:])
        for config in now.configs { old[config.name] = .some(config.value) }
        for config in entry.topic.configs { new[config.name] = config.value }
        for name in Set(old.keys).union(new.keys).sorted() {
            if let wanted = new[name] {
                let current = old[name] ?? nil
                if current != wanted { actions.append(.set(name, from: current, to: wanted)) }
            } else if !entry.openConfigs.contains(name) {
                actions.append(.unset(name, from: old[name] ?? nil))
            }
        }
        return actions
    }
}
