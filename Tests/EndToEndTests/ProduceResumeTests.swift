// A checkpoint is of one input: what became shorter or another one is refused, and nothing is sent.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ProduceResumeTests {
    private let folder: TemporaryFolder
    private let topic: String

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("resume")
    }

    private var state: String { "\(folder.path)/state" }

    private func send(_ text: String, _ more: [String] = []) throws -> Outcome {
        try Kafka.run(
            ["produce", topic, "--checkpoint", state] + more,
            input: more.contains("--file") || more.contains("--each-file")
                ? .text("")
                : .text(text)
        )
    }

    /// Expects a refusal that says `words`, and nothing sent.
    private func expectRefusal(_ outcome: Outcome, _ words: String) throws {
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.tally == Tally(0), "\(outcome.errors)")
    }

    @Test func aShorterInputIsRefused() throws {
        let file = try folder.file("in", "one\ntwo\nthree\n")
        #expect(try send("", ["--file", file]).tally == Tally(3))
        let kept = try folder.text("state")
        _ = try folder.file("in", "one\ntwo\n")
        try expectRefusal(
            send("", ["--file", file]),
            "'\(file)' has only 8 bytes, but the checkpoint '\(state)' covers 14"
        )
        _ = try folder.file("in", "")
        try expectRefusal(send("", ["--file", file]), "has only 0 bytes, but")
        #expect(try folder.text("state") == kept)
        #expect(try Kafka.ends(of: topic) == [3])
    }

    @Test func aShorterStandardInputIsRefused() throws {
        #expect(try send("one\ntwo\nthree\n").tally == Tally(3))
        try expectRefusal(send("one\ntwo\n"), "standard input has only 8 bytes, but")
        try expectRefusal(send(""), "standard input has only 0 bytes")
        #expect(try send("one\ntwo\nthree\nfour\n").tally == Tally(1))
    }

    @Test func anotherInputIsRefusedHoweverEarlyTheFirstSaveWas() throws {
        // The first line is stored, and its place saved, long before the others come.
        let run = try Kafka.start(
            ["produce", topic, "--checkpoint", state, "--print"],
            input: .held
        )
        run.send("the first line\n")
        run.wait(forOutput: "offset 0\n")
        run.send("the second line\nthe third line\n")
        run.endInput()
        #expect(run.finish().tally == Tally(3))
        let json = try folder.json("state")
        #expect(json["hashedBytes"]?.int64 == 46, "all of it: \(json)")
        try expectRefusal(
            send("the first line\nTHE second line\nthe third line\nmore\n"),
            "is the checkpoint of another input: the first 46 bytes"
        )
        #expect(try Kafka.ends(of: topic) == [3])
        let more = "the first line\nthe second line\nthe third line\nmore\n"
        #expect(try send(more).tally == Tally(1))
    }

    @Test func anotherInputIsRefusedByItsEndToo() throws {
        let lines = (1...50_000).map { "line \($0)\n" }.joined()
        #expect(try send(lines).tally == Tally(50_000))
        let changed = lines.dropLast(3) + "!!\n"
        try expectRefusal(send(String(changed)), "is the checkpoint of another input")
    }

    @Test func aFileBeforeThePlaceIsMeasuredToo() throws {
        let first = try folder.file("1", "a\nb\n")
        let second = try folder.file("2", "c\nd\n")
        let files = ["--file", first, second]
        #expect(try send("", files).tally == Tally(4))
        _ = try folder.file("1", "a\nb\nb2\n")
        try expectRefusal(send("", files), "'\(first)' has only 7 bytes, but")
        _ = try folder.file("1", "a\nB\n")
        try expectRefusal(send("", files), "is the checkpoint of another input")
        _ = try folder.file("1", "a\nb\n")
        _ = try folder.file("2", "c\nd\n{\n")
        let bad = try send("", ["-K", ":"] + files)
        // The place of a line is that in its own file.
        let resumed = "kctl: resuming '\(second)' at line 3 (4 lines done before)\n"
        #expect(bad.errors.hasPrefix(resumed), "\(bad.errors)")
        #expect(bad.errors.contains("kctl: \(second):3: no key separator"), "\(bad.errors)")
    }

    @Test func filesThatAreOneRecordEachAreSentOnce() throws {
        let files = try ["--each-file", folder.file("1", "one\n"), folder.file("2", "two\n")]
        #expect(try send("", files).tally == Tally(2))
        #expect(try send("", files).tally == Tally(0))
        #expect(try Kafka.ends(of: topic) == [2])
    }

    /// A file of no bytes is a record, and ends where it begins.
    @Test(arguments: ["empty", "one empty", "empty one", "empty empty one empty"], [false, true])
    func anEmptyFileIsSentOnce(words: String, isTransactional: Bool) throws {
        let names = words.split(separator: " ")
        _ = try folder.file("one", "one\n")
        _ = try folder.file("empty", "")
        let files = ["--each-file"] + names.map { "\(folder.path)/\($0)" }
        let id = isTransactional ? ["--transactional-id", topic, "--transaction-size", "1"] : []
        let first = try send("", files + id)
        #expect(first.tally == Tally(names.count), "\(first.errors)")
        let kept = try folder.text("state")
        #expect(!kept.contains("pending"))
        let again = try send("", files + id)
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(0))
        let idle = try folder.text("state").replacing(#""run":2"#, with: #""run":1"#)
        #expect(idle == kept)
        _ = try folder.file("empty", "no more")
        let grown = try send("", files + id)
        #expect(grown.ending == .exited(1), "\(grown.errors)")
        #expect(grown.tally == Tally(0))
    }

    /// What is done of the files is known while the next one is waited for.
    @Test(arguments: [SIGKILL, SIGTERM], [false, true])
    func emptyFilesThatAreDoneAreCounted(signal: Int32, isTransactional: Bool) throws {
        let empty = try folder.file("empty", "")
        let more = isTransactional ? ["--transactional-id", topic, "--transaction-size", "1"] : []
        let line =
            ["produce", topic, "--checkpoint", state] + more + ["--each-file", empty, empty, "-"]
        let run = try Kafka.start(line, input: .held)
        let path = state
        run.watchState("two files are done") { _ in
            guard let text = try? readFile(path) else { return false }
            return text.contains("\"lines\":2") && !text.contains("pending")
        }
        run.signal(signal)
        #expect(run.finish().ending == .signalled(signal))
        let last = try Kafka.run(line, input: .text("last"))
        #expect(last.ending == .exited(0), "\(last.errors)")
        #expect(last.tally == Tally(1))
        #expect(try Kafka.run(["consume", topic, "-e"]).text == "\n\nlast\n")
    }

    @Test(arguments: [["-k", "key", "--tombstone"], ["-D", ""]])
    func anInputOfNoBytesIsSentOnce(words: [String]) throws {
        #expect(try send("", words).tally == Tally(1))
        let again = try send("", words)
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(0))
    }

    @Test func aCheckpointOfVersionOneIsGoneOnWith() throws {
        let head = "one\ntwo\n"
        let digest = try Kctl.bash("sha256sum", input: .text(head)).text.prefix(64)
        let old = """
            {"version":1,"topic":"\(topic)","inputs":["-"],"input":0,"offset":8,"lines":2,\
            "headBytes":8,"headSha256":"\(digest)"}\n
            """
        _ = try folder.file("state", old)
        try expectRefusal(send("ONE\ntwo\nthree\n"), "is the checkpoint of another input")
        try expectRefusal(send("one\n"), "standard input has only 4 bytes, but")
        #expect(try send(head + "three\n").tally == Tally(1))
        #expect(try folder.json("state")["version"]?.int64 == 2)
        _ = try folder.file("state", "{\"version\":3}\n")
        let newer = try send(head)
        #expect(newer.ending == .exited(7))
        #expect(newer.errors.contains("is not a checkpoint"), "\(newer.errors)")
    }
}
