// Which options a run that goes on with the files of a folder may have.

import Arguments
import KafkaCore
import Output
import Testing

@testable import CommandKit
@testable import Commands

struct FolderOptionsTests {
    static func options(_ words: String...) throws -> FolderOptions { try options(words) }

    private static func options(_ words: [String]) throws -> FolderOptions {
        guard case .run(let options) = try Consume.spec.parse(["t"] + words) else {
            throw CommandError(.usage, "asked for help")
        }
        let isolation = options.read.reading.isolation == .readUncommitted
        return FolderOptions(options, isolation ? .readUncommitted : .readCommitted)
    }

    @Test(arguments: [
        (["--json"], ["-f", "%v\\n"], #"format: --json before, -f '%v\n' now"#),
        ([], ["--json"], "format: none before, --json now"),
        (
            ["--json"], ["--json", "--value-format", "hex"],
            "format: --json before, --json --value-format hex now"
        ),
        (
            ["-f", "%v"], ["-f", "%s", "--kcat-format"],
            "format: -f '%v' before, --kcat-format -f '%s' now"
        ),
        (["--print-key"], ["-K", ":"], "format: --print-key before, -K ':' now"),
        ([], ["-D", "\\0"], #"format: none before, -D '\0' now"#),
        (["--grep", "a"], [], "filter: --grep a before, none now"),
        (["--key", "a"], ["--not-key", "a"], "filter: --key a before, --not-key a now"),
        (
            ["--header", "h=1"], ["--header", "h=2"],
            "filter: --header 'h=1' before, --header 'h=2' now"
        ),
        ([], ["--sample", "1/3"], "filter: none before, --sample 1/3 now"),
        (["-p", "0"], ["-p", "0,1"], "partitions: -p 0 before, -p 0,1 now"),
        (["-o", "0=3"], [], "partitions: -p 0 before, none now"),
        (
            [], ["--isolation-level", "read_uncommitted"],
            "isolation: --isolation-level read_committed before, --isolation-level read_uncommitted now"
        ),
        (["--last", "3"], ["--last", "4"], "start: --last 3 before, --last 4 now"),
        (["--last", "3"], ["--from-beginning"], "start: --last 3 before, --from-beginning now"),
        (["-o", "5"], ["-o", "-5"], "start: -o 5 before, -o end-5 now"),
        (["-o", "@-5m"], ["-o", "@-6m"], "start: -o @-5m before, -o @-6m now"),
    ])
    func whatDiffersIsNamed(_ then: [String], _ now: [String], _ difference: String) throws {
        let then = try Self.options(then)
        let differences = try Self.options(now).differences(from: then, hasBegun: true)
        #expect(differences == [difference])
    }

    @Test(arguments: [
        ([], ["-D", "\\n", "--value-format", "text", "--sample", "1/1"]),
        (["--grep", "a", "--grep", "b"], ["--grep", "b", "--grep", "a", "--grep", "a"]),
        (["-p", "0-2"], ["-p", "2,1,0"]), (["-e"], ["--from-beginning"]),
        (["-o", "start"], ["--from-beginning"]), (["-o", "5:8"], ["-o", "5:20"]),
        (["-o", "0=3,1=4"], ["-o", "1=4:9,0=3"]),
        (["-o", "@1970-01-01T00:00:01Z"], ["-o", "s@1000"]),
        (["--last", "3"], ["--last", "3", "-e"]),
        // How long a run goes on is nothing that its files show.
        (["-n", "5"], ["--for", "1m", "--idle-timeout", "1s", "--no-check-crcs", "--rack", "r"]),
    ])
    func otherWordsForTheSameAreTheSame(_ then: [String], _ now: [String]) throws {
        let then = try Self.options(then)
        #expect(try Self.options(now).differences(from: then, hasBegun: false) == [])
    }

    @Test(arguments: [["-e"], [], ["-n", "5"]])
    func whereToBeginNeedBeSaidOnceOnly(_ now: [String]) throws {
        let then = try Self.options("--last", "3")
        let now = try Self.options(now)
        #expect(now.differences(from: then, hasBegun: true) == [])
        // Unless nothing has been begun: where to go on is not known.
        #expect(now.differences(from: then, hasBegun: false).count == 1)
    }

    @Test func allThatDiffersIsNamed() throws {
        let then = try Self.options("--json", "--grep", "x")
        let error = #expect(throws: CommandError.self) {
            try Self.options("-K", ":").check(from: then, hasBegun: true, in: "/d")
        }
        #expect(error?.status == .usage)
        #expect(
            error?.report?.message == "cannot resume '/d' with other options: format:"
                + " --json before, -K ':' now; filter: --grep x before, none now"
        )
    }

    @Test(arguments: ["x", "é", "\u{301}", "👨‍👩‍👧"])
    func aLongTextIsCutAndStaysItself(_ character: String) throws {
        let long = String(repeating: character, count: 5000)
        let one = try Self.options("--grep", long + "a")
        let other = try Self.options("--grep", long + "b")
        let text = try #require(one.texts[.filter])
        #expect(text.utf8.count < 200 && text.hasPrefix("--grep "))
        #expect(other.differences(from: one, hasBegun: true).count == 1)
        #expect(try Self.options("--grep", long + "a").differences(from: one, hasBegun: true) == [])
    }
}
