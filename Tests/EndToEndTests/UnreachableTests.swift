// Addresses where no broker is, brokers that speak otherwise, and credentials that are wrong.

import Glibc
import JSON
import Testing

struct UnreachableTests {
    @Test(arguments: [
        ["topics", "list"], ["topics", "create", "t"], ["topics", "delete", "t"],
        ["topics", "describe"], ["topics", "offsets", "t"], ["produce", "t"], ["consume", "t"],
        ["consume", "t", "-e"],
    ])
    func aClosedPortIsToldAtOnce(arguments: [String]) throws {
        let outcome = try Kctl.run(arguments, on: "127.0.0.1:1", within: .seconds(20))
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("kctl: no broker reachable at 127.0.0.1:1: "))
        #expect(outcome.errors.contains("refused"))
    }

    @Test func aNameThatDoesNotResolve() throws {
        let outcome = try Kctl.run(["topics", "list"], on: "no-such-host.invalid:9092")
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
        #expect(
            outcome.errors.hasPrefix("kctl: no broker reachable at no-such-host.invalid:9092: ")
        )
        #expect(outcome.errors.contains("(check the host name in --bootstrap-server)"))
    }

    @Test(arguments: [["topics", "list"], ["produce", "t"], ["consume", "t", "-e"]])
    func aPortThatNeverAnswers(arguments: [String]) throws {
        let port = try ListeningPort()
        let outcome = try Kctl.run(
            arguments + ["--timeout", "1500ms"],
            on: "127.0.0.1:\(port.number)",
            within: .seconds(20)
        )
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(8))
        #expect(outcome.elapsed >= .milliseconds(1500))
        #expect(
            outcome.errors.hasPrefix(
                "kctl: no broker reachable at 127.0.0.1:\(port.number): no answer within 1.5 s"
            )
        )
    }

    @Test func aPortThatSpeaksSomethingElse() throws {
        let server = try ForeignServer(answering: "HTTP/1.1 400 Bad Request\r\n\r\n")
        let outcome = try Kctl.run(["topics", "list"], on: "127.0.0.1:\(server.port)")
        #expect(outcome.ending == .exited(4))
        #expect(
            outcome.errors == "kctl: no broker reachable at 127.0.0.1:\(server.port):"
                + " the peer does not speak the Kafka protocol (check the port)\n"
        )
    }

    @Test func oneDeadAddressAmongSeveralDoesNoHarm() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let outcome = try Kctl.run(["topics", "list"], on: "127.0.0.1:1,\(sandbox.address)")
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines.count == 2)
    }

    @Test func aSignalWhileConnectingEndsAtOnce() throws {
        let port = try ListeningPort()
        let program = try Kctl.start(
            ["consume", "t", "-v"],
            on: "127.0.0.1:\(port.number)",
            environment: ["KCTL_X_DEBUG": "broker"]
        )
        program.wait(forErrors: "librdkafka: ")
        program.signal(SIGINT)
        let asked = ContinuousClock.now
        #expect(program.finish().ending == .signalled(SIGINT))
        #expect(ContinuousClock.now - asked < .seconds(8))
    }

    // MARK: - Log lines

    @Test func logLinesAreShownOnceAndOnlyWhenAskedFor() throws {
        let quiet = try Kctl.run(["topics", "list"], on: "127.0.0.1:1")
        #expect(quiet.errorLines.count == 1)
        let verbose = try Kctl.run(["topics", "list", "-v"], on: "127.0.0.1:1")
        #expect(verbose.ending == .exited(4))
        let logged = verbose.errorLines.filter { $0.hasPrefix("librdkafka: ") }
        #expect(!logged.isEmpty)
        let lasting = logged.map { $0.split(separator: " (after ").first }
        #expect(Set(lasting).count == lasting.count)
        #expect(logged.contains { $0.hasPrefix("librdkafka: error: ") && $0.hasSuffix("(FAIL)") })
        #expect(verbose.errorLines.last?.hasPrefix("kctl: no broker reachable") == true)
        #expect(
            verbose.errorLines.allSatisfy { $0.hasPrefix("kctl: ") || $0.hasPrefix("librdkafka: ") }
        )
    }

    // MARK: - Completion

    @Test func completionIsSilentAndQuickWhenNobodyAnswers() throws {
        let port = try ListeningPort()
        for address in ["127.0.0.1:1", "127.0.0.1:\(port.number)", "no-such-host.invalid:1"] {
            let outcome = try Kctl.run(
                ["complete", "topics", "--", "topics", "describe", "-b", address, ""]
            )
            #expect(outcome.ending == .exited(0))
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.isEmpty)
            #expect(outcome.elapsed < .seconds(8), "\(address)")
        }
    }

    @Test func completionRemembersForAWhile() throws {
        let folder = try TemporaryFolder()
        let address: String
        do {
            let sandbox = try SandboxServer(["--topic", "b:1", "--topic", "a:1"])
            address = sandbox.address
            let first = try complete(address, folder)
            #expect(first.lines.sorted() == ["a", "b"])
        }
        // The sandbox is gone: what is printed now was remembered.
        #expect(try complete(address, folder).lines.sorted() == ["a", "b"])
        #expect(try complete("127.0.0.1:1", folder).lines.isEmpty)
    }

    private func complete(_ address: String, _ folder: TemporaryFolder) throws -> Outcome {
        let outcome = try Kctl.run(
            ["complete", "topics", "--", "consume", "-b", address, ""],
            environment: ["XDG_CACHE_HOME": folder.path]
        )
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
        return outcome
    }
}
