// Every mistake that needs no broker: the exact text and the status, as a table. A line of
// Golden/errors.txt that begins with `$ kctl ` is a command line; what follows it up to an empty
// line is what standard error gets, and then `= ` and the status. New cases are added as `$` lines
// and recorded.

import TestSupport
import Testing

@testable import Commands

struct ErrorsTests {
    private struct Case: CustomTestStringConvertible {
        let line: String
        let expected: String

        var testDescription: String { line }
    }

    private static let cases: [Case] = {
        var cases: [Case] = []
        let lines = (Golden.text("errors.txt") ?? "").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        for block in lines.split(separator: "") {
            guard let first = block.first, first.hasPrefix("$ kctl") else { continue }
            let expected = block.dropFirst().map { $0 + "\n" }.joined()
            cases.append(Case(line: String(first), expected: expected))
        }
        return cases
    }()

    private func answer(_ line: String) -> String {
        let outcome = World().run(Self.words(line.dropFirst("$ kctl".count)))
        let output = outcome.output.isEmpty ? "" : "> \(outcome.output)"
        return "\(output)\(outcome.errors)= \(outcome.status)\n"
    }

    @Test func areAsRecorded() {
        #expect(Self.cases.count > 30)
        if Golden.isRecording {
            let text = Self.cases.map { "\($0.line)\n\(answer($0.line))" }
            #expect(Golden.difference(text.joined(separator: "\n"), "errors.txt") == nil)
            return
        }
        for item in Self.cases {
            let answer = answer(item.line)
            #expect(answer == item.expected, "\(item.line)")
        }
    }

    @Test func nothingIsPrintedAndTheProgramIsNamed() {
        for item in Self.cases {
            let outcome = World().run(Self.words(item.line.dropFirst("$ kctl".count)))
            #expect(outcome.output == "", "\(item.line)")
            #expect(outcome.status != 0, "\(item.line)")
            let first = outcome.errors.prefix { $0 != "\n" }
            #expect(first.hasPrefix("kctl: ") || first.hasPrefix("{\"code\":"), "\(item.line)")
        }
    }

    @Test(arguments: ["text", "json"])
    func hostileWordsStayOnOneLine(_ format: String) {
        for word in ["a\nkctl: fine", "\u{1b}[2J", "\u{9b}2J", "\u{202e}x", "\r", "\0", "é\u{301}"]
        {
            for words in [
                ["topics", word], ["topics", "list", "--\(word)"], ["version", word],
                ["topics", "offsets", "a", "--time", word], ["produce", "t", "-p", word],
            ] {
                let outcome = World().run(words + ["--errors", format])
                #expect(outcome.status == 2)
                #expect(outcome.errors.split(separator: "\n").count <= 2)
                #expect(
                    outcome.errors.unicodeScalars.allSatisfy {
                        $0 == "\n" || $0.properties.generalCategory != .control
                    }
                )
            }
        }
    }

    /// The words of a line whose quotes are single ones.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index.isMultiple(of: 2) {
                words += part.split(separator: " ").map(String.init)
            } else {
                words.append(String(part))
            }
        }
        return words
    }
}
