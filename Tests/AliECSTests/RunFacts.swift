// Facts as short lines, for tables of what a stream says.

import AliECS

/// A record of a test: what it says and where it is.
struct Entry: Sendable {
    var facts: EventFacts
    var place: RecordPlace?
}

/// The environments of the tests.
let one = "2oDvieFrVTi"
let two = "2oDvxxYzAbC"

/// What most tests count from, in milliseconds since 1970.
let origin: Int64 = 1_720_000_000_000

/// Builds facts; times are milliseconds after `origin`.
enum Facts {
    static func timed(_ kind: EventKind, _ time: Int64, _ environment: String) -> EventFacts {
        var facts = EventFacts(kind)
        facts.milliseconds = origin + time
        facts.time = EventTime(milliseconds: origin + time)
        facts.environment = environment
        return facts
    }

    /// A record of `aliecs.run`.
    static func run(
        _ time: Int64,
        _ transition: String,
        _ status: OpStatus,
        run: UInt32 = 100,
        in environment: String = one,
        state: String? = nil,
        user: String = "Ada",
        error: String = ""
    ) -> EventFacts {
        var facts = timed(.run, time, environment)
        facts.run = run
        facts.transition = transition
        facts.status = status
        let isStarting = transition == "START_ACTIVITY" && status == .started
        facts.state = state ?? (isStarting ? "CONFIGURED" : "RUNNING")
        facts.user = user
        facts.error = error
        return facts
    }

    /// The four signals of a run, at 0, 5, 60 and 64 s after `time`.
    static func whole(_ time: Int64 = 0, run: UInt32 = 100, in environment: String = one)
        -> [EventFacts]
    {
        [
            Facts.run(time, "START_ACTIVITY", .started, run: run, in: environment),
            Facts.run(time + 5_000, "START_ACTIVITY", .doneOK, run: run, in: environment),
            Facts.run(time + 60_000, "STOP_ACTIVITY", .started, run: run, in: environment),
            Facts.run(time + 64_000, "STOP_ACTIVITY", .doneOK, run: run, in: environment),
        ]
    }

    /// A record of era 1 about a state.
    static func state(
        _ kind: EventKind,
        _ time: Int64,
        _ state: String = "RUNNING",
        run: UInt32? = 100,
        in environment: String = one,
        entered: Int64? = nil
    ) -> EventFacts {
        var facts = timed(kind, time, environment)
        facts.state = state
        facts.run = run
        if run != nil { facts.runType = "PHYSICS" }
        facts.detectors = ["TPC", "ITS"]
        facts.enteredMilliseconds = entered.map { UInt64(origin + $0) } ?? 0
        return facts
    }

    /// A list of active runs.
    static func list(_ time: Int64, _ runs: [(run: UInt32, environment: String, entered: Int64)])
        -> EventFacts
    {
        var facts = timed(.activeRuns, time, "")
        facts.active = runs.map { item in
            var note = EnvironmentNote()
            note.environment = item.environment
            note.run = item.run
            note.runType = "PHYSICS"
            note.state = "RUNNING"
            note.detectors = ["ITS"]
            note.enteredMilliseconds = UInt64(origin + item.entered)
            return note
        }
        return facts
    }

    /// A record of `aliecs.environment`.
    static func environment(
        _ time: Int64,
        _ state: String,
        in environment: String = one,
        run: UInt32? = nil,
        transition: String = "",
        error: String = ""
    ) -> EventFacts {
        var facts = timed(.environment, time, environment)
        facts.state = state
        facts.run = run
        facts.transition = transition
        facts.error = error
        return facts
    }
}

extension Run {
    /// The four signals in milliseconds after `origin`, and how it ended, on one line.
    var line: String {
        let times = [sosor, eosor, soeor, eoeor].map { $0.map { "\($0 - origin)" } ?? "-" }
        let end = endedBy?.name ?? (superseded ? "superseded" : "running")
        return "\(number) " + times.joined(separator: " ") + " \(end)"
    }

    /// Its warnings' codes and signals, on one line.
    var oddities: String { warnings.map(\.short).joined(separator: " ") }
}

extension RunWarning {
    /// What it is, in short.
    var short: String {
        switch kind {
        case .doubled(let signal): "doubled-\(signal.rawValue)"
        case .missing(let signal): "missing-\(signal.rawValue)"
        case .gap(let first, let last): "gap-\(first)-\(last)"
        case .endWithoutStart, .neverStarted, .order, .coreStart, .nullKey, .distantTime,
            .listedAfterEnd, .late, .noTime:
            code
        }
    }
}

/// All runs of records read to their end.
func runs(of facts: [EventFacts]) -> [Run] {
    var tracker = RunTracker()
    for item in facts { tracker.take(item, at: nil) }
    return tracker.finish()
}
