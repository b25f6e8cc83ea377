import Testing
import YAML

/// Trees, places, types and limits.
struct YAMLTests {
    private func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
        try YAML.parse(Array(text.utf8))
    }

    /// The tree in short: `{a: 1, b: [x]}`.
    private func shown(_ node: YAMLNode?) -> String {
        guard let node else { return "nothing" }
        switch node.content {
        case .scalar(let scalar): return scalar.text
        case .sequence(let items): return "[" + items.map { shown($0) }.joined(separator: ",") + "]"
        case .mapping(let pairs):
            return "{" + pairs.map { "\(shown($0.key)):\(shown($0.value))" }.joined(separator: ",")
                + "}"
        }
    }

    @Test(arguments: [
        ("", "nothing"), ("# only a remark\n", "nothing"), ("a", "a"),
        ("a: 1\nb:\n  - x\n  - y: z\n", "{a:1,b:[x,{y:z}]}"),
        ("{a: [1, 2], 'b c': \"d\\n\"}", "{a:[1,2],b c:d\n}"),
        ("a: |\n  one\n  two\n", "{a:one\ntwo\n}"), ("a: >-\n  one\n  two\n", "{a:one two}"),
        ("a: &x {k: v}\nb: *x\n", "{a:{k:v},b:{k:v}}"), ("\u{FEFF}a: b", "{a:b}"),
        ("%YAML 1.1\n---\na: b\n...\n", "{a:b}"), ("a: b\r\nc: d\r\n", "{a:b,c:d}"),
        ("sasl.password: a#b", "{sasl.password:a#b}"), ("url: host:9092", "{url:host:9092}"),
    ])
    func aDocumentBecomesATree(_ text: String, _ expected: String) throws {
        #expect(shown(try parse(text)) == expected)
    }

    @Test(arguments: [
        ("~", YAMLValue.null), ("null", .null), ("", .null), ("nULL", .string),
        ("true", .bool(true)), ("FALSE", .bool(false)), ("yes", .string), ("on", .string),
        ("12", .int(12)), ("-3", .int(-3)), ("+3", .int(3)), ("007", .int(7)), ("0o17", .int(15)),
        ("0x1F", .int(31)), ("0o8", .string), ("0x", .string), ("-0x1", .string),
        ("9223372036854775808", .int(nil)), ("1.5", .float), (".5", .float), ("1.", .float),
        ("1e3", .float), ("-1.5E-3", .float), (".inf", .float), ("-.INF", .float),
        (".NaN", .float), (".", .string), ("e3", .string), ("1e", .string), ("1_000", .string),
        ("1:30", .string), ("2001-01-01", .string), ("-", .string), ("+", .string),
    ])
    func plainWordsHaveTheTypesOfTheCoreSchema(_ word: String, _ expected: YAMLValue) throws {
        #expect(YAMLValue(plain: word) == expected)
    }

    @Test(arguments: [
        ("a: '1'", YAMLValue.string), ("a: \"true\"", .string), ("a: !!str 1", .string),
        ("a: !!int 1", .int(1)), ("a: !!float 1", .int(1)), ("a: ! 1", .string), ("a:", .null),
    ])
    func quotesAndTagsDecideTheType(_ text: String, _ expected: YAMLValue) throws {
        guard case .mapping(let pairs) = try parse(text)?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(pairs.first?.value.scalar?.value == expected)
    }

    @Test func everythingHasItsPlace() throws {
        guard
            case .mapping(let pairs) = try parse("# first\nä: x\nbb:\n    - 'y z'\n")?.content
        else {
            Issue.record("no mapping")
            return
        }
        #expect(pairs[0].key.place == YAMLPlace(line: 2, column: 1))
        #expect(pairs[0].value.place == YAMLPlace(line: 2, column: 4))
        #expect(pairs[0].value.end == YAMLPlace(line: 2, column: 5))
        guard case .sequence(let items) = pairs[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(items[0].place == YAMLPlace(line: 4, column: 7))
        #expect(items[0].end == YAMLPlace(line: 4, column: 12))
    }

    /// A text that is refused, the reason, and the place.
    struct Fault: CustomTestStringConvertible {
        let text: String
        let reason: String
        let line: Int
        let column: Int

        init(_ text: String, _ reason: String, _ line: Int, _ column: Int) {
            (self.text, self.reason, self.line, self.column) = (text, reason, line, column)
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Fault("a: b: c", "mapping values are not allowed in this context", 1, 5),
        Fault("a:\n\tb: c", "found character that cannot start any token", 2, 1),
        Fault("a: [1, 2", "did not find expected ',' or ']'", 1, 9),
        Fault("a: \"x\n", "found unexpected end of stream", 1, 6),
        Fault("a: 1\na: 2\n", "the key is given twice", 2, 1),
        Fault("a: 1\n'a': 2\n", "the key is given twice", 2, 1),
        Fault("? [a]\n: b\n", "a list cannot be a key", 1, 3),
        Fault("a: *x\n", "the alias names no anchor before it", 1, 4),
        Fault("a: &x [*x]\n", "the alias names no anchor before it", 1, 8),
        Fault("a: 1\n---\nb: 2\n", "a second document begins; one is read", 2, 1),
        Fault("a: !mine x\n", "the tag is not one of the core schema", 1, 4),
        Fault("a: !!int x\n", "the value is not what its tag says", 1, 4),
        Fault("a: !!set {b}\n", "the tag is not one of the core schema", 1, 4),
        Fault("a: x\nb: \u{0}\n", "the control character 0x0 is not allowed", 2, 4),
        Fault("a: \u{1B}[2J\n", "the control character 0x1B is not allowed", 1, 4),
        Fault("a\n b: c\n", "mapping values are not allowed in this context", 2, 3),
        Fault("@x", "found character that cannot start any token", 1, 1),
    ])
    func aFaultIsToldWithItsPlace(_ fault: Fault) throws {
        let error = #expect(throws: YAMLError.self) { try parse(fault.text) }
        #expect(error?.reason.hasPrefix(fault.reason) == true, "\(error?.reason ?? "")")
        #expect(error?.place == YAMLPlace(line: fault.line, column: fault.column))
    }

    @Test func bytesThatAreNoTextAreToldWithTheirPlace() {
        let error = #expect(throws: YAMLError.self) {
            try YAML.parse(Array("a: b\nc: ä".utf8) + [0xFF, 0x0A])
        }
        #expect(error == YAMLError("the text is not UTF-8", at: YAMLPlace(line: 2, column: 5)))
    }

    @Test func aliasesCountAsWhatTheyStandFor() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<12 {
            let alias = "*a\(level - 1)"
            let items = Array(repeating: alias, count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try parse(text) }
        #expect(error?.reason.hasPrefix("the text has more than 20000 values") == true)
    }

    @Test func depthAndSizeAreBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(32)) != nil)
        for depth in [33, 900, 100_000] {
            let error = #expect(throws: YAMLError.self) { try parse(nested(depth)) }
            #expect(error?.reason == "nested more than 32 levels deep")
        }
        let long = String(repeating: "#", count: 1 << 20)
        #expect(try parse(long) == nil)
        let error = #expect(throws: YAMLError.self) { try parse(long + "#") }
        #expect(error?.reason == "the text has more than 1048576 bytes")
    }

    @Test func linesAreThoseThatTheParserCounts() throws {
        let text = "a: 1\rb: 2\r\nc: 3\u{85}d: 4\u{2028}e: 5\nf: 6"
        #expect(
            YAMLText(Array(text.utf8)).lines == ["a: 1", "b: 2", "c: 3", "d: 4", "e: 5", "f: 6"]
        )
        guard case .mapping(let pairs) = try parse(text)?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(pairs.map(\.key.place.line) == [1, 2, 3, 4, 5, 6])
    }
}

/// Texts written as YAML.
struct YAMLWriterTests {
    @Test(arguments: [
        ("abc", "abc"), ("kafka1:9093,kafka2:9093", "kafka1:9093,kafka2:9093"),
        ("a: b", "'a: b'"), ("it's", "'it''s'"), ("", "''"), ("~", "'~'"), ("no", "'no'"),
        ("true", "'true'"), ("12", "12"), ("0123", "'0123'"), ("1e3", "'1e3'"),
        ("a\nb", "\"a\\nb\""),
        ("1:30", "'1:30'"), ("2001-01-01", "'2001-01-01'"), ("#x", "'#x'"), ("ä", "'ä'"),
        ("\u{7}", "\"\\U00000007\""), ("/etc/ca.pem", "/etc/ca.pem"), ("a:", "'a:'"),
    ])
    func aTextIsQuotedWhereItMustBe(_ text: String, _ expected: String) throws {
        #expect(YAML.quoted(text) == expected)
        let node = try YAML.parse(Array("k: \(YAML.quoted(text))".utf8))
        guard case .mapping(let pairs) = node?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(pairs.first?.value.scalar?.text == text)
    }
}
