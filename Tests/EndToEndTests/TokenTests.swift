// OAUTHBEARER: tokens from a server and from a file.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct TokenTests {
    private let login = ["security.protocol=sasl_plaintext", "sasl.mechanism=OAUTHBEARER"]

    private func words(_ properties: [String]) -> [String] { properties.flatMap { ["-X", $0] } }

    /// The client credentials of OpenID Connect.
    private func credentials(_ url: String, secret: String = "let-me-in") -> [String] {
        login + [
            "sasl.oauthbearer.method=oidc", "sasl.oauthbearer.client.id=reader",
            "sasl.oauthbearer.client.secret=\(secret)", "sasl.oauthbearer.scope=a b",
            "sasl.oauthbearer.token.endpoint.url=\(url)",
        ]
    }

    @Test func aTokenForANameAndASecret() throws {
        let server = try TokenServer(lifetime: 300)
        let topic = try Kafka.topic("tokens")
        let sent = try Kctl.run(
            ["produce", topic] + words(credentials(server.url)),
            input: .text("1\n2\n"),
            on: Kafka.saslServers
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let read = try Kctl.run(
            ["consume", topic, "-e"] + words(credentials(server.url)),
            on: Kafka.saslServers
        )
        #expect(read.text == "1\n2\n", "\(read.errors)")
        #expect(server.given >= 2)
        let checked = try Kctl.run(
            ["check", "--json"] + words(credentials(server.url)),
            on: Kafka.saslServers
        )
        #expect(checked.ending == .exited(0), "\(checked.text)")
    }

    /// The tutorial's form: Java's properties with a login module.
    @Test func asJavaHasIt() throws {
        let server = try TokenServer(lifetime: 300)
        let folder = try TemporaryFolder()
        let file = try folder.file(
            "client.properties",
            """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=OAUTHBEARER
            sasl.oauthbearer.token.endpoint.url=\(server.url)
            sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
            sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule \
            required clientId="reader" clientSecret="let-me-in" scope="a b";

            """
        )
        let listed = try Kctl.run(["topics", "list", "-F", file], on: Kafka.saslServers)
        #expect(listed.ending == .exited(0), "\(listed.errors)")
    }

    @Test func aReaderGetsNewTokensInTime() throws {
        let server = try TokenServer(lifetime: 5)
        let topic = try Kafka.topic("short")
        let reader = try Kctl.start(
            ["consume", topic, "--from-beginning"] + words(credentials(server.url)),
            on: Kafka.saslServers
        )
        reader.watchState("a third token") { _ in server.given >= 3 }
        try Kafka.fill(topic, 0..<1)
        reader.wait(forOutput: "0\n")
        reader.signal(SIGINT)
        #expect(reader.finish().ending == .signalled(SIGINT))
    }

    /// A server that takes the request for a newer token and does not answer holds up nothing.
    @Test func aSilentServerHoldsUpNothing() throws {
        // The broker lets connections live as long as the token with which they were made.
        let server = try TokenServer(lifetime: 300, use: 5)
        let topic = try Kafka.topic("silent-tokens")
        let patience = ["--timeout", "10m"]
        let reader = try Kctl.start(
            ["consume", topic, "--from-beginning"] + patience + words(credentials(server.url)),
            on: Kafka.saslServers
        )
        let writer = try Kctl.start(
            ["produce", topic] + patience + words(credentials(server.url)),
            input: .held,
            on: Kafka.saslServers
        )
        writer.send("0\n")
        reader.wait(forOutput: "0\n")
        server.stall()
        reader.watchState("a request of each that is not answered") { _ in server.stalled >= 2 }
        writer.send("1\n")
        reader.wait(forOutput: "0\n1\n")
        writer.signal(SIGINT)
        #expect(writer.finish().ending == .signalled(SIGINT))
        reader.signal(SIGINT)
        #expect(reader.finish().ending == .signalled(SIGINT))
    }

    @Test func whatIsWrongIsTold() throws {
        let server = try TokenServer(lifetime: 300)
        func list(_ properties: [String]) throws -> Outcome {
            try Kctl.run(["topics", "list"] + words(properties), on: Kafka.saslServers)
        }
        let secret = try list(credentials(server.url, secret: "guessed"))
        #expect(secret.ending == .exited(5))
        #expect(secret.errors.contains("no token from \(server.url): status 401: unknown client"))
        #expect(!secret.errors.contains("guessed"))
        let nobody = try list(credentials("http://127.0.0.1:1/token"))
        #expect(nobody.ending == .exited(5))
        #expect(nobody.errors.contains("no token from http://127.0.0.1:1/token: "))
        let none = try list(login)
        #expect(none.ending == .exited(2))
        #expect(none.errors.contains("needs sasl.oauthbearer.token.endpoint.url"))
        let endpoint = "sasl.oauthbearer.token.endpoint.url="
        let missing = try list(login + [endpoint + "file:///no/such/file"])
        #expect(missing.ending == .exited(5))
        #expect(missing.errors.contains("no token in '/no/such/file': no such file or directory"))
        let folder = try TemporaryFolder()
        for text in ["", "x", "a.b.c", "e30.e30.", "..", "e30.eyJleHAiOjF9.x"] {
            let file = try folder.file("token", text)
            let refused = try list(login + [endpoint + "file://" + file])
            #expect(refused.ending == .exited(5))
            #expect(refused.errors.contains("is not a token"), "\(refused.errors)")
        }
    }

    /// `{"alg":"none"}` and `{"sub":"reader","exp":4102444800}`.
    @Test func aTokenInAFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file(
            "token",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyZWFkZXIiLCJleHAiOjQxMDI0NDQ4MDB9.\n"
        )
        let listed = try Kctl.run(
            ["topics", "list"]
                + words(login + ["sasl.oauthbearer.token.endpoint.url=file://\(file)"]),
            on: Kafka.saslServers
        )
        #expect(listed.ending == .exited(0), "\(listed.errors)")
    }
}
