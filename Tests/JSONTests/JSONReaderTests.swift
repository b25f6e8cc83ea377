import JSON
import Testing

/// What a text is to the two ways of reading all of it, which must never differ.
private func verdict(_ bytes: [UInt8]) -> Result<JSONValue, JSONError> {
    let tree = Result { () throws(JSONError) in try JSONValue(parsing: bytes.span.bytes) }
    let skipped = Result { () throws(JSONError) in
        var reader = JSONReader(bytes.span.bytes)
        _ = try reader.rawValue()
        try reader.end()
    }
    switch (tree, skipped) {
    case (.success, .success): break
    case (.failure(let one), .failure(let other)): #expect(one == other)
    default:
        Issue.record("skipping and reading disagree on \(String(decoding: bytes, as: UTF8.self))")
    }
    return tree
}

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "null", "true", "false", " \t\r\n0 \n", "-0", "0.0", "1e5", "1E+5", "-1.5e-10", "0e0",
        "\"\"",
        "[]", "{}", "[ ]", "{ }", "[[]]", "[1,2]", "[ 1 , [ ] , { } ]", #"{"a":1,"a":2}"#,
        #"{"":null}"#, #" { "a" : [ { "b" : {} } ] } "#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#,
        #""\uD83D\uDE00""#, #""\uFFFF\ufffe""#, "\"\u{7F}\u{80}\u{FFFF}\u{10FFFF}\"",
        "123456789012345678901234567890.123456789e999999", "[\"12345678\",\"1234567\"]",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\"",
    ])
    func accepts(_ text: String) throws {
        _ = try verdict(Array(text.utf8)).get()
    }

    @Test(arguments: [
        ("", 0, "expected a value, found the end of the text"),
        ("  ", 2, "expected a value, found the end of the text"),
        ("nul", 0, "expected null"),
        ("True", 0, "expected a value, found 'T'"),
        ("truE", 0, "expected true"),
        ("fals", 0, "expected false"),
        ("nulll", 4, "expected the end of the text, found 'l'"),
        ("NaN", 0, "expected a value, found 'N'"),
        ("Infinity", 0, "expected a value, found 'I'"),
        ("-Infinity", 1, "expected a digit after '-', found 'I'"),
        ("-", 1, "expected a digit after '-', found the end of the text"),
        ("+1", 0, "expected a value, found '+'"),
        ("01", 0, "a number may not begin with 0"),
        ("-01", 1, "a number may not begin with 0"),
        ("1.", 2, "expected a digit after '.', found the end of the text"),
        (".5", 0, "expected a value, found '.'"),
        ("1.e5", 2, "expected a digit after '.', found 'e'"),
        ("1e", 2, "expected a digit in the exponent, found the end of the text"),
        ("1e+", 3, "expected a digit in the exponent, found the end of the text"),
        ("0x10", 1, "expected the end of the text, found 'x'"),
        ("1 2", 2, "expected the end of the text, found a number"),
        ("[1,]", 3, "expected a value, found ']'"),
        ("[,1]", 1, "expected a value, found ','"),
        ("[1 2]", 3, "expected ',' or ']' after a value, found a number"),
        ("[1", 2, "expected ',' or ']' after a value, found the end of the text"),
        ("[", 1, "expected a value, found the end of the text"),
        ("[1}", 2, "expected ',' or ']' after a value, found '}'"),
        ("]", 0, "expected a value, found ']'"),
        ("[]]", 2, "expected the end of the text, found ']'"),
        (#"{"a":1,}"#, 7, "expected a key in quotes, found '}'"),
        ("{,}", 1, "expected a key in quotes, found ','"),
        (#"{"a" 1}"#, 5, "expected ':' after a key, found a number"),
        (#"{"a"}"#, 4, "expected ':' after a key, found '}'"),
        (#"{"a":}"#, 5, "expected a value, found '}'"),
        (#"{"a":1 "b":2}"#, 7, "expected ',' or '}' after a value, found a string"),
        (#"{"a":1]"#, 6, "expected ',' or '}' after a value, found ']'"),
        (#"{"a":1"#, 6, "expected ',' or '}' after a value, found the end of the text"),
        ("{a:1}", 1, "expected a key in quotes, found 'a'"),
        ("{1:1}", 1, "expected a key in quotes, found a number"),
        ("{'a':1}", 1, "expected a key in quotes, found '''"),
        ("'a'", 0, "expected a value, found '''"),
        ("\"", 0, "the string is not closed"),
        ("\"abc", 0, "the string is not closed"),
        ("\"abcdefgh", 0, "the string is not closed"),
        ("\"a\\", 2, "the string is not closed"),
        ("[\"a\\\"]", 1, "the string is not closed"),
        ("\"a\nb\"", 2, "a control character in a string must be escaped"),
        ("\"aaaaaaaaaaaaaaaa\u{0}\"", 17, "a control character in a string must be escaped"),
        ("\"\u{1F}\"", 1, "a control character in a string must be escaped"),
        (#""\a""#, 1, "unknown escape in a string"),
        (#""\'""#, 1, "unknown escape in a string"),
        (#""\U0041""#, 1, "unknown escape in a string"),
        (#""\u004""#, 1, "'\\u' needs four hexadecimal digits"),
        (#""\u00G0""#, 1, "'\\u' needs four hexadecimal digits"),
        (#""\u+041""#, 1, "'\\u' needs four hexadecimal digits"),
        (#""\u"#, 1, "'\\u' needs four hexadecimal digits"),
        (#""\uD800""#, 1, "lone surrogate \\uD800 in a string"),
        (#""\ud83dx""#, 1, "lone surrogate \\uD83D in a string"),
        (#""\uDE00\uD83D""#, 1, "lone surrogate \\uDE00 in a string"),
        (#""\uD83D\uD83D\uDE00""#, 1, "lone surrogate \\uD83D in a string"),
        (#""\uD83D\u0041""#, 1, "lone surrogate \\uD83D in a string"),
        (#""\uD83D\uDE""#, 7, "'\\u' needs four hexadecimal digits"),
        ("// x\n1", 0, "expected a value, found '/'"),
        ("1 // x", 2, "expected the end of the text, found '/'"),
        ("\u{FEFF}1", 0, "expected a value, found a byte order mark"),
        ("\u{A0}1", 0, "expected a value, found byte 0xc2"),
        ("\u{0B}1", 0, "expected a value, found byte 0x0b"),
        ("1\u{0C}", 1, "expected the end of the text, found byte 0x0c"),
    ])
    func refuses(_ text: String, _ offset: Int, _ reason: String) {
        #expect(verdict(Array(text.utf8)) == .failure(JSONError(at: offset, reason)))
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80],
            [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]]
    )
    func refusesWhatIsNotUTF8(_ bad: [UInt8]) {
        let error = JSONError(at: 2, "a string is not valid UTF-8")
        #expect(verdict([0x22, 0x61] + bad + [0x22]) == .failure(error))
        #expect(verdict([0x22, 0x61] + bad) == .failure(error))
        #expect(
            verdict([0x22, 0x61] + bad + Array("longer than a word\"".utf8)) == .failure(error)
        )
        #expect(throws: JSONError.self) { try verdict(bad).get() }
    }

    @Test(arguments: 0..<24)
    func seesASpecialByteAtEveryPosition(_ position: Int) throws {
        let filler = [UInt8](repeating: 0x61, count: position)
        let rest = [UInt8](repeating: 0x62, count: 24 - position)
        let control = verdict([0x22] + filler + [0x1F] + rest + [0x22])
        let reason = "a control character in a string must be escaped"
        #expect(control == .failure(JSONError(at: position + 1, reason)))
        let text = try verdict([0x22] + filler + [0x5C, 0x6E, 0xC3, 0xA9] + rest + [0x22]).get()
        let expected = String(repeating: "a", count: position) + "\né"
        #expect(text.string == expected + String(repeating: "b", count: 24 - position))
        #expect(try verdict([0x22] + filler + [0x22]).get().string?.utf8.count == position)
        #expect(verdict([0x22] + filler) == .failure(JSONError(at: 0, "the string is not closed")))
    }

    @Test(arguments: ["[", "{\"a\":"])
    func nestsToTheLimitAndNoFurther(_ open: String) throws {
        func nested(_ levels: Int) -> [UInt8] {
            let closing = open == "[" ? "]" : "}"
            let start = String(repeating: open, count: levels)
            return Array((start + "0" + String(repeating: closing, count: levels)).utf8)
        }
        _ = try verdict(nested(JSONReader.depthLimit)).get()
        let offset = open.utf8.count * JSONReader.depthLimit
        let error = JSONError(at: offset, "nested deeper than 512 levels")
        #expect(verdict(nested(JSONReader.depthLimit + 1)) == .failure(error))
        #expect(verdict(Array(String(repeating: open, count: 200_000).utf8)) == .failure(error))
    }

    @Test func theLimitCountsWhatWasEnteredAndWhatIsSkipped() throws {
        let text = String(repeating: "[", count: 513)
        var reader = JSONReader(text.utf8.span.bytes)
        for _ in 0..<500 {
            try reader.beginArray()
            #expect(try reader.nextElement())
        }
        var refused: JSONError?
        do throws(JSONError) { _ = try reader.rawValue() } catch { refused = error }
        #expect(refused == JSONError(at: 512, "nested deeper than 512 levels"))
    }

    @Test func pullsMembersAndLeavesTheRest() throws {
        let text = #" {"skip":[1,{"x":"}"}],"value":"a\nb","keyBase64":null , "n":42,"t":true} 7"#
        var reader = JSONReader(text.utf8.span.bytes)
        var seen: [String] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if reader.matches(key, "value") {
                let value = try reader.string()
                #expect(value.hasEscapes)
                var buffer = ByteBuffer()
                reader.append(value, to: &buffer)
                #expect(buffer.text == "a\nb")
                #expect(reader.bytes(of: value) == Array("a\nb".utf8))
                seen.append("value")
            } else if reader.matches(key, "n") {
                #expect(try reader.peekKind() == .number)
                #expect(try reader.int64() == 42)
                seen.append("n")
            } else if reader.matches(key, "keyBase64") {
                #expect(try reader.peekKind() == .null)
                try reader.null()
            } else if reader.matches(key, "t") {
                #expect(try reader.bool())
            } else {
                let range = try reader.rawValue()
                let bytes = reader.bytes(in: range).withUnsafeBytes { Array($0) }
                #expect(String(decoding: bytes, as: UTF8.self) == #"[1,{"x":"}"}]"#)
            }
        }
        #expect(seen == ["value", "n"])
        #expect(try reader.peekKind() == .number)
        #expect(try reader.int64() == 7)
        #expect(try reader.peekKind() == .end)
        try reader.end()
    }

    @Test func readsLinesOneAfterTheOther() throws {
        let text = "{\"a\":1}\n[2]\r\n\n\"three\"\n"
        var reader = JSONReader(text.utf8.span.bytes)
        var values: [JSONValue] = []
        while try reader.peekKind() != .end { values.append(try JSONValue(from: &reader)) }
        #expect(values.map { $0["a"]?.int64 ?? $0[0]?.int64 ?? 3 } == [1, 2, 3])
    }

    @Test(arguments: [
        (#""value""#, true), (#""\u0076alue""#, true), (#""valu\u0065""#, true),
        (#""Value""#, false),
        (#""valu""#, false), (#""values""#, false), (#""\u0076alu""#, false), (#""\u0076""#, false),
        (#""\n\n\n\n\n""#, false), (#""""#, false),
    ])
    func matchesKeysHoweverTheyAreEscaped(_ text: String, _ expected: Bool) throws {
        var reader = JSONReader(text.utf8.span.bytes)
        let key = try reader.string()
        #expect(reader.matches(key, "value") == expected)
    }

    @Test(arguments: [
        ("[1]", "expected an object, found an array"),
        ("\"a\"", "expected an object, found a string"),
        ("", "expected an object, found the end of the text"),
        ("-1", "expected an object, found a number"),
    ])
    func saysWhatWasExpectedAndWhatIsThere(_ text: String, _ reason: String) {
        var refused: JSONError?
        var reader = JSONReader(text.utf8.span.bytes)
        do throws(JSONError) { try reader.beginObject() } catch { refused = error }
        #expect(refused?.reason == reason)
    }

    @Test func typedReadsRefuseOtherKinds() {
        let text = "{}"
        var reasons: [String] = []
        func note(_ read: (inout JSONReader) throws(JSONError) -> Void) {
            var reader = JSONReader(text.utf8.span.bytes)
            do throws(JSONError) { try read(&reader) } catch { reasons.append(error.reason) }
        }
        note { reader throws(JSONError) in _ = try reader.string() }
        note { reader throws(JSONError) in _ = try reader.number() }
        note { reader throws(JSONError) in _ = try reader.bool() }
        note { reader throws(JSONError) in try reader.null() }
        note { reader throws(JSONError) in try reader.beginArray() }
        #expect(
            reasons == [
                "expected a string, found an object", "expected a number, found an object",
                "expected true or false, found an object", "expected null, found an object",
                "expected an array, found an object",
            ]
        )
    }

    @Test(arguments: [
        (0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (7, 2, 3), (100, 2, 4),
    ])
    func placesAreLinesAndCharacters(_ offset: Int, _ line: Int, _ column: Int) {
        let place = JSONError(at: offset, "").place(in: "ab\néüx".utf8.span.bytes)
        #expect(place.line == line)
        #expect(place.column == column)
    }
}
