// The partitions that `topics describe` shows: those with some kind of problem, or with records.

import Arguments
import KafkaCore

/// A choice of partitions; of several problems any one suffices.
struct PartitionFilter: CommandOptions {
    var underReplicated = false
    var unavailable = false
    var underMinimum = false
    var atMinimum = false
    var skipsEmpty = false

    static let flags: [Flag<PartitionFilter>] = [
        .toggle(
            "under-replicated",
            "Show only partitions with out-of-sync replicas.",
            \.underReplicated,
            negatable: false
        )
        .alias("under-replicated-partitions"),
        .toggle(
            "unavailable",
            "Show only partitions without a leader.",
            \.unavailable,
            negatable: false
        )
        .alias("unavailable-partitions"),
        .toggle(
            "under-min-isr",
            "Show only partitions below min.insync.replicas.",
            \.underMinimum,
            negatable: false
        )
        .alias("under-min-isr-partitions"),
        .toggle(
            "at-min-isr",
            "Show only partitions exactly at min.insync.replicas.",
            \.atMinimum,
            negatable: false
        )
        .alias("at-min-isr-partitions").advanced(),
        .toggle(
            "skip-empty",
            "Hide partitions without records.",
            \.skipsEmpty,
            negatable: false
        )
        .advanced(),
    ]

    private var seeksProblems: Bool { underReplicated || unavailable || underMinimum || atMinimum }

    /// True when any partition is left out.
    var isActive: Bool { seeksProblems || skipsEmpty }

    /// True when the filter needs `min.insync.replicas`.
    var needsConfigs: Bool { underMinimum || atMinimum }

    /// Returns true when a partition is shown.
    func passes(_ report: PartitionReport, minimumInSync: Int) -> Bool {
        if skipsEmpty, report.records == 0 { return false }
        guard seeksProblems else { return true }
        let partition = report.partition
        let isLeaderless = partition.leader == nil
        return underReplicated && partition.inSync.count < partition.replicas.count
            || unavailable && isLeaderless
            || underMinimum && (isLeaderless || partition.inSync.count < minimumInSync)
            || atMinimum && partition.inSync.count == minimumInSync
    }
}
