// `consume --output-dir --resume`: behind the newest records, and by the options that the files were
// begun with.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct OutputFolderResumeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { "\(folder.path)/out" }

    private func run(_ topic: String, _ more: [String]) throws -> Outcome {
        try Kafka.run(["consume", topic, "--output-dir", path] + more)
    }

    private func text(_ topic: String, _ partition: Int) -> String? {
        try? folder.text("out/\(topic)-\(partition)")
    }

    /// Five records in each of three partitions, the newest ones in the last.
    private func filled(_ purpose: String, from first: Int = 0) throws -> String {
        let topic = try Kafka.topic(purpose, partitions: 4)
        try fill(topic, from: first)
        return topic
    }

    private func fill(_ topic: String, from first: Int) throws {
        let lines = (0..<15).map { number in
            let time = 1_700_000_000_000 + number
            return
                #"{"partition":\#(number / 5),"timestamp":\#(time),"value":"\#(first + number)"}"#
        }
        let sent = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(lines.joined(separator: "\n") + "\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
    }

    private func state() throws -> [JSONValue] {
        let state = try JSONValue(parsing: folder.text("out/kctl-offsets.json"))
        return try #require(state["files"]?.array)
    }

    // MARK: Behind the newest records

    @Test(arguments: [["--last", "3"], ["-e"]])
    func whatIsNewerThanTheNewestIsAdded(_ again: [String]) throws {
        let topic = try filled("tail-files")
        let first = try run(topic, ["--last", "3"])
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(text(topic, 2) == "12\n13\n14\n")
        #expect((0..<4).filter { text(topic, $0) != nil } == [2])
        // Every partition has its place, and a record to know the topic by.
        let files = try state()
        #expect(files.map { $0["next"]?.int64 } == [5, 5, 5, 0])
        #expect(files.map { $0["last"]?["offset"]?.int64 } == [4, 4, 4, nil])
        let nothing = try run(topic, again + ["--resume"])
        #expect(nothing.ending == .exited(0), "\(nothing.errors)")
        #expect((0..<4).filter { text(topic, $0) != nil } == [2])
        try Kafka.fill(topic, 20..<26, ["-p", "1"])
        try Kafka.fill(topic, 30..<31, ["-p", "3"])
        let resumed = try run(topic, again + ["--resume"])
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        #expect(text(topic, 0) == nil)
        #expect(text(topic, 1) == "20\n21\n22\n23\n24\n25\n")
        #expect(text(topic, 2) == "12\n13\n14\n")
        #expect(text(topic, 3) == "30\n")
    }

    /// What is not wanted is behind the place too, and the topic is known by it.
    @Test(arguments: ["14", "none"])
    func theNewestOfThoseThatAreWanted(_ wanted: String) throws {
        let topic = try filled("tail-picked")
        let words = ["--last", "3", "--grep", "^(\(wanted)|2.)$"]
        #expect(try run(topic, words).ending == .exited(0))
        #expect(text(topic, 2) == (wanted == "14" ? "14\n" : nil))
        #expect(try state().map { $0["last"]?["offset"]?.int64 } == [4, 4, 4, nil])
        try Kafka.fill(topic, 19..<21, ["-p", "2"])
        #expect(try run(topic, words + ["--resume"]).ending == .exited(0))
        #expect(text(topic, 2) == (wanted == "14" ? "14\n20\n" : "20\n"))
    }

    @Test func aTopicThatWasMadeAgainIsNotGoneOnWith() throws {
        let topic = try filled("tail-remade")
        #expect(try run(topic, ["--last", "1", "-p", "0,1"]).ending == .exited(0))
        try Kafka.remake(topic, partitions: 4)
        try fill(topic, from: 100)
        try fill(topic, from: 200)
        let again = try run(topic, ["-e", "-p", "0,1", "--resume"])
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("was deleted and recreated since"), "\(again.errors)")
    }

    /// A tail that did not come to be is taken again, and one that was torn is completed.
    @Test func aTailThatMetAFullDiskIsCompleted() throws {
        let topic = try Kafka.topic("tail-full")
        try Kafka.fill(topic, 0..<60_000)
        let full = try Kctl.bash(
            """
            trap '' XFSZ; ulimit -f 100
            kctl consume \(topic) --last 50000 --summary json --output-dir '\(path)'
            """,
            on: Kafka.servers
        )
        #expect(full.ending == .exited(1), "\(full.errors)")
        let summary = try JSONValue(parsing: String(try #require(full.errorLines.first)))
        #expect(summary["ended"]?.string == "error")
        #expect(summary["printed"]?.int64 == 0)
        let resumed = try run(topic, ["--last", "50000", "--resume"])
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        let numbers = try #require(text(topic, 0)).split(separator: "\n").map { Int($0) ?? -1 }
        #expect(numbers.elementsEqual(10_000..<60_000))
    }

    @Test func aTailThatWasKilledBeforeItWroteIsTakenAgain() throws {
        let topic = try filled("tail-killed")
        // Nothing comes of a limit that is over at once; the folder has been taken by then.
        let early = try run(topic, ["--last", "3", "--for", "1ms"])
        #expect(early.ending == .exited(6) || early.ending == .exited(0), "\(early.errors)")
        let other = try run(topic, ["-e", "--resume"])
        if early.ending == .exited(6) {
            #expect(other.ending == .exited(2))
            #expect(
                other.errors.contains("start: --last 3 before, --from-beginning now"),
                "\(other.errors)"
            )
        }
        #expect(try run(topic, ["--last", "3", "--resume"]).ending == .exited(0))
        #expect(text(topic, 2) == "12\n13\n14\n")
        #expect(text(topic, 0) == nil)
    }

    @Test func aTopicOfWhichNoPlaceIsKnownIsRefused() throws {
        let topic = try filled("tail-one")
        let other = try filled("tail-other")
        #expect(try run(topic, ["--last", "3"]).ending == .exited(0))
        let both = try run(topic, [other, "--last", "3", "--resume"])
        #expect(both.ending == .exited(2))
        #expect(
            both.errors.contains("was started with --last and without topic '\(other)'"),
            "\(both.errors)"
        )
        #expect(text(other, 2) == nil)
    }

    // MARK: By other options

    @Test(arguments: [
        (["--json"], ["-f", "%v\\n"], #"format: --json before, -f '%v\n' now"#),
        ([], ["--json"], "format: none before, --json now"),
        ([], ["--print-timestamp"], "format: none before, --print-timestamp now"),
        (["--grep", "1"], ["--key", "k"], "filter: --grep 1 before, --key k now"),
        (["-p", "0"], [], "partitions: -p 0 before, none now"),
        (
            [], ["--isolation-level", "read_uncommitted"],
            "isolation: --isolation-level read_committed before, --isolation-level read_uncommitted now"
        ),
        (["-o", "-2"], ["--from-beginning"], "start: -o end-2 before, --from-beginning now"),
    ])
    func otherOptionsAreRefused(
        _ then: [String],
        _ now: [String],
        _ difference: String
    ) throws {
        let topic = try filled("other-options")
        #expect(try run(topic, ["-e"] + then).ending == .exited(0))
        let before = (0..<4).map { text(topic, $0) }
        try Kafka.fill(topic, 50..<60, ["-p", "1"])
        let other = try run(topic, ["-e", "--resume"] + now)
        #expect(other.ending == .exited(2))
        #expect(
            other.errors.hasPrefix(
                "kctl: cannot resume '\(path)' with other options: \(difference)"
            ),
            "\(other.errors)"
        )
        #expect((0..<4).map { text(topic, $0) } == before)
        let same = try run(topic, ["-e", "--resume"] + then)
        #expect(same.ending == .exited(0), "\(same.errors)")
    }

    /// A state of before says nothing of options; from then on it does.
    @Test func aStateWithoutOptionsIsGoneOnWith() throws {
        let topic = try filled("no-options")
        #expect(try run(topic, ["-e", "--json"]).ending == .exited(0))
        let old = try folder.text("out/kctl-offsets.json")
        let older = old.replacing(#/"options":\{[^}]*\},/#, with: "")
        #expect(older != old)
        let file = try folder.file("out/kctl-offsets.json", older)
        #expect(file == "\(path)/kctl-offsets.json")
        try Kafka.fill(topic, 50..<60, ["-p", "1"])
        let resumed = try run(topic, ["-e", "--json", "--resume"])
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        #expect(text(topic, 1)?.split(separator: "\n").count == 15)
        #expect(try run(topic, ["-e", "--resume"]).ending == .exited(2))
    }
}

/// What stands in files does not depend on who looks on.
struct OutputFolderTerminalTests {
    @Test func filesAreExactWhereOutputIsATerminal() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let folder = try TemporaryFolder()
        let record = #"{"key":"k\u001b[2J","value":"v"}"#
        let sent = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text(record + "\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        // Only here all three streams are a terminal.
        let line = "script -qec 'kctl consume t -e -K : --output-dir out' /dev/null"
        let shown = try Kctl.bash("cd '\(folder.path)' && \(line)", on: sandbox.address)
        #expect(shown.ending == .exited(0), "\(shown.text)")
        #expect(try folder.text("out/t-0") == "k\u{1b}[2J:v\n")
    }
}
