// The place where each record was stored, on standard output.

import JSON
import Output
import SendEngine

/// Prints a line for each record that was stored.
final class StoredPrinter {
    private let format: PrintFormat
    private let output: OutputStream
    private var buffer = ByteBuffer(capacity: 65_536)
    private(set) var failure: OutputError?

    init(_ format: PrintFormat, to output: OutputStream) {
        self.format = format
        self.output = output
    }

    /// Appends a line.
    func add(_ entry: Ledger.Entry, topic: String) {
        let offset = entry.offset >= 0 ? entry.offset : nil
        switch format {
        case .text:
            buffer.append("partition ")
            buffer.append(decimal: Int64(entry.partition))
            buffer.append(" offset ")
            if let offset { buffer.append(decimal: offset) } else { buffer.append("unknown") }
        case .json:
            buffer.append("{\"line\":")
            buffer.append(decimal: Int64(entry.line))
            buffer.append(",\"topic\":\"")
            _ = buffer.appendEscaped(topic.utf8Span.span.bytes)
            buffer.append("\",\"partition\":")
            buffer.append(decimal: Int64(entry.partition))
            buffer.append(",\"offset\":")
            if let offset { buffer.append(decimal: offset) } else { buffer.append("null") }
            buffer.append("}")
        }
        buffer.append("\n")
        if buffer.count > 60_000 { flush() }
    }

    /// Writes every line; an error is kept in `failure`.
    func flush() {
        guard !buffer.isEmpty else { return }
        defer { buffer.removeAll() }
        guard failure == nil else { return }
        do { try output.sink.write(buffer.bytes) } catch { failure = error }
    }
}
