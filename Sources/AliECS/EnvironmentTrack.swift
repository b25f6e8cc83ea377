// What is known of one environment: its open runs, and what they need to know of it.

/// The limits of how sure and how patient the tracker is, in nanoseconds of event time.
struct RunLimits: Sendable {
    /// The time by which a record may come later than a later one.
    var lateness: Int64
    /// The time a run that is being stopped is waited for.
    var stopping: Int64
    /// The greatest distance of an error from the end that it explains.
    var errorDistance: Int64
}

/// A run by environment and number.
struct RunKey: Hashable, Sendable {
    var environment: String
    var number: UInt32
}

/// An environment as its records report it.
struct EnvironmentTrack: Sendable {
    /// A record that says that no run goes on: ERROR or DONE, and in era 1 any state but RUNNING.
    struct Closing: Comparable, Sendable {
        var moment: Moment
        var state: String
        /// True when it is from `aliecs.environment`.
        var isOfEnvironment: Bool

        static func < (one: Closing, other: Closing) -> Bool {
            (one.moment, one.isOfEnvironment ? 0 : 1, one.state)
                < (other.moment, other.isOfEnvironment ? 0 : 1, other.state)
        }
    }

    /// An error text.
    struct Failure: Comparable, Sendable {
        var moment: Moment
        var text: String
        /// The run that the record names; nil when it names none.
        var run: UInt32?

        static func < (one: Failure, other: Failure) -> Bool {
            (one.moment, one.text, one.run ?? 0) < (other.moment, other.text, other.run ?? 0)
        }
    }

    let name: String
    var runs: [UInt32: RunEvidence] = [:]
    /// In order of time, each once.
    private(set) var closings: [Closing] = []
    /// In order of time, each once; the newest only.
    private(set) var failures: [Failure] = []
    private(set) var type: RunEvidence.Note?
    private(set) var detectors: (moment: Moment, names: [String])?
    /// The newest record.
    private(set) var newest: EventTime?

    private static let failureLimit = 64

    init(name: String) { self.name = name }

    /// True when nothing here is needed any more.
    var isEmpty: Bool {
        runs.isEmpty && closings.isEmpty && failures.isEmpty && type == nil && detectors == nil
    }

    /// Takes what a record says of the environment itself.
    mutating func take(_ facts: EventFacts, at moment: Moment) {
        newest = max(newest ?? moment.time, moment.time)
        switch facts.kind {
        case .environment:
            if facts.state == "ERROR" || facts.state == "DONE" {
                close(Closing(moment: moment, state: facts.state, isOfEnvironment: true))
            }
            if !facts.error.isEmpty {
                fail(Failure(moment: moment, text: facts.error, run: facts.run))
            }
            describe(facts, at: moment)
        case .enteredState where facts.bareState != "RUNNING" && !facts.state.isEmpty:
            close(Closing(moment: moment, state: facts.bareState, isOfEnvironment: false))
        default:
            break
        }
    }

    private mutating func close(_ closing: Closing) {
        let index = Self.place(of: closing, in: closings)
        if index < closings.count, closings[index] == closing { return }
        closings.insert(closing, at: index)
    }

    private mutating func fail(_ failure: Failure) {
        let index = Self.place(of: failure, in: failures)
        if index < failures.count, failures[index] == failure { return }
        failures.insert(failure, at: index)
        if failures.count > Self.failureLimit { failures.removeFirst() }
    }

    /// The newest description counts: an environment gets its variables when it is made.
    private mutating func describe(_ facts: EventFacts, at moment: Moment) {
        if !facts.runType.isEmpty {
            let note = RunEvidence.Note(moment: moment, text: facts.runType)
            if let known = type, (known.moment, known.text) > (moment, note.text) {
                type = known
            } else {
                type = note
            }
        }
        guard !facts.detectors.isEmpty else { return }
        let names = RunEvidence.sorted(facts.detectors)
        if let known = detectors {
            if known.moment > moment { return }
            if known.moment == moment, names.lexicographicallyPrecedes(known.names) { return }
        }
        detectors = (moment, names)
    }

    /// Forgets what no run can need that has not ended by `cutoff`.
    mutating func forget(before cutoff: EventTime, _ limits: RunLimits) {
        let starts = runs.values.compactMap { ($0.latestStart ?? $0.first)?.time }
        let kept = starts.min().map { min($0, cutoff) } ?? cutoff
        closings.removeAll { $0.moment.time < kept }
        // A run that is being stopped asks for errors near the beginning of its end.
        let distance = limits.stopping.adding(limits.errorDistance)
        let oldest = EventTime(nanoseconds: cutoff.nanoseconds.subtracting(distance))
        failures.removeAll { $0.moment.time < oldest }
    }

    /// Forgets what it is, when it has gone or has not been heard of for a week.
    mutating func forgetDescription(before cutoff: EventTime) {
        guard runs.isEmpty, let newest else { return }
        let week: Int64 = 7 * 86_400 * 1_000_000_000
        let isGone = closings.contains { $0.state == "DONE" && $0.moment.time < cutoff }
        guard isGone || newest.nanoseconds < cutoff.nanoseconds.subtracting(week) else { return }
        type = nil
        detectors = nil
        failures = []
    }

    /// Returns the first moment of a later run; nil without one.
    func next(after number: UInt32) -> Moment? {
        runs.lazy.filter { $0.key > number }.compactMap(\.value.first).min()
    }

    /// Returns the first record after `start` and before `next` that says that no run goes on.
    func closing(of evidence: RunEvidence, before next: Moment?) -> Closing? {
        guard let start = evidence.latestStart ?? evidence.first else { return nil }
        return closings.first { closing in
            if closing.moment <= start { return false }
            if let next, closing.moment >= next { return false }
            if closing.isOfEnvironment { return true }
            // Before a run of era 1 has entered RUNNING, other states say nothing of it.
            return evidence[.entered] != nil || evidence.listing != nil
        }
    }

    /// Returns the error nearest to the end of a run.
    func failure(near moment: Moment, run: UInt32, within distance: Int64) -> String? {
        let center = moment.time.nanoseconds
        let near = failures.filter { $0.run == nil || $0.run == run }.map { failure in
            (distance: center.distance(failure.moment.time.nanoseconds), failure: failure)
        }
        return near.filter { $0.distance <= distance }.min { one, other in
            let isNamed = (one.failure.run == nil ? 1 : 0, other.failure.run == nil ? 1 : 0)
            return (isNamed.0, one.distance, one.failure.moment, one.failure.text)
                < (isNamed.1, other.distance, other.failure.moment, other.failure.text)
        }?.failure.text
    }

    /// Returns the first place in an ordered list whose item is not before `item`.
    private static func place<Item: Comparable>(of item: Item, in items: [Item]) -> Int {
        // Nearly always the end.
        if let last = items.last, last < item { return items.count }
        var low = 0
        var high = items.count
        while low < high {
            let middle = low + (high - low) / 2
            if items[middle] < item { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension RunEvidence {
    /// The latest of what reports the start.
    var latestStart: Moment? {
        [self[.start], self[.started], self[.entered], listing?.first, self[.environmentStarts]]
            .compactMap(\.self).max()
    }
}

extension Int64 {
    /// Returns the sum; the nearest number there is where it does not fit.
    func adding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// Returns the difference; the nearest number there is where it does not fit.
    func subtracting(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// Returns how far it is from another.
    func distance(_ other: Int64) -> Int64 {
        let difference = subtracting(other)
        return difference < 0 ? Int64(0).subtracting(difference) : difference
    }
}
