// Tables on a terminal: what is shortened, what is left out, and that no line is too wide.

import JSON
import Output
import Testing

struct TableFitTests {
    private let columns = [
        Column("TOPIC"), Column("PARTITION", .right), Column("END", .right, need: .useful),
        Column("MEMBER", need: .extra), Column("HOST", need: .extra),
    ]
    private let rows = [
        ["orders", "0", "1234567", "consumer-1-0a1b2c3d4e5f", "/192.168.100.200"],
        ["a-topic-with-a-long-name", "11", "9", "consumer-2", "/10.0.0.1"],
    ]

    private func fit(_ width: Int?, _ rows: [[String]]? = nil) -> (lines: [String], cut: TableCut) {
        var table = GrowingTable(columns: columns, width: width)
        let text = table.text(rows: rows ?? self.rows)
        return (text.split(separator: "\n").map(String.init), table.cut)
    }

    @Test func withoutAWidthAndWithEnoughNothingIsCut() {
        let whole = fit(nil)
        #expect(whole.cut.isEmpty)
        #expect(fit(400).lines == whole.lines)
        let width = whole.lines.map(TerminalText.width).max() ?? 0
        #expect(fit(width).lines == whole.lines)
        #expect(fit(width).cut.isEmpty)
        #expect(fit(width - 1).cut.shortened == ["MEMBER"])
    }

    @Test func theLeastNeededAreShortenedBeforeAnyIsLeftOut() {
        let (lines, cut) = fit(70)
        #expect(cut.hidden == [])
        #expect(cut.shortened == ["MEMBER", "HOST"])
        #expect(lines[0].contains("HOST") && lines[1].contains("consumer"))
        #expect(lines[1].hasSuffix("…"))
        #expect(cut.text == "shortened to fit the terminal: MEMBER, HOST")
    }

    @Test func theLeastNeededAreLeftOutFromTheRight() {
        let (lines, cut) = fit(60)
        #expect(cut.hidden == ["HOST"])
        #expect(lines[0].hasPrefix("TOPIC                     PARTITION      END  MEMBER"))
        #expect(cut.text == "hidden to fit the terminal: HOST; shortened: MEMBER")
        #expect(fit(48).cut.hidden == ["MEMBER", "HOST"])
        #expect(fit(40).cut.hidden == ["END", "MEMBER", "HOST"])
    }

    @Test(arguments: 1...130)
    func noLineIsWiderThanTheTerminal(_ width: Int) {
        for line in fit(width).lines { #expect(TerminalText.width(line) <= width, "\(line)") }
    }

    @Test func numbersAreWholeOrNotThere() {
        for width in 1...100 {
            for line in fit(width).lines {
                let words = line.split(separator: " ").dropFirst()
                for word in words where word.contains("…") {
                    #expect(word.wholeMatch(of: /[0-9]+…/) == nil, "\(width): \(line)")
                }
            }
        }
    }

    @Test func wideCharactersAreCutByTheirWidth() {
        let text = Table.text(
            columns: [Column("T")],
            rows: [["漢字漢字漢字漢字漢字漢字"]],
            width: 10
        )
        #expect(text == "T\n漢字漢字…\n")
    }

    @Test func laterRowsKeepTheColumnsThatTheTitlesHave() {
        var table = GrowingTable(columns: columns, width: 60)
        let first = table.text(rows: [["a", "0", "1", "m", "h"]])
        #expect(first.contains("HOST"))
        #expect(table.cut.isEmpty)
        let later = table.text(rows: rows)
        for line in later.split(separator: "\n") {
            #expect(TerminalText.width(String(line)) <= 60, "\(line)")
            #expect(line.split(separator: " ").count == 5)
        }
        #expect(table.cut.shortened == ["MEMBER", "HOST"])
    }

    @Test func aStreamReportsEachLossOnce() throws {
        struct Line: Row {
            static let columns = [Column("NAME"), Column("NOTE", need: .extra)]
            let cells = ["a-name-of-some-length", "a note that is longer than there is room for"]
            static let json = JSONShape("line", "A line.", [])
            func write(to json: inout JSONWriter) {}
        }
        let stream = OutputStream(MemorySink(isTerminal: true, width: 40))
        try stream.list([Line()], as: .text)
        #expect(stream.takeCut().shortened == ["NOTE"])
        #expect(stream.takeCut().isEmpty)
        try stream.list([Line()], as: OutputFormat(.text, isWide: true))
        #expect(stream.takeCut().isEmpty)
        let pipe = MemorySink(isTerminal: false, width: 40)
        let piped = OutputStream(pipe)
        try piped.list([Line()], as: .text)
        try piped.flush()
        #expect(piped.takeCut().isEmpty)
        #expect(pipe.text.contains("longer than there is room for"))
        var table = GrowingTable(columns: Line.columns)
        try stream.list([Line()], as: .text, in: &table)
        #expect(stream.takeCut().shortened == ["NOTE"])
        try stream.list([Line()], as: .text, in: &table)
        #expect(stream.takeCut().isEmpty)
    }
}
