import Testing

@testable import Output

/// Pictures of bars over time.
struct TimelineTests {
    private let origin: Int64 = 1_720_000_000_000

    private func bar(
        _ number: String,
        _ seconds: [Int64?],
        note: String = "STOP",
        isOpen: Bool = false,
        isError: Bool = false
    ) -> Timeline.Bar {
        Timeline.Bar(
            labels: [number, "2oDvieFrVTi"],
            moments: seconds.map { $0.map { origin + $0 * 1_000 } },
            note: note,
            isOpen: isOpen,
            isError: isError
        )
    }

    private func timeline(_ width: Int, isASCII: Bool = true, isColoured: Bool = false) -> Timeline
    {
        Timeline(
            titles: ["RUN", "ENVIRONMENT"],
            width: width,
            isASCII: isASCII,
            isColoured: isColoured
        )
    }

    private var bars: [Timeline.Bar] {
        [
            bar("100", [0, 20, 60, 70]),
            bar("101", [5, 25, 80, 81], note: "GO_ERROR boom", isError: true),
            bar("102", [nil, nil, 40, 50], note: "TEARDOWN"),
            bar("103", [60, 62, nil, nil], note: "superseded"),
            bar("104", [75, 90, nil, nil], note: "running", isOpen: true),
        ]
    }

    @Test func plainSignsInEightyColumns() {
        #expect(
            timeline(80).text(bars, until: origin + 100_000) == """
                2024-07-03T09:46:40Z to 2024-07-03T09:48:20Z
                RUN  ENVIRONMENT           |09:47:00     |09:47:30    |09:48:00
                100  2oDvieFrVTi  [--------(=================)----]                STOP
                101  2oDvieFrVTi    [--------(========================!]           GO_ERROR boom
                102  2oDvieFrVTi                   ?)----]                         TEARDOWN
                103  2oDvieFrVTi                             [(?                   superseded
                104  2oDvieFrVTi                                    [------(====>  running

                """
        )
    }

    @Test func signsOfUnicode() {
        #expect(
            timeline(70, isASCII: false).text(Array(bars.prefix(2))) == """
                2024-07-03T09:46:40Z to 2024-07-03T09:48:01Z
                RUN  ENVIRONMENT          │09:47:00     │09:47:30
                100  2oDvieFrVTi  ├───────┣━━━━━━━━━━━━━━━━━┫────┤       STOP
                101  2oDvieFrVTi    ├────────┣━━━━━━━━━━━━━━━━━━━━━━━✗┤  GO_ERROR boom

                """
        )
    }

    @Test func whatTheSignsMean() {
        let names = ["SOSOR", "EOSOR", "SOEOR", "EOEOR"]
        #expect(
            timeline(80).legend(names)
                == "[ SOSOR  ( EOSOR  ) SOEOR  ] EOEOR  ! error  > running  ? not known\n"
        )
    }

    @Test(arguments: [40, 60, 80, 120, 200])
    func noLineIsWiderThanItMayBe(_ width: Int) {
        for isASCII in [true, false] {
            let text = timeline(width, isASCII: isASCII).text(bars)
            let widths = text.split(separator: "\n").map { TerminalText.width(String($0)) }
            #expect(widths.dropFirst().allSatisfy { $0 <= width })
        }
    }

    @Test func marksOfOneColumnAreMovedApart() {
        #expect(Timeline.apart([0, 0, 0, 0], in: 10) == [0, 1, 2, 3])
        #expect(Timeline.apart([9, 9, 9, 9], in: 10) == [6, 7, 8, 9])
        #expect(Timeline.apart([2, 5, 5, 9], in: 10) == [2, 5, 6, 9])
        #expect(Timeline.apart([7, 3], in: 10) == [7, 8])
        let short = bar("1", [0, 0, 0, 0])
        let text = timeline(60).text([short, bar("2", [0, 10, 999, 1_000])])
        #expect(text.contains("[()]"))
    }

    @Test func foreignTextCannotActOnATerminal() {
        var evil = bar("1", [0, 1, 2, 3], note: "\u{1b}[2J")
        evil.labels[1] = "a\nb\u{202e}é"
        let text = timeline(90).text([evil])
        #expect(text.contains("a\\nb\\u{202e}?"))
        #expect(text.contains("\\x1b[2J"))
        #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    }

    @Test func coloursOnlyWhereAskedFor() {
        let plain = timeline(80).text(bars)
        let coloured = timeline(80, isColoured: true).text(bars)
        #expect(!plain.contains("\u{1b}"))
        #expect(coloured.contains("\u{1b}[32m"))
        var stripped = coloured
        for code in ["31", "32", "90", "0"] {
            stripped = stripped.split(
                separator: "\u{1b}[\(code)m",
                omittingEmptySubsequences: false
            )
            .joined()
        }
        let lines = { (text: String) in
            text.split(separator: "\n").map { line in
                var line = line
                while line.last == " " { line.removeLast() }
                return line
            }
        }
        #expect(lines(stripped) == lines(plain))
    }

    @Test func extremesAreDrawn() {
        var bar = bar("1", [0, 1, 2, 3])
        bar.moments = [.min, 0, nil, .max]
        #expect(!timeline(80).text([bar], until: .max).isEmpty)
        bar.moments = [nil, nil, nil, nil]
        #expect(timeline(80).text([bar]).isEmpty)
        #expect(timeline(80).text([]).isEmpty)
        #expect(!timeline(1).text(bars).isEmpty)
    }
}
