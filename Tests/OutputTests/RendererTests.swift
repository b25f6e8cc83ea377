// The streams: tables and objects, on a terminal and in a pipe, handed on when they should be.

import JSON
import Output
import Testing

private struct NameRow: Row {
    let name: String
    let size: Int?

    static let columns = [Column("NAME"), Column("SIZE", .right)]

    var cells: [String] { [name, size.map { "\($0)" } ?? ""] }

    static let json = JSONShape(
        "file",
        "A file.",
        [JSONField("name", .string, "Its name."), JSONField("size", .integer, "Bytes.").orNull]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(name)
        json.key("size")
        if let size { json.number(size) } else { json.null() }
        json.endObject()
    }
}

private struct NameReport: Report {
    let name: String

    static let json = JSONShape("file", "A file.", [JSONField("name", .string, "Its name.")])

    func text(on page: Page) -> String { "name: \(page.escape(name))\n" }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(name)
        json.endObject()
    }
}

private final class BrokenSink: ByteSink {
    let isTerminal = false
    let width: Int? = nil

    func write(_ bytes: RawSpan) throws(OutputError) { throw .failed("no space left") }
}

struct RendererTests {
    private let rows = [NameRow(name: "a\u{1b}[0m", size: 7), NameRow(name: "b", size: nil)]

    private func printed(
        isTerminal: Bool,
        _ body: (OutputStream) throws(OutputError) -> Void
    ) throws(OutputError) -> String {
        let sink = MemorySink(isTerminal: isTerminal, width: isTerminal ? 80 : nil)
        let stream = OutputStream(sink)
        try body(stream)
        try stream.flush()
        return sink.text
    }

    @Test func foreignTextIsExactInAPipeAndEscapedOnATerminal() throws {
        let piped = try printed(isTerminal: false) { stream throws(OutputError) in
            try stream.list(rows, as: .text)
        }
        #expect(piped == "NAME   SIZE\na\u{1b}[0m     7\nb         -\n")
        let shown = try printed(isTerminal: true) { stream throws(OutputError) in
            try stream.list(rows, as: .text)
        }
        #expect(shown == "NAME      SIZE\na\\x1b[0m     7\nb            -\n")
    }

    @Test(arguments: [false, true])
    func objectsAreTheSameEverywhere(_ isTerminal: Bool) throws {
        let text = try printed(isTerminal: isTerminal) { stream throws(OutputError) in
            try stream.list(rows, as: .json)
        }
        #expect(
            text == #"{"name":"a\u001b[0m","size":7}"# + "\n" + #"{"name":"b","size":null}"# + "\n"
        )
    }

    @Test(arguments: [OutputFormat.text, OutputFormat.json])
    func noRowsPrintNothing(_ format: OutputFormat) throws {
        let text = try printed(isTerminal: true) { stream throws(OutputError) in
            try stream.list([NameRow](), as: format)
            try stream.reports([NameReport](), as: format)
        }
        #expect(text == "")
    }

    @Test func reportsAreSetApart() throws {
        let reports = [NameReport(name: "a\u{1b}"), NameReport(name: "b")]
        let shown = try printed(isTerminal: true) { stream throws(OutputError) in
            try stream.reports(reports, as: .text)
        }
        #expect(shown == "name: a\\x1b\n\nname: b\n")
        let objects = try printed(isTerminal: false) { stream throws(OutputError) in
            try stream.reports(reports, as: .json)
        }
        #expect(objects == #"{"name":"a\u001b"}"# + "\n" + #"{"name":"b"}"# + "\n")
    }

    @Test func nothingIsWrittenBeforeTheBlockIsFull() throws {
        let sink = MemorySink()
        let stream = OutputStream(sink)
        try stream.write("a")
        #expect(sink.bytes.isEmpty)
        try stream.write(String(repeating: "b", count: 65_535))
        #expect(sink.bytes.count == 65_536)
        try stream.flush()
        #expect(sink.bytes.count == 65_536)
    }

    @Test func aSinkThatFailsIsTold() {
        let stream = OutputStream(BrokenSink())
        #expect(throws: OutputError.failed("no space left")) {
            try stream.write("a")
            try stream.flush()
        }
    }
}
