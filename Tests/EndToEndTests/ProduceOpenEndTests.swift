// A last record that only the end of the input has ended: what is appended later must not be taken
// for a record of its own.

import JSON
import Testing

/// An input that grew between two runs.
struct GrownInput: Sendable, CustomTestStringConvertible {
    let flags: [String]
    let first: String
    let growth: String
    /// What the second run sends; nil when it is refused.
    let sent: [String]?

    static func refused(_ flags: [String], _ first: String, _ growth: String) -> GrownInput {
        GrownInput(flags: flags, first: first, growth: growth, sent: nil)
    }

    static func goneOnWith(
        _ flags: [String],
        _ first: String,
        _ growth: String,
        _ sent: String...
    ) -> GrownInput {
        GrownInput(flags: flags, first: first, growth: growth, sent: sent)
    }

    var testDescription: String { "\((flags + [first, growth]).map(\.debugDescription))" }
}

@Suite(.needsKafka)
struct ProduceOpenEndTests {
    private let folder: TemporaryFolder
    private let topic: String

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("open-end")
    }

    private func send(_ text: String, _ flags: [String], to state: String = "state") throws
        -> Outcome
    {
        let file = try folder.file("in", text)
        let inputs = flags == ["--each-file"] ? [] : ["--file"]
        return try Kafka.run(
            ["produce", topic, "--checkpoint", "\(folder.path)/\(state)"] + flags + inputs + [file]
        )
    }

    /// The values of all records.
    private func values() throws -> [String] {
        try Kafka.run(["consume", topic, "-e", "--json"]).json().map { $0["value"]?.string ?? "" }
    }

    private static let continued: [GrownInput] = [
        .refused([], "a\nb", "c\nd\n"),
        .refused([], "b", " "),
        .refused(["-K", ":"], "k:1\nBAD", ":2\n"),
        .refused(["-D", ";"], "a;b", "\n;c"),
        .refused(["--delimiter=--"], "a--b-", "--c"),
        .refused(["-D", ""], "a\n", "b\n"),
        .refused(["--each-file"], "a\n", "b\n"),
        .refused(["--strip-cr"], "a\r\nb", "\r"),
        .refused(["--json"], "{\"value\":1}", "{\"value\":2}\n"),
        .refused(["--json"], "{\"value\":", "1}\n"),
        .refused(["-f", "%k:%v\n"], "k:1", "2\n"),
        .refused(["-f", "%v{json}"], "1 2", "3 4"),
        .refused(["-f", "%k %v"], "k 1", "\n"),
        .refused(["-f", "%V{ascii}:%v\n"], "3:abc\n5:hel", "\no\n"),
        .refused(["-f", "%V{ascii}:%v"], "3:abc5:he", "llo1:d"),
    ]

    @Test(arguments: continued)
    func aRecordThatIsContinuedIsRefused(_ input: GrownInput) throws {
        let first = try send(input.first, input.flags)
        #expect(first.tally != nil, "\(first.errors)")
        let before = try values()
        let state = try folder.text("state")
        let grown = try send(input.first + input.growth, input.flags)
        #expect(grown.ending == .exited(1), "\(grown.errors)")
        #expect(grown.tally == Tally(0), "\(grown.errors)")
        let size = input.first.utf8.count
        #expect(
            grown.errors.contains(
                "the last record of '\(folder.path)/in' was incomplete at byte \(size), the place"
                    + " of checkpoint '\(folder.path)/state', and has grown since"
            ),
            "\(grown.errors)"
        )
        #expect(try values() == before)
        #expect(try folder.text("state") == state)
        // The same input as before is none that has been continued.
        let same = try send(input.first, input.flags)
        #expect(same.ending == .exited(0), "\(same.errors)")
        #expect(same.tally == Tally(0), "\(same.errors)")
    }

    private static let ended: [GrownInput] = [
        .goneOnWith([], "a\nb", "\nc\n", "c"),
        .goneOnWith([], "a\nb", "\nc", "c"),
        .goneOnWith([], "a\nb", "\n\n", ""),
        .goneOnWith([], "a\n", "\nc", "", "c"),
        .goneOnWith(["-K", ":"], "k:1\nBAD", "\nk:2\n", "2"),
        .goneOnWith(["-D", ";"], "a;b", ";c;", "c"),
        .goneOnWith(["--strip-cr"], "a\r\nb", "\r\nc\r\n", "c"),
        .goneOnWith(["--json"], "{\"value\":\"a\"}", "\n{\"value\":\"c\"}\n", "c"),
        .goneOnWith(["--json"], "{\"value\":\"a\"}", "\r\n{\"value\":\"c\"}\r\n", "c"),
        .goneOnWith(["--json"], "{\"value\":\"a\"}\n", " \n{\"value\":\"c\"}\n", "c"),
        .goneOnWith(["-f", "%k:%v\n"], "k:1", "\nk:2\n", "2"),
        .goneOnWith(["-f", "%v{json}"], "1 2", " 3", "3"),
        .goneOnWith(["-f", "%v{json}"], "1 {}", "{\"x\":3}", "{\"x\":3}"),
        .goneOnWith(["-f", "%V{ascii}:%v"], "3:abc", "1:d", "d"),
    ]

    @Test(arguments: ended)
    func whatStandsBehindItsEndIsSent(_ input: GrownInput) throws {
        #expect(try send(input.first, input.flags).tally != nil)
        let before = try values()
        let whole = input.first + input.growth
        let grown = try send(whole, input.flags)
        #expect(grown.ending == .exited(0), "\(grown.errors)")
        #expect(try values() == before + (input.sent ?? []))
        // Lines, bytes and ends are those of one run.
        _ = try send(whole, input.flags, to: "fresh")
        #expect(try folder.text("state") == folder.text("fresh"))
        #expect(try send(whole, input.flags).tally == Tally(0))
    }

    @Test func theEndMayComeAlone() throws {
        #expect(try send("a\nb", []).tally == Tally(2))
        let ended = try send("a\nb\n", [])
        #expect(ended.ending == .exited(0), "\(ended.errors)")
        #expect(ended.tally == Tally(0))
        #expect(try send("a\nb\nc", []).tally == Tally(1))
        #expect(try send("a\nb\ncd", []).ending == .exited(1))
        #expect(try values() == ["a", "b", "c"])
    }

    @Test(arguments: [[], ["--transactional-id", "open-end", "--transaction-size", "1"]])
    func standardInputMayGrowToo(more: [String]) throws {
        let line = ["produce", topic, "--checkpoint", "\(folder.path)/state"] + more
        #expect(try Kafka.run(line, input: .text("a\nb")).tally == Tally(2))
        let refused = try Kafka.run(line, input: .text("a\nbc\nd\n"))
        #expect(refused.ending == .exited(1), "\(refused.errors)")
        #expect(
            refused.errors.contains("the last record of standard input was incomplete at byte 3")
        )
        // What comes in pieces is waited for.
        let run = try Kafka.start(line + ["--print"], input: .held)
        run.send("a\nb")
        run.waitUntilInputIsTaken()
        run.send("\nc\n")
        run.wait(forOutput: "\n")
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.tally == Tally(1), "\(outcome.errors)")
        #expect(try values() == ["a", "b", "c"])
    }

    @Test func aCheckpointThatSaysNothingOfItsEndIsGoneOnWith() throws {
        #expect(try send("a\nb", []).tally == Tally(2))
        let state = try folder.text("state")
        let old = state.replacing(#""openEnd":{"size":3,"kind":"record"},"#, with: "")
        #expect(old != state)
        _ = try folder.file("state", old)
        #expect(try send("a\nb\nc\n", []).ending == .exited(0))
        #expect(try values().last == "c")
    }

    /// Without text that ends a record, nothing behind a mistake can be read, in a second run either.
    @Test func whatNoRecordCanBeFoundInIsNotReadFromItsMiddle() throws {
        let text = "x" + String(repeating: "1:a", count: 150_000)
        let first = try send(text, ["-f", "%V{ascii}:%v"])
        #expect(first.tally == Tally(read: 1, acked: 0, failed: 1), "\(first.errors)")
        let again = try send(text, ["-f", "%V{ascii}:%v"])
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("was invalid and had no end"), "\(again.errors)")
        #expect(again.tally == Tally(0))
    }

    /// Of records that were cut at the end of the input, the first may be the last that is done.
    @Test func severalRecordsMayDependOnTheEnd() throws {
        let flags = ["-f", "%v{re#[a-z]#}"]
        let more = ["--transactional-id", topic, "--transaction-size", "1"]
        let first = try send("abc", flags + more)
        #expect(first.tally == Tally(3), "\(first.errors)")
        // As when the run had been killed behind the first one.
        let whole = try folder.json("state")
        #expect(whole["openEnd"]?["size"]?.int64 == 3)
        _ = try send("a", flags, to: "one")
        let one = try folder.text("one").replacing("\"size\":1", with: "\"size\":3")
        _ = try folder.file("state", one)
        #expect(try send("abc", flags).tally == Tally(2))
        _ = try folder.file("state", one)
        #expect(try send("abcd", flags).ending == .exited(1))
        _ = try folder.file("state", one)
        let shorter = try send("ab", flags)
        #expect(shorter.errors.contains("has 2 bytes, but had 3 at the checkpoint"))
    }
}
