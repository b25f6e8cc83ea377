// How many records may be sent by now, when there is a limit.

import Arguments
import Reactor

/// A number of records in a time: `100/s`, `5/m`, `1000/h`, or `100` a second.
struct RecordRate: ArgumentValue, Equatable {
    /// Records.
    let records: Int
    /// In this time.
    let period: Duration

    static var placeholder: String { "RATE" }

    init(argument: String) throws(InvalidValue) {
        let wanted = InvalidValue("not a rate such as 100/s, 30/m or 1000/h")
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let records = Int(first), parts.count <= 2 else {
            throw wanted
        }
        guard records > 0 else { throw InvalidValue("no records at all") }
        self.records = records
        switch parts.dropFirst().first {
        case nil, "s": period = .seconds(1)
        case "m": period = .seconds(60)
        case "h": period = .seconds(3600)
        default: throw wanted
        }
    }

    var argumentText: String {
        let unit = period == .seconds(1) ? "s" : period == .seconds(60) ? "m" : "h"
        return "\(records)/\(unit)"
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

    /// How many records may be sent now.
    mutating func available(at now: Instant) -> Int {
        allowance = min(burst, allowance + Double((now - last).nanoseconds) / nanosecondsEach)
        last = now
        return Int(allowance)
    }

    /// Counts records that were sent.
    mutating func spend(_ count: Int) {
        allowance -= Double(count)
    }

    /// When the next record may be sent.
    var next: Instant {
        let missing = max(0, 1 - allowance) * nanosecondsEach
        return last + .nanoseconds(Int64(missing.rounded(.up)))
    }
}
