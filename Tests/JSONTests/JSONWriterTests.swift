import JSON
import Testing

/// What the writer and the escaper put out, byte for byte.
struct JSONWriterTests {
    @Test func nestsWithCommasInTheRightPlaces() {
        var json = JSONWriter()
        json.beginObject()
        json.key("a")
        json.number(1)
        json.key("b")
        json.beginArray()
        json.string("x")
        json.null()
        json.bool(true)
        json.beginObject()
        json.endObject()
        json.endArray()
        json.key(text: "c\"")
        json.number(UInt64.max)
        json.endObject()
        json.endLine()
        json.beginArray()
        json.endArray()
        #expect(
            json.text == #"{"a":1,"b":["x",null,true,{}],"c\"":18446744073709551615}"# + "\n[]"
        )
    }

    @Test(arguments: [
        ("", ""),
        ("plain text longer than one word", "plain text longer than one word"),
        ("tab\tquote\"back\\slash\nend", #"tab\tquote\"back\\slash\nend"#),
        ("\u{0}\u{1f}\u{7f}", #"\u0000\u001f\u007f"#),
        ("\u{80}\u{9b}31m\u{a0}", "\\u0080\\u009b31m\u{a0}"),
        ("æøå 漢字 🚀 seven77", "æøå 漢字 🚀 seven77"),
        ("\u{8}\u{c}\r", #"\b\f\r"#),
    ])
    func escapes(_ source: String, _ expected: String) {
        var buffer = ByteBuffer()
        let valid = buffer.appendEscaped(Array(source.utf8).span.bytes)
        #expect(valid)
        #expect(buffer.text == expected)
    }

    /// A byte that needs care is found at every place of a word and behind every run.
    @Test func escapesAtEveryPosition() {
        for length in 0..<40 {
            for position in 0..<max(length, 1) where position < length {
                for special in [UInt8(0x00), 0x22, 0x5c, 0x7f, 0x1f] {
                    var source = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    source[position] = special
                    var buffer = ByteBuffer()
                    let valid = buffer.appendEscaped(source.span.bytes)
                    #expect(valid)
                    let escape: String
                    switch special {
                    case 0x22: escape = "\\\""
                    case 0x5c: escape = "\\\\"
                    default:
                        let hex = String(special, radix: 16)
                        escape = "\\u00" + (hex.count == 1 ? "0" : "") + hex
                    }
                    let before = String(repeating: "a", count: position)
                    let after = String(repeating: "a", count: length - position - 1)
                    #expect(buffer.text == before + escape + after)
                }
            }
        }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80],
            [0xf0, 0x80, 0x80, 0xaf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff],
            [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0xe2, 0x82], [0xc2], [0xf0, 0x9f, 0x9a],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8AndLeavesNothing(_ source: [UInt8]) {
        var buffer = ByteBuffer()
        buffer.append("kept")
        let valid = buffer.appendEscaped(source.span.bytes)
        #expect(!valid)
        #expect(buffer.text == "kept")
    }

    @Test(
        arguments: [
            ([], ""), ([0x66], "Zg=="), ([0x66, 0x6f], "Zm8="), ([0x66, 0x6f, 0x6f], "Zm9v"),
            ([0xff, 0xfe, 0xfd, 0xfc], "//79/A=="),
        ] as [([UInt8], String)]
    )
    func encodesBase64(_ source: [UInt8], _ expected: String) {
        var buffer = ByteBuffer()
        buffer.appendBase64(source.span.bytes)
        #expect(buffer.text == expected)
    }

    @Test(arguments: [0, 9, 10, 99, 100, 12_345, Int64.max, Int64.min, -1, -10])
    func writesDecimalDigits(_ number: Int64) {
        var buffer = ByteBuffer(capacity: 1)
        buffer.append(decimal: number)
        #expect(buffer.text == "\(number)")
    }

    @Test func growsWithoutLosingBytes() {
        var buffer = ByteBuffer(capacity: 1)
        for _ in 0..<10_000 { buffer.append("0123456789") }
        #expect(buffer.count == 100_000)
        buffer.removeFirst(99_995)
        #expect(buffer.text == "56789")
        buffer.truncate(to: 2)
        #expect(buffer.text == "56")
    }
}
