// Says it when nothing is acknowledged any more, and when it is again.

import CommandKit
import KafkaCore
import Reactor

/// Watches the reports of one run.
struct StallWatch {
    private var last: Instant
    private var saidAt: Instant?

    /// How long silence may last.
    static let patience = Duration.seconds(5)

    init(now: Instant) {
        last = now
    }

    /// When to look again, while records are under way.
    var due: Instant? { saidAt == nil ? last + Self.patience : nil }

    /// The reports that have come have been looked at.
    ///
    /// `isHeard`: whether one of them was an acknowledgement. `underWay`: the records without one.
    /// - Returns: what to say about it, if anything.
    mutating func look(
        at now: Instant,
        isHeard: Bool,
        underWay: Int,
        reason: @autoclosure () -> KafkaError?
    ) -> String? {
        if isHeard { return heard(at: now) }
        guard underWay > 0 else {
            // What was given up says nothing of whether it goes on.
            self = StallWatch(now: now)
            return nil
        }
        return silent(at: now, underWay: underWay, reason: reason())
    }

    /// Something has been acknowledged.
    ///
    /// - Returns: what to say about it, if anything.
    private mutating func heard(at now: Instant) -> String? {
        defer {
            last = now
            saidAt = nil
        }
        guard saidAt != nil else { return nil }
        return "acknowledged again after \((now - last).components.seconds) s"
    }

    /// Nothing has come.
    ///
    /// - Returns: what to say about it, once.
    private mutating func silent(
        at now: Instant,
        underWay: Int,
        reason: @autoclosure () -> KafkaError?
    ) -> String? {
        guard saidAt == nil, now - last >= Self.patience else { return nil }
        saidAt = now
        let why = reason().map { ": \($0.reason)" } ?? ""
        return "no acknowledgement for \((now - last).components.seconds) s,"
            + " \(counted(underWay, "record")) in flight; still trying\(why)"
    }
}
