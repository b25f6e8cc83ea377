// Contexts that are used: references, passwords asked for, and the real broker's four listeners.

import JSON
import Testing

/// Contexts that lead to a cluster.
struct ContextUseTests {
    @Test func aContextIsUsed() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let home = try Home(
            """
            contexts:
              here:
                bootstrap-servers: \(sandbox.address)
                properties: {client.id: '${exec:cat; echo me; echo noise >&2}'}
            """
        )
        // The command gets nothing of the input.
        let sent = try home.run("printf 'a\\nb\\n' | kctl produce t --context here")
        #expect(sent.ending == .exited(0))
        #expect(sent.errors.contains("noise"))
        let read = try home.run("kctl consume t -e", environment: ["KCTL_CONTEXT": "here"])
        #expect(read.text == "a\nb\n")
        let flag = try home.run("kctl --context here topics list -b 127.0.0.1:1 --timeout 3s")
        #expect(flag.ending == .exited(4))
        let noted = try home.run("kctl --context here topics list", on: sandbox.address)
        #expect(noted.errors.contains("KCTL_BOOTSTRAP_SERVERS overrides the addresses"))
        let kcat = try home.folder.file("kcat.conf", "bootstrap.servers=\(sandbox.address)\n")
        #expect(try home.run("kctl topics list --kcat-config \(kcat)").ending == .exited(0))
    }

    @Test func theSandboxIsNotReachedByTheUsersContext() throws {
        let home = try Home(
            "current-context: a\ncontexts: {a: {properties: {security.protocol: ssl}}}\n"
        )
        let listed = try home.run("kctl sandbox --topic t:1 -- kctl topics list --json")
        #expect(listed.ending == .exited(0), "\(listed.errors)")
        #expect(try listed.json().count == 1)
    }

    @Test(arguments: [
        ("exit 3", "ended with status 3"), ("kill -9 $$", "was ended by signal 9"),
        ("yes", "file too large"), ("printf '\\377'", "is not UTF-8"),
    ])
    func aCommandThatFailsIsAnErrorAtItsPlace(_ command: String, _ reason: String) throws {
        let home = try Home()
        _ = try home.folder.file(
            "c.properties",
            "client.id=${exec:\(command.replacing("\\", with: "\\\\"))}\n"
        )
        let outcome = try home.run("kctl topics list -b 127.0.0.1:1 -F c.properties")
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.hasPrefix("kctl: c.properties:1: "))
        #expect(outcome.errors.contains(reason))
    }

    @Test func aSecretThatOthersCanReadIsNoted() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let home = try Home(
            "current-context: a\ncontexts: {a: {properties: {sasl.password: hunter2}}}\n"
        )
        let quiet = try home.run("kctl topics list", on: sandbox.address)
        #expect(quiet.errors.isEmpty)
        let noted = try home.run(
            "chmod 644 '\(home.user)' && kctl topics list",
            on: sandbox.address
        )
        #expect(noted.ending == .exited(0))
        #expect(
            noted.errors == "kctl: note: \(home.user):2:29: 'sasl.password' is readable by other"
                + " users (chmod 600 \(home.user))\n"
        )
    }

    @Test func aPasswordIsNeededByNothingAndNobodyCanBeAsked() throws {
        let home = try Home()
        let line = "setsid kctl topics list -b 127.0.0.1:1 --ask-password"
        let none = try home.run(line)
        #expect(none.ending == .exited(2))
        #expect(none.errors.contains("no login or key that requires a password is configured"))
        let nobody = try home.run("\(line) -X sasl.username=alice")
        #expect(nobody.ending == .exited(2))
        #expect(nobody.errors.contains("there is no terminal to ask on"))
    }

    @Test func aTerminalIsPutBackWhenTheQuestionIsInterrupted() throws {
        let home = try Home()
        let program = try home.onTerminal(
            "trap : INT; kctl topics list -b 127.0.0.1:1 -X sasl.username=alice --ask-password;"
                + " stty -a"
        )
        program.wait(forOutput: "password of 'alice' for 127.0.0.1:1: ")
        program.send("\u{3}")
        program.wait(forOutput: " echo ")
        program.endInput()
        #expect(!program.finish().text.contains(" -echo "))
    }
}

/// The real broker's four listeners, each as a context.
@Suite(.needsKafka)
struct ContextListenerTests {
    private func home() throws -> Home {
        let home = try Home(
            """
            contexts:
              plain:
                bootstrap-servers: \(Kafka.servers ?? "")
              tls:
                bootstrap-servers: \(Kafka.tlsServers ?? "")
                properties: &tls
                  security.protocol: SSL
                  ssl.ca.location: ${env:TLS}/ca.pem
              sasl:
                bootstrap-servers: \(Kafka.saslServers ?? "")
                properties:
                  security.protocol: SASL_PLAINTEXT
                  sasl.mechanism: PLAIN
                  sasl.username: alice
                  sasl.password: ${file:password}
              both:
                bootstrap-servers: \(Kafka.saslTLSServers ?? "")
                properties-file: client.properties
              asked:
                bootstrap-servers: \(Kafka.saslServers ?? "")
                properties:
                  security.protocol: SASL_PLAINTEXT
                  sasl.mechanism: PLAIN
                  sasl.username: alice
            """
        )
        _ = try home.folder.file(".config/kctl/password", "alice-secret\n")
        _ = try home.folder.file(
            ".config/kctl/client.properties",
            """
            security.protocol=SASL_SSL
            ssl.truststore.type=PEM
            ssl.truststore.location=\(Kafka.certificates ?? "")/ca.pem
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
              username="alice" password="${exec:echo alice-secret}";
            """
        )
        return home
    }

    @Test(arguments: ["plain", "tls", "sasl", "both"])
    func eachIsReached(_ context: String) throws {
        let home = try home()
        let topic = try Kafka.topic("context")
        let variables = ["TLS": Kafka.certificates ?? "", "KCTL_CONTEXT": context]
        let sent = try home.run("echo '\(context)' | kctl produce \(topic)", environment: variables)
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let read = try home.run("kctl consume \(topic) -e", environment: variables)
        #expect(read.text == context + "\n", "\(read.errors)")
        let explained = try home.run("kctl config explain -v", environment: variables)
        let words = sent.errors + read.errors + explained.text + explained.errors
        #expect(!words.contains("alice-secret"))
    }

    @Test func javasToolsReadWhatAContextIsTranslatedTo() throws {
        let home = try home()
        let made = try home.run("kctl config to-properties both > java.properties")
        #expect(made.ending == .exited(0), "\(made.errors)")
        let script = try #require(Kafka.script)
        let listed = try home.run(
            "'\(script)' tool --version \(Kafka.version) topics --bootstrap-server"
                + " \(Kafka.saslTLSServers ?? "") --command-config java.properties --list"
        )
        #expect(listed.ending == .exited(0), "\(listed.errors)")
    }

    /// Trust stores as Java has them, made by both tools, with the ciphers of now and of old.
    @Test(arguments: [
        "keytool -importcert -noprompt -alias a -file $TLS/ca.pem -keystore trust -storetype PKCS12"
            + " -storepass changeit",
        "openssl pkcs12 -export -nokeys -in $TLS/ca.pem -passout pass:changeit -out trust",
        "openssl pkcs12 -export -legacy -nokeys -in $TLS/ca.pem -passout pass:changeit -out trust",
        "cp $TLS/ca.pem trust",
    ])
    func trustStoresAreRead(_ making: String) throws {
        let home = try Home()
        let variables = ["TLS": Kafka.certificates ?? ""]
        let made = try home.run("PATH=\"$JAVA_HOME/bin:$PATH\" \(making)", environment: variables)
        #expect(made.ending == .exited(0), "\(made.errors)")
        let text = "security.protocol=SSL\nssl.truststore.location=trust\n"
        _ = try home.folder.file("right", text + "ssl.truststore.password=changeit\n")
        let listed = try home.run("kctl topics list -F right", on: Kafka.tlsServers)
        #expect(listed.ending == .exited(0), "\(listed.errors)")
        guard !making.hasPrefix("cp") else { return }
        _ = try home.folder.file("wrong", text + "ssl.truststore.password=hunter2\n")
        let refused = try home.run("kctl topics list -F wrong", on: Kafka.tlsServers)
        #expect(refused.ending == .exited(2))
        #expect(
            refused.errors.hasPrefix(
                "kctl: wrong:2: trust store 'trust': the password is wrong (ssl.truststore.password)"
            )
        )
    }

    @Test func javasOwnStoreIsAnsweredWithTheLineThatConvertsIt() throws {
        let home = try Home()
        let made = try home.run(
            "PATH=\"$JAVA_HOME/bin:$PATH\" keytool -importcert -noprompt -alias a -storetype JKS"
                + " -file $TLS/ca.pem -keystore trust -storepass changeit",
            environment: ["TLS": Kafka.certificates ?? ""]
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        _ = try home.folder.file("c", "security.protocol=SSL\nssl.truststore.location=trust\n")
        let outcome = try home.run("kctl topics list -F c", on: Kafka.tlsServers)
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("keytool -list -rfc -keystore trust > ca.pem"))
        let converted = try home.run(
            "PATH=\"$JAVA_HOME/bin:$PATH\" keytool -list -rfc -keystore trust -storepass changeit"
                + " > ca.pem && kctl topics list -X security.protocol=ssl -X ssl.ca.location=ca.pem",
            on: Kafka.tlsServers
        )
        #expect(converted.ending == .exited(0), "\(converted.errors)")
    }

    @Test func aPasswordIsAskedForAndNotShown() throws {
        let home = try home()
        let topic = try Kafka.topic("asked")
        let program = try home.onTerminal("kctl topics list --context asked --ask-password")
        program.wait(forOutput: "password of 'alice' for ")
        program.send("alice-secret\n")
        let outcome = program.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.text)")
        #expect(!outcome.text.contains("alice-secret"))
        #expect(outcome.text.contains(topic))

        let wrong = try home.onTerminal("kctl topics list --context asked --ask-password")
        wrong.wait(forOutput: "password of 'alice' for ")
        wrong.send("hunter2\n")
        let refused = wrong.finish()
        #expect(refused.ending == .exited(5), "\(refused.text)")
        #expect(!refused.text.contains("hunter2"))
    }
}
