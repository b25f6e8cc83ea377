import Settings
import Testing

@Suite struct PropertiesFileTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var entries: [[String]]
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ entries: [String]...) {
            self.text = text
            self.entries = entries
        }
    }

    @Test(arguments: [
        Case(""),
        Case("\n\r\n \t\u{0C}\n"),
        Case("a=b", ["a", "b", "1"]),
        Case("a:b", ["a", "b", "1"]),
        Case("a b", ["a", "b", "1"]),
        Case("a\tb", ["a", "b", "1"]),
        Case("a", ["a", "", "1"]),
        Case("a=", ["a", "", "1"]),
        Case("  a  =  b c  ", ["a", "b c  ", "1"]),
        Case("a = = b", ["a", "= b", "1"]),
        Case("a == b", ["a", "= b", "1"]),
        Case("a=b=c:d e", ["a", "b=c:d e", "1"]),
        Case("=b", ["", "b", "1"]),
        Case(": b", ["", "b", "1"]),
        Case("# a=b\n! c=d\n  #e=f\ng=h", ["g", "h", "4"]),
        Case("# comment \\\na=b", ["a", "b", "2"]),
        Case(
            "a=1\nb=2\r\nc=3\rd=4",
            ["a", "1", "1"],
            ["b", "2", "2"],
            ["c", "3", "3"],
            ["d", "4", "4"]
        ),
        Case("a=1\na=2", ["a", "1", "1"], ["a", "2", "2"]),
        Case("a=b\\\n   c\nd=e", ["a", "bc", "1"], ["d", "e", "3"]),
        Case("a=b\\\r\n\tc\r\nd=e", ["a", "bc", "1"], ["d", "e", "3"]),
        Case("a=b\\\\\nc=d", ["a", "b\\", "1"], ["c", "d", "2"]),
        Case("a=b\\\\\\\nc", ["a", "b\\c", "1"]),
        Case("a=b\\\n\nc=d", ["a", "b", "1"], ["c", "d", "3"]),
        Case("a=b\\\n#c", ["a", "b#c", "1"]),
        Case("a\\\nb=c", ["ab", "c", "1"]),
        Case("a=b\\", ["a", "b", "1"]),
        Case("\\", ["", "", "1"]),
        Case(#"a\=b\:c\ d=e"#, ["a=b:c d", "e", "1"]),
        Case(#"a=\t\n\r\f\q\"\'\\"#, ["a", "\t\n\r\u{0C}q\"'\\", "1"]),
        Case(#"a=\ b"#, ["a", " b", "1"]),
        Case(#"a=\u0041\u00e4\u20AC"#, ["a", "Aä€", "1"]),
        Case(#"a=\uD83D\uDE00!"#, ["a", "😀!", "1"]),
        Case(#"\u0061\u003d=b"#, ["a=", "b", "1"]),
        Case(#"a=\😀"#, ["a", "😀", "1"]),
        Case("a=ä€😀", ["a", "ä€😀", "1"]),
        Case("ä=b", ["ä", "b", "1"]),
        Case("\u{FEFF}a=b", ["a", "b", "1"]),
        Case("a=b\0c", ["a", "b\0c", "1"]),
    ])
    func reads(_ expected: Case) throws {
        let file = try PropertiesFile(parsing: Array(expected.text.utf8), path: "p")
        #expect(file.entries.map { [$0.name, $0.value, String($0.line)] } == expected.entries)
    }

    @Test func readsBytesThatAreNotUTF8AsLatin1() throws {
        let bytes = Array("a=".utf8) + [0xE4, 0xFF, 0x80]
        let file = try PropertiesFile(parsing: bytes, path: "p")
        #expect(file.entries.map(\.value) == ["\u{E4}\u{FF}\u{80}"])
    }

    @Test(arguments: [
        (#"a=\u12"#, "p:1:3: '\\u' requires four hexadecimal digits"),
        (#"a=\u12G4"#, "p:1:3: '\\u' requires four hexadecimal digits"),
        ("x=1\n  b = c\\u", "p:2:8: '\\u' requires four hexadecimal digits"),
        ("a=b\\\n  \\u00", "p:2:3: '\\u' requires four hexadecimal digits"),
        ("a=\\u00\u{0664}0", "p:1:3: '\\u' requires four hexadecimal digits"),
        (#"a=\uD83D"#, "p:1:3: '\\u' escape is half of a surrogate pair"),
        (#"a=xy\uDE00"#, "p:1:5: '\\u' escape is half of a surrogate pair"),
        (#"a\uD83D=b"#, "p:1:2: '\\u' escape is half of a surrogate pair"),
        (#"a=\uD83Dx\uDE00"#, "p:1:10: '\\u' escape is half of a surrogate pair"),
    ])
    func refuses(_ text: String, _ message: String) {
        let error = #expect(throws: SettingsError.self) {
            try PropertiesFile(parsing: Array(text.utf8), path: "p")
        }
        #expect(error?.message == message)
    }
}
