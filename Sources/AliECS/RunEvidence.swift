// Holds what has been seen of a run, source by source.
// Its form does not depend on the order in which records came.
//
// 1. Everything kept is a least time, a set, or a text chosen by a rule: taking records in another
//    order, or one twice, leaves the same.
// 2. Sources are kept apart and put together only in `RunEvidence+Conclusion`.

/// A moment of an event: exact for the order, and as the record has it in milliseconds.
struct Moment: Comparable, Hashable, Sendable {
    var time: EventTime
    var milliseconds: Int64

    static func < (one: Moment, other: Moment) -> Bool {
        (one.time, one.milliseconds) < (other.time, other.milliseconds)
    }

    /// The moment of a record: its own time, else Kafka's; nil without any.
    init?(_ facts: EventFacts, at place: RecordPlace?) {
        if let time = facts.time {
            self.time = time
            milliseconds = facts.milliseconds ?? time.milliseconds
        } else if let milliseconds = facts.milliseconds ?? place?.milliseconds {
            time = EventTime(milliseconds: milliseconds)
            self.milliseconds = milliseconds
        } else {
            return nil
        }
    }

    init(milliseconds: Int64) {
        time = EventTime(milliseconds: milliseconds)
        self.milliseconds = milliseconds
    }
}

/// All records that say the same of a run.
struct Sighting: Sendable {
    /// The earliest.
    private(set) var first: Moment
    /// The earliest that is later: none when the record was only delivered again.
    private(set) var second: Moment?
    /// True when there is one more.
    private(set) var isRepeated = false
    /// The user that the earliest names.
    private(set) var user: String
    private(set) var state: String
    /// True when the earliest says that it failed.
    private(set) var isFailure: Bool

    init(_ moment: Moment, _ facts: EventFacts) {
        first = moment
        user = facts.person
        state = facts.state
        isFailure = facts.status == .doneError || facts.status == .doneTimeout
    }

    /// Takes what another record says.
    mutating func merge(_ other: Sighting) {
        if other.first.time == first.time {
            // The same record again, most likely; where it is not, one of both by a rule.
            first = min(first, other.first)
            user = max(user, other.user)
            state = max(state, other.state)
            isFailure = isFailure || other.isFailure
        } else if other.first < first {
            let later = self
            self = other
            note(later.first)
            if let second = later.second { note(second) }
            isRepeated = isRepeated || later.isRepeated
        } else {
            note(other.first)
        }
    }

    private mutating func note(_ moment: Moment) {
        guard moment.time != first.time else { return }
        guard let known = second else { return second = moment }
        guard moment.time != known.time else { return second = min(known, moment) }
        isRepeated = true
        second = min(known, moment)
    }
}

/// The evidence seen of a run.
struct RunEvidence: Sendable {
    /// A statement that a record can make of a run, apart from lists.
    enum Sign: Hashable, CaseIterable {
        /// Era 2: `START_ACTIVITY`, begun and over.
        case start, started
        /// Era 2: the beginnings of an end.
        case stop, goError, teardown
        /// Era 2: the ends of an end; one of a teardown is not known to be sent.
        case stopped, wentToError, toreDown
        /// Era 1: `before_start_activity`, and what custom workflows send.
        case announced, startedByHook
        /// Era 1: RUNNING entered and left.
        case entered, left
        /// Era 2: a record of the environment in RUNNING names the run: while it starts, at any other
        /// time, and in a transition that ends it.
        case environmentStarts, environmentRuns, environmentEnds

        /// True when it is a record about runs themselves, of era 2.
        var isOfRun: Bool {
            switch self {
            case .start, .started, .stop, .goError, .teardown, .stopped, .wentToError, .toreDown:
                true
            case .announced, .startedByHook, .entered, .left, .environmentStarts,
                .environmentRuns, .environmentEnds:
                false
            }
        }
    }

    /// The statement that a list of active runs makes of it.
    struct Listing: Sendable {
        var first: Moment
        /// The time when RUNNING was entered, in milliseconds; nil when no list reports it.
        var entered: Int64?
        /// The first list without it.
        var end: Moment?
    }

    /// Texts of which the earliest counts.
    struct Note: Sendable {
        var moment: Moment
        var text: String

        static func earlier(_ one: Note?, _ other: Note) -> Note {
            guard let one else { return other }
            return (one.moment, one.text) <= (other.moment, other.text) ? one : other
        }
    }

    private(set) var signs: [Sign: Sighting] = [:]
    var listing: Listing?
    /// The time when RUNNING was entered, as the record of leaving it says.
    private(set) var enteredMilliseconds: Int64?
    /// An error that a record about the run itself names.
    private(set) var error: Note?
    private(set) var type: Note?
    private(set) var detectors: (moment: Moment, names: [String])?
    /// The oddities of its records; reported with the run.
    var oddities: Set<RunWarning> = []

    subscript(sign: Sign) -> Moment? { signs[sign]?.first }

    /// The earliest moment of anything.
    var first: Moment? {
        let moments = signs.values.map(\.first) + (listing.map { [$0.first] } ?? [])
        return moments.min()
    }

    /// True when a record about runs themselves has reported it.
    var isOfRunTopic: Bool { signs.keys.contains(where: \.isOfRun) }

    /// True when it is more than announced.
    var isRun: Bool { listing != nil || signs.keys.contains { $0 != .announced } }

    /// Takes a record that gives a sign.
    mutating func take(_ sign: Sign, _ facts: EventFacts, at moment: Moment) {
        let sighting = Sighting(moment, facts)
        if var known = signs[sign] {
            known.merge(sighting)
            signs[sign] = known
        } else {
            signs[sign] = sighting
        }
        if sign.isOfRun, !facts.error.isEmpty {
            error = Note.earlier(error, Note(moment: moment, text: facts.error))
        }
        if sign == .left, let entered = Int64(exactly: facts.enteredMilliseconds), entered > 0 {
            enteredMilliseconds = min(enteredMilliseconds ?? entered, entered)
        }
        describe(type: facts.runType, detectors: facts.detectors, at: moment)
    }

    /// Takes what a list says.
    mutating func list(_ note: EnvironmentNote, at moment: Moment) {
        var listing = listing ?? Listing(first: moment)
        listing.first = min(listing.first, moment)
        if let entered = Int64(exactly: note.enteredMilliseconds), entered > 0 {
            listing.entered = min(listing.entered ?? entered, entered)
        }
        self.listing = listing
        describe(type: note.runType, detectors: note.detectors, at: moment)
    }

    private mutating func describe(type: String, detectors: [String], at moment: Moment) {
        if !type.isEmpty {
            self.type = Note.earlier(self.type, Note(moment: moment, text: type))
        }
        guard !detectors.isEmpty else { return }
        let names = Self.sorted(detectors)
        if let known = self.detectors {
            if moment > known.moment { return }
            if moment == known.moment, !names.lexicographicallyPrecedes(known.names) { return }
        }
        self.detectors = (moment, names)
    }

    /// Detectors in the order of the alphabet, each once: before v1.39.0 their order changed from
    /// record to record.
    static func sorted(_ detectors: [String]) -> [String] { Set(detectors).sorted() }
}

extension EventFacts {
    /// The person named, in words; empty when none is.
    var person: String {
        if !user.isEmpty { return user }
        switch userNumber {
        case nil, 0: return ""
        case 60: return "LHC"
        case 65: return "TIMER"
        case .some(let number): return "user \(number)"
        }
    }

    /// The state without a hook's weight, as in `RUNNING+5`.
    var bareState: String { String(state.prefix { $0 != "+" && $0 != "-" }) }

    /// The statement a record makes of its run; nil when it says nothing of one.
    var sign: RunEvidence.Sign? {
        switch kind {
        case .run: runSign
        case .enteredState: bareState == "RUNNING" ? .entered : nil
        case .leftState: bareState == "RUNNING" ? .left : nil
        case .beforeStart: .announced
        case .afterStart: bareState == "RUNNING" ? .startedByHook : .announced
        case .environment: environmentSign
        case .activeRuns, .task, .role, .call, .service, .coreStart, .framework, .heartbeat,
            .beamMode, .triggerStatus, .other:
            nil
        }
    }

    private var runSign: RunEvidence.Sign? {
        guard let status else { return nil }
        let isDone = status.isDone
        guard isDone || status == .started else { return nil }
        switch transition {
        case "START_ACTIVITY": return isDone ? .started : .start
        case "STOP_ACTIVITY": return isDone ? .stopped : .stop
        case "GO_ERROR": return isDone ? .wentToError : .goError
        case "TEARDOWN": return isDone ? .toreDown : .teardown
        default: return nil
        }
    }

    private var environmentSign: RunEvidence.Sign? {
        guard run != nil, state == "RUNNING" else { return nil }
        switch transition {
        case "START_ACTIVITY": return .environmentStarts
        case "STOP_ACTIVITY", "GO_ERROR", "TEARDOWN", "DESTROY", "EXIT": return .environmentEnds
        default: return .environmentRuns
        }
    }
}
