// How a member begins what is assigned, commits before it gives up anything, and leaves.

import KafkaCore
import Reactor

extension GroupSession {
    // MARK: Assignment and revocation

    func begin(
        _ starts: [GroupStart],
        _ state: inout SessionState
    ) throws(ReaderError) {
        // What stays ours goes on where it is; only a cooperative group leaves anything.
        realign(state)
        let starts = member.isCooperative ? starts : succeeding(starts, &state)
        for start in starts {
            guard let topic = state.index.firstIndex(of: start.partition.topic) else { continue }
            _ = state.progress.add(
                topicIndex: topic,
                partition: start.partition.partition,
                from: start.first,
                to: start.end
            )
            assigned.insert(start.partition)
            commits.add(start)
            history.add(start)
        }
        state.begun = starts
        phase = .reading
        waiting.reset()
    }

    /// Returns the starts of an eager assignment that follows another one without a revocation.
    ///
    /// The library joins anew without a word when partitions are added while it waits for an answer.
    /// What stays assigned goes on where it is, and not where the last commit was; the rest is lost.
    private func succeeding(_ starts: [GroupStart], _ state: inout SessionState) -> [GroupStart] {
        guard !assigned.isEmpty else { return starts }
        let lost = assigned.subtracting(starts.map(\.partition)).sorted()
        let next = starts.map { start in
            guard assigned.contains(start.partition),
                let topic = state.index.firstIndex(of: start.partition.topic),
                let progress = state.progress[topic, start.partition.partition],
                progress.position > start.committed ?? 0
            else { return start }
            var next = start
            next.first = progress.position
            next.start = .at(progress.position)
            return next
        }
        for partition in lost {
            if let topic = state.index.firstIndex(of: partition.topic) {
                state.progress.remove(topicIndex: topic, partition: partition.partition)
            }
            assigned.remove(partition)
            commits.book.remove(partition)
        }
        if !lost.isEmpty { state.events.append(.lost(lost)) }
        return next
    }

    /// Has the library fetch what was begun, after its records are received by the reader.
    func assign(_ starts: [GroupStart]) throws(ReaderError) {
        do { try member.assign(starts.map { ($0.partition, at: $0.start) }) } catch {
            throw .group(error)
        }
    }

    /// Answers `.revoking`: the caller has settled what it has processed of the partitions.
    func release(_ state: inout SessionState) {
        guard case .revoking(let partitions, _) = phase else { return }
        let isLost = member.isAssignmentLost
        revoke(partitions, isLost: isLost, &state, at: access.clock.now)
    }

    func revoke(
        _ partitions: [TopicPartition],
        isLost: Bool,
        _ state: inout SessionState,
        at now: Instant
    ) {
        if !isLost { commits.settle(state.progress, state.index, isUrgent: true, now: now) }
        // Whatever arrives from here on is of no partition of ours, and is dropped.
        for partition in partitions {
            if let topic = state.index.firstIndex(of: partition.topic) {
                state.progress.remove(topicIndex: topic, partition: partition.partition)
            }
        }
        let limits = LastCommit.Limits(answer: access.timeout, rebalance: pollInterval)
        if !isLost, let commit = commits.lastCommit(isLeaving: false, limits, now: now) {
            phase = .committing(commit, partitions)
        } else {
            unassign(partitions, isLost: isLost, failure: nil, &state)
        }
    }

    func unassign(
        _ partitions: [TopicPartition],
        isLost: Bool,
        failure: KafkaError?,
        _ state: inout SessionState
    ) {
        for partition in partitions {
            assigned.remove(partition)
            commits.book.remove(partition)
        }
        realign(state)
        do { try member.unassign(partitions) } catch { state.events.append(.groupError(error)) }
        phase = .waiting(since: access.clock.now)
        state.events.append(isLost ? .lost(partitions) : .revoked(partitions, failure: failure))
    }

    private func realign(_ state: SessionState) {
        guard member.isCooperative else { return }
        member.realign(
            state.progress.all.compactMap { item in
                item.progress.start == nil
                    ? nil
                    : PartitionOffset(
                        TopicPartition(state.index[item.topicIndex], item.partition),
                        item.progress.position
                    )
            }
        )
    }

    // MARK: The end

    /// Begins to leave the group; what hinders it is given up at `limit`, if that is given.
    func end(by limit: Instant?) {
        ending = (ending?.since ?? access.clock.now, limit ?? ending?.by)
    }

    func beginClosing(_ state: inout SessionState, at now: Instant) {
        commits.settle(state.progress, state.index, isUrgent: true, now: now)
        let limits = LastCommit.Limits(answer: access.timeout, rebalance: pollInterval)
        if let commit = commits.lastCommit(isLeaving: true, limits, now: now) {
            phase = .closing(commit)
        } else {
            leave(nil, &state, at: now)
        }
    }

    func leave(_ failure: KafkaError?, _ state: inout SessionState, at now: Instant) {
        guard member.beginLeaving() else { return close(failure, &state) }
        // A member that is not waited for is removed when its session times out.
        let limit = ending?.by == nil ? min(access.timeout, .seconds(5)) : .milliseconds(500)
        phase = .leaving(by: now + limit, failure: failure)
    }

    func close(_ failure: KafkaError?, _ state: inout SessionState) {
        phase = .closed
        state.events.append(.closed(failure: failure))
    }
}
