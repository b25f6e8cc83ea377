// How a group's lag goes on: rates and the time until nothing is left, from one look to the next.
//
// A state machine without a clock: each look is handed in with its time.

import KafkaCore
import Output
import Reactor

/// What has been seen of a group's lag.
struct LagHistory {
    /// One look.
    private struct Look {
        let time: Instant
        let committed: Int64
        let end: Int64
        let lag: Int64
    }

    /// Looks that are kept: as many as the small picture has columns.
    private static let kept = 40

    private var looks: [Look] = []

    /// Adds what was seen at `now`.
    ///
    /// Only partitions with both numbers count, so that one whose leader is away changes nothing
    /// but itself.
    mutating func add(_ lags: [PartitionLag], at now: Instant) {
        var (committed, end, lag): (Int64, Int64, Int64) = (0, 0, 0)
        for partition in lags {
            guard let own = partition.lag, let last = partition.end, let offset = partition.origin
            else { continue }
            committed += offset
            end += last
            lag += own
        }
        looks.append(Look(time: now, committed: committed, end: end, lag: lag))
        if looks.count > Self.kept { looks.removeFirst(looks.count - Self.kept) }
    }

    /// Offsets committed in a second, over all that is kept; nil before the second look.
    var consumed: Double? { rate(\.committed) }

    /// Offsets written in a second.
    var produced: Double? { rate(\.end) }

    /// How long until nothing is left, if all goes on as now; nil when that is never.
    var timeLeft: Duration? {
        guard let now = looks.last?.lag else { return nil }
        if now == 0 { return .zero }
        guard let consumed, let produced, consumed > produced else { return nil }
        let seconds = Double(now) / (consumed - produced)
        guard seconds < 1e9 else { return nil }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// The lag as a row of bars, the newest at the right.
    var picture: String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let top = looks.map(\.lag).max() ?? 0
        guard top > 0 else { return String(repeating: bars[0], count: looks.count) }
        return String(looks.map { bars[Int(Double($0.lag) / Double(top) * 7)] })
    }

    /// What a person is told: rates, the picture, and the time left.
    var text: String {
        guard let consumed, let produced else { return "" }
        var text = "  read \(Self.rate(consumed)), written \(Self.rate(produced))"
        switch timeLeft {
        case .some(let left) where left == .zero: text += ", caught up"
        case .some(let left): text += ", caught up in \(DurationText.rough(left))"
        case nil: text += ", not catching up"
        }
        return text + "  " + picture + "\n"
    }

    private func rate(_ number: KeyPath<Look, Int64>) -> Double? {
        guard let first = looks.first, let last = looks.last, looks.count > 1 else { return nil }
        let seconds = (last.time - first.time) / .seconds(1)
        guard seconds > 0 else { return nil }
        return Double(last[keyPath: number] - first[keyPath: number]) / seconds
    }

    private static func rate(_ rate: Double) -> String {
        ShortNumber.count(Int(rate.rounded())) + "/s"
    }
}
