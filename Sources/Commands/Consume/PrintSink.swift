// Records printed on standard output, as they come.

import CommandKit
import JSON
import KafkaCore
import Output
import Records

/// Prints records.
struct PrintSink: RecordSink, ~Copyable {
    private var printer: RecordPrinter
    private let output: any ByteSink
    private(set) var printed = 0
    private(set) var written = 0

    init(_ printer: consuming RecordPrinter, to output: any ByteSink) {
        self.printer = printer
        self.output = output
    }

    mutating func addTopic(_ name: String) { _ = printer.addTopic(name) }

    mutating func take(_ record: borrowing Record) {
        printer.print(record)
        printed += 1
    }

    var isFull: Bool { printer.isFull }

    mutating func handOn() throws(CommandError) {
        try printer.handOn(to: output)
        written = printed
    }

    var cutNumbers: Int { printer.cutNumbers }
}

extension RecordPrinter {
    /// Writes the block out, and empties it.
    mutating func handOn(to output: any ByteSink) throws(CommandError) {
        guard !buffer.isEmpty else { return }
        defer { buffer.removeAll() }
        do { try output.write(buffer.bytes) } catch { throw CommandError(error) }
    }

    /// Appends a consumed record.
    mutating func print(_ record: borrowing Record) {
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
