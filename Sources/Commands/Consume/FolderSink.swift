// Records printed into the files of a folder, as they come.

import CommandKit
import JSON
import KafkaCore
import Output
import Records

/// Prints records into a folder.
struct FolderSink: RecordSink, ~Copyable {
    private var printer: RecordPrinter
    private let folder: OutputFolder
    private(set) var printed = 0
    private(set) var written = 0

    init(_ printer: consuming RecordPrinter, into folder: OutputFolder) {
        self.printer = printer
        self.folder = folder
    }

    mutating func addTopic(_ name: String) {
        _ = printer.addTopic(name)
        folder.topics.append(name)
    }

    mutating func take(_ record: borrowing Record) {
        printer.print(record)
        printed += 1
        folder.add(record, bytes: printer.buffer.bytes)
        printer.buffer.removeAll()
    }

    var isFull: Bool { folder.isFull }

    mutating func handOn() throws(CommandError) {
        if try folder.flush() { written = printed }
    }

    /// Has everything taken on the disk, so that it counts.
    mutating func finish() throws(CommandError) {
        if try folder.flush(isLast: true) { written = printed }
    }

    var cutNumbers: Int { printer.cutNumbers }
}
