// The note for a person who waits for a read that has printed nothing: once, after a second.

import CommandKit
import KafkaCore
import Output
import ReadEngine
import Reactor

/// The words that a waiting person needs: the topics, the older records, the way to stop.
struct WaitNotice {
    /// The time without a record before the note.
    static let delay = Duration.seconds(1)

    /// True when the read began at the ends, so that `--from-beginning` would print older records.
    var beginsAtEnds: Bool

    /// Returns the note about a read of these partitions.
    func text(_ partitions: [TopicPartition], group: String?) -> String {
        guard !partitions.isEmpty else {
            let member = group.map { ": group '\($0)' has no partition for this member" } ?? ""
            return "waiting for records\(member); Ctrl-C stops"
        }
        var names: [String] = []
        for partition in partitions where !names.contains(partition.topic) {
            names.append(partition.topic)
        }
        let topics =
            names.count > 3 ? counted(names.count, "topic") : names.joined(separator: ", ")
        let member = group.map { " as a member of group '\($0)'" } ?? ""
        let old = beginsAtEnds ? "--from-beginning reads the old ones, " : ""
        return "waiting for new records in \(topics) (\(counted(partitions.count, "partition")))"
            + "\(member); \(old)Ctrl-C stops"
    }
}

extension ReadOptions {
    /// Returns the note for a person who waits; nil where none does, or where the read ends by itself.
    ///
    /// `isResumed`: the read goes on where another one ended.
    func waitNotice(
        _ scope: ReadScope,
        isResumed: Bool = false,
        in context: Context
    ) -> WaitNotice? {
        guard context.errors.isTerminal, !scope.request.isBounded, !scope.topics.isEmpty else {
            return nil
        }
        let beginsAtEnds =
            !isResumed && range.spec.all?.begin == .end(minus: 0) && group.name == nil
        return WaitNotice(beginsAtEnds: beginsAtEnds)
    }
}
