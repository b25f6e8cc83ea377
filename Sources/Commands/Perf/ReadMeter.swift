// What a load test with a consumer counts in place of printing.

import CommandKit
import KafkaCore
import Output
import Reactor

/// Records and bytes that were read, and when.
struct ReadMeter: RecordSink {
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

    /// All that came has been counted.
    var printed: Int { records }

    mutating func addTopic(_ name: String) {}

    mutating func take(_ record: borrowing Record) {
        if records == 0 { first = clock.now }
        records += 1
        bytes += record.size
    }

    /// Shows how far it has come, when it is time to.
    mutating func look(_ progress: borrowing ReadProgress, at now: Instant, hasArrivals: Bool) {
        // Reading the clock for each record would show.
        if hasArrivals, records > 0 { last = now }
        let elapsed = now - start
        let (records, bytes, wanted) = (records, bytes, wanted)
        self.progress.show(Self.text(records, bytes, elapsed, wanted: wanted), at: elapsed)
    }

    /// When there is something to show, though nothing else happens.
    var deadline: Instant? { progress.nextDue.map { start + $0 } }

    mutating func hideProgress() { progress.clear() }

    private static func text(
        _ records: Int,
        _ bytes: Int,
        _ elapsed: Duration,
        wanted: Int?
    ) -> String {
        var parts = [
            counted(records, "record", as: ShortNumber.count(records)),
            ShortNumber.bytes(bytes),
            ShortNumber.rate(records, over: elapsed),
            ShortNumber.byteRate(bytes, over: elapsed),
        ]
        if let wanted { parts.append("\(Int(Double(records) * 100 / Double(wanted))) %") }
        return parts.joined(separator: ", ")
    }
}
