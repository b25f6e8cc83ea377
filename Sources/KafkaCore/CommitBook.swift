// What of each partition is committed, and what is to be: a state machine over offsets.
// It does no I/O and reads no clock.
//
// 1. Nothing is committed that has not been handed on: the positions come from the caller, who has
//    written everything before them.
// 2. A position is asked for once: until its answer has come it is under way, not due.
// 3. An answer about a partition that is not ours any more changes nothing.

/// The book of a group member's commits.
public struct CommitBook: Sendable {
    private struct Entry {
        /// What the group is known to have; nil for nothing.
        var committed: Int64?
        /// What has been asked for and not answered.
        var underWay: Int64?
        /// What is to be committed.
        var wanted: Int64?
    }

    private var entries: [TopicPartition: Entry] = [:]

    /// Makes a book without partitions.
    public init() {}

    /// Adds a partition that begins with what the group has committed, or with nothing.
    public mutating func add(_ partition: TopicPartition, committed: Int64?) {
        entries[partition] = Entry(committed: committed)
    }

    /// Forgets a partition: it is somebody else's.
    public mutating func remove(_ partition: TopicPartition) {
        entries[partition] = nil
    }

    /// Takes note that everything before `position` has been dealt with.
    public mutating func dealtWith(_ partition: TopicPartition, before position: Int64) {
        entries[partition]?.wanted = position
    }

    /// Whether something is to be committed.
    public var isDue: Bool { entries.values.contains(where: Self.isDue) }

    /// Whether answers are to come.
    public var isWaiting: Bool { entries.values.contains { $0.underWay != nil } }

    /// Whether everything wanted is committed.
    public var isSettled: Bool { !isDue && !isWaiting }

    /// What is to be committed now, which is under way from here on; in order.
    public mutating func takeDue() -> [PartitionOffset] {
        var due: [PartitionOffset] = []
        for partition in entries.keys.sorted() {
            guard let entry = entries[partition], Self.isDue(entry), let wanted = entry.wanted
            else { continue }
            entries[partition]?.underWay = wanted
            due.append(PartitionOffset(partition, wanted))
        }
        return due
    }

    /// Takes note of an answer; what failed is due again.
    public mutating func answered(_ answer: CommitAnswer) {
        let partition = answer.offset.partition
        guard let entry = entries[partition], entry.underWay == answer.offset.offset else { return }
        entries[partition]?.underWay = nil
        if answer.error == nil { entries[partition]?.committed = answer.offset.offset }
    }

    /// Takes note that answers will not come: what was under way is due again.
    public mutating func giveUpWaiting() {
        for partition in entries.keys { entries[partition]?.underWay = nil }
    }

    private static func isDue(_ entry: Entry) -> Bool {
        guard let wanted = entry.wanted, entry.underWay == nil else { return false }
        return wanted != entry.committed
    }
}
