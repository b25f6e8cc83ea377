// Notices when acknowledgements stop coming, and when they come again.

package import KafkaCore
import Reactor

/// Watches the acknowledgements of one run.
package struct StallWatch {
    /// A change to be noticed.
    package enum Event: Equatable {
        /// Nothing was acknowledged for `time`, with so many records in flight.
        ///
        /// `reason`: the library's latest complaint.
        case stalled(time: Duration, inFlight: Int, reason: KafkaError?)
        /// A record was acknowledged after `time` without one.
        case resumed(time: Duration)
    }

    private var last: Instant
    private var noticedAt: Instant?

    /// The delay before the notice of silence.
    static let noticeDelay = Duration.seconds(5)

    init(now: Instant) {
        last = now
    }

    /// The time of the notice, while records are in flight.
    var due: Instant? { noticedAt == nil ? last + Self.noticeDelay : nil }

    /// Notes what the reports that have come said.
    ///
    /// `isAcknowledged`: one of them was an acknowledgement. `inFlight`: the records without a report.
    /// - Returns: the event, once for each change.
    mutating func tick(
        at now: Instant,
        isAcknowledged: Bool,
        inFlight: Int,
        reason: @autoclosure () -> KafkaError?
    ) -> Event? {
        if isAcknowledged { return resume(at: now) }
        guard inFlight > 0 else {
            // What was given up says nothing of whether it goes on.
            self = StallWatch(now: now)
            return nil
        }
        guard noticedAt == nil, now - last >= Self.noticeDelay else { return nil }
        noticedAt = now
        return .stalled(time: now - last, inFlight: inFlight, reason: reason())
    }

    private mutating func resume(at now: Instant) -> Event? {
        defer {
            last = now
            noticedAt = nil
        }
        return noticedAt == nil ? nil : .resumed(time: now - last)
    }
}
