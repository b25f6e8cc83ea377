// Help as a person meets it: the first minute, the width, the pager, and the habits of other tools.

import Testing

struct HelpTerminalTests {
    @Test(arguments: [[], ["topics"], ["topic"], ["config"]])
    func withoutACommandHelpIsPrinted(_ words: [String]) throws {
        let outcome = try Kctl.run(words)
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors == "")
        #expect(outcome.text == (try Kctl.run(words + ["-h"]).text))
        #expect(outcome.text.hasPrefix("usage: kctl "))
    }

    @Test(arguments: [
        ("-L -b h:1", "kctl topics list -b h:1"),
        ("-C -t orders -b h:1", "kctl consume -t orders -b h:1"),
        ("-P -t orders", "kctl produce -t orders"),
        ("-Q -t orders", "kctl topics offsets -t orders"),
        ("--list", "kctl topics list"),
        ("--list --bootstrap-server h:1", "kctl topics list --bootstrap-server h:1"),
        ("topics --list", "kctl topics list"),
        ("topics --create --topic a --partitions 3", "kctl topics create --topic a --partitions 3"),
        ("topics --describe orders", "kctl topics describe orders"),
        ("topic consume orders", "kctl consume orders"),
        ("topic produce orders -k x", "kctl produce orders -k x"),
        ("get topics", "kctl topics list"), ("get topic orders", "kctl topics describe orders"),
        ("describe topic orders", "kctl topics describe orders"),
        ("delete topic orders", "kctl topics delete orders"),
        ("describe group billing -b h:1", "kctl groups describe billing -b h:1"),
    ])
    func habitsOfOtherToolsAreTranslated(line: String, command: String) throws {
        let outcome = try Kctl.run(line.split(separator: " ").map(String.init))
        #expect(outcome.ending == .exited(2))
        #expect(
            outcome.errorLines.first?.contains("(use '\(command)')") == true,
            "\(outcome.errors)"
        )
        #expect(outcome.text == "")
    }

    @Test(arguments: [("40", 40), ("80", 80), ("100", 100), ("200", 100)])
    func noLineOfHelpIsWiderThanTheTerminal(columns: String, limit: Int) throws {
        for words in [["--help"], ["consume", "--help"], ["topics", "create", "-h"]] {
            let shown = try Kctl.run(
                words,
                output: .terminal,
                environment: ["COLUMNS": columns, "NO_COLOR": "1", "KCTL_PAGER": ""]
            )
            var widest = 0
            for line in shown.lines {
                let isWhole = line.hasPrefix("  ") && line.split(separator: " ").count < 3
                if !isWhole { widest = max(widest, line.count) }
            }
            if limit >= 80 { #expect(widest <= limit, "\(words)") }
            if limit == 100 { #expect(widest > 80, "\(words)") }
        }
    }

    @Test func headingsAreBoldOnATerminalAlone() throws {
        let words = ["topics", "list", "-h"]
        let bold = "\u{1b}[1mOptions:\u{1b}[0m"
        let shown = try Kctl.run(words, output: .terminal)
        #expect(shown.text.contains(bold))
        let plain = try Kctl.run(words)
        #expect(!plain.text.contains("\u{1b}"))
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let shown = try Kctl.run(words, output: .terminal, environment: environment)
            #expect(shown.text == plain.text, "\(environment)")
        }
    }

    @Test func errorsAreRedOnATerminalAlone() throws {
        func seen(_ environment: [String: String]) throws -> String {
            try Kctl.bash("script -qec 'kctl topics lits' /dev/null", environment: environment).text
        }
        #expect(try seen([:]).hasPrefix("\u{1b}[1;31mkctl:\u{1b}[0m unknown command"))
        #expect(try seen(["NO_COLOR": "1"]).hasPrefix("kctl: unknown command"))
        #expect(try Kctl.run(["topics", "lits"]).errors.hasPrefix("kctl: unknown command"))
    }

    @Test func theExitStatusIsOneLineThatNamesTheManualPage() throws {
        for words in [["topics", "create"], ["consume"]] {
            let help = try Kctl.run(words + ["--help"]).text
            let page = (["kctl"] + words).joined(separator: "-")
            #expect(
                help.contains("\nExit status: 0 on success, 1-7 on failure; see man \(page).\n"),
                "\(help)"
            )
            #expect(!help.contains("incomplete: a deadline"))
        }
    }

    /// The size of a terminal that the help of consume does not fit.
    private let small = ["LINES": "20", "COLUMNS": "80", "NO_COLOR": "1"]

    private func help(_ more: [String: String], _ words: [String] = []) throws -> Outcome {
        try Kctl.run(
            ["consume", "--help"] + words,
            output: .terminal,
            environment: small.merging(more) { $1 }
        )
    }

    @Test func longHelpGoesThroughThePager() throws {
        let plain = try Kctl.run(["consume", "--help"]).text
        let numbered = try help(["PAGER": "sed 's/^/> /'"])
        #expect(
            numbered.text
                == plain.split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast().map { "> \($0)\n" }.joined()
        )
        #expect(
            try help(["PAGER": "false", "KCTL_PAGER": "sed 's/^/# /'"]).text.hasPrefix("# usage")
        )
        #expect(try help(["PAGER": "sed 's/^/> /'"], ["--no-pager"]).text == plain)
        #expect(try help(["PAGER": "sed 's/^/> /'", "LINES": "1000"]).text == plain)
        #expect(try help(["PAGER": "sed 's/^/> /'", "KCTL_PAGER": ""]).text == plain)
        // A pipe has no pager.
        let piped = try Kctl.run(
            ["consume", "--help"],
            environment: ["PAGER": "false", "LINES": "5"]
        )
        #expect(piped.text == plain)
    }

    @Test func aPagerThatCannotBeStartedLosesNothing() throws {
        let plain = try Kctl.run(["consume", "--help"]).text
        let shown = try help(["PAGER": "/no/such/pager"])
        #expect(shown.ending == .exited(0))
        #expect(shown.text.hasSuffix(plain))
    }

    @Test func aPagerThatEndsEarlyEndsNothingElse() throws {
        let shown = try help(["PAGER": "head -n 1"])
        #expect(shown.ending == .exited(0))
        #expect(shown.text.hasPrefix("usage: kctl consume"))
        #expect(shown.lines.count == 1)
        #expect(try help(["PAGER": "true"]).ending == .exited(0))
    }
}
