// The changes between a cluster and a file, made one kind after another.

import CommandKit
import KafkaCore

/// The work of `topics apply`.
struct TopicApplication {
    private let comparison: TopicComparison
    private let connection: Connection
    private let isDryRun: Bool
    private let waits: Bool
    private var isDone: [Bool]
    private(set) var batch: FailureCount

    init(
        _ comparison: TopicComparison,
        _ connection: Connection,
        isDryRun: Bool,
        waits: Bool,
        _ batch: FailureCount
    ) {
        self.comparison = comparison
        self.connection = connection
        self.isDryRun = isDryRun
        self.waits = waits
        self.batch = batch
        isDone = comparison.changes.map { _ in false }
    }

    /// The changes that were made, or that a dry run found could be.
    var rows: [TopicChangeRow] {
        zip(comparison.changes, isDone).filter(\.1).map {
            TopicChangeRow(change: $0.0, isDone: !isDryRun)
        }
    }

    /// Makes them: first what is new, last what goes.
    mutating func run(in context: Context) throws(CommandError) {
        refuse(in: context)
        try create(in: context)
        grow(in: context)
        configure(in: context)
        try delete(in: context)
    }

    private func indices(where isWanted: (TopicChange.Action) -> Bool) -> [Int] {
        comparison.changes.indices.filter { isWanted(comparison.changes[$0].action) }
    }

    /// Names the changes that Kafka cannot make.
    private mutating func refuse(in context: Context) {
        for change in comparison.changes {
            let topic = change.topic
            switch change.action {
            case .removePartitions(let old, let new):
                batch.fail(
                    CommandError(
                        .failure,
                        "topic '\(topic)' has \(counted(Int(old), "partition")), and Kafka cannot"
                            + " reduce the number to \(new)",
                        hint:
                            "delete the topic and create it again",
                        topic: topic
                    ),
                    in: context
                )
            case .changeReplication(let old, let new):
                batch.fail(
                    CommandError(
                        .failure,
                        "topic '\(topic)' has replication factor \(old), and kctl cannot change it"
                            + " to \(new)",
                        hint: "use kafka-reassign-partitions to change replicas",
                        topic: topic
                    ),
                    in: context
                )
            case .create, .addPartitions, .set, .unset, .delete: break
            }
        }
    }

    private mutating func settle(_ index: Int, _ error: KafkaError?, in context: Context) {
        guard let error else {
            isDone[index] = true
            return
        }
        let topic = comparison.changes[index].topic
        batch.fail(CommandError(error, topic: topic, on: connection.servers), in: context)
    }

    private mutating func create(in context: Context) throws(CommandError) {
        var models: [NewTopic] = []
        let found = indices { if case .create = $0 { true } else { false } }
        for index in found {
            if case .create(let model) = comparison.changes[index].action { models.append(model) }
        }
        guard !models.isEmpty else { return }
        let outcomes: [AdminOutcome]
        do { outcomes = try connection.admin.create(models, validateOnly: isDryRun) } catch {
            throw CommandError(error, on: connection.servers)
        }
        for index in found {
            let topic = comparison.changes[index].topic
            guard let outcome = outcomes.first(where: { $0.name == topic }) else { continue }
            settle(index, outcome.error, in: context)
        }
        if waits, !isDryRun {
            let made = found.filter { isDone[$0] }.map { comparison.changes[$0].topic }
            wait(in: context) { connection throws(CommandError) in
                try connection.waitUntilUsable(made.map { ($0, 1) })
            }
        }
    }

    private mutating func grow(in context: Context) {
        for (index, change) in comparison.changes.enumerated() {
            guard case .addPartitions(_, let total) = change.action else { continue }
            do throws(KafkaError) {
                try connection.admin.grow(change.topic, to: Int(total), validateOnly: isDryRun)
                settle(index, nil, in: context)
            } catch {
                settle(index, error, in: context)
                continue
            }
            guard waits, !isDryRun else { continue }
            wait(in: context) { connection throws(CommandError) in
                try connection.waitUntilUsable([(change.topic, Int(total))])
            }
        }
    }

    /// Waits for what was accepted; that it takes too long keeps nothing else from being done.
    private mutating func wait(
        in context: Context,
        _ body: (Connection) throws(CommandError) -> Void
    ) {
        do throws(CommandError) { try body(connection) } catch { batch.fail(error, in: context) }
    }

    /// Sets and unsets entries, in one call a topic.
    private mutating func configure(in context: Context) {
        var topics: [(name: String, indices: [Int])] = []
        for (index, change) in comparison.changes.enumerated() {
            switch change.action {
            case .set, .unset: break
            case .create, .addPartitions, .removePartitions, .changeReplication, .delete: continue
            }
            if topics.last?.name == change.topic {
                topics[topics.count - 1].indices.append(index)
            } else {
                topics.append((change.topic, [index]))
            }
        }
        for (name, indices) in topics {
            do throws(CommandError) {
                let resource = ConfigResource(.topic, name)
                let plan = try ConfigPlan(
                    indices.compactMap(change),
                    to: resource,
                    from: try connection.settledConfigs(
                        of: resource,
                        comparison.brokers,
                        isWhole: !Admin.canAlterIncrementally
                    ),
                    allowsUnknown: false
                )
                if !plan.rows.isEmpty {
                    try connection.alter(plan, isDryRun: isDryRun, in: context)
                }
                for index in indices { isDone[index] = true }
                guard waits, !isDryRun else { continue }
                let now = try connection.waitUntilVisible(plan, comparison.brokers)
                connection.noteDisturbances(of: plan, in: now, in: context)
            } catch {
                batch.fail(error, in: context)
            }
        }
    }

    private func change(_ index: Int) -> ConfigChange? {
        switch comparison.changes[index].action {
        case .set(let name, _, let value): ConfigChange(.set, name, value)
        case .unset(let name, _): ConfigChange(.delete, name)
        case .create, .addPartitions, .removePartitions, .changeReplication, .delete: nil
        }
    }

    private mutating func delete(in context: Context) throws(CommandError) {
        let found = indices { $0 == .delete }
        guard !found.isEmpty else { return }
        let names = found.map { comparison.changes[$0].topic }
        if isDryRun {
            for index in found { isDone[index] = true }
            return
        }
        let outcomes: [AdminOutcome]
        do { outcomes = try connection.admin.delete(names) } catch {
            throw CommandError(error, on: connection.servers)
        }
        for index in found {
            let topic = comparison.changes[index].topic
            guard let outcome = outcomes.first(where: { $0.name == topic }) else { continue }
            settle(index, outcome.error, in: context)
        }
        if waits {
            let gone = found.filter { isDone[$0] }.map { comparison.changes[$0].topic }
            wait(in: context) { connection throws(CommandError) in
                try connection.waitUntilGone(gone)
            }
        }
    }
}
