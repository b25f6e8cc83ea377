// Partitions as texts name them: compact, and cut before they fill the screen.

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

    /// `orders[0-2,5] from offset 120, orders[3-4] from offset 7, payments[0] from offset 0`.
    ///
    /// `from`: the offset at which a partition's reading begins; nil leaves it out.
    static func list(_ partitions: [(partition: TopicPartition, from: Int64?)]) -> String {
        guard !partitions.isEmpty else { return "no partition" }
        let runs = runs(partitions)
        var text = ""
        for (index, run) in runs.prefix(mostRuns).enumerated() {
            let before = index > 0 ? runs[index - 1] : nil
            let isLikeBefore = before?.topic == run.topic && before?.from == run.from
            text += isLikeBefore ? "," : (index == 0 ? "" : ", ") + run.topic + "["
            text += run.numbers
            let next = index + 1 < min(runs.count, mostRuns) ? runs[index + 1] : nil
            guard next?.topic != run.topic || next?.from != run.from else { continue }
            text += "]" + (run.from.map { " from offset \($0)" } ?? "")
        }
        let left = runs.dropFirst(mostRuns).reduce(0) { $0 + Int($1.last - $1.first) + 1 }
        return left > 0 ? text + " and \(left) more" : text
    }

    /// Returns the names of partitions, without the offsets at which reading begins.
    static func names(_ partitions: [TopicPartition]) -> String {
        list(partitions.map { ($0, from: nil) })
    }

    /// `orders[0], orders[1], orders[2] and 7 more`: at most ten names.
    static func first(_ partitions: [TopicPartition]) -> String {
        let names = partitions.prefix(10).map(\.name)
        let more = partitions.count > 10 ? " and \(partitions.count - 10) more" : ""
        return names.joined(separator: ", ") + more
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

extension TopicPartition {
    /// `orders[0]`.
    var name: String { "\(topic)[\(partition)]" }
}
