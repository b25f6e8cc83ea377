// Records kept as they were read, in the form that `produce --json` and --replay take.
//
// 1. The file holds whole lines only: what could be written of a block in part is cut off.
// 2. At the end it is synchronised: what is said to be recorded is on the disk.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Records

/// A file of records.
final class Recording {
    private let path: String
    private let file: Descriptor
    private var printer = RecordPrinter(.json(), isForTerminal: false)
    private var size = 0
    /// The number of records that it holds.
    private(set) var count = 0

    /// Makes the file, which must not be there.
    init(_ path: String) throws(CommandError) {
        self.path = path
        do { file = try Descriptor.making(path) } catch {
            throw CommandError(error, doing: "cannot create '\(path)'")
        }
    }

    /// Makes a topic known, under the next number.
    func addTopic(_ name: String) { _ = printer.addTopic(name) }

    /// Adds a record.
    func take(_ record: borrowing Record) {
        printer.print(record)
        count += 1
    }

    /// Writes what has been added.
    func flush() throws(CommandError) {
        guard !printer.buffer.isEmpty else { return }
        defer { printer.buffer.removeAll() }
        do {
            try file.writeAll(printer.buffer.bytes)
            size += printer.buffer.count
        } catch {
            try? Files.cut(path, to: size)
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
    }

    /// Writes the rest, and has it on the disk.
    func finish() throws(CommandError) {
        try flush()
        do { try file.synchronise() } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
    }
}
