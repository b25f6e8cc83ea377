// Keeps records as they are printed while the tails of partitions are read, and prints the newest.

import CommandKit
import JSON
import KafkaCore
import Output
import ReadEngine
import Records

/// Keeps records as they are printed, until it is known which are wanted.
struct TailSink: ~Copyable {
    private var printer: RecordPrinter
    /// The number of records emitted.
    private(set) var printed = 0
    /// The records kept.
    private(set) var tail: TailCollector
    /// The records emitted of each partition, by topic and partition.
    private var parts: [Int: ReadSummary.ShownPart] = [:]

    /// `limit`: how many of them are wanted.
    init(_ printer: consuming RecordPrinter, limit: Int) {
        self.printer = printer
        tail = TailCollector(limit: limit)
    }

    /// Makes the next topic known; topics are counted from 0.
    mutating func addTopic(_ name: String) { _ = printer.addTopic(name) }

    /// Keeps a record.
    mutating func take(_ record: borrowing Record) {
        printer.print(record)
        let (milliseconds, type) = record.timestamp
        tail.add(
            time: type == .unavailable ? nil : milliseconds,
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            bytes: printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
        )
        printer.buffer.removeAll()
    }

    private static func key(_ topicIndex: Int, _ partition: Int32) -> Int {
        topicIndex << 32 | Int(partition)
    }

    /// Prints the newest of the records that were kept.
    mutating func print(to output: any ByteSink) throws(CommandError) {
        let newest = tail.newest()
        for kept in newest { printer.buffer.append(kept.bytes.span.bytes) }
        try printer.write(to: output)
        enter(newest)
    }

    /// Takes the newest of the records that were kept, each as it is printed, for `output`.
    mutating func take(_ output: ([TailCollector.Kept]) throws(CommandError) -> Void)
        throws(CommandError)
    {
        let newest = tail.newest()
        try output(newest)
        enter(newest)
    }

    /// Enters the emitted records.
    private mutating func enter(_ newest: [TailCollector.Kept]) {
        for kept in newest { note(kept) }
        printed = newest.count
    }

    private mutating func note(_ kept: TailCollector.Kept) {
        let offset = kept.offset
        let key = Self.key(kept.topicIndex, kept.partition)
        let fresh = ReadSummary.ShownPart(first: offset, last: offset, count: 0)
        var part = parts[key] ?? fresh
        part.first = min(part.first, offset)
        part.last = max(part.last, offset)
        part.count += 1
        parts[key] = part
    }

    /// Returns the printed part of a partition.
    func shown(topicIndex: Int, _ partition: Int32) -> ReadSummary.ShownPart? {
        parts[Self.key(topicIndex, partition)]
    }

    var cutNumbers: Int { printer.cutNumbers }
}
