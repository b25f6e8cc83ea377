// Encryption and authentication on the broker's listeners: what is wrong is told in one line.

import Glibc
import Testing

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
        #expect(outcome.errors.contains("speaks TLS: -X security.protocol=ssl"))
    }

    @Test func encryptionSpokenToAPlainPort() throws {
        let outcome = try list(Kafka.servers, ["security.protocol=ssl", authority])
        #expect(outcome.ending == .exited(4))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("speaks plain text: -X security.protocol=plaintext"))
    }

    @Test func aCertificateOfAnAuthorityThatIsNotTrusted() throws {
        let other = "ssl.ca.location=\(Kafka.certificates ?? "")/other-ca.pem"
        let outcome = try list(Kafka.tlsServers, ["security.protocol=ssl", other])
        #expect(outcome.ending == .exited(4))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("self-signed certificate in certificate chain"))
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
    @Test(arguments: ["SCRAM-SHA-256", "SCRAM-SHA-512"])
    func aRightPasswordThatAnOldLibraryCannotSay(mechanism: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("scram", properties(mechanism, "admin-secret"))
        let outcome = try Kctl.run(
            ["topics", "list", "--command-config", file],
            on: Kafka.saslServers,
            within: .seconds(30)
        )
        if try Kctl.hasOldLibrary(), Kafka.version.hasPrefix("4.") {
            #expect(outcome.ending == .exited(5))
            #expect(outcome.errors.contains("requires librdkafka 2.6.1 or newer"))
        } else {
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        }
        let wrong = try Kctl.run(
            ["topics", "list", "-F", folder.file("wrong", properties(mechanism, "guessed"))],
            on: Kafka.saslServers
        )
        #expect(wrong.ending == .exited(5))
        #expect(!wrong.errors.contains("guessed"))
        #expect(wrong.errorLines.count == 1)
    }

    @Test func aPlainClientOnAPortThatWantsALogin() throws {
        let outcome = try list(Kafka.saslServers, [])
        #expect(outcome.ending == .exited(4))
        #expect(
            outcome.errors.contains("requires a login (set -X security.protocol=sasl_plaintext, ")
        )
        #expect(!outcome.errors.contains("no answer within"))
        #expect(outcome.elapsed < .seconds(12))
        #expect(outcome.errorLines.count == 1)
    }

    /// What the library logs, all of it, and what the process shows of itself.
    @Test func noLogHoldsAPassword() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("login", properties("PLAIN", "admin-secret"))
        let program = try Kctl.start(
            ["consume", Kafka.topic("logged"), "-v", "-F", file, "-X", "debug=all"],
            on: Kafka.saslServers
        )
        program.wait(forErrors: "librdkafka: debug: ")
        let words = try Kctl.bash("tr '\\0' ' ' </proc/\(program.pid)/cmdline")
        #expect(words.text.contains("consume"))
        #expect(!words.text.contains("admin-secret"))
        program.signal(SIGINT)
        let outcome = program.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        // Plain, as SASL sends it, and in Base64.
        for text in ["admin-secret", "YWRtaW4tc2VjcmV0", "AGFkbWluAGFkbWluLXNlY3JldA"] {
            #expect(!outcome.errors.contains(text))
        }
    }

    // MARK: - Files of our own

    private func problem(_ properties: [String]) throws -> String {
        let outcome = try list(Kafka.tlsServers, ["security.protocol=ssl"] + properties)
        let isMissing = outcome.errors.contains("no such file")
        #expect(outcome.ending == .exited(isMissing ? 3 : 4), "\(outcome.errors)")
        let lines = outcome.errorLines.filter { !$0.contains("note: ") }
        #expect(lines.count == 1)
        #expect(!outcome.errors.contains("guessed"))
        return String(lines.last ?? "")
    }

    @Test func filesThatCannotBeUsed() throws {
        let certificates = Kafka.certificates ?? ""
        let folder = try TemporaryFolder()
        let missing = try problem(["ssl.ca.location=/no/such/file"])
        #expect(missing.contains("-X: ssl.ca.location '/no/such/file': no such file or directory"))
        let nothing = try problem(["ssl.ca.location=\(try folder.file("a", "nothing"))"])
        #expect(nothing.contains("no certificate in it"))
        let keystore = "ssl.keystore.location=\(certificates)/client.p12"
        let password = try problem([authority, keystore, "ssl.keystore.password=guessed"])
        #expect(password.contains("client.p12': ssl.keystore.password is wrong"))
        let none = try problem([authority, "ssl.keystore.location=\(try folder.file("b", "x"))"])
        #expect(none.contains("no PKCS#12 keystore"))
        let pair = try problem([
            authority, "ssl.certificate.location=\(certificates)/client.pem",
            "ssl.key.location=\(certificates)/broker.key",
        ])
        #expect(pair.contains("the key does not belong to the certificate"))
    }

    @Test func aMechanismThatIsMissing() throws {
        let outcome = try list(Kafka.saslServers, ["security.protocol=sasl_plaintext"])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("security.protocol=sasl_plaintext requires sasl.mechanism"))
    }

    // MARK: - Certificates

    /// 127.1 is the same address by a name that is in no certificate.
    @Test func aHostThatTheCertificateIsNotFor() throws {
        let port = Kafka.tlsServers?.split(separator: ":").last ?? ""
        let properties = ["security.protocol=ssl", authority]
        let outcome = try list("127.1:\(port)", properties)
        #expect(outcome.ending == .exited(4))
        #expect(outcome.errors.contains("hostname mismatch"), "\(outcome.errors)")
        #expect(outcome.errors.contains("ssl.endpoint.identification.algorithm=none"))
        let unchecked = try list(
            "127.1:\(port)",
            properties + ["ssl.endpoint.identification.algorithm=none"]
        )
        #expect(unchecked.ending == .exited(0), "\(unchecked.errors)")
    }

    @Test func certificatesThatTheOtherSideDoesNotTake() throws {
        let cluster = try KafkaCluster(
            brokers: 1,
            [
                "--set", "listener.name.ssl.ssl.client.auth=required",
                "--set", "listener.name.sasl_ssl.ssl.keystore.location={dir}/tls/expired.p12",
                "--set", "listener.name.sasl_ssl.ssl.keystore.password=changeit",
                "--set", "listener.name.sasl_ssl.ssl.key.password=changeit",
            ]
        )
        let trusted = "ssl.ca.location=\(cluster.certificates)/ca.pem"
        let nameless = try list(cluster.tlsServers, ["security.protocol=ssl", trusted])
        #expect(nameless.ending == .exited(4))
        #expect(nameless.errorLines.count == 1)
        #expect(
            nameless.errors.contains(
                "the broker requires a client certificate: -X ssl.keystore.location"
            )
        )
        let known = try list(
            cluster.tlsServers,
            [
                "security.protocol=ssl", trusted,
                "ssl.certificate.location=\(cluster.certificates)/client.pem",
                "ssl.key.location=\(cluster.certificates)/client.key",
            ]
        )
        #expect(known.ending == .exited(0), "\(known.errors)")
        try keyStores(cluster, trusted)
        let login = ["sasl.mechanism=PLAIN", "sasl.username=admin", "sasl.password=admin-secret"]
        let expired = try list(
            cluster.saslTLSServers,
            ["security.protocol=sasl_ssl", trusted] + login
        )
        #expect(expired.ending == .exited(4))
        #expect(
            expired.errors.contains("certificate has expired (renew the certificate on the broker)")
        )
        let checked = try Kctl.run(
            ["check", "-X", "security.protocol=sasl_ssl", "-X", trusted]
                + login.flatMap { ["-X", $0] },
            on: cluster.saslTLSServers
        )
        #expect(checked.ending == .exited(4))
        #expect(checked.lines.last?.hasPrefix("broken  tls ") == true)
    }

    /// Stores as OpenSSL and keytool write them, by new ciphers and by those of old, in properties
    /// that Kafka's own tools take as they are.
    private func keyStores(_ cluster: KafkaCluster, _ trusted: String) throws {
        let folder = try TemporaryFolder()
        let made = try Kctl.bash(
            """
            set -e
            cd '\(folder.path)'
            pair='-inkey \(cluster.certificates)/client.key -in \(cluster.certificates)/client.pem'
            openssl pkcs12 -export $pair -passout pass:changeit -out new.p12
            openssl pkcs12 -export -legacy $pair -passout pass:changeit -out old.p12
            import='keytool -importkeystore -srckeystore new.p12 -srcstorepass changeit'
            import+=' -srcstoretype PKCS12 -deststoretype PKCS12 -deststorepass changeit -noprompt'
            $import -destkeystore java.p12
            $import -destkeystore java8.p12 -J-Dkeystore.pkcs12.legacy
            $import -destkeystore client.jks -deststoretype JKS
            keytool -importcert -noprompt -alias ca -file '\(cluster.certificates)/ca.pem' \
              -keystore trust.p12 -storetype PKCS12 -storepass changeit
            """
        )
        try #require(made.ending == .exited(0), "\(made.errors)")
        func properties(_ store: String) throws -> String {
            try folder.file(
                "\(store).properties",
                """
                security.protocol=SSL
                ssl.truststore.location=\(folder.path)/trust.p12
                ssl.truststore.type=PKCS12
                ssl.truststore.password=changeit
                ssl.keystore.location=\(folder.path)/\(store)
                ssl.keystore.type=PKCS12
                ssl.keystore.password=changeit
                ssl.key.password=changeit
                ssl.endpoint.identification.algorithm=

                """
            )
        }
        for store in ["new.p12", "old.p12", "java.p12", "java8.p12"] {
            let file = try properties(store)
            let listed = try Kctl.run(["topics", "list", "-F", file], on: cluster.tlsServers)
            #expect(listed.ending == .exited(0), "\(store): \(listed.errors)")
            let checked = try Kctl.run(["check", "-F", file], on: cluster.tlsServers)
            #expect(checked.ending == .exited(0), "\(store): \(checked.text)")
        }
        let script = try #require(Kafka.script)
        let java = try Kctl.bash(
            """
            '\(script)' tool --version \(Kafka.version) topics --list \
              --bootstrap-server \(cluster.tlsServers) --command-config '\(properties("java.p12"))'
            """
        )
        #expect(java.ending == .exited(0), "\(java.errors)")
        let refused = try Kctl.run(
            ["topics", "list", "-F", properties("client.jks")],
            on: cluster.tlsServers
        )
        #expect(refused.ending == .exited(2))
        #expect(refused.errors.contains("keytool -importkeystore -srckeystore "))
    }
}
