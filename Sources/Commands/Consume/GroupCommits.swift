// Commits of a group's member: when, what, and what becomes of them.
//
// 1. What is committed has been written: positions are those of `ReadProgress.handOn`.
// 2. Nothing is committed of what is lost, and nothing while the member joins anew: see `JoinWatch`.

import CommandKit
import KafkaCore
import Reactor

/// The commits of one member.
final class GroupCommits {
    private let member: GroupMember
    private let isOn: Bool
    private let interval: Duration
    private let longestMeeting: Duration
    private let connection: Connection
    private let signals: SignalSource
    private let tell: (String) -> Void

    /// How soon to look again whether a commit held back may go.
    private static let pause = Duration.milliseconds(20)
    /// How long to wait for an answer before looking what else there is.
    private static let patience = Duration.milliseconds(100)

    private var book = CommitBook()
    private var next: Instant

    /// Whether something may have been written since the last look at what is to be committed.
    var mayBeDue = false

    /// Begins without partitions.
    ///
    /// `isOn` is false for a member that commits nothing of its own accord. `longestMeeting`: after
    /// that long the group does without members that have not come.
    init(
        _ member: GroupMember,
        isOn: Bool,
        interval: Duration,
        longestMeeting: Duration,
        through connection: Connection,
        signals: SignalSource,
        tell: @escaping (String) -> Void
    ) {
        self.member = member
        self.isOn = isOn
        self.interval = max(interval, .milliseconds(10))
        self.longestMeeting = longestMeeting
        self.connection = connection
        self.signals = signals
        self.tell = tell
        next = connection.clock.now + self.interval
    }

    /// When to look again what is to be committed; nil when that takes something new first.
    var deadline: Instant? { mayBeDue ? next : nil }

    /// Begins with a partition.
    func add(_ start: GroupStart) {
        book.add(start.partition, committed: start.committed)
        guard start.commitsStart, let offset = start.first else { return }
        book.dealtWith(start.partition, before: offset)
        mayBeDue = true
    }

    /// Forgets a partition that was given back.
    func remove(_ partition: TopicPartition) {
        book.remove(partition)
    }

    /// Commits what has been written since the last time, without waiting for the answer.
    ///
    /// - Returns: what is wrong, if something is.
    func commitWhenDue(_ progress: ReadProgress, _ index: [String]) -> KafkaError? {
        let now = connection.clock.now
        guard mayBeDue, next <= now else { return nil }
        next = now + interval
        mayBeDue = false
        guard isOn, !member.isAssignmentLost else { return nil }
        note(progress, index)
        if member.mayJoin {
            mayBeDue = true
            next = now + min(interval, Self.pause)
            return nil
        }
        let due = book.takeDue()
        guard !due.isEmpty else {
            // What is under way may be behind what was written since.
            mayBeDue = book.isWaiting
            return nil
        }
        do { try member.commit(due) } catch {
            book.giveUpWaiting()
            mayBeDue = true
            return error
        }
        return nil
    }

    /// Has what has been dealt with committed at the next look, without waiting for its time.
    func hasten(_ progress: ReadProgress, _ index: [String]) {
        guard isOn else { return }
        note(progress, index)
        next = connection.clock.now
        mayBeDue = true
    }

    /// Whether everything dealt with is known to be committed, or is nobody's of ours any more.
    var isSettled: Bool { !isOn || book.isSettled }

    /// Commits what has been written, and waits for the answer.
    ///
    /// While the members of a cooperative group meet no commit is taken, and that may be as long as
    /// the slowest of them needs: it is waited for until a signal comes. At the end of the run that
    /// is another than the one that may have ended it; before, there is a second left.
    /// - Returns: why it could not be, if it could not.
    func commitAll(_ progress: ReadProgress, _ index: [String], isEnd: Bool) -> KafkaError? {
        guard isOn else { return nil }
        note(progress, index)
        let start = connection.clock.now
        var limit = start + connection.timeout
        var hasTold = false
        var failure: KafkaError?
        while !book.isSettled {
            let now = connection.clock.now
            let isHeld = isEnd ? member.mayJoin : member.isJoining
            if isHeld, now < start + longestMeeting, !signals.isPending {
                limit = now + connection.timeout
                if !hasTold, now >= start + .seconds(1) {
                    tell("waiting to commit until the group's members have met")
                    hasTold = true
                }
            }
            if member.isAssignmentLost {
                return failure
                    ?? KafkaError(.other, "the group has given the partitions to others")
            }
            let due = isHeld ? [] : book.takeDue()
            do throws(KafkaError) {
                if !due.isEmpty { try member.commit(due) }
            } catch {
                book.giveUpWaiting()
                return error
            }
            if let answers = member.commitAnswers(waiting: isHeld ? Self.pause : Self.patience) {
                for answer in answers {
                    book.answered(answer)
                    failure = answer.error ?? failure
                }
                if let failure {
                    guard failure.isRetriable else { return failure }
                    // While the group shares out anew, the broker wants to be asked again later.
                    _ = member.commitAnswers(waiting: Self.patience)
                }
            }
            connection.client.serve()
            if signals.isPending { limit = isEnd ? now : min(limit, now + .seconds(1)) }
            guard connection.clock.now < limit else {
                book.giveUpWaiting()
                return failure ?? KafkaError(.timedOut, "no answer from the coordinator")
            }
        }
        return nil
    }

    /// Takes answers.
    ///
    /// - Returns: what is wrong, if something is that nothing else will tell.
    func take(_ answers: [CommitAnswer]) -> KafkaError? {
        var failure: KafkaError?
        for answer in answers {
            book.answered(answer)
            guard let error = answer.error else { continue }
            mayBeDue = true
            // A loss of the partitions is told when they are taken back.
            if !error.isRetriable, !member.isAssignmentLost { failure = error }
        }
        return failure
    }

    /// Enters what has been written.
    private func note(_ progress: ReadProgress, _ index: [String]) {
        for item in progress.all {
            guard let position = item.progress.handedOn else { continue }
            let partition = TopicPartition(index[item.topicIndex], item.partition)
            book.dealtWith(partition, before: position)
        }
    }
}
