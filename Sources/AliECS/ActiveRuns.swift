// The runs that go on now, as the newest list has them.

/// The newest list of active runs.
///
/// The core keeps the list in memory and sends all of it each time, so that one list is enough; a
/// list without runs is sent when the core starts.
public struct ActiveRuns: Sendable {
    /// The environments of the newest list; nil before any has come.
    public private(set) var notes: [EnvironmentNote]?
    /// The time of that list, in milliseconds since 1970.
    public private(set) var milliseconds: Int64?
    /// The place of that list.
    public private(set) var place: RecordPlace?
    private var moment: Moment?

    /// Nothing is known.
    public init() {}

    /// Takes what a record says: a list that is newer than the one known counts from now on.
    ///
    /// - Returns: true when it does.
    @discardableResult
    public mutating func take(_ facts: EventFacts, at place: RecordPlace?) -> Bool {
        guard facts.kind == .activeRuns else { return false }
        // A list without a time is older than any other.
        let moment = Moment(facts, at: place) ?? Moment(milliseconds: .min)
        if let known = self.moment {
            if moment < known { return false }
            if moment == known, !Self.isBefore(self.place, place) { return false }
        }
        self.moment = moment
        self.place = place
        milliseconds = facts.milliseconds ?? place?.milliseconds
        notes = facts.active.sorted {
            ($0.run ?? 0, $0.environment) < ($1.run ?? 0, $1.environment)
        }
        return true
    }

    /// Returns which of two lists of one moment was written first, as far as their places say.
    private static func isBefore(_ one: RecordPlace?, _ other: RecordPlace?) -> Bool {
        guard let one, let other else { return true }
        return (one.milliseconds ?? .min, one.topic, one.partition, one.offset)
            < (other.milliseconds ?? .min, other.topic, other.partition, other.offset)
    }
}
