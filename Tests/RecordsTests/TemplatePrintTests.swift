// Records printed by a format.

@testable import Records
import JSON
import Output
import Testing

/// A record, and what a format makes of it.
private struct Sample {
    var topic = "orders"
    var partition: Int32 = 3
    var offset: Int64 = 42
    var epoch: Int32 = -1
    var timestamp: (milliseconds: Int64, kind: TimestampKind)? = (1_725_451_200_789, .create)
    var key: [UInt8]? = Array("key".utf8)
    var value: [UInt8]? = Array("val".utf8)
    var headers: [(name: String, value: [UInt8]?)] = []
}

private func withSpan(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
    if let bytes { body(bytes.span.bytes) } else { body(nil) }
}

private func printed(
    _ format: String,
    _ samples: [Sample],
    isForTerminal: Bool = false,
    isColoured: Bool = false,
    headerSeparator: String = ""
) throws -> (bytes: [UInt8], cut: Int) {
    let template = try OutputTemplate(parsing: format, headerSeparator: headerSeparator)
    var printer = RecordPrinter(
        .template(template),
        isForTerminal: isForTerminal,
        isColoured: isColoured
    )
    for sample in samples {
        let topic = printer.addTopic(sample.topic)
        printer.headers.removeAll()
        for (name, value) in sample.headers {
            withSpan(value) { printer.headers.append(name: name.utf8.span.bytes, value: $0) }
        }
        withSpan(sample.key) { key in
            withSpan(sample.value) { value in
                printer.print(
                    topic: topic,
                    partition: sample.partition,
                    offset: sample.offset,
                    leaderEpoch: sample.epoch,
                    timestamp: sample.timestamp,
                    key: key,
                    value: value
                )
            }
        }
    }
    return (printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }, printer.cutNumbers)
}

private func text(_ format: String, _ samples: Sample..., isForTerminal: Bool = false) throws
    -> String
{
    let bytes = try printed(format, samples, isForTerminal: isForTerminal).bytes
    return String(decoding: bytes, as: UTF8.self)
}

struct TemplatePrintTests {
    @Test func headersAreParted() throws {
        var sample = Sample()
        sample.headers = [("a", [0x31]), ("b", nil), ("a", [])]
        let bytes = try printed("%h{%k=%v}|", [sample], headerSeparator: ",").bytes
        #expect(String(decoding: bytes, as: UTF8.self) == "a=1,b=,a=|")
        sample.headers = []
        #expect(try printed("%h{%k=%v}|", [sample], headerSeparator: ",").bytes == [0x7c])
    }

    @Test func whatIsNotTheValueIsColoured() throws {
        var sample = Sample()
        sample.headers = [("a", [0x31])]
        let bytes = try printed("%p\t%h{%k}\t%k=%v\n", [sample], isColoured: true).bytes
        let text = "\u{1b}[90m3\u{1b}[0m\t\u{1b}[35ma\u{1b}[0m\t\u{1b}[36mkey\u{1b}[0m=val\n"
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        (#"%t/%p/%o/%e %k=%v\n"#, "orders/3/42/-1 key=val\n"),
        (#"%T %K %V %H %d %i %a{timestamp-type}"#, "6 3 3 0 1725451200789 1 0"),
        (#"%%%{%}\x41"#, "%{}A"),
        ("%v{hex} %v{base64} %k{base64raw} %t{json}", #"76616c dmFs a2V5 "orders""#),
        ("%p{hex} %o{hex} %o{hex8} %o{hex4} %V{hex16}", "3 2a 2a a 0003"),
        ("%p{bool} %H{bool}", "true false"),
        ("%d{strftime[%F %T %Z%%]}", "2024-09-04 12:00:00 GMT%"),
        ("%d{go##2006-01-02T15:04:05.000Z07:00##}", "2024-09-04T12:00:00.789Z"),
        (
            "%d{go#Monday, 2-Jan-06 3:04PM .99 MST -0700#}",
            "Wednesday, 4-Sep-24 12:00PM .78 UTC +0000"
        ),
        (
            "%d{go#Month January _2 002 __2 .0000 ,9 1/5%#}",
            "Month September  4 248 248 .7890 ,7 9/0%"
        ),
    ])
    func verbs(_ format: String, _ expected: String) throws {
        #expect(try text(format, Sample()) == expected)
    }

    @Test func nullsAndEmpties() throws {
        let null = Sample(timestamp: nil, key: nil, value: nil)
        let empty = Sample(timestamp: (0, .logAppend), key: [], value: [])
        let format = #"%K %k %V %v{hex} %v{json} %d %d{strftime[%s]} %a{timestamp-type}\n"#
        #expect(
            try text(format, null, empty) == "-1  -1  null -1  -1\n0  0  \"\" 0 0 1\n"
        )
        // What is not text cannot be a JSON string, and says so.
        #expect(try text("%v{json}", Sample(value: [0xff])) == #"{"base64":"/w=="}"#)
    }

    @Test func headersInOrder() throws {
        let headers: [(String, [UInt8]?)] = [("b", [49]), ("a", nil), ("b", []), ("", [0xff])]
        let sample = Sample(headers: headers)
        #expect(
            try printed("%H[%h{%K:%k=%V:%v;}]", [sample]).bytes
                == Array("4[1:b=1:1;1:a=-1:;1:b=0:;0:=1:".utf8) + [0xff] + Array(";]".utf8)
        )
        #expect(try text("%h{%k{hex}=%v{base64},}", sample) == "62=MQ==,61=,62=,=/w==,")
    }

    @Test func binaryNumbers() throws {
        let sample = Sample(partition: 0x0102_0304, offset: 0x0102_0304_0506_0708, key: nil)
        let forms: [(String, [UInt8])] = [
            ("%o{big64}", [1, 2, 3, 4, 5, 6, 7, 8]), ("%o{little64}", [8, 7, 6, 5, 4, 3, 2, 1]),
            ("%p{big32}", [1, 2, 3, 4]), ("%p{little32}", [4, 3, 2, 1]), ("%p{big16}", [3, 4]),
            ("%p{little16}", [4, 3]), ("%p{byte}", [4]),
            ("%K{big64}", [UInt8](repeating: 255, count: 8)),
            ("%K{little16}", [255, 255]), ("%K{hex8}", Array("ff".utf8)),
        ]
        for (format, bytes) in forms {
            #expect(try printed(format, [sample]).bytes == bytes, "\(format)")
        }
        #expect(try text("%p{big32}", sample, isForTerminal: true) == #"\x01\x02\x03\x04"#)
    }

    @Test func numbersThatDoNotFitAreCounted() throws {
        func cut(_ format: String, _ size: Int) throws -> Int {
            try printed(format, [Sample(value: [UInt8](repeating: 0, count: size))]).cut
        }
        for (format, largest) in [("byte", 254), ("hex8", 254), ("hex4", 14), ("big16", 65534)] {
            #expect(try cut("%V{\(format)}", largest) == 0)
            // All bits set mean null.
            #expect(try cut("%V{\(format)}", largest + 1) == 1)
            #expect(try cut("%V{\(format)}", largest + 2) == 1)
        }
        #expect(try cut("%V{hex}%V%V{big32}%V{little64}%V{bool}", 70_000) == 0)
        #expect(try printed("%K{byte}%e{big16}", [Sample(key: nil)]).cut == 0)
    }

    @Test(
        arguments: [
            ("cbs", [102, 0xff, 111], "f-1 o"), ("cBs", [102, 0xff, 111], "f255 o"),
            ("h", [0xff, 0xfe], "-2"), ("<h", [0xfe, 0xff], "-2"), ("<H>H", [1, 0, 1, 0], "1 256"),
            // Numbers do not run into one another; where the format has spaces, it has them all.
            (
                ">bBhiis",
                [1, 2, 0, 3, 0, 0, 0, 4, 255, 255, 255, 255, 49, 50], "1 2 3 4 -1 12"
            ),
            ("b B h", [1, 2, 0, 3], "1 2 3"), ("bB h", [1, 2, 0, 3], "12 3"),
            ("i.I", [255, 255, 255, 255, 32, 255, 255, 255, 255], "-1 4294967295"),
            (
                "q.Q", [UInt8](repeating: 255, count: 8) + [44] + [UInt8](repeating: 255, count: 8),
                "-1,18446744073709551615"
            ),
            ("x<xHx$", [1, 0], "1"), ("b$", [1, 2, 3], "1(2 bytes too many)"),
            ("i", [1, 2], "(2 bytes too few)"), ("cc", [65], "A(1 byte too few)"), ("s", [], ""),
        ] as [(String, [UInt8], String)]
    )
    func unpacking(_ items: String, _ bytes: [UInt8], _ expected: String) throws {
        #expect(try text("%v{unpack[\(items)]}", Sample(value: bytes)) == expected)
    }

    @Test func aTerminalSeesNoControlBytes() throws {
        let sample = Sample(key: [0x1b, 91], value: [0x1b, 0xff], headers: [("\u{1b}", [7])])
        #expect(
            try text("%k %v{unpack[cs]} %h{%k%v}", sample, isForTerminal: true)
                == #"\x1b[ \x1b\xff \x1b\x07"#
        )
    }

    @Test func recordsAreNumbered() throws {
        #expect(try text("%i,", Sample(), Sample(), Sample()) == "1,2,3,")
    }

    @Test func whatIsGatheredIsWhatIsShown() throws {
        func shows(_ format: String) throws -> [Bool] {
            let template = try OutputTemplate(parsing: format)
            let printer = RecordPrinter(.template(template), isForTerminal: false)
            return [printer.showsMore, printer.showsHeaders]
        }
        #expect(try shows(#"%i %V %v\n"#) == [false, false])
        #expect(try shows("%k") == [true, false])
        #expect(try shows("%d{strftime[%F]}") == [true, false])
        #expect(try shows("%H") == [true, true])
        #expect(try shows("%h{%k}") == [true, true])
        let template = try OutputTemplate(parsing: "%i:%V:%v;")
        var printer = RecordPrinter(.template(template), isForTerminal: false)
        printer.print(value: "AB".utf8.span.bytes)
        printer.print(value: nil)
        #expect(printer.buffer.text == "1:2:AB;2:-1:;")
    }

    @Test(
        arguments: [
            (
                "a%x", 2,
                "'%x' cannot be printed: librdkafka does not report the producer of a record"
            ),
            (
                "%[", 1,
                "'%[' cannot be printed: librdkafka does not report the ends of a partition with each record"
            ),
            ("%D", 1, "'%D' cannot be printed: librdkafka does not report share groups"),
            (
                "%a{compression}", 1,
                "'%a{compression}' cannot be printed: librdkafka does not report the compression of a record"
            ),
            ("%k %v{re[a]}", 4, "'%v{re…}' is for reading, by 'kctl produce'"),
            ("%V{3}", 1, "'%V{3}' is for reading, by 'kctl produce'"),
            ("%d{strftime[]}", 1, "the layout of '%d' prints nothing, or more than 4096 bytes"),
            (
                "%d{strftime[%100000d]}", 1,
                "the layout of '%d' prints nothing, or more than 4096 bytes"
            ),
        ] as [(String, Int, String)]
    )
    func whatCannotBePrintedIsRefused(_ format: String, _ column: Int, _ reason: String) {
        #expect(throws: FormatError(column, reason)) { _ = try OutputTemplate(parsing: format) }
    }
}
