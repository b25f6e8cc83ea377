// Records that failed, as JSON that `produce --json` takes.
//
// 1. The file consists of whole lines: what a full disk or a kill has torn is cut off.
// 2. Nothing is made, emptied or mended before `begin`: a run that is refused changes no file.
// 3. In a transaction every record is held as an aborted one, until the commit; then it is forgotten.
//    So the file holds what was read and is not committed, in the order of the input.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Records
import SendEngine

/// A file of failed records.
final class FailedRecords {
    private let path: String
    private let isContinued: Bool
    private let isTransactional: Bool
    private var file = Descriptor(-1, isOwned: false)
    private var printer = RecordPrinter(.json(), isForTerminal: false)
    private var held: HeldLines?
    private var isUnsynchronised = false
    private(set) var failure: CommandError?
    /// The repair that the file of an earlier run needed, in words.
    private(set) var repair: String?

    /// Opens nothing yet; `isContinued` keeps what an earlier run wrote.
    init(_ path: String, isContinued: Bool, isTransactional: Bool) {
        self.path = path
        self.isContinued = isContinued
        self.isTransactional = isTransactional
    }

    /// Opens the file, and empties it unless it is continued.
    ///
    /// To be called once, before the first record is added.
    func begin() throws(CommandError) {
        do { file = try Descriptor.writing(path, isAppending: true) } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
        let size = file.size
        if isTransactional {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            held = HeldLines(folder: size == nil ? "/tmp" : folder.isEmpty ? "/" : folder)
        }
        guard let size, size > 0 else { return }
        if isContinued {
            do { try mendTail() } catch {
                throw CommandError(error, doing: "cannot repair '\(path)'")
            }
        } else {
            do { try file.cut(to: 0) } catch {
                throw CommandError(error, doing: "cannot empty '\(path)'")
            }
        }
    }

    /// Makes the file end with a line's end.
    private func mendTail() throws(ReactorError) {
        guard let size = file.size, size > 0 else { return }
        let reading = try Descriptor.reading(path)
        var tail: [UInt8] = []
        while tail.count < size {
            let start = max(0, size - tail.count - 65_536)
            let chunk = try reading.read(upTo: size - tail.count - start, at: start) {
                $0.withUnsafeBytes { [UInt8]($0) }
            }
            if chunk.isEmpty { return }
            tail = chunk + tail
            if tail.contains(UInt8(ascii: "\n")) { break }
        }
        let end = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let torn = tail[end...]
        if torn.isEmpty { return }
        if (try? JSONValue(parsing: String(decoding: torn, as: UTF8.self))) != nil {
            try file.writeAll([UInt8(ascii: "\n")].span.bytes)
            return
        }
        try file.cut(to: size - torn.count)
        repair =
            "'\(path)' ended with an incomplete line of \(counted(torn.count, "byte")); removed it"
    }

    /// Adds a record that was enqueued; of its partition and time, what was asked for.
    ///
    /// The library reports no timestamp of a record that failed, so both come from the book.
    func add(
        _ record: borrowing Record,
        topic: String,
        _ entry: Ledger.Entry,
        serial: Int,
        error: KafkaError
    ) {
        // A record dropped with a transaction is held as aborted.
        if held != nil, error.isPurged { return }
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
        endLine(serial)
    }

    /// Holds a record that has been enqueued in a transaction: it is aborted, unless the commit
    /// comes.
    func hold(_ record: OutgoingRecord, topic: String?, line: Int) {
        guard held != nil else { return }
        add(
            record,
            topic: topic,
            line: line,
            serial: record.sequence,
            code: "ABORTED",
            reason: "the transaction was aborted"
        )
    }

    /// Drops the held lines: the transaction was committed.
    func forget() {
        held?.removeAll()
    }

    /// Writes the held lines: their records failed.
    func keep() {
        guard held?.isEmpty == false else { return }
        do throws(ReactorError) {
            try held?.forEach { line in
                printer.buffer.append(line)
                if printer.isFull { flush() }
            }
        } catch {
            fail(error)
        }
        flush()
        held?.removeAll()
    }

    /// Adds a record that never reached the library.
    func add(
        _ record: OutgoingRecord,
        topic: String?,
        line: Int,
        serial: Int,
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
        endLine(serial)
    }

    /// Adds input that could not become a record.
    func add(_ refusal: Refusal, input: [UInt8]?, serial: Int) {
        let (line, code, reason) = (refusal.place.line, refusal.code, refusal.text)
        if let input {
            printer.print(unreadable: input.span.bytes, line: line, code: code, reason: reason)
        } else {
            printer.print(unreadable: nil, line: line, code: code, reason: reason)
        }
        endLine(serial)
    }

    private func endLine(_ serial: Int) {
        guard held != nil else {
            if printer.isFull { flush() }
            return
        }
        do throws(ReactorError) { try held?.add(serial, printer.buffer.bytes) } catch {
            fail(error)
        }
        printer.buffer.removeAll()
    }

    /// Writes what is not held; an error is kept in `failure`.
    func flush() {
        guard !printer.buffer.isEmpty else { return }
        defer { printer.buffer.removeAll() }
        guard failure == nil else { return }
        isUnsynchronised = true
        let bytes = printer.buffer.bytes
        var written = 0
        do throws(ReactorError) {
            while written < bytes.byteCount {
                written += try file.write(bytes.extracting(written..<bytes.byteCount))
            }
        } catch {
            fail(error)
            cutTorn(bytes.extracting(0..<written))
        }
    }

    /// Has what was written on the disk.
    func synchronise() throws(CommandError) {
        guard isUnsynchronised else { return }
        do { try file.synchronise() } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
        isUnsynchronised = false
    }

    private func fail(_ error: ReactorError) {
        if failure == nil { failure = CommandError(error, doing: "cannot write '\(path)'") }
    }

    /// Takes back the part of a line that was written last.
    private func cutTorn(_ written: RawSpan) {
        guard let size = file.size else { return }
        var end = written.byteCount
        while end > 0, !written.has([UInt8(ascii: "\n")], at: end - 1) { end -= 1 }
        let torn = written.byteCount - end
        // When that fails, the next run finds it.
        if torn > 0 { try? file.cut(to: size - torn) }
    }

    private static func lend(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
        if let bytes { body(bytes.span.bytes) } else { body(nil) }
    }
}
