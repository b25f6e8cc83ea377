import Settings
import Testing

@Suite struct NamesTests {
    static let known = [
        "acks", "debug", "retries", "security.protocol", "socket.timeout.ms", "ssl.ca.pem",
    ]

    @Test(
        arguments: [
            ("socket.timeout", "socket.timeout.ms"), ("socket_timeout_ms", "socket.timeout.ms"),
            ("SOCKET.TIMEOUT.MS", "socket.timeout.ms"), ("securty.protocol", "security.protocol"),
            ("scokte.timeout.ms", "socket.timeout.ms"), ("ack", "acks"), ("aksc", "acks"),
            ("ssl.ca.pme", "ssl.ca.pem"), ("completely.else", nil), ("x", nil), ("", nil),
            (String(repeating: "a", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func nearest(_ name: String, _ expected: String?) {
        #expect(NameSuggestion.nearest(to: name, among: Self.known) == expected)
    }

    @Test func javaNamesAreSuggestedToo() {
        #expect(
            PropertyNames.nearest(to: "fetch.max.wait", among: Self.known) == "fetch.max.wait.ms"
        )
    }

    @Test func tiesDoNotDependOnTheOrder() {
        #expect(NameSuggestion.nearest(to: "bat", among: ["cat", "bar"]) == "bar")
        #expect(NameSuggestion.nearest(to: "bat", among: ["bar", "cat"]) == "bar")
    }

    @Test(arguments: [
        ("sasl.password", true), ("ssl.key.password", true), ("ssl.keystore.password", true),
        ("ssl.truststore.password", true), ("ssl.key.pem", true), ("ssl_key", true),
        ("ssl.keystore.key", true), ("sasl.jaas.config", true), ("SASL.PASSWORD", true),
        ("sasl.oauthbearer.client.secret", true), ("sasl.oauthbearer.config", true),
        ("sasl.oauthbearer.assertion.private.key.passphrase", true),
        ("sasl.oauthbearer.client.credentials.client.secret", true),
        ("basic.auth.user.info", true), ("some.new.password.thing", true),
        ("sasl.username", false), ("ssl.key.location", false), ("ssl.ca.pem", false),
        ("sasl.oauthbearer.token.endpoint.url", false), ("acks", false),
        ("sasl.oauthbearer.client.id", false),
    ])
    func secrets(_ name: String, _ isSecret: Bool) {
        #expect(SecretNames.contains(name) == isSecret)
        let setting = Setting(name, "v", origin: .property)
        #expect(setting.shownValue == (isSecret ? "(set)" : "v"))
    }

    @Test func aSecretThatIsEmptyIsNotSet() {
        #expect(Setting("sasl.password", "", origin: .property).shownValue == "")
    }
}
