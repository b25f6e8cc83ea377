// Waiting until a run starts or ends, by the first record of either era that says so.
//
// 1. Nothing waits for the lateness here: the first sign counts, and what comes after it is not asked.
// 2. What is known of runs is one run an environment, so that memory is bounded by environments.

/// A run has started or ended.
public struct RunEvent: Equatable, Sendable {
    /// The run.
    public var run: UInt32
    /// Its environment.
    public var environment: String
    /// The time, in milliseconds since 1970; nil when the record does not say.
    public var milliseconds: Int64?
    /// The source of the report: a transition, a topic, `list`, or `superseded`.
    public var source: String
}

/// Waits for the start or the end of a run.
public struct RunWait: Sendable {
    /// The event that is waited for.
    public enum Goal: Hashable, Sendable {
        /// Start of run.
        case start
        /// End of run.
        case end
    }

    private struct Known: Sendable {
        var run: UInt32
        var moment: Moment?
    }

    private let goal: Goal
    private let run: UInt32?
    /// The newest run of each environment that has one.
    private var known: [String: Known] = [:]
    private var listed: Set<RunKey>?
    private var newestList: Moment?

    private static let limit = 100_000

    /// Waits for `run`, or for the next one when it is nil.
    public init(for goal: Goal, of run: UInt32?) {
        self.goal = goal
        self.run = run
    }

    /// Takes what a record says.
    ///
    /// - Returns: the event that was waited for, when the record has it.
    public mutating func take(_ facts: EventFacts, at place: RecordPlace?) -> RunEvent? {
        let moment = Moment(facts, at: place)
        switch facts.kind {
        case .activeRuns: return takeList(facts, at: moment)
        case .run, .enteredState, .leftState, .beforeStart, .afterStart, .environment: break
        case .task, .role, .call, .service, .coreStart, .framework, .heartbeat, .beamMode,
            .triggerStatus, .other:
            return nil
        }
        if let sign = facts.sign, let number = facts.run {
            return takeSign(sign, RunKey(environment: facts.environment, number: number), moment)
        }
        return takeState(facts, at: moment)
    }

    private func isWanted(_ number: UInt32) -> Bool { run == nil || run == number }

    private mutating func takeSign(
        _ sign: RunEvidence.Sign,
        _ key: RunKey,
        _ moment: Moment?
    ) -> RunEvent? {
        let before = known[key.environment]
        let isNew = before.map { $0.run < key.number } ?? true
        if isNew || before?.run == key.number, known.count < Self.limit {
            known[key.environment] = Known(run: key.number, moment: moment ?? before?.moment)
        }
        let event = RunEvent(
            run: key.number,
            environment: key.environment,
            milliseconds: moment?.milliseconds,
            source: sign.source
        )
        switch goal {
        case .start:
            guard sign != .announced, isWanted(key.number) else { return nil }
            // Whatever a run that was named does, it has started; of any run, only its start counts.
            if run != nil { return event }
            switch sign {
            case .start: return event
            case .started, .entered, .startedByHook: return isNew ? event : nil
            case .stop, .goError, .teardown, .stopped, .wentToError, .toreDown, .announced, .left,
                .environmentStarts, .environmentRuns, .environmentEnds:
                return nil
            }
        case .end:
            if sign.isEnd, isWanted(key.number) { return event }
            guard isNew, sign.isStart, let before, isWanted(before.run) else { return nil }
            return RunEvent(
                run: before.run,
                environment: key.environment,
                milliseconds: moment?.milliseconds,
                source: "superseded"
            )
        }
    }

    /// An environment in ERROR or DONE has no run any more.
    private mutating func takeState(_ facts: EventFacts, at moment: Moment?) -> RunEvent? {
        guard facts.kind == .environment, facts.state == "ERROR" || facts.state == "DONE",
            let ended = known[facts.environment]
        else { return nil }
        if let moment, let start = ended.moment, moment <= start { return nil }
        known[facts.environment] = nil
        guard goal == .end, isWanted(ended.run) else { return nil }
        return RunEvent(
            run: ended.run,
            environment: facts.environment,
            milliseconds: moment?.milliseconds,
            source: RunEnd.environment.name
        )
    }

    private mutating func takeList(_ facts: EventFacts, at moment: Moment?) -> RunEvent? {
        if let moment {
            if let newestList, moment < newestList { return nil }
            newestList = moment
        }
        var keys: Set<RunKey> = []
        for note in facts.active {
            guard let number = note.run else { continue }
            keys.insert(RunKey(environment: note.environment, number: number))
        }
        let before = listed
        listed = keys
        let found: [RunKey]
        switch goal {
        case .start:
            found = keys.filter { key in
                if run != nil { return run == key.number }
                guard let before, !before.contains(key) else { return false }
                return known[key.environment].map { $0.run < key.number } ?? true
            }
        case .end:
            found = (before ?? []).filter { !keys.contains($0) && isWanted($0.number) }
        }
        guard let first = found.min(by: RunKey.isBefore) else { return nil }
        return RunEvent(
            run: first.number,
            environment: first.environment,
            milliseconds: moment?.milliseconds,
            source: RunEnd.list.name
        )
    }
}

extension RunEvidence.Sign {
    /// True when it reports the end of a run.
    var isEnd: Bool {
        switch self {
        case .stop, .goError, .teardown, .stopped, .wentToError, .toreDown, .left: true
        case .start, .started, .announced, .startedByHook, .entered, .environmentStarts,
            .environmentRuns, .environmentEnds:
            false
        }
    }

    /// The source that gives it, in a word.
    var source: String {
        switch self {
        case .start, .started: "START_ACTIVITY"
        case .stop, .stopped: RunEnd.stop.name
        case .goError, .wentToError: RunEnd.goError.name
        case .teardown, .toreDown: RunEnd.teardown.name
        case .announced: "aliecs.before_start_activity"
        case .startedByHook: "aliecs.after_start_activity"
        case .entered: "aliecs.env_state.RUNNING"
        case .left: RunEnd.leftRunning.name
        case .environmentStarts, .environmentRuns, .environmentEnds: RunEnd.environment.name
        }
    }
}
