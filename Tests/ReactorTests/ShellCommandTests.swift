import Glibc
import TestSupport
import Testing

@testable import Reactor

/// Lines of shell with their input, run for real.
struct ShellCommandTests {
    private func run(
        _ line: String,
        _ input: [UInt8] = [],
        _ environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        meanwhile: (borrowing ShellCommand) -> Void = { _ in }
    ) throws -> ChildStatus {
        let command = try ShellCommand(
            line,
            input: input.span.bytes,
            environment: environment,
            by: Keeper()
        )
        meanwhile(command)
        let clock = SystemClock()
        let deadline = clock.now + .seconds(30)
        var loop = Loop<Int>(clock: clock)
        while clock.now < deadline {
            if let status = try command.poll() { return status }
            _ = try loop.wait(until: clock.now + .milliseconds(5))
        }
        command.send(.kill)
        Issue.record("'\(line)' did not end")
        return .exited(-1)
    }

    /// The number of a process that it wrote into a file.
    private func number(in file: String) throws -> pid_t {
        let text = try Descriptor.reading(file).readAll(limit: 100)
        return try #require(pid_t(String(decoding: text.dropLast(), as: UTF8.self)))
    }

    @Test func theStatusIsTheShells() throws {
        #expect(try run("exit 7") == .exited(7))
        #expect(try run("kill -9 $$") == .signalled(SIGKILL))
        #expect(try run("no-such-command-at-all 2>/dev/null") == .exited(127))
    }

    @Test func theInputIsThereToTheLastByte() throws {
        let input = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try run(#"[ "$(cat | wc -c)" = 300000 ] && [ -z "$(cat)" ]"#, input) == .exited(0))
        let folder = try #require(TemporaryDirectory())
        #expect(try run("cat >'\(folder.path)/copy'", input) == .exited(0))
        let copy = try Descriptor.reading("\(folder.path)/copy").readAll(limit: 1_000_000)
        #expect(copy == input)
        #expect(try run("[ -z \"$(cat)\" ]") == .exited(0))
    }

    @Test func nobodyWaitsForOneThatReadsNothing() throws {
        #expect(try run("true", [UInt8](repeating: 0x61, count: 5_000_000)) == .exited(0))
    }

    @Test func theEnvironmentIsExactlyWhatIsGiven() throws {
        let line = #"[ "$A" = "b c" ] && [ "$(/usr/bin/env | /bin/grep -c =)" -le 4 ]"#
        #expect(try run(line, [], ["A": "b c"]) == .exited(0))
    }

    @Test func anEnvironmentThatIsTooLargeIsAnError() throws {
        let large = String(repeating: "x", count: 200_000)
        do throws(ReactorError) {
            let keeper = try Keeper()
            _ = try ShellCommand("true", input: RawSpan(), environment: ["A": large], by: keeper)
            Issue.record("it was started")
        } catch {
            #expect(error.reason == "argument list too long")
        }
    }

    @Test func itHasNoDescriptorButTheStandardOnes() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let line =
            "for n in 3 4 5 6 7 8 9 \(ends[0]) \(ends[1]); do"
            + " [ ! -e /proc/$$/fd/$n ] || exit 1; done; [ -e /proc/$$/fd/2 ]"
        #expect(try run(line) == .exited(0))
    }

    @Test func oneKeeperRunsOneAfterTheOther() throws {
        let keeper = try Keeper()
        for number in 0..<20 {
            let command = try ShellCommand(
                "exit $N",
                input: RawSpan(),
                environment: ["N": "\(number)"],
                by: keeper
            )
            var loop = Loop<Int>(clock: SystemClock())
            loop.watch(keeper.number, for: .readable, as: 0)
            #expect(try loop.wait(until: SystemClock().now + .seconds(30)))
            #expect(try command.poll() == .exited(Int32(number)))
        }
    }

    /// Whatever it has started is gone when it has ended: in its group, in a session of its own, and
    /// what does not care for SIGTERM.
    @Test(arguments: ["", "setsid ", "setsid setsid "])
    func nothingOfItLivesBehindItsEnd(_ way: String) throws {
        let folder = try #require(TemporaryDirectory())
        let file = "\(folder.path)/pid"
        let inner = "trap '' TERM HUP INT; echo $$ >\(file)-; mv \(file)- \(file); sleep 600"
        let line = #"\#(way)sh -c "$INNER" & until [ -e \#(file) ]; do sleep 0.02; done; exit 3"#
        let status = try run(line, [], ["PATH": "/usr/bin:/bin", "INNER": inner])
        #expect(status == .exited(3))
        let pid = try number(in: file)
        #expect(kill(pid, 0) == -1 && errno == ESRCH, "\(pid) lives")
    }

    @Test func itEndsWithItsKeeper() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let reader = Descriptor(ends[0])
        let line = "exec 8>/proc/\(getpid())/fd/\(ends[1]); setsid sleep 600 & echo x >&8; wait"
        do {
            let environment = ["PATH": "/usr/bin:/bin"]
            let keeper = try Keeper()
            let command = try ShellCommand(
                line,
                input: RawSpan(),
                environment: environment,
                by: keeper
            )
            _ = try reader.read(upTo: 1) { $0.byteCount }
            close(ends[1])
            #expect(try command.poll() == nil)
        }
        var loop = Loop<Int>(clock: SystemClock())
        loop.watch(reader.number, for: .readable, as: 0)
        #expect(try loop.wait(until: SystemClock().now + .seconds(20)))
        #expect(try reader.readAll(limit: 100) == [0x0a], "nobody holds the pipe any more")
    }

    /// An agent that a command leaves to keep a passphrase is what the user wants to stay.
    @Test func anAgentMayStayBehindACommandThatSucceeds() throws {
        let folder = try #require(TemporaryDirectory())
        let file = "\(folder.path)/pid"
        func output(_ status: Int) throws -> pid_t {
            unlink(file)
            let inner = "echo $$ >\(file)-; mv \(file)- \(file); exec sleep 600"
            let line =
                #"sleep 600 & setsid sh -c "$INNER" >/dev/null 2>&1 &"#
                + " until [ -e \(file) ]; do sleep 0.02; done; echo secret; exit \(status)"
            let output = try CommandOutput(
                of: line,
                environment: ["PATH": "/usr/bin:/bin", "INNER": inner],
                limit: 100
            )
            #expect(output.status == .exited(Int32(status)))
            #expect(output.bytes == Array("secret\n".utf8))
            return try number(in: file)
        }
        let stays = try output(0)
        #expect(kill(stays, SIGKILL) == 0, "the agent lives")
        let ended = try output(1)
        #expect(kill(ended, 0) == -1 && errno == ESRCH, "what a failure leaves behind is ended")
    }

    @Test func whatItHasStartedGetsItsSignalsToo() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let reader = Descriptor(ends[0])
        // Whoever holds the writing end lives.
        let line = "exec 8>/proc/\(getpid())/fd/\(ends[1]); sleep 600 & echo x >&8; wait"
        let status = try run(line) { command in
            _ = try? reader.read(upTo: 1) { $0.byteCount }
            close(ends[1])
            command.send(.kill)
        }
        #expect(status == .signalled(SIGKILL))
        var loop = Loop<Int>(clock: SystemClock())
        loop.watch(reader.number, for: .readable, as: 0)
        var rest: [UInt8]?
        if try loop.wait(until: SystemClock().now + .seconds(20)) {
            rest = try reader.readAll(limit: 100)
        }
        #expect(rest == [0x0a], "nobody holds the pipe any more")
    }
}
