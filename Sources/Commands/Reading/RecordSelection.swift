// The records of a read that a command wants: those that a filter lets through, up to a number.

import KafkaCore
import Records

/// Chooses records, and counts them.
struct RecordSelection {
    private var filter: RecordFilter?
    private let limit: Int
    /// The number of records chosen.
    private(set) var chosen = 0

    /// `limit`: the most records; nil for all.
    init(_ filter: RecordFilter?, limit: Int?) {
        self.filter = filter
        self.limit = limit ?? .max
    }

    /// True when nothing more is wanted.
    var isSatisfied: Bool { chosen >= limit }

    /// The number of records filtered out.
    var filteredOut: Int { filter?.passedOver ?? 0 }

    /// Makes the next topic known; topics are counted from 0.
    mutating func addTopic(_ name: String) { filter?.addTopic(name) }

    /// Returns true when a record is wanted, and counts it.
    mutating func wants(_ record: borrowing Record) -> Bool {
        guard filter?.wants(record) ?? true else { return false }
        chosen += 1
        return true
    }
}
