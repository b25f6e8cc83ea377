// A group's part in a run of `consume`.
// What it assigns is read, what it takes back is committed first and then given back, and at the
// end it is left.
//
// 1. What is committed has been written: positions are those of `ReadProgress.handOn`, which is
//    called after each write that succeeded, and never after one that failed.
// 2. Before partitions are given back, and before the group is left, what has been written is
//    committed, and the answer is waited for; what is lost is not committed.
// 3. Every wait in here has an end: the time for one call to the cluster, or a signal.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// The state of a member during a run.
final class GroupReading {
    /// What was asked for.
    struct Wish {
        var name: String
        var commits: CommitMode
        var rule: GroupRule
    }

    var wish: Wish

    let connection: Connection
    let member: GroupMember
    let context: Context
    private let signals: SignalSource
    let commits: GroupCommits
    let pollInterval: Duration

    private(set) var assigned: Set<TopicPartition> = []
    /// What is assigned, each by the number of the assignment that brought it.
    private var assignments: [TopicPartition: Int] = [:]
    private var assignmentCount = 0
    /// What is to be given back when the command at work has ended, and when at the latest.
    private var held: (partitions: [TopicPartition], until: Instant)?
    private var isShared = false
    var subscribed: [String] = []
    /// Whether the group does not know a topic, which has to be looked after.
    var isInDoubt = false
    var hasTold = false
    /// What was last said to be read.
    var told: Set<TopicPartition>?
    /// Whether the group had committed offsets for all that was assigned, or there was nothing.
    private(set) var wasUpToDate = true
    /// Whether the group had committed an offset of every partition that came.
    private(set) var hadOffsets = true
    private var awaitingSince: Instant
    var hasToldWaiting = false
    var troubles: Set<String> = []
    /// How many heartbeats had been answered when all partitions of a cooperative member were read.
    private var heard: Int?

    /// Joins the group, for these topics.
    init(
        _ wish: Wish,
        topics: [String],
        through connection: Connection,
        raising wakeup: Wakeup,
        signals: SignalSource,
        context: Context
    ) throws(CommandError) {
        self.wish = wish
        self.connection = connection
        self.context = context
        self.signals = signals
        func milliseconds(_ property: String, _ otherwise: Int) -> Duration {
            .milliseconds(connection.client.property(property).flatMap { Int($0) } ?? otherwise)
        }
        pollInterval = milliseconds("max.poll.interval.ms", 300_000)
        awaitingSince = connection.clock.now
        do {
            member = try GroupMember(connection.client, raising: wakeup)
            commits = GroupCommits(
                member,
                isOn: wish.commits == .afterPrint || wish.commits == .afterExec,
                interval: milliseconds("auto.commit.interval.ms", 1000),
                longestMeeting: pollInterval,
                through: connection,
                signals: signals,
                tell: { context.note("group '\(wish.name)': \($0)") }
            )
            subscribed = topics
            if !topics.isEmpty { try member.subscribe(topics) }
        } catch {
            throw CommandError(error, "group '\(wish.name)'")
        }
    }

    /// Whether partitions are still to come: nothing has been assigned, something was taken back and
    /// what comes in its place has not been told, or a cooperative group may be about to share out.
    private(set) var isAwaiting = true

    /// Looks whether partitions are still to come, now that those there are have been read or not.
    ///
    /// In a cooperative group what one member gives back belongs to nobody until the members have
    /// met again: whoever is left must not go before. A heartbeat's answer tells of such a meeting,
    /// and the first one may have been on its way already.
    private func look(_ progress: ReadProgress, hasChanged: Bool) {
        guard isShared else {
            isAwaiting = true
            return
        }
        guard wish.rule.isBounded else {
            isAwaiting = assigned.isEmpty
            return
        }
        let all = wish.rule.partitionCounts.values.reduce(0, +)
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

    /// How long nothing may come before a read that ends has failed.
    ///
    /// The group waits for members that ended without leaving, and for slow ones.
    var patience: Duration {
        assigned.isEmpty && !isShared ? pollInterval + connection.timeout : connection.timeout
    }

    /// Whether everything assigned has been read, and no more than news of the group is waited for.
    var isDone: Bool { isShared && heard != nil }

    /// When the run has to look in here again, though nothing came.
    var deadline: Instant {
        // Whoever is not seen to read is put out of the group.
        var deadline = connection.clock.now + pollInterval / 3
        if let due = commits.deadline { deadline = min(deadline, due) }
        if let held { deadline = min(deadline, held.until) }
        if heard != nil { deadline = min(deadline, connection.clock.now + .milliseconds(50)) }
        if !isShared, !hasToldWaiting { deadline = min(deadline, awaitingSince + Self.worth) }
        return deadline
    }

    /// How long waiting goes without saying.
    private static let worth = Duration.seconds(5)

    /// Takes the group's news, and commits when it is time.
    ///
    /// Everything taken from the library has been written by now, or is with `exec`. `index` is the
    /// number of each topic. `hasArrivals`: whether anything was taken since the last call.
    /// - Returns: whether other partitions are read now.
    func serve(
        _ progress: inout ReadProgress,
        _ exec: ExecRun?,
        _ consumer: borrowing Consumer,
        index: [String],
        hasArrivals: Bool
    ) throws(CommandError) -> Bool {
        if hasArrivals { commits.mayBeDue = true }
        var hasChanged = releaseHeld(&progress, exec, index)
        while let event = member.next() {
            switch event {
            case .assigned(let partitions):
                try assign(partitions, &progress, consumer, index)
                hasChanged = true
            case .revoked(let partitions, let isLost):
                if !isLost, exec?.isAtWork == true {
                    hold(partitions, exec)
                    continue
                }
                giveBack(partitions, isLost: isLost, &progress, index)
                hasChanged = true
            case .committed(let answers):
                if let error = commits.take(answers) {
                    guard wish.commits != .afterExec else {
                        throw CommandError(error, "group '\(wish.name)': cannot commit")
                    }
                    tellTrouble("cannot commit: \(error.reason)")
                }
            case .failed(let error, let isFatal): try fail(error, isFatal: isFatal)
            }
        }
        let now = connection.clock.now
        if !isShared, !hasToldWaiting, awaitingSince + Self.worth <= now { tellWaiting() }
        if let error = commits.commitWhenDue(progress, index) {
            tellTrouble("cannot commit: \(error.reason)")
        }
        look(progress, hasChanged: hasChanged)
        return hasChanged
    }

    /// Which assignment of a partition it is that is read now; nil when it is not ours.
    func assignment(of partition: TopicPartition) -> Int? { assignments[partition] }

    /// Has what has been dealt with committed at the next look.
    func hastenCommit(_ progress: ReadProgress, index: [String]) {
        commits.hasten(progress, index)
    }

    /// Whether what a command has dealt with is committed before it gets more.
    var commitsAfterExec: Bool { wish.commits == .afterExec }

    /// Whether everything dealt with is known to be committed.
    var hasCommitted: Bool { commits.isSettled }

    /// Commits what was written, and leaves the group.
    ///
    /// - Returns: why what was written could not be committed, if it could not.
    func leave(_ progress: ReadProgress, index: [String]) -> CommandError? {
        let failure = commits.commitAll(progress, index, isEnd: true)
        if let held { try? member.unassign(held.partitions) }
        member.leave(timeout: min(connection.timeout, .seconds(5)), clock: connection.clock)
        guard let failure else { return nil }
        return CommandError(failure, "group '\(wish.name)': cannot commit what was \(work)")
    }

    /// What has become of records that are to be committed.
    private var work: String { commitsAfterExec ? "done" : "printed" }

    // MARK: Assignments

    private func assign(
        _ partitions: [TopicPartition],
        _ progress: inout ReadProgress,
        _ consumer: borrowing Consumer,
        _ index: [String]
    ) throws(CommandError) {
        let partitions = partitions.sorted()
        guard let committed = try committed(of: partitions) else { return }
        let starts: [GroupStart]
        do throws(CommandError) {
            starts = try wish.rule.starts(
                of: partitions,
                committed: committed,
                through: connection,
                now: context.clock.unixMilliseconds
            )
        } catch {
            var error = error
            error.prefix("group '\(wish.name)'")
            throw error
        }
        // What stays ours goes on where it is; only a cooperative group leaves anything.
        realign(progress, index)
        assignmentCount += 1
        for start in starts {
            guard let topic = index.firstIndex(of: start.partition.topic) else { continue }
            _ = progress.add(
                topicIndex: topic,
                partition: start.partition.partition,
                from: start.first,
                to: start.end
            )
            assigned.insert(start.partition)
            assignments[start.partition] = assignmentCount
            commits.add(start)
            if !start.isUpToDate { wasUpToDate = false }
            if start.committed == nil { hadOffsets = false }
            consumer.receive(start.partition)
        }
        do { try member.assign(starts.map { ($0.partition, at: $0.start) }) } catch {
            throw CommandError(error, "group '\(wish.name)'")
        }
        isShared = true
        hasToldWaiting = false
        tell(starts, progress, index)
    }

    /// What the group has committed; nil when a signal came first.
    ///
    /// A read that goes on waits for a coordinator for as long as it takes.
    private func committed(
        of partitions: [TopicPartition]
    ) throws(CommandError) -> [TopicPartition: Int64]? {
        let limit = connection.clock.now + connection.timeout
        while true {
            do throws(KafkaError) {
                return try connection.client.committed(
                    of: partitions,
                    timeout: .seconds(1)
                )
            } catch {
                connection.client.serve()
                if signals.isPending { return nil }
                let isOver = wish.rule.isBounded && limit <= connection.clock.now
                guard error.isRetriable, !isOver else {
                    throw CommandError(error, "group '\(wish.name)': committed offsets")
                }
            }
        }
    }

    /// Keeps what is to be given back until the command at work has ended.
    ///
    /// Then nobody does its work again. The group waits meanwhile, as it does for members that read slowly.
    private func hold(_ partitions: [TopicPartition], _ exec: ExecRun?) {
        held = (partitions, connection.clock.now + pollInterval / 2)
        context.note(
            "group '\(wish.name)': giving back \(Self.names(partitions)) when the command at work has"
                + " ended, in \((pollInterval / 2).argumentText) at the latest"
        )
        exec?.isHeld = true
    }

    private func releaseHeld(_ progress: inout ReadProgress, _ exec: ExecRun?, _ index: [String])
        -> Bool
    {
        guard let held else { return false }
        let isLost = member.isAssignmentLost
        guard isLost || exec?.isAtWork != true || held.until <= connection.clock.now else {
            return false
        }
        self.held = nil
        exec?.isHeld = false
        giveBack(held.partitions, isLost: isLost, &progress, index)
        return true
    }

    private func giveBack(
        _ partitions: [TopicPartition],
        isLost: Bool,
        _ progress: inout ReadProgress,
        _ index: [String]
    ) {
        let hadSome = !partitions.isEmpty
        if isLost {
            if hadSome {
                context.note(
                    "group '\(wish.name)': lost \(Self.names(partitions)); what was \(work) since"
                        + " the last commit may be \(work) again by another member"
                )
            }
        } else if let failure = commits.commitAll(progress, index, isEnd: false) {
            context.note(
                "group '\(wish.name)': cannot commit what was \(work): \(failure.reason);"
                    + " it may be \(work) again by another member"
            )
        }
        // What arrives from here on is of no partition of ours, and is dropped.
        for partition in partitions {
            if let topic = index.firstIndex(of: partition.topic) {
                progress.remove(topicIndex: topic, partition: partition.partition)
            }
            assigned.remove(partition)
            assignments[partition] = nil
            commits.remove(partition)
        }
        realign(progress, index)
        do { try member.unassign(partitions) } catch {
            context.note("group '\(wish.name)': \(error.reason)")
        }
        isShared = false
        awaitingSince = connection.clock.now
        if hadSome, !isLost {
            context.note("group '\(wish.name)': gave back \(Self.names(partitions))")
        }
    }

    private func realign(_ progress: ReadProgress, _ index: [String]) {
        guard member.isCooperative else { return }
        member.realign(
            progress.all.compactMap { item in
                item.progress.start == nil
                    ? nil
                    : PartitionOffset(
                        TopicPartition(index[item.topicIndex], item.partition),
                        item.progress.position
                    )
            }
        )
    }
}
