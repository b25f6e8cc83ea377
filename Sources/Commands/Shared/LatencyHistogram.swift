// The number of times that each latency occurred, in memory that does not grow with the records.
//
// 1. Up to 255 µs every microsecond is counted by itself; above, each doubling is cut into 128
//    parts. A reported value is less than 1 % above the measured one, and never above the largest.

/// Latencies, counted by size.
struct LatencyHistogram {
    /// The number of values.
    private(set) var count = 0
    /// The largest, in microseconds.
    private(set) var max = 0
    private var sum = 0.0
    private var counts = [Int](repeating: 0, count: Self.bucketCount)

    private static let partBits = 7
    private static let parts = 1 << partBits
    private static let bucketCount = (Int.bitWidth - partBits) * parts

    /// Counts a latency; one below zero is none at all.
    mutating func add(microseconds: Int) {
        let value = Swift.max(microseconds, 0)
        counts[Self.bucket(of: value)] += 1
        count += 1
        sum += Double(value)
        if value > max { max = value }
    }

    /// The mean in microseconds; 0 without any.
    var mean: Int { count == 0 ? 0 : Int(exactly: (sum / Double(count)).rounded()) ?? max }

    /// Returns the latency in microseconds that `perMille` of a thousand do not exceed; 0 without
    /// any.
    func quantile(perMille: Int) -> Int {
        precondition((1...1000).contains(perMille), "a share of a thousand")
        // Whole thousands first: the product of a large count might not fit.
        let (thousands, rest) = count.quotientAndRemainder(dividingBy: 1000)
        var missing = thousands * perMille + (rest * perMille + 999) / 1000
        guard missing > 0 else { return 0 }
        for (bucket, count) in counts.enumerated() where count > 0 {
            missing -= count
            if missing <= 0 { return min(Self.largest(in: bucket), max) }
        }
        return max
    }

    /// The number of values up to each limit, and above the one before, from the first to the last
    /// that has any; limits in microseconds: 1, 2 and 5 of each power of ten.
    var ranges: [(limit: Int, count: Int)] {
        var ranges: [(limit: Int, count: Int)] = []
        var limit = 1
        var factors = [2, 5, 10].makeIterator()
        var power = 1
        func next() -> Int {
            if let factor = factors.next() { return power * factor }
            power *= 10
            factors = [2, 5, 10].makeIterator()
            return power * (factors.next() ?? 2)
        }
        for (bucket, count) in counts.enumerated() where count > 0 {
            let value = min(Self.largest(in: bucket), max)
            while value > limit {
                if !ranges.isEmpty { ranges.append((limit: 0, count: 0)) }
                limit = next()
                if !ranges.isEmpty { ranges[ranges.count - 1].limit = limit }
            }
            if ranges.isEmpty { ranges.append((limit: limit, count: 0)) }
            ranges[ranges.count - 1].count += count
        }
        return ranges
    }

    private static func bucket(of value: Int) -> Int {
        let shift = Swift.max(Int.bitWidth - value.leadingZeroBitCount - partBits - 1, 0)
        return shift * parts + value >> shift
    }

    private static func largest(in bucket: Int) -> Int {
        guard bucket >= 2 * parts else { return bucket }
        let shift = bucket / parts - 1
        return (bucket - shift * parts) << shift | (1 << shift - 1)
    }
}
