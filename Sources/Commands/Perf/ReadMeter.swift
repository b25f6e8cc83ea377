// The counts of a load test with a consumer, in place of printing.

import CommandKit
import KafkaCore
import Output
import Reactor

/// Records and bytes that were read, and when.
struct ReadMeter {
    /// The number of records read.
    private(set) var records = 0
    /// The bytes of their keys and values.
    private(set) var bytes = 0

    private let clock: any Clock
    private let start: Instant
    private let wanted: Int?
    private var first: Instant?
    private var last: Instant?
    /// The number of records at the last pause.
    private var counted = 0

    /// Begins to count now; `wanted`: how many records are to come.
    init(_ clock: any Clock, wanted: Int?) {
        self.clock = clock
        self.wanted = wanted
        start = clock.now
    }

    /// The time until the last record.
    var time: Duration { last.map { $0 - start } ?? .zero }

    /// The time until the first record; nil when none came.
    var timeToFirst: Duration? { first.map { $0 - start } }

    /// Counts a record; false when no other is wanted.
    mutating func take(_ record: borrowing Record) -> Bool {
        if records == 0 { first = clock.now }
        records += 1
        bytes += record.size
        return !isSatisfied
    }

    /// True when as many records have come as are wanted.
    var isSatisfied: Bool { wanted.map { records >= $0 } ?? false }

    /// Enters that all that had arrived has been counted.
    ///
    /// Reading the clock for each record would show.
    mutating func pause(at now: Instant) {
        if records > counted, records > 0 { last = now }
        counted = records
    }

    /// Shows on a line how far the read is, when it is time to.
    func show(on line: inout ProgressLine?, at now: Instant) {
        let elapsed = now - start
        line?.show(text(elapsed), at: elapsed)
    }

    /// Returns the time when there is something to show, though nothing else happens.
    func deadline(of line: ProgressLine?) -> Instant? { line?.nextDue.map { start + $0 } }

    private func text(_ elapsed: Duration) -> String {
        var parts = [
            CommandKit.counted(records, "record", as: ShortNumber.count(records)),
            ShortNumber.bytes(bytes),
            ShortNumber.rate(records, over: elapsed),
            ShortNumber.byteRate(bytes, over: elapsed),
        ]
        if let wanted { parts.append("\(Int(Double(records) * 100 / Double(wanted))) %") }
        return parts.joined(separator: ", ")
    }
}
