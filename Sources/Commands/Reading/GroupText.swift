// The texts of `consume` about a group's partitions: compact, and cut before they fill the screen.

import KafkaCore

/// Lists of partitions for people.
enum GroupText {
    /// The largest number of runs of partitions that are named.
    private static let mostRuns = 12

    /// Partitions that stand together: neighbours that begin at the same offset.
    private struct Run {
        var topic: String
        var first: Int32
        var last: Int32
        var from: Int64?

        var numbers: String { first == last ? "\(first)" : "\(first)-\(last)" }
    }

    /// `orders 0-2, 5 from 120, 3-4 from 7; payments 0 from 0`, in order.
    ///
    /// `from`: where a partition's reading begins; nil leaves it out.
    static func list(_ partitions: [(partition: TopicPartition, from: Int64?)]) -> String {
        guard !partitions.isEmpty else { return "no partition" }
        let runs = runs(partitions)
        var text = ""
        for (index, run) in runs.prefix(mostRuns).enumerated() {
            if index == 0 || runs[index - 1].topic != run.topic {
                text += (index == 0 ? "" : "; ") + run.topic + " "
            } else {
                text += ", "
            }
            text += run.numbers
            let next = index + 1 < min(runs.count, mostRuns) ? runs[index + 1] : nil
            let isLikeNext = next.map { $0.topic == run.topic && $0.from == run.from } ?? false
            if let from = run.from, !isLikeNext { text += " from \(from)" }
        }
        let left = runs.dropFirst(mostRuns).reduce(0) { $0 + Int($1.last - $1.first) + 1 }
        return left > 0 ? text + " and \(left) more" : text
    }

    /// Returns the names of partitions, without the offsets at which reading begins.
    static func names(_ partitions: [TopicPartition]) -> String {
        list(partitions.map { ($0, from: nil) })
    }

    private static func runs(_ partitions: [(partition: TopicPartition, from: Int64?)]) -> [Run] {
        var runs: [Run] = []
        for (partition, from) in partitions.sorted(by: { $0.partition < $1.partition }) {
            if let last = runs.last, last.topic == partition.topic, last.from == from,
                last.last + 1 == partition.partition
            {
                runs[runs.count - 1].last = partition.partition
            } else {
                runs.append(
                    Run(
                        topic: partition.topic,
                        first: partition.partition,
                        last: partition.partition,
                        from: from
                    )
                )
            }
        }
        return runs
    }
}
