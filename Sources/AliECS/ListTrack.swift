// Lists of active runs, compared one with the next in the order of their times.
//
// Lists of one moment are taken as one: what any of them names is listed, and a run that was
// listed before has gone when one of them lacks it.

/// The lists that have come, in order.
struct ListTrack: Sendable {
    /// The events that successive lists report.
    enum Event: Sendable {
        /// A run is listed; `isNew` when a list before it lacked it.
        case listed(RunKey, EnvironmentNote, Moment, isNew: Bool)
        /// A run is no longer listed.
        case gone(RunKey, Moment)
    }

    private struct Group: Sendable {
        var moment: Moment
        var any: [RunKey: EnvironmentNote]
        var all: Set<RunKey>
    }

    /// Lists that others may still come before, in order of time.
    private var waiting: [Group] = []
    private var active: Set<RunKey> = []
    private var newest: EventTime?

    /// Takes a list.
    ///
    /// - Returns: false when later lists have been compared already.
    mutating func take(_ notes: [EnvironmentNote], at moment: Moment) -> Bool {
        if let newest, moment.time <= newest { return false }
        var any: [RunKey: EnvironmentNote] = [:]
        for note in notes {
            guard let run = note.run else { continue }
            any[RunKey(environment: note.environment, number: run)] = note
        }
        let group = Group(moment: moment, any: any, all: Set(any.keys))
        var index = waiting.count
        while index > 0, waiting[index - 1].moment.time > moment.time { index -= 1 }
        if index > 0, waiting[index - 1].moment.time == moment.time {
            waiting[index - 1].all.formIntersection(group.all)
            waiting[index - 1].any.merge(any) { one, other in
                one.enteredMilliseconds <= other.enteredMilliseconds ? one : other
            }
        } else {
            waiting.insert(group, at: index)
        }
        return true
    }

    /// Compares the lists before `cutoff`; all of them when there is none.
    mutating func settle(before cutoff: EventTime?) -> [Event] {
        var events: [Event] = []
        var settled = 0
        for group in waiting {
            if let cutoff, group.moment.time >= cutoff { break }
            settled += 1
            let gone = active.subtracting(group.all)
            for key in gone.sorted(by: RunKey.isBefore) { events.append(.gone(key, group.moment)) }
            for (key, note) in group.any.sorted(by: { RunKey.isBefore($0.key, $1.key) })
            where !gone.contains(key) {
                let isNew = newest != nil && !active.contains(key)
                events.append(.listed(key, note, group.moment, isNew: isNew))
            }
            active = Set(group.any.keys).subtracting(gone)
            newest = group.moment.time
        }
        waiting.removeFirst(settled)
        return events
    }
}

extension RunKey {
    /// Returns true when `one` is reported before `other`: by number, then by environment.
    static func isBefore(_ one: RunKey, _ other: RunKey) -> Bool {
        (one.number, one.environment) < (other.number, other.environment)
    }
}
