import Arguments
import Testing

@testable import CommandKit
@testable import Commands

/// An error that several commands share advises an option only where there is one.
struct RemedyTests {
    @Test(arguments: [
        ("consume", "--offset-reset earliest or latest", true),
        ("perf consume", "--offset-reset earliest or latest", false),
        ("groups peek", "--offset-reset earliest or latest", false),
        ("produce", "--max-record-bytes", true), ("decode-aliecs", "--max-record-bytes", false),
        ("consume", "--from-beginning", true), ("perf consume", "--from-beginning", false),
        ("topics list", "kctl topics create", true),
        ("topics list", "give it longer with --timeout", true),
    ])
    func anOptionIsAdvisedWhereThereIsOne(_ words: String, _ hint: String, _ isSaid: Bool) throws {
        let path = words.split(separator: " ").map(String.init)
        guard case .command(_, let command, _) = try program.resolve(path) else {
            Issue.record("no command '\(words)'")
            return
        }
        let outcome = World().with { context in
            context.command = command
            context.report(CommandError(.failure, "it failed", hint: hint))
            return 1
        }
        #expect(outcome.errors == (isSaid ? "kctl: it failed (\(hint))\n" : "kctl: it failed\n"))
    }
}
