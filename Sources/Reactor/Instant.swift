// Time as the loop sees it: monotonic, and handed in, so that a test can move it by hand.

import CLinux
import Glibc

/// A point on a monotonic time line, in nanoseconds; comparable within one process only.
public struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since an arbitrary moment.
    public var nanoseconds: Int64

    /// Makes an instant.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Returns true when `left` lies before `right`.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Returns the instant `duration` later; the end of time when that is not representable.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// Returns the time from `earlier` to `later`, negative when they are the other way round.
    public static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(
            later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds).partialValue
        )
    }
}

extension Duration {
    /// The length in whole nanoseconds, clamped to what 64 bits hold (292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, tooFar) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !tooFar else { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The length in whole milliseconds, rounded up, clamped to 0 … `Int32.max`, as poll(2) and
    /// librdkafka take it.
    public var clampedMilliseconds: Int32 {
        let exact = nanoseconds
        guard exact > 0 else { return 0 }
        let rounded = exact / 1_000_000 + (exact % 1_000_000 == 0 ? 0 : 1)
        return Int32(clamping: rounded)
    }
}

/// The source of time: the system's monotonic clock, or a test's hand.
public protocol Clock: AnyObject {
    /// The current instant.
    var now: Instant { get }

    /// Milliseconds since 1970-01-01 UTC, for time stamps that leave the process.
    var unixMilliseconds: Int64 { get }
}

/// The real clock.
///
/// C: `clock_gettime` with `CLOCK_MONOTONIC` and `CLOCK_REALTIME`.
public final class SystemClock: Clock {
    /// Makes the clock.
    public init() {}

    /// The current instant.
    public var now: Instant {
        Instant(nanoseconds: read(CLOCK_MONOTONIC))
    }

    /// Milliseconds since 1970-01-01 UTC.
    public var unixMilliseconds: Int64 {
        read(CLOCK_REALTIME) / 1_000_000
    }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A clock that stands still until it is moved.
public final class ManualClock: Clock {
    /// The current instant.
    public private(set) var now = Instant(nanoseconds: 0)

    /// Milliseconds since 1970-01-01 UTC.
    public private(set) var unixMilliseconds: Int64

    /// Makes a clock that shows `unixMilliseconds`.
    public init(unixMilliseconds: Int64 = 0) {
        self.unixMilliseconds = unixMilliseconds
    }

    /// Moves the clock forward.
    public func advance(by duration: Duration) {
        now = now + duration
        unixMilliseconds += duration.nanoseconds / 1_000_000
    }
}
