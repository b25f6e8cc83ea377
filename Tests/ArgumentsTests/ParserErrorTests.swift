// What is said about a command line that cannot be carried out, word for word.

import JSON
import Testing

@testable import Arguments

struct ParserErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let words: [String]
        let message: String
        var hint: String?

        var testDescription: String { words.map(quoted).joined(separator: " ") }
    }

    private static let create: [Case] = [
        Case(words: [], message: "missing NAME", hint: "give it as an argument or with --file"),
        Case(
            words: ["--partitons", "3"],
            message: "unknown option '--partitons' for 'kctl topics create'",
            hint: "did you mean --partitions?"
        ),
        Case(
            words: ["--Partitions=3"],
            message: "unknown option '--Partitions' for 'kctl topics create'",
            hint: "did you mean --partitions?"
        ),
        Case(
            words: ["--repl", "3"],
            message: "unknown option '--repl' for 'kctl topics create'",
            hint: "did you mean --replication-factor?"
        ),
        Case(words: ["--zzz"], message: "unknown option '--zzz' for 'kctl topics create'"),
        Case(
            words: ["--no-wiat"],
            message: "unknown option '--no-wiat' for 'kctl topics create'",
            hint: "did you mean --no-wait?"
        ),
        Case(
            words: ["--no-force"],
            message: "unknown option '--no-force' for 'kctl topics create'",
            hint: "--force cannot be negated"
        ),
        Case(
            words: ["--no-partitions"],
            message: "unknown option '--no-partitions' for 'kctl topics create'",
            hint: "--partitions cannot be negated"
        ),
        Case(words: ["---"], message: "unknown option '---' for 'kctl topics create'"),
        Case(words: ["--=x"], message: "unknown option '--' for 'kctl topics create'"),
        Case(words: ["-q"], message: "unknown option '-q' for 'kctl topics create'"),
        Case(
            words: ["-iN", "5"],
            message: "unknown option '-N' for 'kctl topics create'",
            hint: "did you mean -n?"
        ),
        Case(
            words: ["-partitions", "3"],
            message: "unknown option '-partitions' for 'kctl topics create'",
            hint: "did you mean --partitions?"
        ),
        Case(
            words: ["-offset", "3"],
            message: "unknown option '-offset' for 'kctl topics create'",
            hint: "did you mean --offset?"
        ),
        Case(
            words: ["-n\u{301}", "3"],
            message: "invalid value '\u{301}' for --partitions: not a whole number"
        ),
        Case(words: ["--partitions"], message: "missing value for --partitions"),
        Case(words: ["a", "-n"], message: "missing value for --partitions"),
        Case(
            words: ["--offset", "--dry-run"],
            message: "missing value for --offset",
            hint: "if '--dry-run' is the value, write --offset='--dry-run'"
        ),
        Case(
            words: ["-o", "-n5"],
            message: "missing value for --offset",
            hint: "if '-n5' is the value, write --offset='-n5'"
        ),
        Case(
            words: ["-o", "--", "a"],
            message: "missing value for --offset",
            hint: "if '--' is the value, write --offset='--'"
        ),
        Case(
            words: ["--dry-run=yes"],
            message: "--dry-run takes no value",
            hint: "write --dry-run alone"
        ),
        Case(words: ["--wait="], message: "--wait takes no value", hint: "write --wait alone"),
        Case(words: ["--help=x"], message: "--help takes no value", hint: "write --help alone"),
        Case(
            words: ["--partitions", "abc"],
            message: "invalid value 'abc' for --partitions: not a whole number"
        ),
        Case(words: ["-n="], message: "invalid value '=' for --partitions: not a whole number"),
        Case(
            words: ["--partitions="],
            message: "invalid value '' for --partitions: not a whole number"
        ),
        Case(
            words: ["-n", "0"],
            message: "invalid value '0' for --partitions: not between 1 and 10000"
        ),
        Case(
            words: ["--replication-factor", "0"],
            message: "invalid value '0' for --replication-factor: less than 1"
        ),
        Case(
            words: ["--replication-factor", "3000000000"],
            message: "invalid value '3000000000' for --replication-factor: "
                + "not between 1 and 2147483647"
        ),
        Case(
            words: ["-n", "99999999999999999999"],
            message: "invalid value '99999999999999999999' for --partitions: "
                + "not between 1 and 10000"
        ),
        Case(
            words: ["--replication-factor=-99999999999999999999"],
            message: "invalid value '-99999999999999999999' for --replication-factor: less than 1"
        ),
        Case(
            words: ["-o", "9223372036854775808"],
            message: "invalid value '9223372036854775808' for --offset: "
                + "not between -9223372036854775808 and 9223372036854775807"
        ),
        Case(
            words: ["--level", "loudd"],
            message: "invalid value 'loudd' for --level: not one of quiet, normal, loud",
            hint: "did you mean 'loud'?"
        ),
        Case(
            words: ["--timeout", "10"],
            message: "invalid value '10' for --timeout: "
                + "not a duration such as 500ms, 10s, 5m, 2h or 7d"
        ),
        Case(
            words: ["-n", "a\u{1b}[31m\n\u{202e}é"],
            message: "invalid value 'a\\x1b[31m\\x0a\\u{202e}é' for --partitions: "
                + "not a whole number"
        ),
        Case(
            words: ["-n", "x", "--nonsense"],
            message: "invalid value 'x' for --partitions: not a whole number"
        ),
        Case(
            words: ["a", "--dry-run", "--force"],
            message: "--dry-run and --force exclude each other"
        ),
    ]

    @Test(arguments: create) func ofCreate(row: Case) throws {
        let error = try #require(throws: UsageError.self) {
            _ = try SampleCreate.spec.parse(row.words)
        }
        #expect(error.message == row.message)
        #expect(error.hint == row.hint)
        #expect(error.usage == "usage: kctl topics create NAME... [options]")
    }

    @Test(arguments: [
        Case(words: [], message: "missing TOPIC", hint: "give it as an argument or with --topic"),
        Case(words: ["a", "b", "c"], message: "unexpected argument 'c'"),
        Case(
            words: ["-t", "a", "b", "c"],
            message: "unexpected argument 'c'",
            hint: "TOPIC is already given by --topic"
        ),
    ])
    func ofProduce(row: Case) throws {
        let error = try #require(throws: UsageError.self) {
            _ = try SampleProduce.spec.parse(row.words)
        }
        #expect(error.message == row.message)
        #expect(error.hint == row.hint)
    }

    @Test func aCommandToRunNeedsTwoDashes() throws {
        let error = try #require(throws: UsageError.self) {
            _ = try SampleSandbox.spec.parse(["make", "test"])
        }
        #expect(error.message == "unexpected argument 'make'")
        #expect(error.hint == "write -- before COMMAND ARGUMENT...")
    }

    @Test func longWordsAreCut() {
        #expect(quoted(String(repeating: "x", count: 100)).hasSuffix("xx'"))
        #expect(quoted(String(repeating: "x", count: 101)).hasSuffix("xx'…"))
    }

    /// Protects the promise that foreign words never trap, whatever they are made of.
    @Test func everyCombinationOfOddWordsIsAnswered() throws {
        let odd = [
            "", "-", "--", "---", "--=", "-=", "--no-", "--no-wait=", "-n", "-n\u{301}",
            "-h\u{301}",
            "--partitions=\u{301}5", "--partitions\u{301}=5", "\r\n", "-\r\n", "\u{0}", "-\u{0}",
            "é",
            "-é", "--help\u{301}", "-ij", "\u{1f468}\u{200d}\u{1f469}", "-o-",
            "-99999999999999999999",
            "--timeout=99999999999999999999d", "topics", "create", "help",
        ]
        for first in odd {
            for second in odd {
                for third in odd where first != third {
                    let words = [first, second, third]
                    _ = try? SampleCreate.spec.parse(words)
                    _ = try? SampleSandbox.spec.parse(words)
                    guard case .command(_, let command, let rest)? = try? sample.resolve(words)
                    else { continue }
                    #expect(rest.count < words.count)
                    _ = command.mistake(in: rest)
                }
            }
        }
    }
}
