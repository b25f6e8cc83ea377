// Words with escapes, to bytes and back.

import Arguments
import TestSupport
import Testing

struct EscapedBytesTests {
    @Test(
        arguments: [
            ("", []), ("a", [0x61]), (", ", [0x2c, 0x20]), ("\\n", [0x0a]),
            ("\\r\\n", [0x0d, 0x0a]),
            ("\\t", [0x09]), ("\\0", [0x00]), ("\\\\", [0x5c]), ("\\\\n", [0x5c, 0x6e]),
            ("\\x1e", [0x1e]), ("\\x00", [0x00]), ("\\xff\\xFF\\xaB", [0xff, 0xff, 0xab]),
            ("\\x411", [0x41, 0x31]), ("\\01", [0x00, 0x31]), ("ä", [0xc3, 0xa4]),
            ("😀", [0xf0, 0x9f, 0x98, 0x80]), ("e\u{301}", [0x65, 0xcc, 0x81]),
            ("\u{1b}", [0x1b]), ("\\n\u{301}", [0x0a, 0xcc, 0x81]),
        ] as [(String, [UInt8])]
    )
    func read(word: String, bytes: [UInt8]) throws {
        #expect(try EscapedBytes(argument: word) == EscapedBytes(bytes))
    }

    @Test(arguments: [
        ("\\q", "unknown escape '\\q'"),
        ("a\\N", "unknown escape '\\N'"),
        ("\\ ", "unknown escape '\\ '"),
        ("\\ä", "unknown escape '\\ä'"),
        ("\\\u{1b}", "unknown escape '\\\\x1b'"),
        ("\\x", "no two hexadecimal digits in '\\x'"),
        ("\\xf", "no two hexadecimal digits in '\\xf'"),
        ("\\xg0", "no two hexadecimal digits in '\\xg0'"),
        ("\\x0g1", "no two hexadecimal digits in '\\x0g'"),
        ("\\x+1", "no two hexadecimal digits in '\\x+1'"),
        ("\\x１１", "no two hexadecimal digits in '\\x１１'"),
        ("\\", "ends with a lone '\\'"),
        ("\\n\\", "ends with a lone '\\'"),
    ])
    func refused(word: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) { try EscapedBytes(argument: word) }
        #expect(error?.reason == reason)
        #expect((error?.hint == nil) == reason.hasPrefix("no two"))
    }

    @Test(
        arguments: [
            ([], ""), ([0x0a], "\\n"), ([0x0d, 0x0a], "\\r\\n"),
            ([0x09, 0x00, 0x5c], "\\t\\0\\\\"),
            ([0x20, 0x7e, 0x7f], " ~\\x7f"), ([0x01, 0xc3, 0xa4], "\\x01\\xc3\\xa4"),
        ] as [([UInt8], String)]
    )
    func written(bytes: [UInt8], word: String) {
        #expect(EscapedBytes(bytes).argumentText == word)
    }

    @Test func whatIsWrittenReadsBack() throws {
        let every = EscapedBytes((0...255).map { $0 })
        #expect(try EscapedBytes(argument: every.argumentText) == every)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let value = EscapedBytes(random.bytes(upTo: 40))
            #expect(value.argumentText.utf8.allSatisfy { (0x20...0x7e).contains($0) })
            #expect(try EscapedBytes(argument: value.argumentText) == value)
        }
    }

    @Test func itsPlaceholderIsBytes() {
        #expect(EscapedBytes.placeholder == "BYTES")
        #expect(EscapedBytes.choices.isEmpty)
    }
}
