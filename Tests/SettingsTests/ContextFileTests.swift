import Settings
import Testing

/// Files with contexts: what is read, what is refused and how that is shown, what an edit keeps.
@Suite struct ContextFileTests {
    private func parse(_ text: String) throws(SettingsError) -> ContextFile {
        try ContextFile(parsing: SettingsFile(path: "c.yaml", bytes: Array(text.utf8)))
    }

    @Test func aFileIsRead() throws {
        let file = try parse(
            """
            current-context: prod
            contexts:
              prod:
                bootstrap-servers: [a:1, "b:2"]
                properties-file: client.properties
                properties:
                  linger.ms: 5
                  enable.idempotence: true
                  sasl.password: 0123
                  ssl.ca.pem: |
                    one
                    two
              empty:
            """
        )
        #expect(file.current?.value == "prod")
        #expect(file.contexts.map(\.name) == ["prod", "empty"])
        let prod = try #require(file["prod"])
        #expect(
            prod.settings.map { "\($0.name)=\($0.value)" } == [
                "linger.ms=5", "enable.idempotence=true", "sasl.password=0123",
                "ssl.ca.pem=one\ntwo\n", "bootstrap.servers=a:1,b:2",
            ]
        )
        #expect(prod.propertiesFile?.value == "client.properties")
        #expect(file["empty"]?.settings.isEmpty == true)
        #expect(file["none"] == nil)
    }

    @Test(arguments: ["", "# nothing\n", "contexts:\n", "---\n"])
    func anEmptyFileHasNoContexts(_ text: String) throws {
        #expect(try parse(text).contexts.isEmpty)
    }

    /// A file that is refused, and all that is said about it.
    struct Mistake: CustomTestStringConvertible {
        let text: String
        let message: String
        let hint: String?
        let excerpt: String?
        let column: Int?

        init(_ text: String, _ message: String, _ hint: String?, _ excerpt: String?, _ column: Int?)
        {
            (self.text, self.message, self.hint) = (text, message, hint)
            (self.excerpt, self.column) = (excerpt, column)
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Mistake(
            "curent-context: a\n",
            "c.yaml:1:1: unknown key 'curent-context' at the top of the file",
            "did you mean 'current-context'?",
            "curent-context: ...",
            1
        ),
        Mistake(
            "contexts:\n  a:\n    bootstrap-server: hunter2:1\n",
            "c.yaml:3:5: unknown key 'bootstrap-server' in context 'a'",
            "did you mean 'bootstrap-servers'?",
            "    bootstrap-server: ...",
            5
        ),
        Mistake(
            "contexts: {a: {password: hunter2, props: {}}}\n",
            "c.yaml:1:16: unknown key 'password' in context 'a'",
            "expected bootstrap-servers, properties, properties-file",
            "... password: ...",
            5
        ),
        Mistake(
            "contexts:\n  a:\n    properties:\n      sasl.password: [hunter2]\n",
            "c.yaml:4:7: 'sasl.password' requires one value, not a list",
            nil,
            "      sasl.password: ...",
            7
        ),
        Mistake(
            "contexts:\n  a:\n    properties:\n      sasl.password:\n",
            "c.yaml:4:7: 'sasl.password' has no value",
            "write '' for an empty value",
            "      sasl.password:",
            7
        ),
        Mistake("- a\n", "c.yaml:1:1: the file must be a mapping, not a list", nil, nil, nil),
        Mistake(
            "contexts: a\n",
            "c.yaml:1:11: 'contexts' must be a mapping, not a text",
            nil,
            "contexts: a",
            11
        ),
        Mistake(
            "current-context: [a]\n",
            "c.yaml:1:18: 'current-context' requires a string, not a list",
            nil,
            "current-context: [a]",
            18
        ),
        Mistake(
            "current-context:\n",
            "c.yaml:1:17: 'current-context' is empty",
            nil,
            "current-context:",
            17
        ),
        Mistake(
            "contexts:\n  'a b': {}\n",
            "c.yaml:2:3: a context name must be a word without spaces",
            nil,
            "  'a b': ...",
            3
        ),
        Mistake(
            "contexts:\n\ta: {}\n",
            "c.yaml:2:1: found character that cannot start any token",
            nil,
            " a: ...",
            1
        ),
        Mistake(
            "current-context: a: b\n",
            "c.yaml:1:19: mapping values are not allowed in this context",
            nil,
            "current-context: a: b",
            19
        ),
        Mistake(
            "contexts:\n  a:\n    properties:\n      sasl.password: \"hunter2\n",
            "c.yaml:4:30: found unexpected end of stream",
            nil,
            "      sasl.password: ...",
            25
        ),
        Mistake(
            "contexts:\n  a:\n    properties:\n      ssl.key.pem: |\n        x\n     hunter2\n",
            "c.yaml:6:6: did not find expected key",
            nil,
            nil,
            nil
        ),
        Mistake(
            "contexts: \u{0}\n",
            "c.yaml:1:11: the control character 0x0 is not allowed",
            nil,
            "contexts:  ",
            11
        ),
        Mistake(
            "contexts: {}\ncontexts: {}\n",
            "c.yaml:2:1: the key is given twice",
            nil,
            "contexts: ...",
            1
        ),
    ])
    func aMistakeIsShownWithItsLineAndNoValue(_ mistake: Mistake) {
        let error = #expect(throws: SettingsError.self) { try parse(mistake.text) }
        #expect(error?.message.hasPrefix(mistake.message) == true, "\(error?.message ?? "")")
        #expect(error?.hint == mistake.hint)
        #expect(error?.excerpt?.line == mistake.excerpt)
        #expect(error?.excerpt?.column == mistake.column)
        let all = "\(error?.message ?? "")\(error?.hint ?? "")\(error?.excerpt?.line ?? "")"
        #expect(!all.contains("hunter2"))
    }

    @Test(arguments: [
        (
            "current-context: a\ncontexts: {a: , b: }\n",
            "current-context: b\ncontexts: {a: , b: }\n"
        ),
        (
            "# mine\n\ncontexts: # all\n  b:   {} # b\ncurrent-context:   'a'  # now\n",
            "# mine\n\ncontexts: # all\n  b:   {} # b\ncurrent-context:   b  # now\n"
        ),
        ("contexts: {b: }\n", "current-context: b\ncontexts: {b: }\n"),
        (
            "# file\n\n# clusters\ncontexts: {b: }\n",
            "# file\n\ncurrent-context: b\n# clusters\ncontexts: {b: }\n"
        ),
        ("# file\ncontexts: {b: }", "# file\ncurrent-context: b\ncontexts: {b: }"),
        (
            "\u{FEFF}contexts: {b: }\r\ncurrent-context: \"ä\"\r\n",
            "\u{FEFF}contexts: {b: }\r\ncurrent-context: b\r\n"
        ),
        ("contexts: {b: }\r\n", "current-context: b\r\ncontexts: {b: }\r\n"),
        ("{current-context: a, contexts: {b: }}", "{current-context: b, contexts: {b: }}"),
        ("", "current-context: b\n"), ("# x", "# x\ncurrent-context: b\n"),
    ])
    func anEditChangesOneValue(_ before: String, _ after: String) throws {
        let file = SettingsFile(path: "c.yaml", bytes: Array(before.utf8))
        let bytes = try ContextEdit.use("b", in: file)
        #expect(String(decoding: bytes, as: UTF8.self) == after)
    }

    @Test(arguments: ["a b", "no", "1", "it's", "ä", "#x", "-", "a: b"])
    func aNameIsQuotedWhereItMustBe(_ name: String) throws {
        let file = SettingsFile(path: "c.yaml", bytes: Array("current-context: a\n".utf8))
        let bytes = try ContextEdit.use(name, in: file)
        let again = try ContextFile(parsing: SettingsFile(path: "c", bytes: bytes))
        #expect(again.current?.value == name)
    }

    @Test(arguments: [
        "{contexts: {b: }}", "current-context: &x a\ncontexts: {b: {properties: {c: *x}}}",
    ])
    func anEditThatWouldChangeMoreIsRefused(_ text: String) {
        let file = SettingsFile(path: "c.yaml", bytes: Array(text.utf8))
        let error = #expect(throws: SettingsError.self) { try ContextEdit.use("b", in: file) }
        #expect(error?.hint == "write current-context: b")
    }

    @Test func theStartingFileIsOneThatCanBeUsed() throws {
        let template = ContextTemplate(
            name: "my-cluster",
            bootstrapServers: "a:1,b:2",
            properties: [
                (name: "sasl.password", value: "a: #b'\"\n"),
                (name: "client.id", value: "x\ty\u{1}"),
                (name: "ssl.ca.pem", value: "one\ntwo\n"),
            ]
        )
        for text in [template.startingFile, template.text] {
            let file = try parse(text)
            #expect(file["my-cluster"]?.bootstrapServers?.value == "a:1,b:2")
            #expect(
                file["my-cluster"]?.settings.dropLast().map(\.value)
                    == template.properties.map(\.value)
            )
        }
        #expect(try parse(template.startingFile).current?.value == "my-cluster")
    }
}
