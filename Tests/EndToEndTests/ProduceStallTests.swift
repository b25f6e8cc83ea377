// A broker that stalls or is gone: the mock cluster can be stopped and killed.

import Glibc
import JSON
import Testing

struct ProduceStallTests {
    /// A run whose first record, `a`, is acknowledged: the broker is out of its debt.
    private func begin(_ more: [String] = [], on sandbox: SandboxServer) throws -> Program {
        let words = ["produce", "t", "--print"] + more
        let run = try Kctl.start(words, input: .held, on: sandbox.address)
        run.send("a\n")
        run.wait(forOutput: "partition 0 offset 0\n")
        return run
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSecondSignalEndsAtOnce(number: Int32) throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let run = try begin(on: sandbox)
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        run.send((1...5000).map { "\($0)\n" }.joined())
        run.waitUntilInputIsTaken()
        run.signal(number)
        run.waitForSignals(toBeTaken: number)
        let asked = ContinuousClock.now
        run.signal(number)
        let outcome = run.finish()
        #expect(ContinuousClock.now - asked < .seconds(8))
        #expect(outcome.ending == .signalled(number))
        let tally = try #require(outcome.tally, "\(outcome.errors)")
        #expect(tally.acked == 1)
        #expect(tally.read == tally.acked + tally.failed)
        #expect(outcome.errors.contains(" before the end)"), "\(outcome.errors)")
        #expect(outcome.errorLines.count <= 12, "records given up are counted, not told one by one")
    }

    /// The abort of a transaction is not waited for either, and every record is accounted for.
    @Test func aSecondSignalEndsATransactionAtOnce() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let words = ["produce", "t", "--print", "--transactional-id", "x"]
        let run = try Kctl.start(words, input: .held, on: sandbox.address)
        run.send("a\n")
        run.wait(forOutput: "partition 0 offset 0\n")
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        run.signal(SIGINT)
        run.waitForSignals(toBeTaken: SIGINT)
        let asked = ContinuousClock.now
        run.signal(SIGINT)
        let outcome = run.finish()
        #expect(ContinuousClock.now - asked < .seconds(8))
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(outcome.tally == Tally(read: 1, acked: 0, failed: 1), "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot abort the transaction of 'x'"), "\(outcome.errors)")
        #expect(outcome.errors.contains("stopped by a second signal"), "\(outcome.errors)")
    }

    @Test func oneSignalWaitsTenSecondsAtMost() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let run = try begin(on: sandbox)
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        run.send("b\nc\n")
        run.waitUntilInputIsTaken()
        let asked = ContinuousClock.now
        run.signal(SIGINT)
        let outcome = run.finish()
        #expect(ContinuousClock.now - asked < .seconds(25))
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(outcome.tally == Tally(read: 3, acked: 1, failed: 2), "\(outcome.errors)")
    }

    @Test func theTimeForDeliveryIsKeptWhenTheBrokerIsGone() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let run = try begin(["--delivery-timeout", "6s"], on: sandbox)
        sandbox.signal(SIGKILL)
        run.send("b\nc\n")
        let asked = ContinuousClock.now
        run.endInput()
        let outcome = run.finish()
        #expect(ContinuousClock.now - asked < .seconds(20))
        #expect(outcome.ending == .exited(6), "\(outcome.errors)")
        #expect(outcome.tally == Tally(read: 3, acked: 1, failed: 2))
        #expect(!outcome.errors.contains("acknowledged again"), "\(outcome.errors)")
    }

    @Test func aBrokerThatStallsAndComesBackLosesNothing() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let run = try begin(on: sandbox)
        sandbox.signal(SIGSTOP)
        run.send((1...1000).map { "\($0)\n" }.joined())
        run.endInput()
        // It is said that nothing goes on, and that it does again.
        run.wait(forErrors: "kctl: no acknowledgement for 5 s, ")
        sandbox.signal(SIGCONT)
        run.wait(forErrors: "kctl: acknowledged again after ")
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0))
        #expect(outcome.tally == Tally(1001))
        let read = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        #expect(read.lines.dropFirst().compactMap { Int($0) } == Array(1...1000))
    }
}
