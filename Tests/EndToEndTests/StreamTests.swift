// What goes where, and how a command ends when a stream is missing, full, closed or slow.

import Glibc
import JSON
import Testing

struct StreamTests {
    private let sandbox: SandboxServer

    init() throws {
        sandbox = try SandboxServer(["--topic", "t:1"])
    }

    private func fill(_ count: Int) throws {
        let lines = (1...count).map { "\($0)\n" }.joined()
        let sent = try Kctl.run(["produce", "t"], input: .text(lines), on: sandbox.address)
        #expect(sent.ending == .exited(0))
        #expect(sent.output.isEmpty)
        #expect(sent.errors == "kctl: sent \(count), acknowledged \(count), failed 0\n")
    }

    // MARK: - Standard output

    @Test func aReaderThatHasEnoughEndsAReadQuietly() throws {
        try fill(200_000)
        let outcome = try Kctl.bash(
            "kctl consume t -e | head -1; echo ${PIPESTATUS[0]}",
            on: sandbox.address
        )
        #expect(outcome.text == "1\n0\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test func aReaderThatGoesAwayEndsAFollowingReadThoughNothingComes() throws {
        let reader = try Kctl.start(["consume", "t", "--from-beginning"], on: sandbox.address)
        try fill(1)
        reader.wait(forOutput: "1\n")
        reader.closeOutput()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: [
        ["consume", "t", "-e"], ["topics", "list"], ["topics", "offsets", "t", "--json"],
        ["version"], ["help"], ["help", "--json"], ["completion", "zsh"],
    ])
    func aFullDiskIsAFailure(arguments: [String]) throws {
        try fill(1)
        let outcome = try Kctl.run(arguments, output: .file("/dev/full"), on: sandbox.address)
        #expect(outcome.ending == .exited(1))
        #expect(
            outcome.errors
                == "kctl: cannot write to standard output: no space left on device\n"
        )
    }

    @Test(arguments: [["consume", "t", "-e"], ["topics", "list"], ["version"]])
    func aClosedStandardOutputIsAFailure(arguments: [String]) throws {
        try fill(1)
        let outcome = try Kctl.run(arguments, output: .closed, on: sandbox.address)
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errors == "kctl: cannot write to standard output: bad file descriptor\n")
    }

    // MARK: - Standard input

    @Test func aClosedStandardInputFailsOnlyWhatReadsIt() throws {
        let sent = try Kctl.run(["produce", "t"], input: .closed, on: sandbox.address)
        #expect(sent.ending == .exited(1))
        #expect(sent.errorLines.first == "kctl: cannot read standard input: bad file descriptor")
        #expect(sent.errorLines.last == "kctl: sent 0, acknowledged 0, failed 0")
        let read = try Kctl.run(["consume", "t", "-e"], input: .closed, on: sandbox.address)
        #expect(read.ending == .exited(0))
        #expect(read.output.isEmpty)
    }

    @Test func aFolderAsStandardInputIsAFailure() throws {
        let sent = try Kctl.run(["produce", "t"], input: .file("/tmp"), on: sandbox.address)
        #expect(sent.ending == .exited(1))
        #expect(sent.errorLines.first == "kctl: cannot read standard input: is a directory")
        #expect(sent.errorLines.last == "kctl: sent 0, acknowledged 0, failed 0")
    }

    @Test func noInputIsNoRecord() throws {
        let sent = try Kctl.run(["produce", "t"], input: .bytes([]), on: sandbox.address)
        #expect(sent.ending == .exited(0))
        let read = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        #expect(read.ending == .exited(0))
        #expect(read.output.isEmpty)
    }

    // MARK: - Signals

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalEndsAFollowingRead(number: Int32) throws {
        let reader = try Kctl.start(["consume", "t", "--from-beginning"], on: sandbox.address)
        try fill(3)
        reader.wait(forOutput: "1\n2\n3\n")
        reader.signal(number)
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(number))
        #expect(outcome.text == "1\n2\n3\n")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalEndsProducingAfterDeliveringWhatWasRead(number: Int32) throws {
        let writer = try Kctl.start(["produce", "t"], input: .held, on: sandbox.address)
        let reader = try Kctl.start(["consume", "t", "--from-beginning"], on: sandbox.address)
        writer.send("a\nb\nc\n")
        // Lines are sent when they are complete, not when the input ends.
        writer.wait(
            "input to be taken",
            until: { _ in
                reader.wait(forOutput: "a\nb\nc\n")
            }
        )
        writer.signal(number)
        let outcome = writer.finish()
        #expect(outcome.ending == .signalled(number))
        // Their acknowledgements may still have been on the way when the signal came.
        let lines = outcome.errorLines.filter { !$0.hasPrefix("kctl: stopping; sending") }
        #expect(lines == ["kctl: sent 3, acknowledged 3, failed 0"], "\(outcome.errors)")
        reader.signal(SIGINT)
        #expect(reader.finish().text == "a\nb\nc\n")
    }

    @Test func aSecondSignalDoesNotWaitForABrokerThatStalls() throws {
        let words = ["produce", "t", "--print"]
        let writer = try Kctl.start(words, input: .held, on: sandbox.address)
        writer.send("a\n")
        writer.wait(forOutput: "partition 0 offset 0\n")
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        writer.send("b\nc\n")
        writer.waitUntilInputIsTaken()
        writer.signal(SIGINT)
        // The first is taken before the second is sent: both would count as one otherwise.
        writer.waitForSignals(toBeTaken: SIGINT)
        let asked = ContinuousClock.now
        writer.signal(SIGINT)
        let outcome = writer.finish()
        #expect(ContinuousClock.now - asked < .seconds(8))
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(outcome.tally == Tally(read: 3, acked: 1, failed: 2), "\(outcome.errors)")
        // The note on the first signal, and the account.
        #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
    }

    @Test func aSignalEndsAReadWhoseReaderStalls() throws {
        try fill(300_000)
        let reader = try Kctl.start(["consume", "t", "-e"], output: .stalled, on: sandbox.address)
        // A megabyte is what a pipe holds: there is more, so the writer waits for room. That it
        // does is seen by the pipe filling up.
        reader.waitUntilOutputIsFull()
        let asked = ContinuousClock.now
        reader.signal(SIGINT)
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(ContinuousClock.now - asked < .seconds(8))
    }

    @Test func aHangUpIsIgnoredWhereTheParentIgnoresIt() throws {
        let reader = try Program(
            ["bash", "-c", "trap '' HUP; exec \(Kctl.path) consume t --from-beginning"],
            environment: ["PATH": "/usr/bin:/bin", "KCTL_BOOTSTRAP_SERVERS": sandbox.address]
        )
        try fill(1)
        reader.wait(forOutput: "1\n")
        reader.signal(SIGHUP)
        try fill(1)
        reader.wait(forOutput: "1\n1\n")
        reader.signal(SIGTERM)
        #expect(reader.finish().ending == .signalled(SIGTERM))
    }

    // MARK: - Records at once

    @Test func eachRecordReachesAPipeAtOnce() throws {
        let reader = try Kctl.start(["consume", "t", "--from-beginning"], on: sandbox.address)
        let writer = try Kctl.start(["produce", "t"], input: .held, on: sandbox.address)
        for word in ["one", "two", "three"] {
            writer.send(word + "\n")
            // Both ends run on: nothing but the record itself can make it appear.
            reader.wait(forOutput: word + "\n")
        }
        writer.endInput()
        #expect(writer.finish().ending == .exited(0))
        reader.signal(SIGINT)
        #expect(reader.finish().text == "one\ntwo\nthree\n")
    }
}
