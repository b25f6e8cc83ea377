// Trying something by a command until it succeeds: attempts, pauses, limits and giving up.
// A state machine: it starts nothing and reads no clock.
//
// 1. One attempt at a time; the next one begins when the one before is known to have ended.
// 2. Attempts that have been asked to stop begin nothing new. What runs may finish, for a while.
// 3. A command that cannot be run at all is not tried again, and is no failure of what it was given:
//    nothing would be learnt from it, and a slip in its name would fail everything there is.

import Arguments
package import Reactor

/// The rules of how often something is tried, and for how long.
package struct AttemptRules: Equatable {
    /// The number of times it is tried again.
    package var retries: Int
    /// The pause before the second attempt; each further one is twice as long.
    package var backoff: Duration
    /// The time one attempt may take; nil for no limit.
    package var limit: Duration?

    /// No pause becomes longer by being doubled.
    package static let longestBackoff = Duration.seconds(300)
    /// The time an attempt has to end after it was asked to.
    package static let grace = Duration.seconds(5)
    /// The time an attempt may still run once the whole is to stop.
    package static let lastWait = Duration.seconds(30)

    /// Rules with these limits, or with the defaults.
    package init(
        retries: Int = 0,
        backoff: Duration = .seconds(1),
        limit: Duration? = nil
    ) {
        self.retries = retries
        self.backoff = backoff
        self.limit = limit
    }

    /// Returns the pause behind attempt number `attempt`.
    package func pause(after attempt: Int) -> Duration {
        guard backoff < Self.longestBackoff else { return backoff }
        var pause = backoff
        for _ in 1..<max(attempt, 1) {
            guard pause > .zero, pause < Self.longestBackoff else { break }
            pause = pause * 2
        }
        return min(pause, Self.longestBackoff)
    }
}

/// The way one attempt ended.
package enum AttemptOutcome: Equatable {
    case ended(ChildStatus)
    case notStarted(reason: String)
}

/// The report on something that failed for good.
package struct AttemptFailure: Equatable {
    /// In words: `exit status 3`.
    package var cause: String
    /// The exit status of the last attempt, when it had one.
    package var status: Int32?
    package var attempts: Int
}

/// One thing being tried.
package struct Attempts {
    /// The action to take now.
    package enum Action: Equatable {
        case nothing
        /// Begin this attempt.
        case start(Int)
        /// Ask what runs to end, then make it.
        case terminate
        case kill
        /// It has succeeded.
        case succeed
        /// It failed, and is tried again after a pause.
        case pause(AttemptFailure, Duration)
        /// It failed for good.
        case giveUp(AttemptFailure)
        /// The command cannot be run.
        case refuse(AttemptFailure)
        /// It is left undone, since the whole is to stop.
        case abandon
    }

    private enum State {
        case idle
        case running(until: Instant?)
        case ending(killAt: Instant)
        case killed
        case waiting(until: Instant)
    }

    package let rules: AttemptRules
    /// The number of the attempt that runs or ran last, from 1.
    package private(set) var number = 0
    private var state = State.idle
    private var isLate = false
    private var isStopping = false
    private var isDropped = false

    package init(_ rules: AttemptRules) {
        self.rules = rules
    }

    /// The instant at which time alone changes something.
    package var due: Instant? {
        switch state {
        case .idle, .killed: nil
        case .running(let until): until
        case .ending(let killAt): killAt
        case .waiting(let until): until
        }
    }

    /// Begins with something new.
    package mutating func begin(at now: Instant) -> Action {
        number = 0
        return start(at: now)
    }

    /// Takes note that the attempt has ended.
    package mutating func ended(_ outcome: AttemptOutcome, at now: Instant) -> Action {
        let wasLate = isLate
        state = .idle
        if isDropped { return .abandon }
        var failure = AttemptFailure(cause: "", status: nil, attempts: number)
        switch outcome {
        case .ended(.exited(0)) where !wasLate: return .succeed
        case .ended(.exited(let status)):
            failure.cause = "exit status \(status)"
            failure.status = status
        case .ended(.signalled(let number)):
            failure.cause = "ended by \(Signal(number: number).name)"
        case .notStarted(let reason):
            failure.cause = reason
            return .refuse(failure)
        }
        if wasLate, isStopping { return .abandon }
        if wasLate, let limit = rules.limit {
            failure.cause = "not done within \(limit.argumentText) (\(failure.cause))"
        } else if failure.status == 126 || failure.status == 127 {
            return .refuse(failure)
        }
        if number > rules.retries { return .giveUp(failure) }
        if isStopping { return .abandon }
        let pause = rules.pause(after: number)
        state = .waiting(until: now + pause)
        return .pause(failure, pause)
    }

    /// Checks whether it is time for something.
    package mutating func tick(at now: Instant) -> Action {
        guard let due, due <= now else { return .nothing }
        switch state {
        case .idle, .killed: return .nothing
        case .waiting: return start(at: now)
        case .running:
            isLate = true
            state = .ending(killAt: now + AttemptRules.grace)
            return .terminate
        case .ending:
            state = .killed
            return .kill
        }
    }

    /// Begins nothing new from here on; what runs may finish within a time.
    package mutating func stop(at now: Instant) -> Action {
        isStopping = true
        switch state {
        case .idle, .waiting:
            state = .idle
            return .abandon
        case .running(let until):
            let last = now + AttemptRules.lastWait
            state = .running(until: until.map { min($0, last) } ?? last)
            return .nothing
        case .ending, .killed: return .nothing
        }
    }

    /// Ends at once what runs; whatever comes of it, it counts as not done.
    package mutating func drop() -> Action {
        isStopping = true
        isDropped = true
        switch state {
        case .idle, .waiting:
            state = .idle
            return .abandon
        case .running, .ending:
            state = .killed
            return .kill
        case .killed: return .nothing
        }
    }

    private mutating func start(at now: Instant) -> Action {
        number += 1
        isLate = false
        state = .running(until: rules.limit.map { now + $0 })
        return .start(number)
    }
}
