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

    @Test func hiddenCommandsAreNowhereButHaveHelp() throws {
        for words in [[], ["topics"]] {
            #expect(try !sample.help(for: words, long: true).contains("complete"))
        }
        #expect(try sample.help(for: ["complete"], long: true).contains("kctl complete KIND"))
    }
}
