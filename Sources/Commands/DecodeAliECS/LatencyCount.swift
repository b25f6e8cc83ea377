// Latencies of one kind: exact while they are few, counted by size when they are many.

/// Latencies in microseconds.
struct LatencyCount {
    private var few: [Int] = []
    private var many: LatencyHistogram?

    private static let limit = 1_000

    /// The number of values.
    var count: Int { many?.count ?? few.count }

    /// The largest; 0 without any.
    var max: Int { many?.max ?? few.max() ?? 0 }

    /// Counts a latency.
    mutating func add(microseconds: Int) {
        if many == nil, few.count >= Self.limit {
            var histogram = LatencyHistogram()
            for latency in few { histogram.add(microseconds: latency) }
            many = histogram
            few = []
        }
        if many == nil {
            few.append(microseconds)
        } else {
            many?.add(microseconds: microseconds)
        }
    }

    /// Returns the latency that `perMille` of a thousand do not exceed; 0 without any.
    func quantile(perMille: Int) -> Int {
        if let many { return many.quantile(perMille: perMille) }
        guard !few.isEmpty else { return 0 }
        let index = (few.count * perMille + 999) / 1000 - 1
        return few.sorted()[Swift.max(index, 0)]
    }
}
