// How many records may be sent by now, when there is a limit.

import Reactor

/// A number of records in a time.
package struct RecordRate: Equatable, Sendable {
    /// Records.
    package let records: Int
    /// In this time.
    package let period: Duration

    /// Describes a rate.
    package init(records: Int, period: Duration) {
        self.records = records
        self.period = period
    }
}

/// Keeps a rate: evenly, with no more at once than a tenth of a second's share.
struct RateLimiter {
    private let nanosecondsEach: Double
    private let burst: Double
    private var allowance: Double
    private var last: Instant

    init(_ rate: RecordRate, now: Instant) {
        nanosecondsEach = Double(rate.period.nanoseconds) / Double(rate.records)
        burst = max(1, 100_000_000 / nanosecondsEach)
        allowance = 1
        last = now
    }

    /// Returns the number of records that may be sent now.
    mutating func available(at now: Instant) -> Int {
        allowance = min(burst, allowance + Double((now - last).nanoseconds) / nanosecondsEach)
        last = now
        return Int(allowance)
    }

    /// Counts records that were sent.
    mutating func spend(_ count: Int) {
        allowance -= Double(count)
    }

    /// The time at which the next record may be sent.
    var next: Instant {
        let missing = max(0, 1 - allowance) * nanosecondsEach
        return last + .nanoseconds(Int64(missing.rounded(.up)))
    }
}
