// Decides when a member commits which settled positions, and follows each commit to its answer.
//
// 1. Only settled positions are committed: those that `Reader.settle` entered.
// 2. Nothing is committed of what is lost, and nothing while the member joins anew: see `JoinWatch`.
// 3. Nothing here waits: a commit of everything is a `LastCommit`, step by step.

import KafkaCore
import Reactor

/// The commits of one member.
struct CommitSchedule {
    /// The pause before a commit that is held back is tried again.
    static let pause = Duration.milliseconds(20)

    var book = CommitBook()
    private let isOn: Bool
    private let interval: Duration
    private var next: Instant

    /// True when something may have been settled since the last commit was due.
    private var mayBeDue = false

    /// Begins without partitions; `isOn` is false for a member that commits nothing by itself.
    init(isOn: Bool, interval: Duration, now: Instant) {
        self.isOn = isOn
        self.interval = max(interval, .milliseconds(10))
        next = now + self.interval
    }

    /// The time of the next commit; nil when something has to be settled first.
    var deadline: Instant? { mayBeDue ? next : nil }

    /// Returns true when every settled position is known to be committed.
    func isSettled(_ progress: ReadProgress, _ index: [String]) -> Bool {
        guard isOn else { return true }
        guard book.isSettled else { return false }
        return progress.all.allSatisfy { item in
            guard let position = item.progress.settled else { return true }
            let partition = TopicPartition(index[item.topicIndex], item.partition)
            return book.holds(PartitionOffset(partition, position))
        }
    }

    /// Begins with a partition.
    mutating func add(_ start: GroupStart) {
        book.add(start.partition, committed: start.committed)
        guard start.commitsStart, let offset = start.first else { return }
        book.settle(PartitionOffset(start.partition, offset))
        mayBeDue = true
    }

    /// Enters that records may have been settled.
    mutating func recordsArrived() { mayBeDue = true }

    /// Enters settled positions.
    ///
    /// `isUrgent` makes the commit due at once.
    mutating func settle(_ progress: ReadProgress, _ index: [String], isUrgent: Bool, now: Instant)
    {
        for item in progress.all {
            guard let position = item.progress.settled else { continue }
            let partition = TopicPartition(index[item.topicIndex], item.partition)
            book.settle(PartitionOffset(partition, position))
        }
        guard isUrgent, isOn else { return }
        next = now
        mayBeDue = true
    }

    /// Enters settled positions that the caller names, each with the text to commit with it.
    mutating func settle(
        _ positions: [PartitionOffset],
        metadata: String?,
        isUrgent: Bool,
        now: Instant
    ) {
        for position in positions { book.settle(position, metadata: metadata) }
        mayBeDue = true
        if isUrgent { next = now }
    }

    /// Sends a commit of what was settled since the last one, when it is due.
    ///
    /// - Returns: why it cannot be sent, if it cannot.
    mutating func commitWhenDue(
        by member: GroupMember,
        now: Instant,
        enter: (inout CommitSchedule) -> Void
    ) -> KafkaError? {
        guard mayBeDue, next <= now else { return nil }
        next = now + interval
        mayBeDue = false
        guard isOn, !member.isAssignmentLost else { return nil }
        enter(&self)
        if member.mayJoin {
            mayBeDue = true
            next = now + min(interval, Self.pause)
            return nil
        }
        let due = book.takeDue()
        guard !due.offsets.isEmpty else {
            // What is in flight may be behind what was settled since.
            mayBeDue = book.isWaiting
            return nil
        }
        do { try member.commit(due.offsets, metadata: due.metadata) } catch {
            book.giveUpWaiting()
            mayBeDue = true
            return error
        }
        return nil
    }

    /// Enters answers to commits.
    ///
    /// - Returns: the error of a commit that nothing else will report.
    mutating func enter(_ answers: [CommitAnswer], of member: GroupMember) -> KafkaError? {
        var failure: KafkaError?
        for answer in answers {
            book.answered(answer)
            guard let error = answer.error else { continue }
            mayBeDue = true
            // A loss of the partitions is reported when they are revoked.
            if !error.isRetriable, !member.isAssignmentLost { failure = error }
        }
        return failure
    }

    /// Begins to commit everything that is settled; nil when nothing is committed here.
    func lastCommit(isLeaving: Bool, _ limits: LastCommit.Limits, now: Instant) -> LastCommit? {
        isOn ? LastCommit(isLeaving: isLeaving, limits, now: now) : nil
    }
}

/// The commit of everything that is settled, before partitions are revoked or the group is left.
///
/// While the members of a cooperative group rebalance no commit is accepted, and that may take as long
/// as the slowest of them needs: the commit waits until the caller wants to end.
struct LastCommit {
    /// The times that it may take.
    struct Limits {
        /// The longest time for an answer.
        var answer: Duration
        /// After that long the group goes on without members that have not joined.
        var rebalance: Duration
    }

    /// The outcome of a step.
    enum Outcome {
        /// Another step is needed, at this time at the latest.
        case waiting(until: Instant)
        /// All is committed, or why not.
        case done(KafkaError?)
    }

    private let isLeaving: Bool
    private let limits: Limits
    private let start: Instant
    private var limit: Instant
    private var hasReportedWaiting = false
    private var failure: KafkaError?
    /// The time to send a commit again that was refused for the moment.
    private var retry: Instant?
    /// The time at which the last commit was sent.
    private var sent: Instant?

    /// The delay before a member reports that it waits.
    private static let noticeDelay = Duration.seconds(1)
    private static let retryPause = Duration.milliseconds(100)
    /// The time that a commit in flight is given for its answer, however soon it is to end.
    private static let answerTime = Duration.milliseconds(500)

    init(isLeaving: Bool, _ limits: Limits, now: Instant) {
        self.isLeaving = isLeaving
        self.limits = limits
        start = now
        limit = now + limits.answer
    }

    /// Goes on.
    ///
    /// `hurriesBy`: when the caller wants it to end, however far it is. `report` gets what is to be
    /// reported.
    mutating func step(
        _ schedule: inout CommitSchedule,
        by member: GroupMember,
        now: Instant,
        hurriesBy: Instant?,
        report: (ReaderEvent) -> Void
    ) -> Outcome {
        while let answers = member.commitAnswers(waiting: .zero) {
            for answer in answers {
                schedule.book.answered(answer)
                failure = answer.error ?? failure
            }
            guard let failure else { continue }
            guard failure.isRetriable else { return .done(failure) }
            // During a rebalance the broker wants to be asked again later.
            retry = now + Self.retryPause
        }
        guard !schedule.book.isSettled else { return .done(nil) }
        let isHeld = isLeaving ? member.mayJoin : member.isJoining
        if isHeld, now < start + limits.rebalance, hurriesBy == nil {
            limit = now + limits.answer
            if !hasReportedWaiting, now >= start + Self.noticeDelay {
                report(.waitingToCommit)
                hasReportedWaiting = true
            }
        }
        if member.isAssignmentLost {
            return .done(
                failure ?? KafkaError(.other, "the group has given the partitions to others")
            )
        }
        if !isHeld, retry.map({ $0 <= now }) ?? true {
            retry = nil
            let due = schedule.book.takeDue()
            do throws(KafkaError) {
                if !due.offsets.isEmpty {
                    try member.commit(due.offsets, metadata: due.metadata)
                    sent = now
                }
            } catch {
                schedule.book.giveUpWaiting()
                return .done(error)
            }
        }
        if let hurriesBy { limit = min(limit, max(hurriesBy, answerDeadline(schedule))) }
        guard now < limit else {
            schedule.book.giveUpWaiting()
            return .done(failure ?? KafkaError(.timedOut, "no answer from the coordinator"))
        }
        let pause = isHeld ? CommitSchedule.pause : Self.retryPause
        return .waiting(until: min(limit, retry ?? now + pause))
    }

    /// Returns until when the answer to a commit in flight is worth waiting for.
    private func answerDeadline(_ schedule: CommitSchedule) -> Instant {
        guard schedule.book.isWaiting else { return Instant(nanoseconds: .min) }
        return (sent ?? start) + Self.answerTime
    }
}
