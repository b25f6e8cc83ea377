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

    /// Older samples say nothing about the rates of now.
    private static let window = Duration.seconds(300)
    /// The number of samples that are kept, however fast they come.
    private static let most = 600
    /// The number of columns of the picture.
    private static let columns = 40

    private var samples: [Sample] = []
    /// The number of partitions that were summed up; with another number the sums begin anew.
    private var partitions = 0

    /// Adds what was seen at `now`.
    ///
    /// Only partitions with both numbers count, so that one whose leader is away changes nothing
    /// but itself.
    mutating func add(_ lags: [PartitionLag], at now: Instant) {
        var (committed, end, lag): (Int64, Int64, Int64) = (0, 0, 0)
        var count = 0
        for partition in lags {
            guard let own = partition.lag, let last = partition.end, let offset = partition.origin
            else { continue }
            committed += offset
            end += last
            lag += own
            count += 1
        }
        if count != partitions { samples = [] }
        partitions = count
        samples.append(Sample(time: now, committed: committed, end: end, lag: lag))
        let start = samples.firstIndex { now - $0.time <= Self.window } ?? 0
        samples.removeFirst(max(start, samples.count - Self.most))
    }

    /// Offsets committed in a second, over the last minutes; nil before the second sample.
    var consumed: Double? { trend(\.committed)?.slope }

    /// Offsets written in a second.
    var produced: Double? { trend(\.end)?.slope }

    /// The time until nothing is left if all goes on as now; nil when that is never.
    ///
    /// A group commits now and then, so its lag is a saw: the time is that of the straight line
    /// through all samples.
    var timeLeft: Duration? {
        guard let now = samples.last?.lag else { return nil }
        if now == 0 { return .zero }
        guard let trend = trend(\.lag), trend.slope < 0 else { return nil }
        let seconds = max(trend.now, 1) / -trend.slope
        guard seconds < 1e9 else { return nil }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// The lag as a row of bars, the newest at the right.
    var picture: String { Self.bars(samples.suffix(Self.columns).map(\.lag)) }

    /// Returns numbers as a row of bars, the largest one as high as a line.
    static func bars(_ numbers: [Int64]) -> String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let top = numbers.max() ?? 0
        guard top > 0 else { return String(repeating: bars[0], count: numbers.count) }
        return String(numbers.map { bars[Int(Double($0) / Double(top) * 7)] })
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

    /// Returns the straight line through all samples by least squares: its slope in a second, and
    /// its value at the last sample.
    private func trend(_ number: KeyPath<Sample, Int64>) -> (slope: Double, now: Double)? {
        guard let last = samples.last, samples.count > 1 else { return nil }
        let origin = last[keyPath: number]
        var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
        for sample in samples {
            let seconds = (sample.time - last.time) / .seconds(1)
            let value = Double(sample[keyPath: number] - origin)
            x += seconds
            y += value
            xx += seconds * seconds
            xy += seconds * value
        }
        let count = Double(samples.count)
        let spread = count * xx - x * x
        guard spread > 0 else { return nil }
        let slope = (count * xy - x * y) / spread
        return (slope, (y - slope * x) / count + Double(origin))
    }

    private static func rate(_ rate: Double) -> String {
        ShortNumber.count(Int(rate.rounded())) + "/s"
    }
}
