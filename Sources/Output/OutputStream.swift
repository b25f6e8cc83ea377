// A buffered stream in front of a sink: written when it is full and before every wait.

public import JSON

/// Buffered output to one sink.
///
/// Bytes that are appended reach the sink when the block is full, and at `flush`, which the caller
/// owes before every wait and at the end.
public final class OutputStream {
    /// The sink it writes to.
    public let sink: any ByteSink

    private var json: JSONWriter
    private var cut = TableCut()
    private static let blockSize = 65_536

    /// Makes a stream with nothing in it.
    public init(_ sink: any ByteSink) {
        self.sink = sink
        json = JSONWriter(capacity: Self.blockSize)
    }

    /// True when a person reads it.
    public var isTerminal: Bool { sink.isTerminal }

    /// The width that a line may take; nil for any number of columns, as in a pipe.
    public var width: Int? { isTerminal ? sink.width : nil }

    /// Notes what a table lost.
    func add(_ cut: TableCut) { self.cut.add(cut) }

    /// Returns what the tables lost since the last call.
    public func takeCut() -> TableCut {
        defer { cut = TableCut() }
        return cut
    }

    /// Appends `text` as it stands: for words of our own.
    public func write(_ text: String) throws(OutputError) {
        json.buffer.append(text: text)
        try flushIfFull()
    }

    /// Appends one JSON document and ends its line.
    public func writeJSON(_ body: (inout JSONWriter) -> Void) throws(OutputError) {
        let start = json.buffer.count
        body(&json)
        if sink.isTerminal { json.buffer.escapeFormatControls(from: start) }
        json.endLine()
        try flushIfFull()
    }

    /// Hands everything to the sink.
    public func flush() throws(OutputError) {
        guard !json.buffer.isEmpty else { return }
        defer { json.buffer.removeAll() }
        try sink.write(json.buffer.bytes)
    }

    private func flushIfFull() throws(OutputError) {
        if json.buffer.count >= Self.blockSize { try flush() }
    }
}
