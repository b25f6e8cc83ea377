import Glibc
import Reactor
import Testing

/// The loop, against real pipes and a clock moved by hand.
struct LoopTests {
    @Test func reportsWhatIsReadableAndNothingElse() throws {
        var pipes: [Int32] = [0, 0]
        pipe(&pipes)
        let reader = Descriptor(pipes[0])
        let writer = Descriptor(pipes[1])
        var loop = Loop<String>(clock: SystemClock())
        loop.watch(reader.number, for: .readable, as: "read")
        loop.watch(writer.number, for: .writable, as: "write")
        try loop.wait()
        let readableAtFirst = loop.isReady("read")
        #expect(!readableAtFirst)
        let writable = loop.isReady("write")
        #expect(writable)
        loop.unwatch("write")
        let written = try writer.write(([1, 2, 3] as [UInt8]).span.bytes)
        #expect(written > 0)
        try loop.wait()
        let readable = loop.isReady("read")
        #expect(readable)
        let count = try reader.read(upTo: 10) { $0.byteCount }
        #expect(count == written)
    }

    @Test func returnsAtTheDeadline() throws {
        let clock = ManualClock()
        var loop = Loop<Int>(clock: clock)
        let past = clock.now
        clock.advance(by: .seconds(1))
        let ready = try loop.wait(until: past)
        #expect(!ready)
    }

    @Test func sensesThatTheReaderOfAPipeIsGone() throws {
        var pipes: [Int32] = [0, 0]
        pipe(&pipes)
        let writer = Descriptor(pipes[1])
        close(pipes[0])
        var loop = Loop<Int>(clock: SystemClock())
        loop.watch(writer.number, for: .hangUp, as: 1)
        try loop.wait()
        let gone = loop.hasHungUp(1)
        #expect(gone)
    }

    @Test func wakesUpFromAnotherThreadsWrite() throws {
        let wakeup = try Wakeup()
        var payload = Wakeup.payload
        Glibc.write(wakeup.number, &payload, 8)
        var loop = Loop<Int>(clock: SystemClock())
        loop.watch(wakeup.number, for: .readable, as: 1)
        let ready = try loop.wait()
        #expect(ready)
        wakeup.clear()
        let again = try loop.wait(until: SystemClock().now)
        #expect(!again)
    }

    @Test func runsAChildAndLearnsItsStatus() throws {
        let child = try ChildProcess(
            arguments: ["sh", "-c", "exit $WANTED"],
            environment: ["WANTED": "7", "PATH": "/usr/bin:/bin"]
        )
        var loop = Loop<Int>(clock: SystemClock())
        var status: ChildStatus?
        let limit = SystemClock().now + .seconds(10)
        while status == nil, SystemClock().now < limit {
            status = try child.poll()
            if status == nil { try loop.wait(until: SystemClock().now + .milliseconds(5)) }
        }
        #expect(status == .exited(7))
    }

    @Test func namesTheProgramThatDoesNotExist() {
        do {
            _ = try ChildProcess(arguments: ["/no/such/program"], environment: [:])
            Issue.record("a missing program was started")
        } catch {
            #expect(error.isNotFound)
        }
    }

    @Test(arguments: [
        (Duration.milliseconds(1), Int32(1)), (.nanoseconds(1), 1), (.zero, 0),
        (.seconds(-1), 0), (.seconds(1 << 40), .max), (.microseconds(1500), 2),
    ])
    func roundsMillisecondsUpAndClamps(_ duration: Duration, _ expected: Int32) {
        #expect(duration.clampedMilliseconds == expected)
    }
}
