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
        let command = try ShellCommand(line, input: input.span.bytes, environment: environment)
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
            _ = try ShellCommand("true", input: RawSpan(), environment: ["A": large])
            Issue.record("it was started")
        } catch {
            #expect(error.reason == "argument list too long")
        }
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
