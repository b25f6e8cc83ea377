// The times that runs take to start and stop, and calls of DCS, ODC and TRG to finish.
//
// 1. Memory is bounded: many latencies are counted by size, beginnings and ends that wait for one
//    another are few, and operations beyond a number are not distinguished.
// 2. A beginning and an end may come in either order; an end belongs to the latest beginning before
//    it.

import AliECS

/// Latencies by what they are of.
struct LatencyTable {
    /// The subject of a latency.
    struct Subject: Hashable, Comparable {
        /// `run`, `call`, or the service's name.
        var what: String
        /// The operation that takes the time.
        var operation: String
        /// The step of it; empty for the whole.
        var step: String

        static func < (one: Subject, other: Subject) -> Bool {
            (one.rank, one.what, one.operation, one.step)
                < (other.rank, other.what, other.operation, other.step)
        }

        /// Runs come first, and of them the start.
        private var rank: Int { self == LatencyTable.start ? 0 : self == LatencyTable.stop ? 1 : 2 }
    }

    private struct Tally {
        var latencies = LatencyCount()
        var failed = 0
    }

    private struct Call: Hashable {
        var subject: Subject
        var environment: String
    }

    /// The halves that wait for their other half, in nanoseconds; and the pair counted last.
    private struct Halves {
        var starts: [Int64] = []
        var ends: [(time: Int64, failed: Bool)] = []
        var last: (start: Int64, end: Int64)?
    }

    private var tallies: [Subject: Tally] = [:]
    private var waiting: [Call: Halves] = [:]

    private static let subjectLimit = 500
    private static let waitingLimit = 10_000
    private static let halvesLimit = 8
    private static let others = Subject(what: "others", operation: "", step: "")
    static let start = Subject(what: "run", operation: "SOSOR-EOSOR", step: "")
    static let stop = Subject(what: "run", operation: "SOEOR-EOEOR", step: "")

    /// The rows: runs first, then calls by name.
    var rows: [LatencyRow] {
        tallies.sorted { $0.key < $1.key }.map {
            LatencyRow(subject: $0.key, latencies: $0.value.latencies, failed: $0.value.failed)
        }
    }

    /// Takes a run that is reported.
    mutating func take(_ run: Run) {
        let isFailure = run.endedBy == .goError
        add(Self.start, run.sosor, run.eosor, failed: false)
        // What era 1 says of the end is its beginning only.
        add(Self.stop, run.soeor, run.eoeor, failed: isFailure)
    }

    /// Takes what a record says, when it is about a call.
    mutating func take(_ facts: EventFacts, at place: RecordPlace?) {
        let time = facts.time ?? place?.milliseconds.map(EventTime.init(milliseconds:))
        guard let time = time?.nanoseconds else { return }
        switch facts.kind {
        case .service:
            let operation = facts.operation
            if let status = facts.operationStatus {
                take(facts, Subject(what: facts.name, operation: operation, step: ""), status, time)
            }
            if !facts.step.isEmpty, let status = facts.status {
                let subject = Subject(what: facts.name, operation: operation, step: facts.step)
                take(facts, subject, status, time)
            }
        case .call:
            guard let status = facts.status, Self.isOfService(facts.name) else { return }
            take(facts, Subject(what: "call", operation: facts.name, step: ""), status, time)
        case .enteredState, .leftState, .beforeStart, .afterStart, .activeRuns, .environment,
            .task, .role, .run, .coreStart, .framework, .heartbeat, .beamMode, .triggerStatus,
            .other:
            return
        }
    }

    /// Returns true when a called function belongs to a service: `dcs.StartOfRun()`.
    private static func isOfService(_ name: String) -> Bool {
        ["dcs.", "odc.", "trg.", "ddsched."].contains { name.hasPrefix($0) }
    }

    private mutating func add(_ subject: Subject, _ start: Int64?, _ end: Int64?, failed: Bool) {
        guard let start, let end else { return }
        let (length, overflow) = end.subtractingReportingOverflow(start)
        guard !overflow, length >= 0 else { return }
        count(subject, microseconds: Self.times(length, 1_000), failed: failed)
    }

    private mutating func take(
        _ facts: EventFacts,
        _ subject: Subject,
        _ status: OpStatus,
        _ time: Int64
    ) {
        guard status != .ongoing else { return }
        let call = Call(subject: subject, environment: facts.environment)
        if waiting.count >= Self.waitingLimit { waiting = [:] }
        var halves = waiting[call] ?? Halves()
        if status == .started {
            guard !halves.starts.contains(time), halves.last?.start != time else { return }
            halves.starts.append(time)
            halves.starts.sort()
        } else {
            guard !halves.ends.contains(where: { $0.time == time }), halves.last?.end != time else {
                return
            }
            halves.ends.append((time, status != .doneOK))
            halves.ends.sort { $0.time < $1.time }
        }
        pair(&halves, subject)
        if halves.starts.count > Self.halvesLimit { halves.starts.removeFirst() }
        if halves.ends.count > Self.halvesLimit { halves.ends.removeFirst() }
        waiting[call] = halves
    }

    private mutating func pair(_ halves: inout Halves, _ subject: Subject) {
        var index = 0
        while index < halves.ends.count {
            let end = halves.ends[index]
            guard let start = halves.starts.last(where: { $0 <= end.time }) else {
                index += 1
                continue
            }
            let (length, overflow) = end.time.subtractingReportingOverflow(start)
            if !overflow { count(subject, microseconds: Int(length / 1_000), failed: end.failed) }
            halves.last = (start, end.time)
            halves.starts.removeAll { $0 <= start }
            halves.ends.remove(at: index)
        }
    }

    private mutating func count(_ subject: Subject, microseconds: Int, failed: Bool) {
        let isKnown = tallies[subject] != nil || tallies.count < Self.subjectLimit
        tallies[isKnown ? subject : Self.others, default: Tally()].latencies.add(
            microseconds: microseconds
        )
        if failed { tallies[isKnown ? subject : Self.others]?.failed += 1 }
    }

    private static func times(_ number: Int64, _ factor: Int64) -> Int {
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return Int(overflow ? .max : product)
    }
}
