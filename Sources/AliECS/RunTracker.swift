// Makes runs from facts.
// It takes records in nearly any order and reports each run once, when no record of it can come any
// more.
//
// 1. Records that come within the lateness may come in any order and any number of times: the same
//    runs are reported. `RunEvidence` keeps what has been seen, `RunConclusion` says what it means.
// 2. Memory is bounded by the open runs: a run that has been reported leaves only its times, and of
//    those the newest few thousand.
// 3. A run is reported once. What comes after that is a warning.

/// Follows the runs of a stream of records.
///
/// Give every record to `take`; call `advance` as the stream's time goes on, and `finish` at its end.
public struct RunTracker: Sendable {
    private struct Reported {
        var run: Run
        /// The time when it was over, as far as it is known.
        var end: Int64?
        var isComplete: Bool
        var isWarned = false
    }

    private let limits: RunLimits
    private var tracks: [String: EnvironmentTrack] = [:]
    private var lists = ListTrack()
    private var watch: StreamWatch
    private var reported: [RunKey: Reported] = [:]
    private var reportedOrder: [RunKey] = []
    private var oldestReported = 0
    private var warnings: [RunWarning] = []
    /// Environments that have changed since their runs were last looked at.
    private var changed: Set<String> = []
    /// The time when the next run of an environment may be final.
    private var due: [String: EventTime] = [:]
    private var cutoff: EventTime?
    private var newest: EventTime?
    private var lastSweep: EventTime?

    private static let reportedLimit = 4096
    private static let warningLimit = 10_000
    private static let sweepInterval: Int64 = 60 * 1_000_000_000
    /// The time for which a list may still name a run that is being stopped, in milliseconds.
    private static let listedWhileStopping: Int64 = 60_000

    /// Makes a tracker.
    ///
    /// - Parameters:
    ///   - lateness: how much later than a later one a record may come.
    ///   - stopping: how long the last signal of a run that is being stopped is waited for.
    ///   - distance: from when on Kafka's time of a record is far from its own.
    ///   - watchesGaps: whether all runs are seen, so that a number left out has been missed.
    public init(
        lateness: Duration = .seconds(5),
        stopping: Duration = .seconds(600),
        distance: Duration = .seconds(60),
        watchesGaps: Bool = true
    ) {
        limits = RunLimits(
            lateness: Self.nanoseconds(lateness),
            stopping: Self.nanoseconds(stopping),
            errorDistance: 60 * 1_000_000_000
        )
        watch = StreamWatch(
            distance: Self.nanoseconds(distance) / 1_000_000,
            watchesGaps: watchesGaps
        )
    }

    /// The newest time of any record.
    public var newestTime: EventTime? { newest }

    /// The number of open runs.
    public var openRuns: Int { tracks.values.reduce(0) { $0 + $1.runs.count } }

    // MARK: Records

    /// Takes what a record says, and where it was; nil when it comes from no topic.
    public mutating func take(_ facts: EventFacts, at place: RecordPlace?) {
        guard let moment = Moment(facts, at: place) else {
            if facts.sign != nil || facts.kind == .activeRuns {
                warn(
                    RunWarning(
                        .noTime,
                        environment: facts.environment,
                        run: facts.run,
                        place: place
                    )
                )
            }
            return
        }
        newest = max(newest ?? moment.time, moment.time)
        if let place {
            let isRepeated = isRepeated(facts, at: moment)
            let odd = watch.take(facts, at: place, moment, isRepeated: isRepeated)
            for warning in odd { warn(warning) }
        }
        switch facts.kind {
        case .run, .leftState, .beforeStart, .afterStart:
            takeSign(facts, at: moment, place)
        case .enteredState, .environment:
            takeState(facts, at: moment)
            takeSign(facts, at: moment, place)
        case .activeRuns:
            if !lists.take(facts.active, at: moment) { lateList(facts, at: moment, place) }
        case .coreStart:
            watch.coreStarted(at: moment, place)
        case .task, .role, .call, .service, .framework, .heartbeat, .beamMode, .triggerStatus,
            .other:
            break
        }
    }

    /// Returns the warnings that are about no run that is still to be reported, each once.
    public mutating func takeWarnings() -> [RunWarning] {
        defer { warnings.removeAll(keepingCapacity: true) }
        return warnings
    }

    private mutating func takeState(_ facts: EventFacts, at moment: Moment) {
        guard !facts.environment.isEmpty else { return }
        let name = facts.environment
        tracks[name, default: EnvironmentTrack(name: name)].take(facts, at: moment)
        changed.insert(name)
    }

    private mutating func takeSign(_ facts: EventFacts, at moment: Moment, _ place: RecordPlace?) {
        guard let number = facts.run else { return }
        guard let sign = facts.sign else {
            return watch.number(number, isStart: false, at: moment)
        }
        let key = RunKey(environment: facts.environment, number: number)
        watch.number(number, isStart: sign.isStart, at: moment)
        if reported[key] != nil { return takeAfterwards(sign, facts, key, moment, place) }
        tracks[key.environment, default: EnvironmentTrack(name: key.environment)]
            .runs[number, default: RunEvidence()].take(sign, facts, at: moment)
        changed.insert(key.environment)
    }

    /// A record of a run that has been reported: one more time the same, a doubled signal, or late.
    private mutating func takeAfterwards(
        _ sign: RunEvidence.Sign,
        _ facts: EventFacts,
        _ key: RunKey,
        _ moment: Moment,
        _ place: RecordPlace?
    ) {
        switch sign {
        case .announced, .startedByHook, .environmentStarts, .environmentRuns, .environmentEnds:
            return
        case .start, .started, .stop, .goError, .teardown, .stopped, .wentToError, .toreDown,
            .entered, .left:
            break
        }
        guard var known = reported[key], !known.isWarned else { return }
        if known.run.times.contains(moment.milliseconds) { return }
        known.isWarned = true
        reported[key] = known
        let isLate = cutoff.map { moment.time < $0 } ?? true
        let kind: RunWarning.Kind = isLate || sign != .left ? .late : .doubled(.soeor)
        warn(RunWarning(kind, environment: key.environment, run: key.number, place: place))
    }

    private func isRepeated(_ facts: EventFacts, at moment: Moment) -> Bool {
        guard let number = facts.run, let sign = facts.sign else { return false }
        if let evidence = tracks[facts.environment]?.runs[number] {
            guard let sighting = evidence.signs[sign] else { return false }
            return sighting.first == moment || sighting.second == moment
        }
        let key = RunKey(environment: facts.environment, number: number)
        return reported[key]?.run.times.contains(moment.milliseconds) ?? false
    }

    // MARK: Lists

    private mutating func takeLists(before cutoff: EventTime?) {
        for event in lists.settle(before: cutoff) {
            switch event {
            case .listed(let key, let note, let moment, let isNew):
                watch.number(key.number, isStart: isNew, at: moment)
                takeListed(key, note, at: moment)
            case .gone(let key, let moment):
                guard let evidence = tracks[key.environment]?.runs[key.number],
                    evidence.listing != nil, evidence.listing?.end == nil
                else { continue }
                tracks[key.environment]?.runs[key.number]?.listing?.end = moment
                changed.insert(key.environment)
            }
        }
    }

    private mutating func takeListed(_ key: RunKey, _ note: EnvironmentNote, at moment: Moment) {
        let listed = moment.milliseconds
        if let known = reported[key] {
            guard let end = known.end, !known.isWarned else { return }
            guard isTooLate(listed, after: end, isComplete: known.isComplete) else { return }
            reported[key]?.isWarned = true
            let kind = RunWarning.Kind.listedAfterEnd(ended: end, listed: listed)
            warn(RunWarning(kind, environment: key.environment, run: key.number))
            return
        }
        var track =
            tracks.removeValue(forKey: key.environment)
            ?? EnvironmentTrack(name: key.environment)
        var evidence = track.runs[key.number] ?? RunEvidence()
        let conclusion = RunConclusion(key.number, evidence, in: track, limits)
        if let end = conclusion.run.eoeor ?? conclusion.run.soeor {
            let isComplete = conclusion.run.eoeor != nil
            if isTooLate(listed, after: end, isComplete: isComplete),
                !evidence.oddities.contains(where: \.isListedAfterEnd)
            {
                let kind = RunWarning.Kind.listedAfterEnd(ended: end, listed: listed)
                evidence.oddities.insert(
                    RunWarning(kind, environment: key.environment, run: key.number)
                )
            }
        }
        evidence.list(note, at: moment)
        track.runs[key.number] = evidence
        tracks[key.environment] = track
        changed.insert(key.environment)
    }

    private func isTooLate(_ listed: Int64, after end: Int64, isComplete: Bool) -> Bool {
        let grace = isComplete ? limits.lateness / 1_000_000 : Self.listedWhileStopping
        return listed.subtracting(end) > grace
    }

    private mutating func lateList(
        _ facts: EventFacts,
        at moment: Moment,
        _ place: RecordPlace?
    ) {
        // Lists of one moment with what has been compared, or delivered again, say nothing new.
        guard let newest, newest.nanoseconds.distance(moment.time.nanoseconds) > limits.lateness
        else { return }
        warn(RunWarning(.late, place: place))
    }

    // MARK: Runs

    /// Reports that all records before `watermark`, less the lateness, have come.
    ///
    /// Of several partitions it is the least of the newest times read of each, as far as more is to be
    /// read of them: a record that comes after that is late.
    ///
    /// - Returns: the runs that are final by that, by number.
    public mutating func advance(to watermark: EventTime) -> [Run] {
        advance(
            before: EventTime(nanoseconds: watermark.nanoseconds.subtracting(limits.lateness))
        )
    }

    /// Reports that all records before `cutoff` have come, the lateness already taken off.
    ///
    /// At the end of a stream call `finish` instead: it knows that signals which have not come yet may
    /// still come, where this takes them for missing.
    ///
    /// - Returns: the runs that are final by that, by number.
    public mutating func advance(before cutoff: EventTime) -> [Run] {
        if let known = self.cutoff, cutoff <= known { return [] }
        self.cutoff = cutoff
        takeLists(before: cutoff)
        for warning in watch.settle(before: cutoff) { warn(warning) }
        var names = changed
        changed = []
        if lastSweep.map({ cutoff.nanoseconds.subtracting($0.nanoseconds) > Self.sweepInterval })
            ?? true
        {
            lastSweep = cutoff
            names.formUnion(tracks.keys)
        }
        for (name, time) in due where time < cutoff { names.insert(name) }
        var runs: [Run] = []
        for name in names { runs += settle(name, before: cutoff) }
        return runs.sorted(by: Self.isBefore)
    }

    /// Reports that nothing more comes.
    ///
    /// - Returns: all runs that have not been reported, by number.
    public mutating func finish() -> [Run] {
        takeLists(before: nil)
        var runs: [Run] = []
        for track in tracks.values {
            for (number, evidence) in track.runs {
                let conclusion = RunConclusion(number, evidence, in: track, limits)
                if conclusion.isRun {
                    runs.append(conclusion.reported(at: newest))
                } else {
                    neverStarted(number, track.name)
                }
            }
        }
        for run in runs { remember(run) }
        for warning in watch.settle(before: nil) { warn(warning) }
        tracks = [:]
        due = [:]
        changed = []
        return runs.sorted(by: Self.isBefore)
    }

    private mutating func settle(_ name: String, before cutoff: EventTime) -> [Run] {
        due[name] = nil
        guard var track = tracks.removeValue(forKey: name) else { return [] }
        var runs: [Run] = []
        var finals: [UInt32] = []
        var next: EventTime?
        for (number, evidence) in track.runs {
            let conclusion = RunConclusion(number, evidence, in: track, limits)
            guard let time = conclusion.due else { continue }
            if time >= cutoff {
                next = min(next ?? time, time)
                continue
            }
            finals.append(number)
            if conclusion.isRun {
                runs.append(conclusion.run)
            } else {
                neverStarted(number, name)
            }
        }
        for number in finals { track.runs[number] = nil }
        for run in runs { remember(run) }
        track.forgetDescription(before: cutoff)
        track.forget(before: cutoff, limits)
        if !track.isEmpty { tracks[name] = track }
        if let next { due[name] = next }
        return runs
    }

    private mutating func neverStarted(_ number: UInt32, _ name: String) {
        warn(RunWarning(.neverStarted, environment: name, run: number))
    }

    private mutating func remember(_ run: Run) {
        let key = RunKey(environment: run.environment, number: run.number)
        let end = run.eoeor ?? run.soeor
        reported[key] = Reported(run: run, end: end, isComplete: run.eoeor != nil)
        if reportedOrder.count < Self.reportedLimit {
            reportedOrder.append(key)
        } else {
            reported[reportedOrder[oldestReported]] = nil
            reportedOrder[oldestReported] = key
            oldestReported = (oldestReported + 1) % Self.reportedLimit
        }
    }

    private mutating func warn(_ warning: RunWarning) {
        if warnings.count < Self.warningLimit { warnings.append(warning) }
    }

    private static func isBefore(_ one: Run, _ other: Run) -> Bool {
        (one.number, one.environment) < (other.number, other.environment)
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return product.adding(attoseconds / 1_000_000_000)
    }
}

extension RunEvidence.Sign {
    /// True when it reports the start of a run.
    var isStart: Bool {
        switch self {
        case .start, .started, .announced, .startedByHook, .entered, .environmentStarts: true
        case .stop, .goError, .teardown, .stopped, .wentToError, .toreDown, .left,
            .environmentRuns, .environmentEnds:
            false
        }
    }
}

extension RunWarning {
    /// True when it is about a list.
    var isListedAfterEnd: Bool {
        if case .listedAfterEnd = kind { true } else { false }
    }
}
