// Text from outside may not do anything on a terminal but be read.

import JSON
import Output
import TestSupport
import Testing

struct TerminalTextTests {
    @Test(
        arguments: [
            ("plain ASCII, ümläut, 漢字, 😀, e\u{301}", "plain ASCII, ümläut, 漢字, 😀, e\u{301}"),
            ("", ""),
            ("\u{1b}[31mred\u{1b}[0m", "\\x1b[31mred\\x1b[0m"),
            ("\u{1b}]0;title\u{7}", "\\x1b]0;title\\x07"),
            ("a\0b", "a\\x00b"),
            ("a\nb\rc\td", "a\\nb\\rc\\td"),
            ("\u{8}\u{b}\u{c}\u{7f}", "\\x08\\x0b\\x0c\\x7f"),
            ("\u{80}\u{85}\u{9b}31m\u{9f}", "\\x80\\x85\\x9b31m\\x9f"),
            ("\u{a0}", "\u{a0}"),
            ("a\u{202e}cba", "a\\u{202e}cba"),
            ("\u{202a}\u{202b}\u{202c}\u{202d}", "\\u{202a}\\u{202b}\\u{202c}\\u{202d}"),
            ("\u{2066}\u{2067}\u{2068}\u{2069}", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"),
            ("\u{200e}\u{200f}\u{61c}", "\\u{200e}\\u{200f}\\u{61c}"),
            ("\u{2028}\u{2029}\u{feff}", "\\u{2028}\\u{2029}\\u{feff}"),
        ] as [(String, String)]
    )
    func controlAndDirectionCharactersAreEscaped(_ text: String, _ expected: String) {
        #expect(TerminalText.escaped(text) == expected)
    }

    @Test func everyControlCharacterIsEscapedInBothWays() {
        for value in (0x00...0x1f).map(UInt32.init) + (0x7f...0x9f).map(UInt32.init) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "<\(Character(scalar))>"
            #expect(TerminalText.escaped(text).unicodeScalars.allSatisfy { $0.value >= 0x20 })
            let isKept = scalar == "\n" || scalar == "\t"
            #expect((appended(Array(text.utf8)) == text) == isKept)
        }
    }

    @Test(
        arguments: [
            ([0x61, 0x0a, 0x09, 0x62], "a\n\tb"),
            ([0x61, 0x0d, 0x0a], "a\\r\n"),
            ([0x1b, 0x5b, 0x32, 0x4a], "\\x1b[2J"),
            ([0xff, 0x61], "\\xffa"),
            // The one-byte form of a control sequence's start is no UTF-8, its long form is.
            ([0x9b, 0x41], "\\x9bA"),
            ([0xc2, 0x9b, 0x41], "\\x9bA"),
            // Cut short, over-long, a surrogate, beyond the last character.
            ([0xe6, 0xbc], "\\xe6\\xbc"),
            ([0xe6, 0xbc, 0x61], "\\xe6\\xbca"),
            ([0xc0, 0x80], "\\xc0\\x80"),
            ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
            ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
            ([0xe6, 0xbc, 0xa2], "漢"),
            ([0xe2, 0x80, 0xae], "\\u{202e}"),
            ([0xd8, 0x9c], "\\u{61c}"),
            ([], ""),
        ] as [([UInt8], String)]
    )
    func bytesAreEscapedWithTabsAndLinesKept(_ bytes: [UInt8], _ expected: String) {
        #expect(appended(bytes) == expected)
    }

    @Test func nothingActiveIsLeftOfRandomBytes() {
        var random = SeededGenerator(seed: 1)
        for scalar in appended(random.bytes(upTo: 20_000)).unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            #expect(!isControl || scalar == "\n" || scalar == "\t")
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("ä", 1), ("e\u{301}", 1), ("漢字", 4), ("한", 2), ("ｱ", 1), ("Ａ", 2),
        ("😀", 2), ("a\u{200d}b", 2), ("→", 1),
    ])
    func widthIsInColumns(_ text: String, _ columns: Int) {
        #expect(TerminalText.width(text) == columns)
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abc", 2, "ab"), ("abc", 0, ""), ("", 5, ""), ("漢字", 3, "漢"),
        ("e\u{301}e\u{301}", 1, "e\u{301}"), ("a漢", 1, "a"), ("abc", 1_000, "abc"),
    ])
    func aPrefixFitsIntoColumns(_ text: String, _ columns: Int, _ prefix: String) {
        #expect(TerminalText.prefix(of: text, columns: columns) == prefix)
    }

    private func appended(_ bytes: [UInt8]) -> String {
        var buffer = ByteBuffer()
        TerminalText.append(bytes.span.bytes, to: &buffer)
        return buffer.text
    }
}
