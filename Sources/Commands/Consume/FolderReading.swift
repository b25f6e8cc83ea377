// Records printed into the files of a folder, as they come.

import CommandKit
import JSON
import KafkaCore
import Output
import ReadEngine
import Records

/// Reads records, and prints them into a folder.
struct FolderReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private var sink: Sink
    private var written = 0

    /// The steps of a record on its way into the folder.
    private struct Sink: ~Copyable {
        var printer: RecordPrinter
        var selection: RecordSelection
        let folder: OutputFolder

        /// Adds a record if it is wanted; false when no other is.
        mutating func take(_ record: borrowing Record) -> Bool {
            if selection.wants(record) {
                printer.print(record)
                folder.add(record, bytes: printer.buffer.bytes)
                printer.buffer.removeAll()
            }
            return !selection.isSatisfied
        }
    }

    init(
        _ reading: ReadLoop,
        _ printer: consuming RecordPrinter,
        _ selection: RecordSelection,
        into folder: OutputFolder
    ) {
        self.reading = reading
        sink = Sink(printer: printer, selection: selection, folder: folder)
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        while true {
            for name in reading.takeTopics() {
                _ = sink.printer.addTopic(name)
                sink.selection.addTopic(name)
                sink.folder.topics.append(name)
            }
            for _ in 0..<100 {
                guard reading.take(into: &sink, { $1.take($0) }) > 0 else { break }
                if sink.folder.isFull { try write() }
                if sink.selection.isSatisfied { break }
            }
            if sink.selection.isSatisfied { reading.reader.finish() }
            try write()
            if let end = try reading.turn() { return end }
        }
    }

    private mutating func write() throws(CommandError) {
        if try sink.folder.flush() { written = sink.selection.chosen }
        reading.reader.settle()
    }

    /// Has everything taken on the disk, so that it counts and need not be read again.
    mutating func finishOutput(isWhole: Bool) throws(CommandError) {
        if try sink.folder.flush(isLast: true) { written = sink.selection.chosen }
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
