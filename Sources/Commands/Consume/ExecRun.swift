// Work per record: records are gathered, given to a command, and dealt with by how it ends.
//
// 1. One batch at a time. Nothing more is taken from the library until it is dealt with, so that
//    what has been taken is what is at work, and positions never run ahead of it.
// 2. A record is dealt with when its command has left with 0, when it is skipped, or when its dead
//    letter is stored. Only then may it be committed; what is left undone never is.
// 3. A record whose partition was given to another member is not tried again, and is not ours to
//    commit, even if the partition has come back meanwhile: then it is read again.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// The work of one run.
final class ExecRun {
    /// What was asked for.
    struct Wish {
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
        /// Dead letters are under way.
        case burying(AttemptFailure)
        /// All is dealt with, and may be committed.
        case done
        /// The commit is waited for, and told of when it takes this long.
        case committing(tellAt: Instant?)
    }

    let wish: Wish

    /// The topics' names, by their numbers.
    var topics: [String] = []

    private let context: Context
    private let letters: DeadLetters?
    private let keeper: Keeper
    private var phase: Phase
    private var batch: [ExecRecord] = []
    private var attempts: Attempts
    private var child: ShellCommand?
    private var isStopping = false

    /// How many records were dealt with.
    private(set) var finished = 0
    /// How many of them failed.
    private(set) var failed = 0
    private var told = 0
    /// Whether something taken was left undone: positions say more than is true from then on.
    private var hasLeftUndone = false
    /// What was taken and not done: of each partition the first such offset, and how many.
    private(set) var undone: [TopicPartition: (first: Int64, count: Int)] = [:]

    /// How long waiting for a commit goes without saying.
    private static let worth = Duration.seconds(5)
    /// How many failures are told one by one.
    private static let shownFailures = 10

    init(_ wish: Wish, letters: DeadLetters?, context: Context) throws(CommandError) {
        self.wish = wish
        self.letters = letters
        self.context = context
        attempts = Attempts(wish.rules)
        phase = .gathering(since: context.clock.now)
        do { keeper = try Keeper() } catch {
            throw CommandError(error, doing: "cannot start commands")
        }
    }

    /// The descriptor that is readable when a command may have ended.
    var number: Int32 { keeper.number }

    /// Raises `wakeup` when something has become of a dead letter.
    func raise(_ wakeup: Wakeup) { letters?.raise(wakeup) }

    // MARK: What the loop asks

    /// How many records may be taken now.
    var room: Int {
        guard case .gathering = phase, !isStopping else { return 0 }
        return wish.batch - batch.count
    }

    /// Whether nothing is at work and nothing is gathered.
    var isIdle: Bool {
        if case .gathering = phase { batch.isEmpty } else { false }
    }

    /// Whether a command runs, or dead letters are under way.
    var isAtWork: Bool {
        switch phase {
        case .trying: child != nil
        case .burying: true
        case .gathering, .done, .committing: false
        }
    }

    /// Whether everything taken has been dealt with, so that positions may be handed on.
    var hasSettledAll: Bool {
        if hasLeftUndone { return false }
        switch phase {
        case .gathering: return batch.isEmpty
        case .done, .committing: return true
        case .trying, .burying: return false
        }
    }

    /// Whether a batch is dealt with and is now to be committed.
    var isDone: Bool { if case .done = phase { true } else { false } }

    /// Whether a commit is waited for.
    var isCommitting: Bool { if case .committing = phase { true } else { false } }

    /// Whether the run may end now: nothing is at work but a commit, which leaving waits for.
    var mayEnd: Bool { isIdle || isCommitting }

    /// When to look in here again, though nothing came.
    var deadline: Instant? {
        switch phase {
        case .gathering(let since): batch.isEmpty ? nil : since + wish.batchWait
        case .trying: attempts.due
        case .committing(let tellAt): tellAt
        case .burying: letters?.nextServe(after: context.clock.now)
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

    /// Enters that partitions were revoked: what was taken of them is not ours any more.
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
            guard !batch.isEmpty, isLast || room == 0 || since + wish.batchWait <= now else {
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
        case .burying(let why):
            guard try letters?.serve() ?? true else { return }
            settle(why)
        case .committing(let tellAt?) where tellAt <= now:
            if !batch.isEmpty {
                context.note("\(batch.place): done, and not committed yet: still trying")
            }
            phase = .committing(tellAt: nil)
        case .done, .committing: return
        }
    }

    /// A commit has been asked for of all that is still ours.
    func beganCommitting() {
        let gone = batch.filter(\.isRevoked)
        if !gone.isEmpty {
            context.note(
                "\(gone.place): not committed, since the partition was taken away meanwhile; it"
                    + " will be read again"
            )
        }
        batch.removeAll(where: \.isRevoked)
        phase = .committing(tellAt: context.clock.now + Self.worth)
    }

    /// The batch is behind us: what is left of it has been committed, or there is nothing to commit.
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
        case .burying where isSecond:
            // Some of the letters may be stored; their records come again, and so will they.
            abandon()
        case .burying: context.note("\(batch.place): waiting for the dead letters to be stored")
        case .done, .committing: break
        }
    }

    /// Ends a command that still runs, because the run has failed.
    func end() {
        switch phase {
        case .gathering, .trying, .burying: leaveUndone()
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
            context.note("\(batch.place): \(failure.cause); again in \(pause.argumentText)")
        case .giveUp(let failure): try giveUp(failure)
        case .refuse(let failure):
            throw failed(failure, hint: "the command cannot be run; nothing was committed for it")
        case .abandon: abandon()
        }
    }

    private func start(_ number: Int) throws(CommandError) {
        dropGone()
        guard !batch.isEmpty else { return clear() }
        if wish.isDryRun {
            try context.print("\(batch.place): would run \(wish.line)\n")
            return try carryOut(attempts.ended(.ended(.exited(0)), at: context.clock.now))
        }
        let environment = ExecEnvironment.variables(
            context.environmentWithoutSecrets(except: wish.variables),
            for: batch,
            group: wish.group,
            attempt: number,
            of: wish.rules.retries + 1
        )
        let input = batch.input
        do throws(ReactorError) {
            child = try ShellCommand(
                wish.line,
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
            throw CommandError(error, doing: "the process that looks after commands is gone")
        }
    }

    private func giveUp(_ failure: AttemptFailure) throws(CommandError) {
        dropGone()
        guard !batch.isEmpty else { return clear() }
        switch wish.onFailure {
        case .stop:
            throw failed(
                failure,
                hint: wish.group == nil ? nil : "not committed: it will be read again"
            )
        case .skip: settle(failure)
        case .deadLetter:
            phase = .burying(failure)
            letters?.send(batch, failure, group: wish.group)
        }
    }

    /// Counts the batch as dealt with though it failed.
    private func settle(_ failure: AttemptFailure) {
        finished += batch.count
        failed += batch.count
        told += 1
        if told <= Self.shownFailures {
            let fate = letters.map { "sent to '\($0.topic)'" } ?? "skipped"
            context.note("\(batch.place): \(Self.words(failure)): \(fate)")
        } else if told == Self.shownFailures + 1 {
            context.note("further failures are only counted")
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
            ? "\(failure.cause) at attempt \(failure.attempts)" : failure.cause
    }

    /// Forgets records that somebody else has to deal with by now.
    private func dropGone() {
        batch.removeAll(where: \.isRevoked)
    }

    /// Leaves the batch where it is: it is not done, and nothing behind it counts either.
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
