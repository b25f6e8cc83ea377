// What a person sees of a line of progress, and when.

import Output
import Testing

struct ProgressLineTests {
    private let terminal = MemorySink(isTerminal: true, width: 20)
    private let pipe = MemorySink()

    @Test func aTerminalSeesOneLineFiveTimesASecond() {
        var line = ProgressLine(OutputStream(terminal))
        for time in stride(from: 0, through: 1_400, by: 100) {
            line.show("at \(time) ms", at: .milliseconds(time))
        }
        #expect(
            terminal.text == "\rat 1000 ms\u{1b}[K\rat 1200 ms\u{1b}[K\rat 1400 ms\u{1b}[K"
        )
    }

    @Test func aPipeSeesNothingUnlessItIsWanted() {
        var line = ProgressLine(OutputStream(pipe))
        #expect(line.nextDue == nil)
        var isMade = false
        func text() -> String {
            isMade = true
            return "x"
        }
        line.show(text(), at: .seconds(100))
        line.clear()
        #expect(pipe.text == "")
        #expect(!isMade)
    }

    @Test func aWantedLineInAPipeIsALineASecond() {
        var line = ProgressLine(OutputStream(pipe), isWanted: true)
        for time in stride(from: 0, through: 3_000, by: 200) {
            line.show("at \(time) ms", at: .milliseconds(time))
        }
        line.clear()
        #expect(pipe.text == "at 1000 ms\nat 2000 ms\nat 3000 ms\n")
    }

    @Test func anUnwantedLineIsNotShownOnATerminalEither() {
        var line = ProgressLine(OutputStream(terminal), isWanted: false)
        #expect(line.nextDue == nil)
        line.show("x", at: .seconds(100))
        #expect(terminal.text == "")
    }

    @Test func aLoopLearnsWhenToComeBack() {
        var line = ProgressLine(OutputStream(terminal))
        #expect(line.nextDue == .seconds(1))
        line.show("x", at: .milliseconds(999))
        #expect(line.nextDue == .seconds(1))
        line.show("x", at: .milliseconds(1_050))
        #expect(line.nextDue == .milliseconds(1_250))
        line.clear()
        #expect(line.nextDue == .milliseconds(1_250))
        var other = ProgressLine(OutputStream(pipe), isWanted: true)
        other.show("x", at: .milliseconds(1_050))
        #expect(other.nextDue == .milliseconds(2_050))
    }

    @Test func theLineIsRemovedOnceAndComesBack() {
        var line = ProgressLine(OutputStream(terminal))
        line.clear()
        #expect(terminal.text == "")
        line.show("one", at: .seconds(1))
        line.clear()
        line.clear()
        line.show("two", at: .seconds(2))
        #expect(terminal.text == "\rone\u{1b}[K\r\u{1b}[K\rtwo\u{1b}[K")
    }

    // A line as wide as the terminal would wrap, or lose its last letter when it is cleared.
    @Test(
        arguments: [
            (20, "123456789 123456789 12345", "123456789 123456789"),
            (20, "漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢"),
            (1, "abc", ""),
            (nil, String(repeating: "x", count: 200), String(repeating: "x", count: 79)),
        ] as [(Int?, String, String)]
    )
    func theLineIsCutToTheTerminal(width: Int?, text: String, shown: String) {
        let sink = MemorySink(isTerminal: true, width: width)
        var line = ProgressLine(OutputStream(sink))
        line.show(text, at: .seconds(1))
        #expect(sink.text == "\r\(shown)\u{1b}[K")
    }

    @Test func foreignTextCannotActOnTheTerminal() {
        var line = ProgressLine(OutputStream(terminal))
        line.show("a\u{1b}[2J\nb", at: .seconds(1))
        #expect(terminal.text == "\ra\\x1b[2J\\nb\u{1b}[K")
    }
}
