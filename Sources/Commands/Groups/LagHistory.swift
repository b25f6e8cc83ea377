// The course of a group's lag: rates and the time until nothing is left, from one poll to the next.
//
// A state machine without a clock: each sample is added with its time.

import KafkaCore
import Output
import Reactor

/// The lag of a group over time.
struct LagHistory {
    /// The sums of one poll.
    private struct Sample {
        let time: Instant
        let committed: Int64
        let end: Int64
        let lag: Int64
    }

    /// The number of samples that are kept: as many as the small picture has columns.
    private static let kept = 40

    private var samples: [Sample] = []

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
        samples.append(Sample(time: now, committed: committed, end: end, lag: lag))
        if samples.count > Self.kept { samples.removeFirst(samples.count - Self.kept) }
    }

    /// Offsets committed in a second, over all samples; nil before the second one.
    var consumed: Double? { rate(\.committed) }

    /// Offsets written in a second.
    var produced: Double? { rate(\.end) }

    /// The time until nothing is left if all goes on as now; nil when that is never.
    var timeLeft: Duration? {
        guard let now = samples.last?.lag else { return nil }
        if now == 0 { return .zero }
        guard let consumed, let produced, consumed > produced else { return nil }
        let seconds = Double(now) / (consumed - produced)
        guard seconds < 1e9 else { return nil }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// The lag as a row of bars, the newest at the right.
    var picture: String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let top = samples.map(\.lag).max() ?? 0
        guard top > 0 else { return String(repeating: bars[0], count: samples.count) }
        return String(samples.map { bars[Int(Double($0.lag) / Double(top) * 7)] })
    }

    /// The text for a person: rates, the picture, and the time left.
    var text: String {
        guard let consumed, let produced else { return "" }
        var text = "  consumed \(Self.rate(consumed)), produced \(Self.rate(produced))"
        switch timeLeft {
        case .some(let left) where left == .zero: text += ", caught up"
        case .some(let left): text += ", caught up in \(DurationText.rough(left))"
        case nil: text += ", not catching up"
        }
        return text + "  " + picture + "\n"
    }

    private func rate(_ number: KeyPath<Sample, Int64>) -> Double? {
        guard let first = samples.first, let last = samples.last, samples.count > 1 else {
            return nil
        }
        let seconds = (last.time - first.time) / .seconds(1)
        guard seconds > 0 else { return nil }
        return Double(last[keyPath: number] - first[keyPath: number]) / seconds
    }

    private static func rate(_ rate: Double) -> String {
        ShortNumber.count(Int(rate.rounded())) + "/s"
    }
}
