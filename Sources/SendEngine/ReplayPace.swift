// Records sent with pauses between them, as their times say.

import KafkaCore
import Reactor

/// The pace of recorded records: the pauses that were between their times.
package struct ReplayPace {
    private let factor: Double
    private var first: Int64?
    private var newest: Int64 = .min
    private var start: Instant?
    /// The time of the next record, as far as it is known.
    private(set) var next: Instant?

    /// `factor`: how many times as fast as it was.
    package init(factor: Double) {
        self.factor = factor
    }

    /// Returns the number of the next records that are due.
    mutating func due(_ records: ArraySlice<RecordSlice>, at now: Instant) -> Int {
        var count = 0
        for record in records {
            // A record that is older than one before it has no pause in front.
            let time = max(newest, record.timestamp ?? newest)
            if let timestamp = record.timestamp, first == nil {
                first = timestamp
                start = now
            }
            if let first, let start, time > first {
                let pause = (Double(time) - Double(first)) / factor
                let due = start + .nanoseconds(Int64(min(pause * 1_000_000, 9e18)))
                guard due <= now else {
                    next = due
                    return count
                }
            }
            newest = time
            count += 1
        }
        next = nil
        return count
    }
}
