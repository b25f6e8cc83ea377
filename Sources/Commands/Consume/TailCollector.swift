// Records kept while parts of partitions are read: the newest of all, or all of them by place.

import CommandKit
import JSON
import KafkaCore
import Output
import Records

/// Keeps the newest records by time.
struct TailCollector {
    /// A record as it will be printed, and what it is ordered by.
    struct Kept {
        var time: Int64
        var topicIndex: Int
        var partition: Int32
        var offset: Int64
        var bytes: [UInt8]

        /// By time, and where times are equal by place: the order of a partition is always kept
        /// among its records of one time.
        static func < (left: Kept, right: Kept) -> Bool {
            (left.time, left.topicIndex, left.partition, left.offset)
                < (right.time, right.topicIndex, right.partition, right.offset)
        }
    }

    private let limit: Int
    private var kept: [Kept] = []
    private var found: [Int: Int] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// All records that are kept, by place.
    var byPlace: [Kept] {
        kept.sorted { left, right in
            (left.topicIndex, left.partition, left.offset)
                < (right.topicIndex, right.partition, right.offset)
        }
    }

    /// How many records of a partition were handed in.
    func count(topicIndex: Int, partition: Int32) -> Int {
        found[topicIndex << 32 | Int(partition)] ?? 0
    }

    /// Takes a record, with the bytes that it is printed as.
    ///
    /// A record without a time is older than others.
    mutating func add(
        time: Int64?,
        topicIndex: Int,
        partition: Int32,
        offset: Int64,
        bytes: RawSpan
    ) {
        found[topicIndex << 32 | Int(partition), default: 0] += 1
        kept.append(
            Kept(
                time: time ?? .min,
                topicIndex: topicIndex,
                partition: partition,
                offset: offset,
                bytes: bytes.withUnsafeBytes { [UInt8]($0) }
            )
        )
        // Sorted now and then, so that no more than twice as many as wanted are ever held.
        if kept.count >= 2 * limit + 64 { cut() }
    }

    /// The records that were asked for, oldest first.
    mutating func newest() -> [Kept] {
        cut()
        return kept
    }

    private mutating func cut() {
        kept.sort { $0 < $1 }
        kept.removeFirst(max(0, kept.count - limit))
    }
}

/// Keeps records as they are printed, until it is known which are wanted.
struct TailSink: RecordSink, ~Copyable {
    private var printer: RecordPrinter
    private let output: any ByteSink
    private let folder: OutputFolder?
    private(set) var printed = 0
    /// What is kept.
    private(set) var tail: TailCollector
    /// What was printed of each partition, by topic and partition.
    private var parts: [Int: ReadSummary.ShownPart] = [:]
    /// The last record of each partition, whether it is printed or not, for the folder.
    private var lasts: [Int: RecordCopy] = [:]

    /// `limit`: how many of them are wanted; `folder`: where they go in place of `output`.
    init(
        _ printer: consuming RecordPrinter,
        limit: Int,
        to output: any ByteSink,
        or folder: OutputFolder? = nil
    ) {
        self.printer = printer
        self.output = output
        self.folder = folder
        tail = TailCollector(limit: limit)
    }

    mutating func addTopic(_ name: String) {
        _ = printer.addTopic(name)
        folder?.topics.append(name)
    }

    mutating func take(_ record: borrowing Record) {
        printer.print(record)
        Self.keep(record, &tail, printer)
        printer.buffer.removeAll()
        noteLast(record)
    }

    mutating func passOver(_ record: borrowing Record) { noteLast(record) }

    private mutating func noteLast(_ record: borrowing Record) {
        guard folder != nil else { return }
        let key = Self.key(record.topicIndex, record.partition)
        // Later rounds read what lies before.
        guard record.offset > lasts[key]?.offset ?? -1 else { return }
        lasts[key, default: RecordCopy()].replace(with: record)
    }

    private static func key(_ topicIndex: Int, _ partition: Int32) -> Int {
        topicIndex << 32 | Int(partition)
    }

    // What is lent must not be a part of self while another part of it is changed.
    private static func keep(
        _ record: borrowing Record,
        _ tail: inout TailCollector,
        _ printer: borrowing RecordPrinter
    ) {
        let (milliseconds, type) = record.timestamp
        tail.add(
            time: type == .unavailable ? nil : milliseconds,
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            bytes: printer.buffer.bytes
        )
    }

    /// Prints the newest of the records that were kept; `reads` are the partitions as a whole.
    mutating func printTail(of reads: [PartitionRead]) throws(CommandError) {
        let newest = tail.newest()
        if let folder {
            var lasts: [TopicPartition: RecordCopy] = [:]
            for (key, last) in self.lasts {
                let partition = Int32(truncatingIfNeeded: key & 0xffff_ffff)
                lasts[TopicPartition(folder.topics[key >> 32], partition)] = last
            }
            try folder.add(newest, of: reads, lasts: lasts)
        } else {
            for kept in newest { printer.buffer.append(kept.bytes.span.bytes) }
            try printer.handOn(to: output)
        }
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

    var isTail: Bool { true }

    func shown(topicIndex: Int, _ partition: Int32) -> ReadSummary.ShownPart? {
        parts[Self.key(topicIndex, partition)]
    }

    var cutNumbers: Int { printer.cutNumbers }
}
