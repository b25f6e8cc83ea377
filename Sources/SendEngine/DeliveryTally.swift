// What became of the records: every one that was read ends up as acknowledged or failed.
//
// Four numbers, each of one meaning. Read: cut from the input, whether it could become a record or not.
// Sent: of these, what left for a broker. Acknowledged: what a broker confirmed, and no abort took back.
// Failed: what was read and is not stored, as far as is known.

/// The reason why a record is not stored.
package enum FailureCause: Hashable {
    /// The name of an error: Kafka's, librdkafka's, or that of input which is no record.
    case code(String)
    /// It was dropped before it left for a broker.
    case notSent
    /// It was dropped before its outcome was known.
    case notAcknowledged
    /// Its transaction was aborted.
    case aborted
}

/// Counts of one run.
package struct DeliveryTally {
    /// Records cut from the input, and input that could not become a record.
    package private(set) var read = 0
    /// Records that the broker has confirmed.
    package private(set) var acknowledged = 0
    /// Records that were refused or given up.
    package private(set) var failed = 0
    /// Records that the broker has, in a transaction that has not ended.
    package private(set) var provisional = 0
    /// Why records failed, in the order in which that came up.
    package private(set) var causes: [(cause: FailureCause, count: Int)] = []

    private var failedUnsent = 0

    /// Counts nothing yet.
    package init() {}

    /// Records that left for a broker, with those of which that is not known yet.
    package var sent: Int { read - failedUnsent }

    /// Records whose outcome is not known yet.
    package var outstanding: Int { read - acknowledged - failed - provisional }

    /// Records of which it will never be known whether they are stored.
    package var unknown: Int { read - acknowledged - failed }

    /// Records that the broker has, for good or in a transaction that has not ended.
    package var stored: Int { acknowledged + provisional }

    package mutating func read(_ count: Int = 1) {
        read += count
    }

    package mutating func acknowledge(isProvisional: Bool) {
        if isProvisional { provisional += 1 } else { acknowledged += 1 }
    }

    /// Counts failures; `wasSent`: the records left for a broker.
    package mutating func fail(_ cause: FailureCause, count: Int = 1, wasSent: Bool) {
        failed += count
        if !wasSent { failedUnsent += count }
        if let index = causes.firstIndex(where: { $0.cause == cause }) {
            causes[index].count += count
        } else {
            causes.append((cause, count))
        }
    }

    /// The transaction was committed.
    mutating func commit() {
        acknowledged += provisional
        provisional = 0
    }

    /// The transaction was aborted: what the broker has will never be read.
    mutating func abort() {
        guard provisional > 0 else { return }
        let count = provisional
        provisional = 0
        fail(.aborted, count: count, wasSent: true)
    }
}
