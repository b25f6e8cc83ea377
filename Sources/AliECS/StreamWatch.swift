// What is odd about the stream as a whole: numbers left out, keys, times, order, starts of the core.
//
// 1. Memory is bounded: places and topics beyond a number are forgotten, and looked at anew.
// 2. Each oddity is reported once for a topic, a partition or an environment in it, not for each
//    record.

/// Watches records for what concerns no single run.
struct StreamWatch: Sendable {
    private struct Key: Hashable {
        var topic: String
        var partition: Int32
        var environment: String
    }

    private struct Last {
        var offset: Int64
        var moment: Moment
        var isReported = false
    }

    private let distance: Int64
    private let watchesGaps: Bool
    private var last: [Key: Last] = [:]
    private var distant: Set<Key> = []
    private var firstKeyed: EventTime?
    /// The latest record without a key of each topic; nil when it has been reported.
    private var keyless: [String: (time: EventTime, place: RecordPlace)?] = [:]
    private var coreStarts: [Moment: RecordPlace?] = [:]
    private var lastCoreStart: Moment?
    /// Run numbers whose start has been seen, and those seen without.
    private var started: [UInt32: EventTime] = [:]
    private var seen: Set<UInt32> = []
    private var lastNumber: UInt32?

    private static let limit = 20_000

    /// `distance` in milliseconds: from when on Kafka's time is far from a record's own.
    init(distance: Int64, watchesGaps: Bool) {
        self.distance = distance
        self.watchesGaps = watchesGaps
    }

    // MARK: Records

    /// Looks at a record; `isRepeated` when it has been delivered before.
    mutating func take(
        _ facts: EventFacts,
        at place: RecordPlace,
        _ moment: Moment,
        isRepeated: Bool
    ) -> [RunWarning] {
        var warnings: [RunWarning] = []
        if let recorded = place.milliseconds, facts.time != nil,
            recorded.distance(moment.milliseconds) > distance
        {
            if distant.count >= Self.limit { distant = [] }
            let key = Key(topic: place.topic, partition: place.partition, environment: "")
            if distant.insert(key).inserted {
                let kind = RunWarning.Kind.distantTime(
                    record: recorded,
                    event: moment.milliseconds
                )
                warnings.append(RunWarning(kind, place: place))
            }
        }
        watchKey(facts, place, moment)
        if !isRepeated, facts.kind.isOrdered {
            warnings += watchOrder(facts, place, moment)
        }
        return warnings
    }

    /// The core sets keys on records of an environment or a task since v1.28.0; that it is such a core
    /// is known once one of them has a key.
    private mutating func watchKey(_ facts: EventFacts, _ place: RecordPlace, _ moment: Moment) {
        switch facts.kind {
        case .environment, .role, .call, .service, .run:
            if facts.environment.isEmpty { return }
        case .task:
            break
        case .enteredState, .leftState, .beforeStart, .afterStart, .activeRuns, .coreStart,
            .framework, .heartbeat, .beamMode, .triggerStatus, .other:
            return
        }
        if place.hasKey {
            firstKeyed = min(firstKeyed ?? moment.time, moment.time)
            return
        }
        if keyless.count >= Self.limit { keyless = [:] }
        switch keyless[place.topic] {
        case .some(nil): break
        case .some(.some(let known)) where known.time >= moment.time: break
        case .some, .none: keyless[place.topic] = .some((moment.time, place))
        }
    }

    private mutating func watchOrder(
        _ facts: EventFacts,
        _ place: RecordPlace,
        _ moment: Moment
    ) -> [RunWarning] {
        let key = Key(
            topic: place.topic,
            partition: place.partition,
            environment: facts.environment
        )
        guard var known = last[key] else {
            if last.count >= Self.limit { last = [:] }
            last[key] = Last(offset: place.offset, moment: moment)
            return []
        }
        var warnings: [RunWarning] = []
        let isBehind = place.offset > known.offset && moment.time < known.moment.time
        if isBehind, !known.isReported {
            known.isReported = true
            let kind = RunWarning.Kind.order(
                behind: known.moment.milliseconds,
                time: moment.milliseconds
            )
            warnings = [
                RunWarning(kind, environment: facts.environment, run: facts.run, place: place)
            ]
        }
        if place.offset > known.offset, !isBehind {
            known.offset = place.offset
            known.moment = moment
        }
        last[key] = known
        return warnings
    }

    /// Takes a start of the core.
    mutating func coreStarted(at moment: Moment, _ place: RecordPlace?) {
        if coreStarts.count < Self.limit { coreStarts[moment] = .some(place) }
    }

    /// Takes the number of a run; `isStart` when the record reports its start.
    mutating func number(_ number: UInt32, isStart: Bool, at moment: Moment) {
        guard watchesGaps else { return }
        if let lastNumber, number <= lastNumber { return }
        if isStart {
            started[number] = min(started[number] ?? moment.time, moment.time)
        } else {
            seen.insert(number)
        }
        if seen.count > Self.limit { seen = [] }
    }

    // MARK: What is sure

    /// Returns the warnings that are sure when all records before `cutoff` have come; every one
    /// when there is none.
    mutating func settle(before cutoff: EventTime?) -> [RunWarning] {
        settledKeys(cutoff) + settledCoreStarts(cutoff) + settledNumbers(cutoff)
    }

    private mutating func settledKeys(_ cutoff: EventTime?) -> [RunWarning] {
        guard let firstKeyed else { return [] }
        var warnings: [RunWarning] = []
        for topic in keyless.keys.sorted() {
            guard case .some(.some(let known)) = keyless[topic] else { continue }
            if let cutoff, known.time >= cutoff { continue }
            guard known.time > firstKeyed else { continue }
            keyless[topic] = .some(nil)
            warnings.append(RunWarning(.nullKey, place: known.place))
        }
        return warnings
    }

    private mutating func settledCoreStarts(_ cutoff: EventTime?) -> [RunWarning] {
        var warnings: [RunWarning] = []
        for (moment, place) in coreStarts.sorted(by: { $0.key < $1.key }) {
            if let cutoff, moment.time >= cutoff { break }
            coreStarts[moment] = nil
            if let before = lastCoreStart, before.time != moment.time {
                let kind = RunWarning.Kind.coreStart(
                    time: moment.milliseconds,
                    before: before.milliseconds
                )
                warnings.append(RunWarning(kind, place: place))
            }
            lastCoreStart = max(lastCoreStart ?? moment, moment)
        }
        return warnings
    }

    /// Numbers grow by one with each start, so that those left out between two starts have been missed.
    private mutating func settledNumbers(_ cutoff: EventTime?) -> [RunWarning] {
        let sure = started.filter { cutoff.map { [time = $0.value] in time < $0 } ?? true }.keys
        guard !sure.isEmpty else { return [] }
        var warnings: [RunWarning] = []
        for number in sure.sorted() {
            started[number] = nil
            if let last = lastNumber, number > last, number - last > 1 {
                let between = (seen.union(started.keys)).filter { $0 > last && $0 < number }
                var first = last + 1
                for known in between.sorted() {
                    if known > first {
                        warnings.append(RunWarning(.gap(from: first, through: known - 1)))
                    }
                    first = known + 1
                }
                if first < number {
                    warnings.append(RunWarning(.gap(from: first, through: number - 1)))
                }
            }
            lastNumber = max(lastNumber ?? number, number)
        }
        seen = seen.filter { [lastNumber] in $0 > lastNumber ?? 0 }
        return warnings
    }
}

extension EventKind {
    /// True when records of the kind are about runs or environments, and in order within a
    /// partition.
    var isOrdered: Bool {
        switch self {
        case .enteredState, .leftState, .beforeStart, .afterStart, .activeRuns, .environment, .run:
            true
        case .task, .role, .call, .service, .coreStart, .framework, .heartbeat, .beamMode,
            .triggerStatus, .other:
            false
        }
    }
}
