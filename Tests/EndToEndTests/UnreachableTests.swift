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
                + " what answers there does not speak Kafka's protocol (check the port)\n"
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

/// Encryption and authentication on the broker's other listeners.
@Suite(.needsKafka)
struct SecurityTests {
    private func list(_ servers: String?, _ properties: [String]) throws -> Outcome {
        try Kctl.run(
            ["topics", "list"] + properties.flatMap { ["-X", $0] },
            on: servers,
            within: .seconds(30)
        )
    }

    private var authority: String { "ssl.ca.location=\(Kafka.certificates ?? "")/ca.pem" }

    @Test func encrypted() throws {
        let outcome = try list(Kafka.tlsServers, ["security.protocol=ssl", authority])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
    }

    @Test func plainTextSpokenToAnEncryptedPort() throws {
        let outcome = try list(Kafka.tlsServers, [])
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("kctl: no broker reachable at "))
    }

    @Test func encryptionSpokenToAPlainPort() throws {
        let outcome = try list(Kafka.servers, ["security.protocol=ssl", authority])
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("SSL"))
    }

    @Test func aCertificateOfAnAuthorityThatIsNotTrusted() throws {
        let other = "ssl.ca.location=\(Kafka.certificates ?? "")/other-ca.pem"
        let outcome = try list(Kafka.tlsServers, ["security.protocol=ssl", other])
        #expect(outcome.ending == .exited(4))
        #expect(outcome.errors.contains("certificate verify failed"))
        #expect(outcome.errors.contains("ssl.ca.location"))
    }

    private func properties(_ mechanism: String, _ password: String) -> String {
        """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=\(mechanism)
        sasl.jaas.config=org.apache.kafka.common.security.\
        \(mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule") required \
        username="admin" password="\(password)";

        """
    }

    @Test(arguments: ["PLAIN"])
    func aPasswordInAPropertiesFile(mechanism: String) throws {
        let folder = try TemporaryFolder()
        let right = try folder.file("right", properties(mechanism, "admin-secret"))
        let taken = try Kctl.run(
            ["topics", "list", "--command-config", right],
            on: Kafka.saslServers
        )
        #expect(taken.ending == .exited(0), "\(taken.errors)")
        let wrong = try folder.file("wrong", properties(mechanism, "guessed"))
        let refused = try Kctl.run(
            ["topics", "list", "--command-config", wrong],
            on: Kafka.saslServers,
            within: .seconds(30)
        )
        #expect(refused.ending == .exited(5))
        #expect(refused.elapsed < .seconds(5))
        #expect(refused.errorLines.count == 1)
        #expect(!refused.errors.contains("guessed"))
        #expect(refused.errors.contains("sasl.password"))
    }

    /// Old libraries and Kafka 4 do not agree on SCRAM (CVE-2024-56128): the password is not at fault.
    @Test func aRightPasswordThatAnOldLibraryCannotSay() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("scram", properties("SCRAM-SHA-256", "admin-secret"))
        let library = try #require(
            try Kctl.run(["version", "--json"]).json().first?["librdkafka"]?.string
        )
        let outcome = try Kctl.run(
            ["topics", "list", "--command-config", file],
            on: Kafka.saslServers,
            within: .seconds(30)
        )
        if library.hasPrefix("2.0."), Kafka.version.hasPrefix("4.") {
            #expect(outcome.ending == .exited(5))
            #expect(outcome.errors.contains("needs librdkafka 2.6.1 or newer"))
        } else {
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        }
    }

    @Test func aPlainClientOnAPortThatWantsALogin() throws {
        let outcome = try list(Kafka.saslServers, [])
        #expect([.exited(4), .exited(5)].contains(outcome.ending))
        #expect(outcome.errors.contains("login: "))
        #expect(outcome.errors.contains("-X security.protocol"))
        #expect(!outcome.errors.contains("no answer within"))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
    }
}
