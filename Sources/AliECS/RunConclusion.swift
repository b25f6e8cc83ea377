// From what has been seen of a run to what is reported of it, and from when on that is final.
//
// 1. Sources in the order of trust: records about runs (era 2), states entered and left (era 1),
//    lists, the environment's own records. Each time is taken from the first that has it.
// 2. Signals are paired by run, not by the name of the transition: a stop that fails is ended by
//    GO_ERROR.
// 3. A pure function: the same evidence gives the same run.

/// A run, and when it is final.
struct RunConclusion {
    var run: Run
    /// A run is final when every record up to this moment has come; nil while it goes on.
    var due: EventTime?
    /// True when there is a run at all, and not only the announcement of one.
    var isRun: Bool

    private let evidence: RunEvidence
    private let next: Moment?
    private var closing: EnvironmentTrack.Closing?

    /// Draws the conclusion about a run of an environment.
    init(_ number: UInt32, _ evidence: RunEvidence, in track: EnvironmentTrack, _ limits: RunLimits)
    {
        self.evidence = evidence
        run = Run(number: number, environment: track.name)
        next = track.next(after: number)
        isRun = evidence.isRun
        run.type = (evidence.type ?? track.type)?.text ?? ""
        run.detectors = (evidence.detectors ?? track.detectors)?.names ?? []
        concludeStart()
        concludeEnd(in: track)
        concludePeople()
        concludeError(in: track, limits)
        due = final(limits)
        concludeWarnings()
    }

    /// True when there is nothing but an environment's records.
    private var isOfEnvironmentOnly: Bool {
        evidence.listing == nil
            && evidence.signs.keys.allSatisfy {
                switch $0 {
                case .environmentStarts, .environmentRuns, .environmentEnds, .announced: true
                default: false
                }
            }
    }

    // MARK: Times

    private mutating func concludeStart() {
        run.sosor = evidence[.start]?.milliseconds
        let era1 = evidence[.entered] ?? evidence[.startedByHook]
        run.eosor =
            (evidence[.started] ?? era1)?.milliseconds ?? evidence.enteredMilliseconds
            ?? evidence.listing.map { $0.entered ?? $0.first.milliseconds }
        if run.eosor == nil, isOfEnvironmentOnly {
            run.eosor = evidence[.environmentStarts]?.milliseconds
        }
    }

    private typealias Ending = (moment: Moment, end: RunEnd, sighting: Sighting)

    private func earliest(_ signs: [(RunEvidence.Sign, RunEnd)]) -> Ending? {
        var result: Ending?
        for (sign, end) in signs {
            guard let sighting = evidence.signs[sign] else { continue }
            if let known = result, known.moment.time <= sighting.first.time { continue }
            result = (sighting.first, end, sighting)
        }
        return result
    }

    /// The beginning of the end, as records about runs report it.
    private var ending: Ending? {
        earliest([(.stop, .stop), (.goError, .goError), (.teardown, .teardown)])
    }

    /// The end of the end, as records about runs report it.
    ///
    /// A forced teardown says twice that it has begun, and never that it is over.
    private var ended: Ending? {
        let done = earliest([
            (.stopped, .stop), (.wentToError, .goError), (.toreDown, .teardown),
        ])
        guard let teardown = evidence.signs[.teardown], let second = teardown.second else {
            return done
        }
        if let done, done.moment.time <= second.time { return done }
        return (second, .teardown, teardown)
    }

    private mutating func concludeEnd(in track: EnvironmentTrack) {
        closing = track.closing(of: evidence, before: next)
        let ending = ending
        let ended = ended
        run.eoeor = ended?.moment.milliseconds
        run.soeor = (ending?.moment ?? evidence[.left])?.milliseconds
        run.endedBy = ending?.end ?? ended?.end ?? (evidence[.left] == nil ? nil : .leftRunning)
        guard run.endedBy == nil else { return }
        if let end = evidence.listing?.end {
            run.soeor = end.milliseconds
            run.endedBy = .list
        } else if isOfEnvironmentOnly, let end = evidence[.environmentEnds] {
            run.soeor = end.milliseconds
            run.endedBy = .environment
        } else if let closing {
            run.soeor = closing.moment.milliseconds
            run.endedBy = closing.isOfEnvironment ? .environment : .enteredState(closing.state)
        } else {
            run.superseded = next != nil
        }
    }

    // MARK: People and errors

    private mutating func concludePeople() {
        run.startedBy = name([.start, .started])
        switch run.endedBy {
        case .stop: run.stoppedBy = name([.stop, .stopped])
        case .teardown: run.stoppedBy = name([.teardown, .toreDown])
        // An error's record names who asked for something last, which is not who ended the run.
        case .goError, .leftRunning, .list, .environment, .enteredState, nil: break
        }
    }

    private func name(_ signs: [RunEvidence.Sign]) -> String? {
        signs.compactMap { evidence.signs[$0]?.user }.first { !$0.isEmpty }
    }

    private mutating func concludeError(in track: EnvironmentTrack, _ limits: RunLimits) {
        if let error = evidence.error {
            run.error = error.text
            return
        }
        let signs = evidence.signs
        let isFailure =
            signs[.goError] != nil || signs[.wentToError] != nil
            || signs[.started]?.isFailure == true || signs[.stopped]?.isFailure == true
            || (closing?.state == "ERROR" && run.endedBy == .environment)
        guard isFailure else { return }
        let moment =
            ending?.moment ?? ended?.moment ?? closing?.moment ?? evidence[.started]
        guard let moment else { return }
        run.error = track.failure(near: moment, run: run.number, within: limits.errorDistance)
    }

    // MARK: Finality

    private func final(_ limits: RunLimits) -> EventTime? {
        func patient(_ moment: Moment) -> EventTime {
            EventTime(nanoseconds: moment.time.nanoseconds.adding(limits.stopping))
        }
        guard isRun else { return evidence[.announced].map(patient) }
        if let ended {
            return max(ended.moment, ending?.moment ?? ended.moment).time
        }
        var candidates: [EventTime] = []
        if let next { candidates.append(next.time) }
        if let ending {
            candidates.append(patient(ending.moment))
            if let closing, closing.state == "DONE" { candidates.append(closing.moment.time) }
        } else if let end = evidence[.left] ?? evidence.listing?.end {
            // Where era 2 reported the start, it will report more of the end.
            candidates.append(evidence.isOfRunTopic ? patient(end) : end.time)
        } else if isOfEnvironmentOnly, let end = evidence[.environmentEnds] {
            candidates.append(end.time)
        } else if let closing {
            candidates.append(closing.moment.time)
        }
        return candidates.min()
    }

    // MARK: Warnings

    private mutating func concludeWarnings() {
        var kinds: [RunWarning.Kind] = []
        for (signs, signal) in Self.signals {
            let isDoubled = signs.contains { sign in
                guard let sighting = evidence.signs[sign] else { return false }
                return sign == .teardown ? sighting.isRepeated : sighting.second != nil
            }
            if isDoubled { kinds.append(.doubled(signal)) }
        }
        if run.endedBy != nil || run.superseded { kinds += missing }
        run.warnings = kinds.map {
            RunWarning($0, environment: run.environment, run: run.number)
        }
        run.warnings += evidence.oddities.sorted { $0.text < $1.text }
    }

    private static let signals: [([RunEvidence.Sign], RunSignal)] = [
        ([.start], .sosor), ([.started, .entered], .eosor),
        ([.stop, .goError, .teardown, .left], .soeor),
        ([.stopped, .wentToError, .toreDown], .eoeor),
    ]

    private var missing: [RunWarning.Kind] {
        var kinds: [RunWarning.Kind] = []
        if run.sosor == nil, run.eosor == nil {
            kinds.append(.endWithoutStart)
        } else if evidence.isOfRunTopic {
            if run.sosor == nil { kinds.append(.missing(.sosor)) }
            // A start that failed has no end of its own.
            if run.eosor == nil, ending?.sighting.state == "RUNNING" {
                kinds.append(.missing(.eosor))
            }
        }
        if evidence.isOfRunTopic {
            if ending == nil {
                kinds.append(.missing(.soeor))
            } else if ended == nil {
                kinds.append(.missing(.eoeor))
            }
        } else if evidence[.left] == nil, evidence[.entered] != nil || run.superseded {
            kinds.append(.missing(.soeor))
        }
        return kinds
    }

    /// Returns the run as it is reported when reading ends at `newest`: what may still come is not
    /// missing.
    func reported(at newest: EventTime?) -> Run {
        var run = run
        guard ended == nil, ending != nil else { return run }
        if let due, let newest, due <= newest { return run }
        run.warnings.removeAll { $0.kind == .missing(.eoeor) }
        return run
    }
}
