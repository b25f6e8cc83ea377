// Globs for the names of topics and groups.

import CommandKit
import Testing

@Suite struct NameGlobTests {
    @Test(arguments: [
        ("ord*", "orders", true), ("ord*", "ord", true), ("ord*", "word", false),
        ("*", "", true), ("*-??", "a-12", true), ("*-??", "a-1", false),
        ("a*b*c", "aXbYc", true), ("a*b*c", "abbbc", true), ("a*b*c", "acb", false),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true),
        ("[]]", "]", true), ("[a-]", "-", true), ("a.b", "a.b", true), ("a.b", "axb", false),
        (#"a\*"#, "a*", true), (#"a\*"#, "ab", false),
    ])
    func matchesTheWholeName(_ pattern: String, _ name: String, _ isMatch: Bool) throws {
        #expect(try NameGlob(argument: pattern).matches(name) == isMatch)
    }

    @Test(arguments: ["", "[a", "[z-a]", #"a\"#])
    func refusesWhatIsNoGlob(_ pattern: String) {
        #expect(throws: (any Error).self) { try NameGlob(argument: pattern) }
    }
}
