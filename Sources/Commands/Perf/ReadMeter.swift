// What a load test with a consumer counts in place of printing.

import KafkaCore
import Output
import Reactor

/// Records and bytes that were read, and when.
struct ReadMeter {
    /// How many records came.
    private(set) var records = 0
    /// The bytes of their keys and values.
    private(set) var bytes = 0

    private let clock: any Clock
    private let start: Instant
    private let wanted: Int?
    private var first: Instant?
    private var last: Instant?
    private var progress: ProgressLine

    /// Begins to count now; `wanted`: how many records are to come.
    init(_ clock: any Clock, wanted: Int?, progress: ProgressLine) {
        self.clock = clock
        self.wanted = wanted
        self.progress = progress
        start = clock.now
    }

    /// How long it took until the last record was there.
    var time: Duration { last.map { $0 - start } ?? .zero }

    /// How long it took until the first record was there; nil when none came.
    var timeToFirst: Duration? { first.map { $0 - start } }

    /// Counts a record.
    mutating func add(_ size: Int) {
        if records == 0 { first = clock.now }
        records += 1
        bytes += size
    }

    /// Takes note that records have come: reading the clock for each would show.
    mutating func recordsCame(now: Instant) {
        if records > 0 { last = now }
    }

    /// When there is something to show, though nothing else happens.
    var nextDue: Instant? { progress.nextDue.map { start + $0 } }

    /// Shows how far it has come, when it is time to.
    mutating func show(at now: Instant) {
        let elapsed = now - start
        let (records, bytes, wanted) = (records, bytes, wanted)
        progress.show(Self.text(records, bytes, elapsed, wanted: wanted), at: elapsed)
    }

    /// Takes what is shown away.
    mutating func clear() {
        progress.clear()
    }

    private static func text(
        _ records: Int,
        _ bytes: Int,
        _ elapsed: Duration,
        wanted: Int?
    ) -> String {
        var parts = [
            "\(ShortNumber.count(records)) records",
            ShortNumber.bytes(bytes),
            ShortNumber.rate(records, over: elapsed),
            ShortNumber.byteRate(bytes, over: elapsed),
        ]
        if let wanted { parts.append("\(Int(Double(records) * 100 / Double(wanted))) %") }
        return parts.joined(separator: ", ")
    }
}
