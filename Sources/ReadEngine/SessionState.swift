// The parts of a reader that its group session changes, and what a session remembers.

import KafkaCore
import Reactor

/// The parts of a reader that a step of its session reads and changes.
struct SessionState {
    /// The progress of the partitions.
    var progress: ReadProgress
    /// The names of the topics, by their numbers.
    let index: [String]
    /// The events to report.
    var events: [ReaderEvent] = []
    /// The partitions that are begun: the reader is to receive their records, and then to assign them.
    var begun: [GroupStart]?

    init(_ progress: ReadProgress, _ index: [String]) {
        self.progress = progress
        self.index = index
    }
}

/// The facts about all partitions that were assigned to a member.
struct GroupHistory {
    /// True when the group had processed everything of all of them, or there was nothing.
    private(set) var wasUpToDate = true
    /// True when the group had committed an offset of every one.
    private(set) var hadOffsets = true

    /// Enters a partition.
    mutating func add(_ start: GroupStart) {
        if !start.isUpToDate { wasUpToDate = false }
        if start.committed == nil { hadOffsets = false }
    }
}

/// The report that a member waits for partitions, made once for each wait.
struct WaitingNotice {
    private var isMade = false

    /// The delay before a member reports that it waits.
    private static let delay = Duration.seconds(5)

    /// Returns the time of the report for a wait since `since`; nil when it is made.
    func due(since: Instant) -> Instant? { isMade ? nil : since + Self.delay }

    /// Returns whether the report is due, and enters that it is made.
    mutating func isDue(since: Instant, at now: Instant) -> Bool {
        guard let due = due(since: since), due <= now else { return false }
        isMade = true
        return true
    }

    /// Begins anew: partitions were assigned.
    mutating func reset() { isMade = false }
}
