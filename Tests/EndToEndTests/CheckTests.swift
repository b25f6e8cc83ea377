// `check` on each of the broker's listeners, right and wrong.

import JSON
import Testing

@Suite(.needsKafka)
struct CheckTests {
    private let authority = ["-X", "ssl.ca.location=\(Kafka.certificates ?? "")/ca.pem"]
    private let login = [
        "-X", "sasl.mechanism=PLAIN", "-X", "sasl.username=admin", "-X",
        "sasl.password=admin-secret",
    ]

    /// The links told, with their states, and the last one's text and remedy.
    private func check(
        _ servers: String?,
        _ words: [String]
    ) throws -> (links: [String], last: String, ending: Ending) {
        let outcome = try Kctl.run(["check", "--json"] + words, on: servers)
        let rows = try outcome.json()
        let links = rows.map { "\($0["link"]?.string ?? "") \($0["state"]?.string ?? "")" }
        let last = rows.last.map { "\($0["message"]?.string ?? "") (\($0["hint"]?.string ?? ""))" }
        return (links, last ?? "", outcome.ending)
    }

    private func security(_ name: String) -> [String] { ["-X", "security.protocol=\(name)"] }

    private let below = ["settings ok", "name ok", "connection ok"]

    @Test func plain() throws {
        let topic = try Kafka.topic("checked", partitions: 2)
        let found = try check(Kafka.servers, ["--topic", topic, "--group", Kafka.name("none")])
        #expect(found.ending == .exited(0))
        let hasClock = !Kafka.version.hasPrefix("2.")
        #expect(
            found.links == below + [
                "protocol ok", "login ok", "cluster ok", "brokers ok",
                hasClock ? "clock ok" : "clock note", "topic ok", "group ok", "library ok",
            ]
        )
        let isFour = Kafka.version.hasPrefix("4.")
        #expect(found.last.contains(isFour ? "Kafka 4 or newer" : "Kafka before 4"))
        let text = try Kafka.run(["check"])
        #expect(text.lines.first?.hasPrefix("ok      settings    bootstrap.servers ") == true)
    }

    @Test func encrypted() throws {
        let found = try check(Kafka.tlsServers, security("ssl") + authority)
        #expect(found.ending == .exited(0))
        #expect(Array(found.links.prefix(5)) == below + ["tls ok", "protocol ok"])
        #expect(found.links.last == "library ok")
    }

    @Test func withALogin() throws {
        let found = try check(Kafka.saslServers, security("sasl_plaintext") + login)
        #expect(found.ending == .exited(0))
        #expect(found.links.contains("login ok"))
        let both = try check(Kafka.saslTLSServers, security("sasl_ssl") + login + authority)
        #expect(both.ending == .exited(0))
        #expect(both.links.contains("tls ok"))
        #expect(both.links.contains("login ok"))
    }

    @Test func anAuthorityThatIsNotTrusted() throws {
        let other = ["-X", "ssl.ca.location=\(Kafka.certificates ?? "")/other-ca.pem"]
        let found = try check(Kafka.tlsServers, security("ssl") + other)
        #expect(found.ending == .exited(4))
        #expect(found.links == below + ["tls broken"])
        #expect(found.last.contains("by CN=kctl test ca: self-signed certificate"))
        #expect(found.last.contains("no certificate in ssl.ca.location '"))
    }

    @Test func theWrongProtocol() throws {
        let plain = try check(Kafka.tlsServers, [])
        #expect(plain.ending == .exited(4))
        #expect(plain.links == below + ["protocol broken"])
        #expect(plain.last.hasSuffix("(the port speaks TLS: -X security.protocol=ssl)"))
        let encrypted = try check(Kafka.servers, security("ssl"))
        #expect(encrypted.ending == .exited(4))
        #expect(encrypted.links == below + ["tls broken"])
        #expect(encrypted.last.hasSuffix("speaks plain text: -X security.protocol=plaintext)"))
        let both = try check(Kafka.saslTLSServers, security("sasl_plaintext") + login)
        #expect(both.last.hasSuffix("(the port speaks TLS: -X security.protocol=sasl_ssl)"))
    }

    @Test func theWrongPassword() throws {
        let words = security("sasl_plaintext") + login + ["-X", "sasl.password=guessed"]
        let found = try check(Kafka.saslServers, words)
        #expect(found.ending == .exited(5))
        #expect(found.links == below + ["protocol ok", "login broken"])
        #expect(!found.last.contains("guessed"))
        let none = try check(Kafka.saslServers, [])
        #expect(none.links == below + ["protocol ok", "login broken"])
        #expect(
            none.last.contains("requires a login (set -X security.protocol=sasl_plaintext, and")
        )
    }

    @Test func filesOfOurOwn() throws {
        let missing = try check(
            Kafka.tlsServers,
            security("ssl") + ["-X", "ssl.ca.location=/no/such/file"]
        )
        #expect(missing.ending == .exited(3))
        #expect(missing.links == ["settings broken"])
        let certificates = Kafka.certificates ?? ""
        let keystore = ["-X", "ssl.keystore.location=\(certificates)/client.p12"]
        let wrong = ["-X", "ssl.keystore.password=guessed"]
        let found = try check(Kafka.tlsServers, security("ssl") + authority + keystore + wrong)
        #expect(found.ending == .exited(4))
        #expect(found.links == ["settings broken"])
        let right = ["-X", "ssl.keystore.password=changeit"]
        let taken = try check(Kafka.tlsServers, security("ssl") + authority + keystore + right)
        #expect(taken.ending == .exited(0), "\(taken.last)")
    }

    @Test func whatIsNotThere() throws {
        let found = try check(Kafka.servers, ["--topic", Kafka.name("missing")])
        #expect(found.ending == .exited(3))
        #expect(found.links.last == "topic broken")
        let refused = try check("127.0.0.1:1", [])
        #expect(refused.ending == .exited(4))
        #expect(refused.links == ["settings ok", "name ok", "connection broken"])
        let nameless = try check("no-such-host.invalid:9092", [])
        #expect(nameless.ending == .exited(4))
        #expect(nameless.links == ["settings ok", "name broken"])
        let port = try ListeningPort()
        let silent = try check("127.0.0.1:\(port.number)", ["--timeout", "1s"])
        #expect(silent.ending == .exited(4))
        #expect(silent.links.last == "protocol broken")
        let some = try check("127.0.0.1:1,\(Kafka.servers ?? "")", [])
        #expect(some.ending == .exited(0))
        #expect(some.links.contains("connection note"))
    }
}
