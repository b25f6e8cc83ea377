// Records that failed, as JSON that `produce --json` takes.

import JSON
import KafkaCore
import Output
import Reactor

/// A file of failed records.
final class FailedRecords {
    private let path: String
    private let file: Descriptor
    private var printer = RecordPrinter(.json(), isForTerminal: false)
    private(set) var trouble: CommandError?

    /// Opens the file; `isContinued` keeps what an earlier run wrote.
    init(_ path: String, isContinued: Bool) throws(CommandError) {
        self.path = path
        do {
            file = try Descriptor.writing(path, isAppending: isContinued)
        } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
    }

    /// Adds a record that was handed over; of its partition and time, what was asked for.
    ///
    /// The library tells no time of a record that failed, so both come from the books.
    func add(
        _ record: borrowing Record,
        topic: String,
        _ entry: Ledger.Entry,
        error: KafkaError
    ) {
        printer.headers.removeAll()
        record.forEachHeader { printer.headers.append(name: $0, value: $1) }
        printer.print(
            failed: FailedRecord(
                topic: topic,
                partition: entry.partition >= 0 ? entry.partition : nil,
                timestamp: entry.time == Ledger.Entry.noTime ? nil : entry.time,
                line: entry.line,
                code: error.codeName,
                reason: error.reason
            ),
            key: record.key,
            value: record.value
        )
        if printer.isFull { flush() }
    }

    /// Adds a record that never reached the library.
    func add(
        _ record: OutgoingRecord,
        topic: String?,
        line: Int,
        code: String,
        reason: String
    ) {
        printer.headers.removeAll()
        for header in record.headers {
            Self.lend(header.value) {
                printer.headers.append(name: header.name.span.bytes, value: $0)
            }
        }
        let facts = FailedRecord(
            topic: topic,
            partition: record.partition,
            timestamp: record.timestamp,
            line: line,
            code: code,
            reason: reason
        )
        Self.lend(record.key) { key in
            Self.lend(record.value) { printer.print(failed: facts, key: key, value: $0) }
        }
        if printer.isFull { flush() }
    }

    /// Adds input that could not become a record.
    func add(_ refusal: Refusal, of block: RawSpan) {
        let facts = (refusal.place.line, refusal.code, refusal.text)
        if let range = refusal.input {
            let bytes = block.extracting(range)
            printer.print(unreadable: bytes, line: facts.0, code: facts.1, reason: facts.2)
        } else {
            printer.print(unreadable: nil, line: facts.0, code: facts.1, reason: facts.2)
        }
        if printer.isFull { flush() }
    }

    /// Hands everything on; what goes wrong is in `trouble`.
    func flush() {
        guard !printer.buffer.isEmpty else { return }
        defer { printer.buffer.removeAll() }
        guard trouble == nil else { return }
        do { try file.writeAll(printer.buffer.bytes) } catch {
            trouble = CommandError(error, doing: "cannot write '\(path)'")
        }
    }

    private static func lend(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
        if let bytes { body(bytes.span.bytes) } else { body(nil) }
    }
}
