// Records read by a format: the same ones however the bytes arrive, and nothing that hostile bytes
// could break.

@testable import Records
import KafkaCore
import Output
import TestSupport
import Testing

private func reader(
    _ format: String,
    limit: Int = 1000,
    needsTopic: Bool = false,
    bound: Int? = nil,
    _ rules: PieceRules = PieceRules()
) throws -> TemplateReader {
    TemplateReader(
        try InputTemplate(try FormatTemplate(format)),
        rules: rules,
        limit: limit,
        needsTopic: needsTopic,
        bound: bound
    )
}

/// Reads a text in one piece, and makes sure that smaller pieces make no difference.
private func read(
    _ text: [UInt8],
    _ format: String,
    limit: Int = 1000,
    needsTopic: Bool = false,
    bound: Int? = nil,
    fixed: FixedParts = FixedParts(),
    _ rules: PieceRules = PieceRules()
) throws -> Cut {
    let reader = try reader(format, limit: limit, needsTopic: needsTopic, bound: bound, rules)
    let whole = cut([text], by: reader, fixed: fixed)
    for size in [1, 3, 7] {
        let pieces = cut(text.chunks(of: size), by: reader, fixed: fixed)
        #expect(pieces == whole, "\(size) at a time: \(format) of \(text)")
    }
    #expect(cut([text], by: reader, fixed: fixed, limit: 1) == whole)
    return whole
}

private func read(_ text: String, _ format: String) throws -> Cut {
    try read(Array(text.utf8), format)
}

struct TemplateReaderTests {
    @Test(
        arguments: [
            (#"%v\n"#, "a\nb\n", [nil, nil], ["a", "b"]),
            (#"%v\n"#, "a\n\nb", [nil, nil, nil], ["a", "", "b"]),
            (#"%v"#, "a\nb\n", [nil], ["a\nb\n"]),
            (#"%v"#, "", [], []),
            (#"%k\t%v\n"#, "a\tb\nc\td\te\n", ["a", "c"], ["b", "d\te"]),
            (#"%k\n%v"#, "a\nb\nc", ["a"], ["b\nc"]),
            (#"%k\n\n%v\n"#, "a\nb\n\nc\n", ["a\nb"], ["c"]),
            (#"%k\r%v\r\n"#, "a\rb\r\nc\rd\r\n", ["a", "c"], ["b", "d"]),
            (#"%K,%k%V,%v"#, "1,a2,bc0,1,d", ["a", ""], ["bc", "d"]),
            (#"%K %V %k%v\n"#, "1 2 abc\n-1 0 \n0 -1 ", ["a", nil, ""], ["bc", "", nil]),
            (#"%V{3}%v"#, "abcdef", [nil, nil], ["abc", "def"]),
            (#"%K{hex8}%k%V{hex}:%v"#, "01a2:bcFF1:d", ["a", nil], ["bc", "d"]),
            (#"%V{hex4}%v%K{bool}%k"#, "2abtruec1dfalse", ["c", ""], ["ab", "d"]),
            (#"%v{hex}\n"#, "6162\n\n4A\n", [nil, nil, nil], ["ab", "", "J"]),
            (#"%k{base64},%v{base64raw}\n"#, "YWI=,YWI\nYQ==,YQ\n", ["ab", "a"], ["ab", "a"]),
            (
                #"%v{json}"#, #" {"a":[1,"}"]} 12 "x\"" "# + "\nnull", [nil, nil, nil, nil],
                [#"{"a":[1,"}"]}"#, "12", #""x\"""#, "null"]
            ),
            (#"%k %v{json}\n"#, "a {}\nb  [1]\n", ["a", "b"], ["{}", "[1]"]),
            (#"%k{re#[a-z]+#}%v{re#[0-9]*#}\n"#, "ab12\nc\n", ["ab", "c"], ["12", ""]),
            (#"<%v>;"#, "<a>;<b;>;", [nil, nil], ["a", "b;"]),
            (#"%%%v\x7c\0"#, "%a|\0%b|\0", [nil, nil], ["a", "b"]),
        ] as [(String, String, [String?], [String?])]
    )
    func fieldsEndWhereTheFormatSays(
        _ format: String,
        _ text: String,
        _ keys: [String?],
        _ values: [String?]
    ) throws {
        let result = try read(text, format)
        #expect(result.keys == keys)
        #expect(result.values == values)
        #expect(result.refusals == [])
    }

    @Test func binarySizes() throws {
        let forms: [(String, [UInt8], [UInt8])] = [
            ("big64", [0, 0, 0, 0, 0, 0, 0, 2], [UInt8](repeating: 255, count: 8)),
            ("big32", [0, 0, 0, 2], [UInt8](repeating: 255, count: 4)),
            ("big16", [0, 2], [255, 255]), ("big8", [2], [255]), ("byte", [2], [255]),
            ("little64", [2, 0, 0, 0, 0, 0, 0, 0], [UInt8](repeating: 255, count: 8)),
            ("little32", [2, 0, 0, 0], [UInt8](repeating: 255, count: 4)),
            ("little16", [2, 0], [255, 255]), ("little8", [2], [255]),
        ]
        for (form, two, none) in forms {
            let result = try read(two + [97, 98] + none + two + [0, 255], "%V{\(form)}%v")
            #expect(result.records.map(\.value) == [[97, 98], nil, [0, 255]], "\(form)")
            #expect(result.refusals == [])
        }
    }

    @Test func everythingThatARecordHas() throws {
        let text = "t1 5 1700000000000 k 2 a=1;b=;v\nt2 0 -1 k 0 v\n"
        let format = #"%t %p %d %k %H %h{%k=%v;}%v\n"#
        let result = try read(Array(text.utf8), format, needsTopic: true)
        let headers = [
            RecordHeader(name: [97], value: [49]), RecordHeader(name: [98], value: []),
        ]
        #expect(
            result.records == [
                OutgoingRecord(
                    partition: 5,
                    timestamp: 1_700_000_000_000,
                    key: [107],
                    value: [118],
                    headers: headers
                ), OutgoingRecord(partition: 0, key: [107], value: [118]),
            ]
        )
        var fixed = FixedParts()
        fixed.key = [120]
        fixed.headers = [RecordHeader(name: [99], value: nil)]
        fixed.partition = 7
        fixed.timestamp = 9
        let other = try read(Array(text.utf8), format, needsTopic: true, fixed: fixed)
        #expect(other.records.map(\.partition) == [7, 7])
        #expect(other.records.map(\.timestamp) == [1_700_000_000_000, 9])
        #expect(other.records.map(\.headers) == [headers + fixed.headers, fixed.headers])
        #expect(other.keys == ["k", "k"])
    }

    @Test func topicsAreNumbered() throws {
        var reader = try reader(#"%t{hex} %v\n"#, needsTopic: true)
        var batch = RecordBatch()
        let text = Array("61 1\n61 2\n62 3\n61 4\n ff\n5\nff 6\n".utf8)
        _ = reader.cut(text.span.bytes, from: 0, isAtEnd: true, limit: 99, into: &batch)
        #expect(batch.records.map(\.topic) == [0, 0, 1, 0])
        #expect(batch.topics == ["a", "b"])
        #expect(
            batch.refusals.map(\.text) == [
                "the topic is empty", "expected ' ' behind '%t', found '\\n'",
                "the topic is not valid UTF-8",
            ]
        )
    }

    @Test(
        arguments: [
            (#"%k\t%v\n"#, "a\nb\tc\n", ["1:1: expected '\\t' behind '%k', found '\\n'"], ["c"]),
            (
                #"%k\t%v\n"#, "b\tc\nab",
                ["2:1: expected '\\t' behind '%k', found the end of the input"],
                ["c"]
            ),
            (#"%V %v\n"#, "x a\n1 b\n", ["1:1: expected a digit, found 'x'"], ["b"]),
            (#"%V %v\n"#, "1 ab\n1 b\n", ["1:4: expected '\\n'"], ["b"]),
            (#"%V %v\n"#, "9 a\n1 b\n", ["1:3: '%v' has 9 bytes, and only 6 follow"], ["b"]),
            (
                #"%V %v\n"#, "12345678901234567890 a\n1 b",
                ["1:1: a number of more than 19 digits"], ["b"]
            ),
            (#"%V %v\n"#, "-2 a\n1 b", ["1:1: a size of -2"], ["b"]),
            (
                #"%v{hex}\n"#, "6\n6x\n61\n",
                [
                    "1:1: '%v' is not hexadecimal digits in pairs",
                    "2:1: '%v' is not hexadecimal digits in pairs",
                ],
                ["a"]
            ),
            (
                #"%k %v{base64}\n"#, "k YQ\nk YQ==\n", ["1:3: '%v' is not Base64 with its padding"],
                ["a"]
            ),
            (
                #"%v{base64raw}\n"#, "YQ==\nYQ\nY\n",
                [
                    "1:1: '%v' is not Base64 without padding",
                    "3:1: '%v' is not Base64 without padding",
                ],
                ["a"]
            ),
            (
                #"%p %v\n"#, "-1 a\n2147483648 b\n1 c\n",
                ["1:1: partition -1 is not one", "2:1: partition 2147483648 is not one"], ["c"]
            ),
            (
                #"%v %d\n"#, "a 0\nb -7\nc 1\n",
                ["1:3: a timestamp of 0 cannot be sent", "2:3: a timestamp of -7 cannot be sent"],
                ["c"]
            ),
            (
                #"%v{json}\n"#, "{\"a\":\n[1]\n{\"a\":1\n{}\n2\n",
                ["1:11: expected ',' or '}' after a value, found an object"], ["{}", "2"]
            ),
            (
                #"%v{json}\n"#, "x\n1 2\n{}\n",
                ["1:1: expected a value, found 'x'", "2:2: expected '\\n'"], ["{}"]
            ),
            (
                #"%v{re#[0-9]+#}\n"#, "12\na\n3b\n4",
                ["2:1: nothing that '[0-9]+' matches", "3:2: expected '\\n'"], ["12", "4"]
            ),
            (#"%K{2}%k%v\n"#, "abc\nd", ["2:1: '%k' has 2 bytes, and only 1 follow"], ["c"]),
            (
                #"%H %h{%k=%v;}%v\n"#, "1 a=b;v\n1 a\n2 a=b;w\n0 x\n",
                [
                    "2:3: expected '=' behind '%k', found '\\n'",
                    "3:7: expected '=' behind '%k', found '\\n'",
                ],
                ["v", "x"]
            ),
        ] as [(String, String, [String], [String])]
    )
    func mistakesAreToldAndReadingGoesOnBehindThem(
        _ format: String,
        _ text: String,
        _ told: [String],
        _ values: [String]
    ) throws {
        let result = try read(text, format)
        #expect(result.refusals == told)
        #expect(result.values == values)
    }

    @Test(
        arguments: [
            ("%V,%v", "1,ax1,b", "2:1: expected a digit, found 'x'"),
            ("%V{big32}%v", "\0\0\0\u{1}a\0\0", "2:1: the input ends inside of a number"),
            ("%V{big8}%v", "\u{1}a\u{5}b", "2:2: '%v' has 5 bytes, and only 1 follow"),
            ("<%v>%k", "x", "1:1: expected '<'"),
            ("%v{json}", "1 [2 {", "2:4: expected ',' or ']' after a value, found an object"),
            ("%v{re#a*#}", "aab", "2:1: the format matches nothing here"),
            ("%V,%v%H,%h{%k{re#a*#}}", "1,a1,1,b2,a", "1:6: a header of no bytes"),
        ] as [(String, String, String)]
    )
    func withoutTextThatEndsARecordTheRestIsRefusedOnce(
        _ format: String,
        _ text: String,
        _ told: String
    ) throws {
        let tail = "; without text that ends a record, the rest cannot be read"
        #expect(try read(text, format).refusals == [told + tail])
    }

    @Test func nullsOnTheCommandLine() throws {
        var rules = PieceRules()
        rules.emptyIsNull = true
        rules.nullMarker = Array("null".utf8)
        let result = try read(Array(":\nnull:null\na:b\n".utf8), #"%k:%v\n"#, rules)
        #expect(result.keys == [nil, nil, "a"])
        #expect(result.values == [nil, nil, "b"])
    }

    @Test func recordsThatAreTooLarge() throws {
        let tail = "bytes, and the limit is 4"
        // Held as a whole, and its size known.
        var result = try read(Array("abcde\nab\n".utf8), #"%v\n"#, limit: 4)
        #expect(result.refusals == ["1: 5 \(tail)"])
        #expect(result.values == ["ab"])
        // Gone through without being held.
        for bound in 7...12 {
            result = try read(
                Array("k:abcdefghijkl\nk:ab\n".utf8),
                #"%k:%v\n"#,
                limit: 4,
                bound: bound
            )
            #expect(result.refusals == ["1: 13 \(tail)"])
            #expect(result.values == ["ab"])
            let sized = #"%V %v%K %k\n"#
            result = try read(
                Array("12 abcdefghijkl0 \n1 a1 k\n".utf8),
                sized,
                limit: 4,
                bound: bound
            )
            #expect(result.refusals == ["1: 12 \(tail)"])
            #expect(result.values == ["a"])
            result = try read(
                Array("[1,2,3,[4],\"]\"] 12".utf8),
                "%v{json}",
                limit: 4,
                bound: bound
            )
            #expect(result.refusals == ["1: 15 \(tail)"])
            #expect(result.values == ["12"])
        }
        // A size beyond everything: what comes is passed over to its end.
        result = try read(Array("9223372036854775807 abc\n".utf8), #"%V %v\n"#, limit: 4, bound: 8)
        #expect(result.refusals == ["1: 9223372036854775807 \(tail)"])
        result = try read(
            [255, 255, 255, 254, 97, 98, 99],
            "%V{big32}%v",
            limit: 4,
            bound: 8
        )
        #expect(result.refusals == ["1: 4294967294 \(tail)"])
    }

    @Test func blanksBeforeAValueMayReachBeyondTheBound() throws {
        let text = Array("k          {} \nk 12\n".utf8)
        let result = try read(text, #"%k %v{json}\n"#, limit: 4, bound: 8)
        #expect(result.refusals == ["1: 15 bytes, and the limit is 4"])
        #expect(result.values == ["12"])
    }

    @Test func aNumberOfHeadersIsNotBelieved() throws {
        let format = "%H{big64}%h{%K{big8}%k%V{big8}%v}%v"
        let none = [UInt8](repeating: 0, count: 300_000)
        let count = [UInt8](repeating: 0x7f, count: 8)
        var result = cut([count + none], by: try reader(format))
        #expect(result.records.isEmpty)
        #expect(
            result.refusals.first?.hasPrefix("1:1: 9187201950435737471 headers; a record has")
                ?? false
        )
        // A number that could be true is followed no further than there are bytes.
        result = cut([[0, 0, 0, 0, 0, 15, 0x42, 0x40] + none], by: try reader(format, limit: 1000))
        #expect(result.records.isEmpty)
        #expect(
            result.refusals.first?.hasPrefix("1: 300008 bytes, and the limit is 1000")
                ?? false
        )
    }

    /// Each of these lines would have the rest of the input looked through once more.
    @Test func valuesThatDoNotEndCostNoMoreThanOthers() throws {
        let block = (0..<100_000).flatMap { _ in [UInt8]("{\n".utf8) }
        let reader = try reader(#"%v{json}\n"#, limit: 1 << 20)
        #expect(cut([block], by: reader, limit: 100_000).refusals.count == 50_000)
    }
}

struct InputTemplateTests {
    @Test(
        arguments: [
            ("%o", 1, "'%o' can only be printed: no record can be sent with it"),
            ("a%e %v", 2, "'%e' can only be printed: no record can be sent with it"),
            (
                "%v %a{compression}", 4,
                "'%a{compression}' can only be printed: no record can be sent with it"
            ),
            (
                "%d{strftime[%F]} %v", 1,
                "a time in a layout can only be printed; '%d' reads milliseconds"
            ),
            ("%v{unpack[b]}", 1, "'%v{unpack…}' can only be printed"),
            (
                "%v%k", 1,
                "where '%v' ends is not said: its size goes before it ('%V'), or text behind it"
            ),
            (
                "%H %h{%k=%v}", 10,
                "where '%v' ends is not said: its size goes before it ('%V'), or text behind it"
            ),
            (
                "%V%v", 1,
                "where '%V' ends is not said: text that is no digit goes behind it, or a form of a fixed width"
            ),
            (
                "%v %p", 4,
                "where '%p' ends is not said: text that is no digit goes behind it, or a form of a fixed width"
            ),
            (
                "%p7%v", 1,
                "where '%p' ends is not said: text that is no digit goes behind it, or a form of a fixed width"
            ),
            (
                "%V{hex}a%v", 1,
                "where '%V' ends is not said: text that is no digit goes behind it, or a form of a fixed width"
            ),
            ("%v %V{big8}", 4, "'%V' comes too late: a size goes before what it is the size of"),
            ("%K{big8}%v", 1, "'%K' is of nothing: there is no '%k'"),
            ("%H{big8}%v", 1, "'%H' is of nothing: there is no '%h'"),
            ("%h{%k;}%v", 1, "'%h' needs the number of headers, '%H', before it"),
            ("%H{big8}%h{%v;}%v", 9, "'%h' reads no name: it has no '%k'"),
            ("%H{big8}%h{%V{big8}%k;}%v", 12, "'%V' is of nothing: there is no '%v'"),
            ("%k:%k:%v", 4, "'%k' comes twice"),
            ("%p:%p:%v", 4, "'%p' comes twice"),
            ("%V{big8}%v{json}", 9, "'%v{json}' says itself where it ends: no size goes before it"),
            ("%V{big8}%v{re#a#}", 9, "'%v{re…}' says itself where it ends: no size goes before it"),
            ("%v{re#(#}", 1, "no POSIX extended regular expression: Unmatched ( or \\("),
            ("%p{3}%v", 1, "'%p{3}' reads nothing: a fixed number is for sizes"),
            ("abc", 1, "the format has no field"),
        ] as [(String, Int, String)]
    )
    func whatCannotBeReadIsRefused(_ format: String, _ column: Int, _ reason: String) {
        #expect(throws: FormatError(column, reason)) {
            _ = try InputTemplate(try FormatTemplate(format))
        }
    }
}
