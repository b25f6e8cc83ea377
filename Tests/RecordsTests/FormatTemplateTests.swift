// Formats as they are read: what each text means, and what is wrong with others.

@testable import Records
import Output
import Testing

struct FormatTemplateTests {
    private func contents(_ format: String) throws -> [FormatTemplate.Content] {
        try FormatTemplate(format).pieces.map(\.content)
    }

    @Test func textAndEscapes() throws {
        #expect(
            try contents(#"a\t\n\r\\\x00\xFf%%%{%}{}ü"#)
                == [.literal([97, 9, 10, 13, 92, 0, 255, 37, 123, 125, 123, 125, 0xc3, 0xbc])]
        )
    }

    @Test func verbs() throws {
        let numbers: [(String, FormatTemplate.NumberField)] = [
            ("%T", .topicSize), ("%K", .keySize), ("%V", .valueSize), ("%H", .headerCount),
            ("%p", .partition), ("%o", .offset), ("%e", .leaderEpoch), ("%d", .timestamp),
            ("%i", .runningNumber), ("%x", .producerID), ("%y", .producerEpoch),
            ("%[", .logStart), ("%|", .lastStable), ("%]", .highWatermark),
            ("%D", .deliveryCount), ("%A", .acquisitionDeadline),
            ("%a{compression}", .compression), ("%a{timestamp-type}", .timestampType),
            ("%a{transactional-bit}", .transactionalBit), ("%a{control-bit}", .controlBit),
        ]
        for (text, field) in numbers {
            #expect(try contents(text) == [.number(field, .ascii)])
            #expect(try FormatTemplate(text).pieces.map(\.verb) == [text])
        }
        #expect(
            try contents("%t%k%v")
                == [.text(.topic, .plain), .text(.key, .plain), .text(.value, .plain)]
        )
    }

    @Test func formsOfNumbers() throws {
        let forms: [(String, FormatTemplate.NumberForm)] = [
            ("ascii", .ascii), ("number", .ascii), ("hex", .hex), ("hex64", .hexDigits(16)),
            ("hex32", .hexDigits(8)), ("hex16", .hexDigits(4)), ("hex8", .hexDigits(2)),
            ("hex4", .hexDigits(1)), ("big64", .big(8)), ("big32", .big(4)), ("big16", .big(2)),
            ("big8", .big(1)), ("byte", .big(1)), ("little64", .little(8)),
            ("little32", .little(4)), ("little16", .little(2)), ("little8", .big(1)),
            ("bool", .bool), ("3", .constant(3)),
        ]
        for (name, form) in forms {
            #expect(try contents("%V{\(name)}") == [.number(.valueSize, form)])
            #expect(try contents("%d{\(name)}") == [.number(.timestamp, form)])
            #expect(try contents("%a{control-bit;\(name)}") == [.number(.controlBit, form)])
        }
    }

    @Test func formsOfTexts() throws {
        let forms: [(String, FormatTemplate.TextForm)] = [
            ("hex", .hex), ("base64", .base64), ("base64raw", .base64raw), ("json", .json),
            ("re[a]", .pattern("a")), ("re##[^#]##", .pattern("[^#]")),
            ("re(a)", .pattern("a")), ("re/}/", .pattern("}")),
            ("unpack[cs]", .unpacked([.character, .rest])),
            (
                "unpack{<bH>iQx$}",
                .unpacked([
                    .number(bytes: 1, isSigned: true, isBigEndian: false),
                    .number(bytes: 2, isSigned: false, isBigEndian: false),
                    .number(bytes: 4, isSigned: true, isBigEndian: true),
                    .number(bytes: 8, isSigned: false, isBigEndian: true), .end,
                ])
            ),
        ]
        for (name, form) in forms {
            #expect(try contents("%v{\(name)}") == [.text(.value, form)])
        }
        #expect(try contents("%d{strftime[%F %T]}") == [.time(.strftime("%F %T"))])
        #expect(try contents("%d{go##2006}##}") == [.time(.go("2006}"))])
    }

    @Test func headers() throws {
        let inner = try FormatTemplate("%h{%k=%V{big8}%v{hex};}").pieces
        guard case .headers(let pieces) = inner[0].content else {
            Issue.record("no headers")
            return
        }
        #expect(
            pieces.map(\.content) == [
                .text(.key, .plain), .literal([61]), .number(.valueSize, .big(1)),
                .text(.value, .hex), .literal([59]),
            ]
        )
        #expect(pieces.map(\.column) == [4, 6, 7, 15, 22])
        // Braces in pairs are text, and so is one behind a percent sign.
        let json = try FormatTemplate(#"%h{{"%k":%}}}x"#).pieces
        #expect(json.last?.content == .literal([120]))
        guard case .headers(let pairs) = json[0].content else {
            Issue.record("no headers")
            return
        }
        #expect(
            pairs.map(\.content) == [
                .literal(Array(#"{""#.utf8)), .text(.key, .plain), .literal(Array(#"":}}"#.utf8)),
            ]
        )
    }

    @Test(
        arguments: [
            ("", 1, "the format is empty"),
            ("ab%", 3, "a lone '%' at the end; a percent sign is written '%%'"),
            ("üb%q", 3, "unknown verb '%q'; a percent sign is written '%%'"),
            ("%ü", 1, "unknown verb '%ü'; a percent sign is written '%%'"),
            ("%\u{1b}", 1, #"unknown verb '%\x1b'; a percent sign is written '%%'"#),
            (#"a\"#, 2, #"a lone '\' at the end; a backslash is written '\\'"#),
            (#"\q"#, 1, #"unknown escape '\q'; known are \t \n \r \0 \\ \xHH"#),
            (#"a\x1"#, 2, #"'\x' needs two hexadecimal digits"#),
            (#"a\x+1"#, 2, #"'\x' needs two hexadecimal digits"#),
            ("%v{hex", 1, "the brace behind '%v' is not closed"),
            ("%v{hex ", 7, "expected '}', found ' '"),
            (
                "%v{hexx}", 1,
                "unknown form 'hexx' of '%v'; known are hex, base64, base64raw, json, re and unpack"
            ),
            (
                "%k{}", 1,
                "unknown form '' of '%k'; known are hex, base64, base64raw, json, re and unpack"
            ),
            (
                "a%V{big24}", 2,
                "unknown form 'big24' of the number '%V'; known are ascii, bool, byte, hex,"
                    + " hex4 to hex64, big8 to big64, little8 to little64, and a size"
            ),
            ("%V{0}", 1, "'0' is not a size from 1 to 999999999"),
            (
                "%V{99999999999999999999}", 1,
                "'99999999999999999999' is not a size from 1 to 999999999"
            ),
            ("%v{re}", 6, "expected a sign such as '[' or '#' before the text"),
            ("%v{re[a}", 1, "expected ']' behind the text of '%v'"),
            ("%v{re##a#}", 1, "expected '##' behind the text of '%v'"),
            ("%v{re#a#", 1, "the brace behind '%v' is not closed"),
            (
                "%v{unpack[bz]}", 12,
                "unpack has no 'z'; it has < > b B h H i I q Q c . s $ x and a space"
            ),
            ("%v{unpack[sb]}", 12, "nothing follows 's' in unpack"),
            ("%h", 1, "%h needs braces with what is done with each header"),
            ("a%h{%k", 2, "the brace behind %h is not closed"),
            ("%h{}", 1, "%h{} does nothing with the headers"),
            ("%h{%k%p}", 6, "only %k %K %v %V stand in %h{…}, not '%p'"),
            (
                "%a", 1,
                "%a needs an attribute in braces; there are compression, timestamp-type,"
                    + " transactional-bit and control-bit"
            ),
            (
                "%a{x}", 1,
                "unknown attribute 'x'; there are compression, timestamp-type,"
                    + " transactional-bit and control-bit"
            ),
        ] as [(String, Int, String)]
    )
    func mistakesAreToldWithTheirColumn(_ format: String, _ column: Int, _ reason: String) {
        #expect(throws: FormatError(column, reason)) { _ = try FormatTemplate(format) }
    }
}
