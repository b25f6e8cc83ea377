// Contexts added, changed, removed and renamed: exactly that, and nothing else in the file.

import Testing

@testable import Settings

@Suite struct ContextEditTests {
    private static let text = """
        # Clusters.
        current-context: prod   # the one in use

        contexts:
          # The test cluster.
          test:
            bootstrap-servers: "t:1"
            # Small batches.
            properties:
              linger.ms: 5 # milliseconds
          prod:
            bootstrap-servers: p1:1,p2:1
            properties:
              sasl.password: |
                two
                lines
              client.id: kctl

          # Another one:
          # spare:
        # The end.

        """

    private func file(_ text: String) -> SettingsFile {
        SettingsFile(path: "f", bytes: Array(text.utf8))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The lines that an edit takes away and brings.
    private func difference(_ edited: [UInt8], from old: String = text) -> [String] {
        let before = old.split(separator: "\n", omittingEmptySubsequences: false)
        let after = text(edited).split(separator: "\n", omittingEmptySubsequences: false)
        return after.difference(from: before).map { change in
            switch change {
            case .remove(_, let line, _): "-" + line
            case .insert(_, let line, _): "+" + line
            }
        }
        .sorted()
    }

    @Test func aContextIsAddedBehindTheLast() throws {
        let template = ContextTemplate(
            name: "new",
            bootstrapServers: "n:1",
            properties: [(name: "linger.ms", value: "1")]
        )
        let edited = try ContextEdit.add(template, to: file(Self.text))
        #expect(
            difference(edited) == [
                "+      linger.ms: 1", "+    bootstrap-servers: n:1", "+    properties:", "+  new:",
            ]
        )
        #expect(text(edited).hasSuffix("\n\n  # Another one:\n  # spare:\n# The end.\n"))
    }

    @Test(arguments: [
        ("", "contexts:\n  new:\n    bootstrap-servers: n:1\n"),
        (
            "current-context: a",
            "current-context: a\ncontexts:\n  new:\n    bootstrap-servers: n:1\n"
        ),
        ("contexts:\n", "contexts:\n  new:\n    bootstrap-servers: n:1\n"),
        ("contexts: {}\n", "contexts: \n  new:\n    bootstrap-servers: n:1\n"),
        (
            "contexts:\n    a:\n        bootstrap-servers: x:1",
            "contexts:\n    a:\n        bootstrap-servers: x:1\n    new:\n"
                + "      bootstrap-servers: n:1\n"
        ),
        (
            "contexts:\r\n  a:\r\n    bootstrap-servers: x:1\r\n",
            "contexts:\r\n  a:\r\n    bootstrap-servers: x:1\r\n  new:\r\n"
                + "    bootstrap-servers: n:1\r\n"
        ),
    ])
    func filesOfManyForms(_ before: String, _ after: String) throws {
        let template = ContextTemplate(name: "new", bootstrapServers: "n:1")
        #expect(text(try ContextEdit.add(template, to: file(before))) == after)
    }

    @Test func aContextIsRemovedWithItsOwnLinesOnly() throws {
        let edited = try ContextEdit.remove("test", from: file(Self.text))
        #expect(
            difference(edited) == [
                "-      linger.ms: 5 # milliseconds", "-    # Small batches.",
                "-    bootstrap-servers: \"t:1\"", "-    properties:", "-  test:",
            ]
        )
        let last = try ContextEdit.remove("prod", from: file(Self.text.replacing("prod ", "test ")))
        #expect(text(last).contains("linger.ms: 5 # milliseconds\n\n  # Another one:"))
    }

    @Test func aContextIsRenamedAndStaysTheCurrentOne() throws {
        let edited = try ContextEdit.rename("prod", to: "no", in: file(Self.text))
        #expect(
            difference(edited) == [
                "+  'no':", "+current-context: 'no'   # the one in use", "-  prod:",
                "-current-context: prod   # the one in use",
            ]
        )
    }

    @Test(arguments: [
        ("test", "bootstrap-servers", "u:2", "+    bootstrap-servers: u:2", 2),
        ("test", "linger.ms", "10", "+      linger.ms: 10 # milliseconds", 2),
        ("test", "acks", "all", "+      acks: all", 1),
        ("test", "properties-file", "c.properties", "+    properties-file: c.properties", 1),
        ("prod", "client.id", "a: b", "+      client.id: 'a: b'", 2),
    ])
    func aValueIsSet(
        _ context: String,
        _ key: String,
        _ value: String,
        _ line: String,
        _ lines: Int
    ) throws {
        let edited = try ContextEdit.set(key, to: value, ofContext: context, in: file(Self.text))
        let changes = difference(edited)
        #expect(changes.first == line)
        #expect(changes.count == lines, "\(changes)")
    }

    @Test func aBlockOfLinesIsReplacedWhole() throws {
        let edited = try ContextEdit.set(
            "sasl.password",
            to: "${env:PW}",
            ofContext: "prod",
            in: file(Self.text)
        )
        #expect(
            difference(edited) == [
                "+      sasl.password: '${env:PW}'", "-        lines", "-        two",
                "-      sasl.password: |",
            ]
        )
        let deleted = try ContextEdit.set(
            "sasl.password",
            to: nil,
            ofContext: "prod",
            in: file(Self.text)
        )
        #expect(
            difference(deleted) == ["-        lines", "-        two", "-      sasl.password: |"]
        )
    }

    @Test func aContextWithoutPropertiesGetsThem() throws {
        let old = "contexts:\n  a:\n    bootstrap-servers: x:1 # one\n  b:\n"
        let first = try ContextEdit.set("acks", to: "all", ofContext: "a", in: file(old))
        #expect(difference(first, from: old) == ["+      acks: all", "+    properties:"])
        let second = try ContextEdit.set("acks", to: "all", ofContext: "b", in: file(old))
        #expect(difference(second, from: old) == ["+      acks: all", "+    properties:"])
    }

    @Test(arguments: [
        "contexts: {test: {bootstrap-servers: a:1}, b: {}}\n",
        "contexts: {\n  test: {}, b: {} }\n",
        "x: &a {bootstrap-servers: a:1}\n",
    ])
    func whatCannotBeEditedFaithfullyIsRefused(_ text: String) {
        for edit in [
            { try ContextEdit.add(ContextTemplate(name: "n", bootstrapServers: "n:1"), to: $0) },
            { try ContextEdit.remove("test", from: $0) },
            { try ContextEdit.set("acks", to: "all", ofContext: "test", in: $0) },
        ] as [(SettingsFile) throws -> [UInt8]] {
            #expect(throws: SettingsError.self) { try edit(file(text)) }
        }
    }

    @Test func namesThatAreThereOrMissing() {
        let template = ContextTemplate(name: "test", bootstrapServers: "n:1")
        let there = #expect(throws: SettingsError.self) {
            try ContextEdit.add(template, to: file(Self.text))
        }
        #expect(there?.reason == "context 'test' already exists")
        let missing = #expect(throws: SettingsError.self) {
            try ContextEdit.remove("tset", from: file(Self.text))
        }
        #expect(missing?.isMissing == true)
        #expect(missing?.hint == "did you mean 'test'?")
    }
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
