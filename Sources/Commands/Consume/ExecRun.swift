// Work per record: records are gathered, given to a command, and processed by its exit status.
//
// 1. One batch at a time. Nothing more is taken from the library until it is processed, so that
//    what has been taken is what is at work, and positions never run ahead of it.
// 2. A record is processed when its command has ended with 0, when it is skipped, or when its dead
//    letter is stored. Only then may it be committed; what is left undone never is.
// 3. A record whose partition was revoked is not tried again, and this member does not commit it,
//    even if the partition has been assigned again meanwhile: then it is read again.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// The work of one run.
final class ExecRun {
    /// The options of the run.
    struct Request {
        var line: String
        var batch = 1
        var batchWait = Duration.seconds(1)
        var rules = AttemptRules()
        var onFailure = FailureAction.stop
        var isDryRun = false
        var group: String?
        /// Variables of kctl's own that hold secrets, and are for the command all the same.
        var variables: [String] = []
    }

    private enum Phase {
        /// Records may be taken; those there are came from this time on.
        case gathering(since: Instant)
        /// The command runs, or is to run again.
        case trying
        /// Dead letters are in flight.
        case sendingDeadLetters(AttemptFailure)
        /// All is processed, and may be committed.
        case done
        /// The run waits for the commit, and writes a notice when it takes until `noticeAt`.
        case committing(noticeAt: Instant?)
    }

    let request: Request

    /// The topics' names, by their numbers.
    var topics: [String] = []

    private let context: Context
    private let deadLetters: DeadLetters?
    private let keeper: Keeper
    private var phase: Phase
    private var batch: [ExecRecord] = []
    private var attempts: Attempts
    private var child: ShellCommand?
    private var isStopping = false

    /// The number of processed records.
    private(set) var finished = 0
    /// The number of processed records that failed.
    private(set) var failed = 0
    private var reportedFailures = 0
    /// True once a taken record was left undone: from then on positions say more than is true.
    private var hasLeftUndone = false
    /// The records taken and not done: for each partition the first such offset, and their number.
    private(set) var undone: [TopicPartition: (first: Int64, count: Int)] = [:]

    /// The time of waiting for a commit after which a notice is written.
    private static let noticeDelay = Duration.seconds(5)
    /// The largest number of failures that are reported one by one.
    private static let shownFailures = 10

    init(_ request: Request, deadLetters: DeadLetters?, context: Context) throws(CommandError) {
        self.request = request
        self.deadLetters = deadLetters
        self.context = context
        attempts = Attempts(request.rules)
        phase = .gathering(since: context.clock.now)
        do { keeper = try Keeper() } catch {
            throw CommandError(error, doing: "cannot start commands")
        }
    }

    /// The descriptor that is readable when a command may have ended.
    var number: Int32 { keeper.number }

    /// Raises `wakeup` when the outcome of a dead letter is known.
    func raise(_ wakeup: Wakeup) { deadLetters?.raise(wakeup) }

    // MARK: What the loop asks

    /// The number of records that may be taken now.
    var room: Int {
        guard case .gathering = phase, !isStopping else { return 0 }
        return request.batch - batch.count
    }

    /// True when no command runs and nothing is gathered.
    var isIdle: Bool {
        if case .gathering = phase { batch.isEmpty } else { false }
    }

    /// True while a command runs or dead letters are in flight.
    var isAtWork: Bool {
        switch phase {
        case .trying: child != nil
        case .sendingDeadLetters: true
        case .gathering, .done, .committing: false
        }
    }

    /// True when everything taken has been processed, so that positions may be committed.
    var hasSettledAll: Bool {
        if hasLeftUndone { return false }
        switch phase {
        case .gathering: return batch.isEmpty
        case .done, .committing: return true
        case .trying, .sendingDeadLetters: return false
        }
    }

    /// True when a batch is processed and is now to be committed.
    var isDone: Bool { if case .done = phase { true } else { false } }

    /// True while the run waits for a commit.
    var isCommitting: Bool { if case .committing = phase { true } else { false } }

    /// True when the run may end now: only a commit is in flight, which leaving the group waits
    /// for.
    var mayEnd: Bool { isIdle || isCommitting }

    /// The time of the next tick when no event comes before it.
    var deadline: Instant? {
        switch phase {
        case .gathering(let since): batch.isEmpty ? nil : since + request.batchWait
        case .trying: attempts.due
        case .committing(let noticeAt): noticeAt
        case .sendingDeadLetters: deadLetters?.nextServe(after: context.clock.now)
        case .done: nil
        }
    }

    // MARK: What happens

    /// Takes a record, and the bytes that the command is to get.
    func add(_ record: borrowing Record, printed: [UInt8]) {
        if batch.isEmpty { phase = .gathering(since: context.clock.now) }
        let topic = topics.indices.contains(record.topicIndex) ? topics[record.topicIndex] : ""
        batch.append(ExecRecord(record, topic: topic, printed: printed))
    }

    /// Enters that partitions were revoked: records taken of them belong to other members.
    func revoke(_ partitions: [TopicPartition]) {
        for index in batch.indices where partitions.contains(batch[index].partition) {
            batch[index].isRevoked = true
        }
    }

    /// Goes on with the work.
    ///
    /// `isLast`: nothing more will be taken.
    /// - Throws: `CommandError` when it ends the run.
    func serve(isLast: Bool) throws(CommandError) {
        let now = context.clock.now
        let status = try endOfChild()
        switch phase {
        case .gathering(let since):
            dropGone()
            guard !batch.isEmpty, isLast || room == 0 || since + request.batchWait <= now else {
                return
            }
            phase = .trying
            try carryOut(attempts.begin(at: now))
        case .trying:
            if let status {
                child = nil
                try carryOut(attempts.ended(.ended(status), at: now))
            } else {
                try carryOut(attempts.tick(at: now))
            }
        case .sendingDeadLetters(let why):
            guard try deadLetters?.serve() ?? true else { return }
            settle(why)
        case .committing(let noticeAt?) where noticeAt <= now:
            if !batch.isEmpty {
                context.note("\(batch.place): processed, not committed yet; still trying")
            }
            phase = .committing(noticeAt: nil)
        case .done, .committing: return
        }
    }

    /// Enters that a commit has been asked for, of all records whose partitions are still assigned.
    func beganCommitting() {
        let gone = batch.filter(\.isRevoked)
        if !gone.isEmpty {
            context.note(
                "\(gone.place): not committed because the partition was revoked; it will be"
                    + " read again"
            )
        }
        batch.removeAll(where: \.isRevoked)
        phase = .committing(noticeAt: context.clock.now + Self.noticeDelay)
    }

    /// Ends the batch: the rest of it has been committed, or there is nothing to commit.
    func finishBatch(isCommitted: Bool) {
        if isCommitted, context.isVerbose {
            for record in batch {
                context.note("\([record].place): committed")
            }
        }
        clear()
    }

    /// Begins nothing new; a command that runs may finish, unless this is said a second time.
    func stop() throws(CommandError) {
        let isSecond = isStopping
        isStopping = true
        switch phase {
        case .gathering:
            abandon()
        case .trying:
            let now = context.clock.now
            if !isSecond, child != nil {
                context.note("\(batch.place): waiting for the command to end")
            }
            try carryOut(isSecond ? attempts.drop() : attempts.stop(at: now))
        case .sendingDeadLetters where isSecond:
            // Some of the dead letters may be stored; their records are read again and sent again.
            abandon()
        case .sendingDeadLetters:
            context.note("\(batch.place): waiting for the dead-letter topic")
        case .done, .committing: break
        }
    }

    /// Ends a command that still runs, because the run has failed.
    func end() {
        switch phase {
        case .gathering, .trying, .sendingDeadLetters: leaveUndone()
        case .done, .committing: break
        }
        guard child != nil else { return }
        child?.send(.terminate)
        var loop = Loop<Int>(clock: context.clock)
        loop.watch(keeper.number, for: .readable, as: 0)
        let deadline = context.clock.now + AttemptRules.grace
        while context.clock.now < deadline {
            do throws(ReactorError) { if try child?.poll() != nil { break } } catch { break }
            _ = try? loop.wait(until: deadline)
        }
        child?.send(.kill)
        child = nil
    }

    // MARK: Carrying out

    private func carryOut(_ action: Attempts.Action) throws(CommandError) {
        switch action {
        case .nothing: return
        case .start(let number): try start(number)
        case .terminate: child?.send(.terminate)
        case .kill: child?.send(.kill)
        case .succeed:
            finished += batch.count
            phase = .done
        case .pause(let failure, let pause):
            guard context.isVerbose else { return }
            context.note("\(batch.place): \(failure.cause); retry in \(pause.argumentText)")
        case .giveUp(let failure): try giveUp(failure)
        case .refuse(let failure):
            throw failed(failure, hint: "the command cannot be run; its records are not committed")
        case .abandon: abandon()
        }
    }

    private func start(_ number: Int) throws(CommandError) {
        dropGone()
        guard !batch.isEmpty else { return clear() }
        if request.isDryRun {
            try context.print("\(batch.place): would run \(request.line)\n")
            return try carryOut(attempts.ended(.ended(.exited(0)), at: context.clock.now))
        }
        let environment = ExecEnvironment.variables(
            context.environmentWithoutSecrets(except: request.variables),
            for: batch,
            group: request.group,
            attempt: number,
            of: request.rules.retries + 1
        )
        let input = batch.input
        do throws(ReactorError) {
            child = try ShellCommand(
                request.line,
                input: input.span.bytes,
                environment: environment,
                by: keeper
            )
        } catch {
            let outcome = AttemptOutcome.notStarted(reason: "\(error.call): \(error.reason)")
            try carryOut(attempts.ended(outcome, at: context.clock.now))
        }
    }

    private func endOfChild() throws(CommandError) -> ChildStatus? {
        do throws(ReactorError) {
            if child != nil { return try child?.poll() }
            try keeper.check()
            return nil
        } catch {
            throw CommandError(error, doing: "the process that runs commands has ended")
        }
    }

    private func giveUp(_ failure: AttemptFailure) throws(CommandError) {
        dropGone()
        guard !batch.isEmpty else { return clear() }
        switch request.onFailure {
        case .stop:
            throw failed(
                failure,
                hint: request.group == nil ? nil : "not committed; the group reads it again"
            )
        case .skip: settle(failure)
        case .deadLetter:
            phase = .sendingDeadLetters(failure)
            deadLetters?.send(batch, failure, group: request.group)
        }
    }

    /// Counts the batch as processed though it failed.
    private func settle(_ failure: AttemptFailure) {
        finished += batch.count
        failed += batch.count
        reportedFailures += 1
        if reportedFailures <= Self.shownFailures {
            let outcome = deadLetters.map { "sent to '\($0.topic)'" } ?? "skipped"
            context.note("\(batch.place): \(Self.words(failure)): \(outcome)")
        } else if reportedFailures == Self.shownFailures + 1 {
            context.note("more failures follow; they are only counted")
        }
        phase = .done
    }

    private func failed(_ failure: AttemptFailure, hint: String?) -> CommandError {
        hasLeftUndone = true
        return CommandError(
            .failure,
            "\(batch.place): \(Self.words(failure))",
            hint: hint,
            topic: batch.first?.partition.topic,
            partition: batch.first?.partition.partition
        )
    }

    private static func words(_ failure: AttemptFailure) -> String {
        failure.attempts > 1
            ? "\(failure.cause) after \(failure.attempts) attempts" : failure.cause
    }

    /// Drops records whose partitions were revoked: another member processes them.
    private func dropGone() {
        batch.removeAll(where: \.isRevoked)
    }

    /// Abandons the batch: it is not done, and nothing behind it counts either.
    private func abandon() {
        leaveUndone()
        clear()
    }

    /// Counts what was taken as not done.
    private func leaveUndone() {
        hasLeftUndone = hasLeftUndone || !batch.isEmpty
        for record in batch {
            let first = undone[record.partition]?.first ?? record.offset
            let count = undone[record.partition]?.count ?? 0
            undone[record.partition] = (min(first, record.offset), count + 1)
        }
    }

    private func clear() {
        batch = []
        phase = .gathering(since: context.clock.now)
    }
}
