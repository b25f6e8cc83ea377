// Keeps of each partition which offset is committed, and which is to be: a state machine.
// It does no I/O and reads no clock.
//
// 1. Nothing is committed that the caller has not settled.
// 2. An offset is committed once: until the answer has come it is in flight, not due.
// 3. An answer about a partition that is not ours any more changes nothing.

package import KafkaCore

/// The book of a group member's commits.
package struct CommitBook: Sendable {
    private struct Entry {
        /// The offset that the group is known to have; nil for none.
        var committed: Int64?
        /// The offset of a commit that has not been answered.
        var inFlight: Int64?
        /// The offset to commit, and the text to commit with it.
        var settled: (offset: Int64, metadata: String?)?
    }

    private var entries: [TopicPartition: Entry] = [:]

    /// Makes a book without partitions.
    package init() {}

    /// Adds a partition that begins with what the group has committed, or with nothing.
    package mutating func add(_ partition: TopicPartition, committed: Int64?) {
        entries[partition] = Entry(committed: committed)
    }

    /// Forgets a partition: it belongs to another member.
    package mutating func remove(_ partition: TopicPartition) {
        entries[partition] = nil
    }

    /// Enters that everything before an offset has been processed.
    package mutating func settle(_ position: PartitionOffset, metadata: String? = nil) {
        entries[position.partition]?.settled = (position.offset, metadata)
    }

    /// Returns true when a position is entered as settled, or committed; true for one that is not ours.
    func holds(_ position: PartitionOffset) -> Bool {
        guard let entry = entries[position.partition] else { return true }
        return entry.settled?.offset == position.offset || entry.committed == position.offset
    }

    /// True when something is to be committed.
    package var isDue: Bool { entries.values.contains(where: Self.isDue) }

    /// True when answers are to come.
    package var isWaiting: Bool { entries.values.contains { $0.inFlight != nil } }

    /// True when everything settled is committed.
    package var isSettled: Bool { !isDue && !isWaiting }

    /// Takes what is to be committed now, and is in flight from here on; in order.
    package mutating func takeDue() -> DueCommit {
        var due = DueCommit()
        for partition in entries.keys.sorted() {
            guard let entry = entries[partition], Self.isDue(entry), let settled = entry.settled
            else { continue }
            entries[partition]?.inFlight = settled.offset
            due.offsets.append(PartitionOffset(partition, settled.offset))
            due.metadata[partition] = settled.metadata
        }
        return due
    }

    /// Enters an answer; what failed is due again.
    package mutating func answered(_ answer: CommitAnswer) {
        let partition = answer.offset.partition
        guard let entry = entries[partition], entry.inFlight == answer.offset.offset else { return }
        entries[partition]?.inFlight = nil
        if answer.error == nil { entries[partition]?.committed = answer.offset.offset }
    }

    /// Enters that answers will not come: what is in flight is due again.
    package mutating func giveUpWaiting() {
        for partition in entries.keys { entries[partition]?.inFlight = nil }
    }

    private static func isDue(_ entry: Entry) -> Bool {
        guard let settled = entry.settled, entry.inFlight == nil else { return false }
        return settled.offset != entry.committed
    }
}

/// Offsets to commit, and the text to commit with those that have one.
package struct DueCommit: Equatable, Sendable {
    /// The offsets, in order of their partitions.
    package var offsets: [PartitionOffset] = []
    /// The texts.
    package var metadata: [TopicPartition: String] = [:]
}
