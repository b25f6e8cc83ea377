// Help pages of the sample program, word for word.

import TestSupport
import Testing

@testable import Arguments

struct HelpTests {
    @Test(arguments: ["", "topics", "topics create", "produce", "sandbox", "help"], [false, true])
    func page(words: String, long: Bool) throws {
        let text = try sample.help(for: words.split(separator: " ").map(String.init), long: long)
        let name = words.isEmpty ? "kctl" : words.split(separator: " ").joined(separator: "-")
        #expect(Golden.difference(text, "arguments/\(name).\(long ? "help" : "h").txt") == nil)
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80)
            #expect(line.last != " ")
        }
    }

    @Test(arguments: ["", "topics", "topics create", "produce", "sandbox", "help"])
    func noLineIsWiderThanTheTerminal(words: String) throws {
        for columns in [40, 60, 79, 80, 100, 300] {
            for long in [false, true] {
                let text = try sample.help(
                    for: words.split(separator: " ").map(String.init),
                    long: long,
                    style: HelpStyle(columns: columns)
                )
                for line in text.split(separator: "\n") {
                    // What is one word, or stands as it is, cannot be broken.
                    let isWhole = line.hasPrefix("  ") && line.split(separator: " ").count < 3
                    #expect(isWhole || line.count <= min(columns, 100), "\(columns): \(line)")
                }
            }
        }
    }

    @Test func headingsAreBoldOnlyWhereAsked() throws {
        let plain = try sample.help(for: ["topics", "create"], long: true)
        let bold = try sample.help(
            for: ["topics", "create"],
            long: true,
            style: HelpStyle(isBold: true)
        )
        #expect(!plain.contains("\u{1b}"))
        #expect(bold.contains("\u{1b}[1mOptions:\u{1b}[0m\n"))
        #expect(bold.replacing(/\u{1b}\[[01]m/, with: "") == plain)
    }

    @Test func longCommandsAreContinuedOutsideQuotes() {
        let layout = TextLayout(columns: 40)
        #expect(
            layout.command(
                "kctl consume orders --format 'a b c d e f g' --max-messages 5",
                indent: 4
            )
                == [
                    "    kctl consume orders --format \\",
                    "        'a b c d e f g' --max-messages \\",
                    "        5",
                ]
        )
        #expect(layout.command("kctl topics list", indent: 4) == ["    kctl topics list"])
    }

    @Test func hiddenCommandsAreNowhereButHaveHelp() throws {
        for words in [[], ["topics"]] {
            #expect(try !sample.help(for: words, long: true).contains("complete"))
        }
        #expect(try sample.help(for: ["complete"], long: true).contains("kctl complete KIND"))
    }
}
