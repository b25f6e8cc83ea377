// What is done with each message: whether it is part of the read, whether it is wanted, how it is
// printed.

import JSON
import KafkaCore
import Output

/// The way of a record from the library to the output block.
struct Intake: ~Copyable {
    /// How far every partition has come.
    var progress: ReadProgress
    /// The output block.
    var printer: RecordPrinter
    /// What is printed; nil for everything.
    var filter: RecordFilter?
    /// Where printed records are kept until it is known which are the newest; nil to print all.
    var tail: TailCollector?
    /// Where records go, one file a partition; nil for standard output.
    var folder: OutputFolder?
    /// The command that gets the records; nil to print them.
    var exec: ExecRun?
    /// Counts records that are dropped; nil to print them.
    var meter: ReadMeter?
    /// How many more records may be printed.
    private(set) var remaining: Int
    /// How many records were printed.
    private(set) var printed = 0
    /// Whether reading is over because nothing can be read any more.
    private(set) var failure: Failure?

    /// Why a partition cannot be read on.
    struct Failure {
        var error: KafkaError
        var topicIndex: Int
        var partition: Int32
        /// The offset that was to be read.
        var offset: Int64
    }

    init(
        progress: ReadProgress,
        printer: consuming RecordPrinter,
        filter: RecordFilter?,
        limit: Int?
    ) {
        self.progress = progress
        self.printer = printer
        self.filter = filter
        remaining = limit ?? .max
    }

    /// Whether partitions are still to come, so that having read all there are is not the end.
    var isAwaiting = false

    /// Whether nothing more is wanted.
    var isComplete: Bool { remaining == 0 || !isAwaiting && progress.isComplete }

    /// Takes one message; false when no other is wanted.
    mutating func take(_ record: borrowing Record) -> Bool {
        guard !record.isError else { return takeNews(record) }
        let verdict = progress.record(
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset
        )
        guard verdict == .take, filter?.wants(record) ?? true else { return !isComplete }
        if meter != nil {
            meter?.add(record.size)
            printed += 1
            remaining -= 1
            return !isComplete
        }
        printer.print(record)
        if tail != nil {
            Self.keep(record, &tail, &printer)
        } else if let exec {
            printed += 1
            exec.add(record, printed: printer.buffer.bytes.withUnsafeBytes { Array($0) })
            printer.buffer.removeAll()
        } else {
            printed += 1
            if let folder {
                folder.add(
                    topicIndex: record.topicIndex,
                    record.partition,
                    offset: record.offset,
                    bytes: printer.buffer.bytes
                )
                printer.buffer.removeAll()
            }
        }
        remaining -= 1
        return !isComplete
    }

    /// Prints the newest of the records that were kept.
    mutating func printTail() {
        for bytes in tail?.newest() ?? [] {
            printer.buffer.append(bytes.span.bytes)
            printed += 1
        }
        tail = nil
    }

    private static func keep(
        _ record: borrowing Record,
        _ tail: inout TailCollector?,
        _ printer: inout RecordPrinter
    ) {
        let (milliseconds, type) = record.timestamp
        tail?.add(
            time: type == .unavailable ? nil : milliseconds,
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            bytes: printer.buffer.bytes
        )
        printer.buffer.removeAll()
    }

    private mutating func takeNews(_ record: borrowing Record) -> Bool {
        if record.isEndOfPartition {
            progress.reachedEnd(
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
        } else if let error = record.error, !error.isRetriable {
            // Where the end or the beginning could not be asked for, the reason comes next.
            guard !error.isOffsetGone || record.offset >= 0 else { return true }
            failure = Failure(
                error: error,
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
        }
        return failure == nil && !isComplete
    }
}

extension RecordPrinter {
    /// Appends a consumed record.
    fileprivate mutating func print(_ record: borrowing Record) {
        guard showsMore else { return print(value: record.value) }
        headers.removeAll()
        if showsHeaders { record.forEachHeader { headers.append(name: $0, value: $1) } }
        let (milliseconds, type) = record.timestamp
        let kind: TimestampKind?
        switch type {
        case .create: kind = .create
        case .logAppend: kind = .logAppend
        case .unavailable: kind = nil
        }
        print(
            topic: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            leaderEpoch: showsLeaderEpoch ? record.leaderEpoch : -1,
            timestamp: kind.map { (milliseconds, $0) },
            key: record.key,
            value: record.value
        )
    }
}
