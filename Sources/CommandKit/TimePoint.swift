// Reads times as users write them.
// RFC 3339, a date, seconds, milliseconds or nanoseconds since 1970 by the number of digits, or a
// duration ago. UTC wherever no offset is given.

import Arguments
import Output

/// A point in time, or a time before now.
package enum TimePoint: Equatable, Sendable {
    /// Milliseconds since 1970 UTC.
    case absolute(Int64)
    /// This long before now.
    case ago(Duration)

    package static let forms = "2026-01-31, 2026-01-31T12:00:00Z, 1769860800, 1769860800000 or -5m"

    /// Reads a time; nil when `text` is none.
    package init?(_ text: String) {
        if text.hasPrefix("-") {
            guard let duration = try? Duration(argument: String(text.dropFirst())) else {
                return nil
            }
            self = .ago(duration)
            return
        }
        guard let milliseconds = CalendarTime.instant(text) else { return nil }
        self = .absolute(milliseconds)
    }

    /// Milliseconds since 1970, when now is `now`; 0 for all times before, since to Kafka the
    /// negative numbers are not times but special offsets.
    package func milliseconds(now: Int64) -> Int64 {
        switch self {
        case .absolute(let time): return max(time, 0)
        case .ago(let duration):
            let (seconds, attoseconds) = duration.components
            let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            guard !overflow else { return 0 }
            let (time, tooFar) = now.subtractingReportingOverflow(
                scaled &+ attoseconds / 1_000_000_000_000_000
            )
            return tooFar ? 0 : max(time, 0)
        }
    }
}
