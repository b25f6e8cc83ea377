// A group member's part in a read: it begins what is assigned, and commits before it gives up anything.
//
// ```
//              subscribe
//                  │                      ┌────────────── lost ──────────────┐
//                  v        assigned      │      revoked                     │ release, or too late
//   ┌─────────> waiting ──> locating ──> reading ──────────> revoking ──> committing ──┐
//   │                                     │  close                           ^         │ committed
//   └─────────────────── unassigned <─────┼──────────────────────────────────│─────────┤
//                                         └──────────────────────────────────┘         v closing
//                                                                         leaving ──> closed
// ```
// Whatever the phase, `close` leads to committing and leaving. Records are taken in `reading` only.
//
// 1. A commit holds settled positions only: those that the caller says it has processed.
// 2. Before partitions are unassigned, and before the group is left, what is settled is committed, and
//    the answer is waited for; of what is lost nothing is committed.
// 3. Every wait has an end, and none blocks: each step makes at most one short request.

import KafkaCore
import Reactor

/// The task of a member.
package struct GroupRequest {
    /// True to commit what is settled; false to commit nothing.
    package var commits: Bool
    /// The rule for where assigned partitions are read.
    package var rule: GroupRule

    package init(commits: Bool, rule: GroupRule) {
        self.commits = commits
        self.rule = rule
    }
}

/// The session of a member during a read.
final class GroupSession {
    /// The state of the session.
    enum Phase {
        /// Nothing, or nothing more than before, is assigned.
        case waiting(since: Instant)
        /// The starts of these partitions are looked up, which were assigned after so many requests
        /// to join.
        case locating(AssignmentLookup, joins: Int)
        /// Assigned partitions are read.
        case reading
        /// The caller is to release these partitions.
        case revoking([TopicPartition], by: Instant)
        /// Settled positions are committed before these partitions are unassigned.
        case committing(LastCommit, [TopicPartition])
        /// Settled positions are committed before the group is left.
        case closing(LastCommit)
        /// The group is being left.
        case leaving(by: Instant, failure: KafkaError?)
        case closed
    }

    var rule: GroupRule
    let access: ClusterAccess
    let member: GroupMember
    var commits: CommitSchedule
    var phase: Phase
    /// The topics that the member subscribed to.
    var subscribed: [String] = []
    var assigned: Set<TopicPartition> = []
    /// The facts about all partitions that were assigned so far.
    var history = GroupHistory()
    let pollInterval: Duration
    /// The events of the group that came while another one was answered.
    private var pending: [GroupEvent] = []
    /// Since when the group is to be left, and by when what hinders it is given up.
    var ending: (since: Instant, by: Instant?)?
    var waiting = WaitingNotice()
    /// The number of heartbeats answered when all partitions of a cooperative member were read.
    private var heard: Int?
    /// True when the group does not know a topic, so that the topics are to be checked.
    private var isTopicUnknown = false

    /// Joins the group, for these topics.
    init(
        _ request: GroupRequest,
        topics: [String],
        through access: ClusterAccess,
        raising wakeup: Wakeup
    ) throws(ReaderError) {
        rule = request.rule
        self.access = access
        func milliseconds(_ property: String, _ otherwise: Int) -> Duration {
            .milliseconds(access.client.property(property).flatMap { Int($0) } ?? otherwise)
        }
        pollInterval = milliseconds("max.poll.interval.ms", 300_000)
        let now = access.clock.now
        phase = .waiting(since: now)
        commits = CommitSchedule(
            isOn: request.commits,
            interval: milliseconds("auto.commit.interval.ms", 1000),
            now: now
        )
        subscribed = topics
        do {
            member = try GroupMember(access.client, raising: wakeup)
            if !topics.isEmpty { try member.subscribe(topics) }
        } catch {
            throw .group(error)
        }
    }

    /// True while partitions are still to come: nothing has been assigned, something was revoked and
    /// its successor is not known, or a cooperative group may be about to rebalance.
    private(set) var isAwaiting = true

    /// True while records may be taken.
    var isReading: Bool {
        switch phase {
        case .waiting, .reading: true
        case .locating, .revoking, .committing, .closing, .leaving, .closed: false
        }
    }

    private var isAssigned: Bool { if case .reading = phase { true } else { false } }

    /// True when everything assigned has been read, and only events of the group are waited for.
    var hasReadAll: Bool { isAssigned && heard != nil }

    /// The longest time without arrivals before a read that ends has failed.
    ///
    /// The group waits for members that ended without leaving, and for slow ones.
    var silence: Duration {
        assigned.isEmpty && !isAssigned ? pollInterval + access.timeout : access.timeout
    }

    /// Takes whether the topics are to be checked, since the last call.
    func takeDoubt() -> Bool {
        defer { isTopicUnknown = false }
        return isTopicUnknown
    }

    /// The time of the next step, though nothing happened.
    var deadline: Instant {
        let now = access.clock.now
        switch phase {
        case .locating: return now
        case .committing, .closing, .leaving: return now + CommitSchedule.pause
        case .closed: return Instant(nanoseconds: .max)
        case .waiting, .reading, .revoking: break
        }
        // A member that polls too rarely is removed from the group.
        var deadline = now + pollInterval / 3
        if let due = commits.deadline { deadline = min(deadline, due) }
        if case .revoking(_, let limit) = phase { deadline = min(deadline, limit) }
        if heard != nil { deadline = min(deadline, now + .milliseconds(50)) }
        if case .waiting(let since) = phase, let due = waiting.due(since: since) {
            deadline = min(deadline, due)
        }
        return deadline
    }

    // MARK: Steps

    /// Goes on with the phase, takes events of the group, and commits when a commit is due.
    ///
    /// - Returns: true when other partitions are read now.
    func step(_ state: inout SessionState) throws(ReaderError) -> Bool {
        let now = access.clock.now
        var hasChanged = try advance(&state, at: now)
        while isReading, let event = pending.isEmpty ? member.next() : pending.removeFirst() {
            if try take(event, &state, at: now) { hasChanged = true }
        }
        try takeMeanwhile(&state)
        if case .waiting(let since) = phase, waiting.isDue(since: since, at: now) {
            state.events.append(.waitingForAssignment)
        }
        guard isReading else {
            // What is assigned next is not known yet.
            isAwaiting = true
            return hasChanged
        }
        let (progress, index) = (state.progress, state.index)
        let failure = commits.commitWhenDue(by: member, now: now) { schedule in
            schedule.settle(progress, index, isUrgent: false, now: now)
        }
        if let failure { state.events.append(.commitFailed(failure)) }
        updateAwaiting(state.progress, hasChanged: hasChanged)
        return hasChanged
    }

    /// Takes what the group reports while a change of the assignment is under way.
    private func takeMeanwhile(_ state: inout SessionState) throws(ReaderError) {
        guard case .revoking = phase else { return }
        while let event = member.next() {
            switch event {
            // The library reports the next change when this one has been answered.
            case .assigned, .revoked: pending.append(event)
            case .committed, .failed: _ = try take(event, &state, at: access.clock.now)
            }
        }
    }

    private func advance(_ state: inout SessionState, at now: Instant) throws(ReaderError) -> Bool {
        switch phase {
        case .waiting, .reading:
            if ending != nil { beginClosing(&state, at: now) }
            return false
        case .locating(var lookup, let joins):
            // Nothing is read of what is not known: another member begins where the group is.
            if ending != nil {
                beginClosing(&state, at: now)
                return false
            }
            guard let starts = try lookup.step(rule, through: access) else {
                phase = .locating(lookup, joins: joins)
                return false
            }
            // An eager member that joins anew, which the library does without a word when partitions
            // were added meanwhile, owns nothing: what it is assigned then is still to come.
            if !member.isCooperative, member.joinCount != joins {
                phase = .waiting(since: now)
                return false
            }
            try begin(starts, &state)
            return true
        case .revoking(let partitions, let limit):
            guard member.isAssignmentLost || ending != nil || limit <= now else { return false }
            revoke(partitions, isLost: member.isAssignmentLost, &state, at: now)
            return true
        case .committing(var commit, let partitions):
            // Leaving commits again, and waits longer.
            let limit = ending.map { min($0.since + Self.hurry, $0.by ?? $0.since + Self.hurry) }
            switch step(&commit, hurriesBy: limit, &state, at: now) {
            case .waiting:
                phase = .committing(commit, partitions)
                return false
            case .done(let failure):
                unassign(partitions, isLost: false, failure: failure, &state)
                return true
            }
        case .closing(var commit):
            switch step(&commit, hurriesBy: ending?.by, &state, at: now) {
            case .waiting: phase = .closing(commit)
            case .done(let failure): leave(failure, &state, at: now)
            }
        case .leaving(let limit, let failure):
            if member.hasLeft() || limit <= now { close(failure, &state) }
        case .closed: break
        }
        return false
    }

    /// The time for a commit before a revocation when the group is to be left.
    private static let hurry = Duration.seconds(1)

    private func step(
        _ commit: inout LastCommit,
        hurriesBy limit: Instant?,
        _ state: inout SessionState,
        at now: Instant
    ) -> LastCommit.Outcome {
        var reported: [ReaderEvent] = []
        defer { state.events += reported }
        return commit.step(
            &commits,
            by: member,
            now: now,
            hurriesBy: limit,
            report: { reported.append($0) }
        )
    }

    private func take(
        _ event: GroupEvent,
        _ state: inout SessionState,
        at now: Instant
    ) throws(ReaderError) -> Bool {
        switch event {
        case .assigned(let partitions):
            let lookup = AssignmentLookup(of: partitions, rule, through: access)
            phase = .locating(lookup, joins: member.joinCount)
            return false
        case .revoked(let partitions, let isLost):
            if isLost || partitions.isEmpty {
                revoke(partitions, isLost: isLost, &state, at: now)
                return true
            }
            let limit = now + pollInterval / 2
            phase = .revoking(partitions, by: limit)
            state.events.append(.revoking(partitions, by: limit))
            return false
        case .committed(let answers):
            if let error = commits.enter(answers, of: member) {
                state.events.append(.commitFailed(error))
            }
            return false
        case .failed(let error, let isFatal):
            try fail(error, isFatal: isFatal, &state)
            return false
        }
    }

    private func fail(
        _ error: KafkaError,
        isFatal: Bool,
        _ state: inout SessionState
    ) throws(ReaderError) {
        if error.isPollIntervalExceeded {
            return state.events.append(.pollIntervalExceeded(pollInterval))
        }
        if error.isUnknownTopic, !isFatal, !rule.isBounded {
            // It may come back; how long it may take `TopicWatch` knows.
            isTopicUnknown = true
            return
        }
        switch error.kind {
        case .refused, .invalid, .unsupported, .notFound: break
        case .alreadyExists, .unreachable, .timedOut, .tooLarge, .other:
            guard isFatal else { return state.events.append(.groupError(error)) }
        }
        throw .group(error)
    }

    /// Finds out whether partitions are still to come, now that those there are have been read or not.
    ///
    /// In a cooperative group what one member gives up belongs to nobody until the members have
    /// rebalanced: a member that is left must not go before. A heartbeat's answer tells of a rebalance,
    /// and the first one may have been in flight already.
    private func updateAwaiting(_ progress: ReadProgress, hasChanged: Bool) {
        guard isAssigned else {
            isAwaiting = true
            return
        }
        guard rule.isBounded else {
            isAwaiting = assigned.isEmpty
            return
        }
        let all = rule.partitionCounts.values.reduce(0, +)
        guard progress.isComplete, member.isCooperative, assigned.count < all else {
            heard = nil
            isAwaiting = false
            return
        }
        if hasChanged || member.isJoining { heard = nil }
        let since = heard ?? member.heartbeats
        heard = since
        isAwaiting = member.heartbeats < since + 2
    }
}
