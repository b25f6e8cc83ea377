// Lines as they come, copies that nobody reads, disks that are full, and signals.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ProduceStreamTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func read(_ topic: String) throws -> String {
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        return read.text
    }

    /// Waits until the topic holds so many records.
    private func waitForRecords(_ count: Int, in topic: String) throws {
        let read = try Kafka.run(["consume", topic, "--from-beginning", "-n", "\(count)"])
        try #require(read.lines.count == count, "\(read.errors)")
    }

    // MARK: - At once

    @Test(arguments: [[], ["--json"], ["-K", ":"]])
    func aLineIsInKafkaBeforeTheNextOneIsSent(more: [String]) throws {
        let topic = try Kafka.topic("at-once")
        func line(_ word: String) -> String {
            switch more.first {
            case "--json": "{\"value\":\"\(word)\"}\n"
            case "-K": "key:\(word)\n"
            default: "\(word)\n"
            }
        }
        let run = try Kafka.start(["produce", topic] + more, input: .held)
        run.send(line("a"))
        try waitForRecords(1, in: topic)
        #expect(try read(topic) == "a\n")
        run.send(line("b"))
        try waitForRecords(2, in: topic)
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0))
        #expect(outcome.tally == Tally(2))
        #expect(try read(topic) == "a\nb\n")
    }

    @Test func halfALineIsNotSentBeforeItsEnd() throws {
        let topic = try Kafka.topic("half")
        let run = try Kafka.start(["produce", topic], input: .held)
        run.send("one\ntw")
        try waitForRecords(1, in: topic)
        run.waitUntilInputIsTaken()
        #expect(try read(topic) == "one\n")
        run.send("o\n")
        try waitForRecords(2, in: topic)
        run.send("three")
        run.endInput()
        #expect(run.finish().tally == Tally(3))
        #expect(try read(topic) == "one\ntwo\nthree\n")
    }

    @Test func whatIsTypedIsSentOnEnter() throws {
        let topic = try Kafka.topic("typed")
        let run = try Kafka.start(["produce", topic], input: .terminal)
        run.send("hello\n")
        try waitForRecords(1, in: topic)
        #expect(try read(topic) == "hello\n")
        run.send("world\n")
        try waitForRecords(2, in: topic)
        run.send("\u{04}")  // The end of input, as Ctrl-D types it.
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0))
        #expect(outcome.tally == Tally(2))
    }

    // MARK: - Standard output

    @Test(arguments: ["--tee", "--print"])
    func outputThatNobodyReadsEndsTheReading(option: String) throws {
        let topic = try Kafka.topic("out-closed")
        let run = try Kafka.start(["produce", topic, option], input: .held)
        run.send("1\n2\n")
        run.wait("two lines", until: { $0.output.count { $0 == 10 } == 2 })
        try waitForRecords(2, in: topic)
        run.closeOutput()
        // The input stays open: what ends the run is the output that cannot be written.
        run.send("3\n4\n")
        let outcome = run.finish()
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errors.contains("standard output was closed"), "\(outcome.errors)")
        #expect(outcome.tally == Tally(4), "everything that was read is sent")
        #expect(try read(topic) == "1\n2\n3\n4\n")
    }

    @Test(arguments: [["--tee"], ["--print"], ["--receipt", "-"]])
    func aFullDiskUnderStandardOutputIsSaid(more: [String]) throws {
        let topic = try Kafka.topic("out-full")
        let outcome = try Kafka.run(
            ["produce", topic] + more,
            input: .text("1\n2\n"),
            output: .file("/dev/full")
        )
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot write to standard output: no space left on device"))
        let tally = outcome.anyTally
        #expect(tally == Tally(2), "\(outcome.errors)")
        #expect(try read(topic) == "1\n2\n")
    }

    // MARK: - Files

    @Test func aReceiptThatCannotBeWrittenIsSaid() throws {
        let topic = try Kafka.topic("receipt-full")
        let outcome = try Kafka.run(
            ["produce", topic, "--receipt", "/dev/full"],
            input: .text("1\n")
        )
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errors.contains("'/dev/full': no space left on device"),
            "\(outcome.errors)"
        )
        #expect(outcome.errors.contains("kctl: sent 1, acknowledged 1, failed 0\n"))
        // A device is written to, never replaced.
        #expect(try Kctl.bash("test -c /dev/full && echo device").text == "device\n")
    }

    @Test func aReceiptGoesThroughALinkAndIntoAPipe() throws {
        let topic = try Kafka.topic("receipt-link")
        let target = try folder.file("target", "old")
        let link = "\(folder.path)/link"
        let linked = try Kctl.bash(
            """
            ln -s '\(target)' '\(link)' && echo 1 | kctl produce \(topic) --receipt '\(link)' &&
            test -L '\(link)' && echo 2 | kctl produce \(topic) --receipt /dev/stdout | cat
            """,
            on: Kafka.servers
        )
        #expect(linked.ending == .exited(0), "\(linked.errors)")
        #expect(try folder.json("target")["acknowledged"]?.int64 == 1)
        #expect(try linked.json().first?["acknowledged"]?.int64 == 1)
    }

    @Test func failedRecordsThatCannotBeWrittenEndTheRun() throws {
        let topic = try Kafka.topic("failed-full")
        let outcome = try Kafka.run(
            ["produce", topic, "--json", "--failed-to", "/dev/full"],
            input: .text("{\"value\":1}\n{\n{\"value\":2}\n")
        )
        #expect(outcome.ending != .exited(0))
        #expect(
            outcome.errors.contains("cannot write '/dev/full': no space left on device"),
            "\(outcome.errors)"
        )
        let tally = try #require(
            outcome.anyTally,
            "what was sent is counted all the same: \(outcome.errors)"
        )
        #expect(try read(topic).split(separator: "\n").count == tally.acked)
    }

    @Test func aCheckpointThatCannotBeWrittenEndsTheRun() throws {
        let topic = try Kafka.topic("checkpoint-full")
        // No file may grow: as good as a disk without room.
        let outcome = try Kctl.bash(
            """
            trap '' XFSZ; ulimit -f 0
            seq 100 | kctl produce \(topic) --checkpoint '\(folder.path)/state'; echo ${PIPESTATUS[1]}
            """,
            on: Kafka.servers
        )
        #expect(outcome.text == "1\n")
        #expect(
            outcome.errors.contains("cannot write the checkpoint '\(folder.path)/state': "),
            "\(outcome.errors)"
        )
        let tally = try #require(
            outcome.anyTally,
            "what was sent is counted all the same: \(outcome.errors)"
        )
        #expect(try read(topic).split(separator: "\n").count == tally.acked)
        #expect(tally.read == tally.acked + tally.failed)
    }

    @Test(arguments: ["--receipt", "--failed-to", "--checkpoint"])
    func aFolderThatIsNotThereIsSaidBeforeAnythingIsSent(option: String) throws {
        let topic = try Kafka.topic("no-folder")
        let run = try Kafka.start(
            ["produce", topic, option, "\(folder.path)/missing/file"],
            input: .held
        )
        run.send("1\n")
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.ending != .exited(0))
        #expect(outcome.errors.contains("\(folder.path)/missing/file"), "\(outcome.errors)")
        #expect(try read(topic).isEmpty)
    }

    // MARK: - Signals

    private static let stopping =
        "stopping; sending the input read so far (Ctrl-C again stops at once)"

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalSendsWhatWasReadAndSaysSo(number: Int32) throws {
        let topic = try Kafka.topic("signal")
        let run = try Kafka.start(["produce", topic], input: .held)
        run.send((1...5000).map { "\($0)\n" }.joined() + "half a li")
        run.waitUntilInputIsTaken()
        try waitForRecords(1, in: topic)
        run.signal(number)
        let outcome = run.finish()
        #expect(outcome.ending == .signalled(number))
        #expect(outcome.elapsed < .seconds(10))
        // A note comes first where records are still to be acknowledged.
        let notes = outcome.errorLines.dropLast()
        #expect(notes.isEmpty || notes == ["kctl: \(Self.stopping)"], "\(outcome.errors)")
        let tally = try #require(outcome.tally, "\(outcome.errors)")
        #expect(tally == Tally(tally.read))
        // Whole lines only, in their order, none left out.
        #expect(try read(topic) == (1...tally.read).map { "\($0)\n" }.joined())
    }

    @Test func theShellSees130() throws {
        let topic = try Kafka.topic("signal-130")
        let shell = try Kctl.startBash(
            "(echo $BASHPID; exec kctl produce \(topic)); echo $?",
            input: .held,
            on: Kafka.servers
        )
        shell.wait(forOutput: "\n")
        let pid = try #require(pid_t(String(decoding: shell.output.dropLast(), as: UTF8.self)))
        shell.send("1\n")
        try waitForRecords(1, in: topic)
        kill(pid, SIGINT)
        #expect(shell.finish().text == "\(pid)\n130\n")
    }
}
