// Records printed on standard output, as they come.

import CommandKit
import KafkaCore
import Output
import ReadEngine
import Records

/// Reads records, and prints them.
struct PrintReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private var sink: Sink
    private let output: any ByteSink
    private var written = 0

    /// The steps of a record on its way into the block that is written.
    private struct Sink: ~Copyable {
        var printer: RecordPrinter
        var selection: RecordSelection

        /// Prints a record if it is wanted; false when no other is.
        mutating func take(_ record: borrowing Record) -> Bool {
            if selection.wants(record) { printer.print(record) }
            return !selection.isSatisfied
        }
    }

    init(
        _ reading: ReadLoop,
        _ printer: consuming RecordPrinter,
        _ selection: RecordSelection,
        to output: any ByteSink
    ) {
        self.reading = reading
        self.output = output
        sink = Sink(printer: printer, selection: selection)
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        while true {
            for name in reading.takeTopics() {
                _ = sink.printer.addTopic(name)
                sink.selection.addTopic(name)
            }
            // Not for ever: signals are polled in between.
            for _ in 0..<100 {
                guard reading.take(into: &sink, { $1.take($0) }) > 0 else { break }
                if sink.printer.isFull { try write() }
                if sink.selection.isSatisfied { break }
            }
            if sink.selection.isSatisfied { reading.reader.finish() }
            try write()
            if let end = try reading.turn() { return end }
        }
    }

    /// Writes what is printed, which is processed then.
    private mutating func write() throws(CommandError) {
        try sink.printer.write(to: output)
        written = sink.selection.chosen
        reading.reader.settle()
    }

    var tally: ReadTally {
        ReadTally(
            printed: sink.selection.chosen,
            written: written,
            filteredOut: sink.selection.filteredOut,
            cutNumbers: sink.printer.cutNumbers
        )
    }
}
