import Settings
import Testing

/// Java's properties as contexts, and back.
@Suite struct TranslationTests {
    private func file(_ text: String) -> SettingsFile {
        SettingsFile(path: "c.properties", bytes: Array(text.utf8))
    }

    @Test func javasPropertiesBecomeLibrdkafkas() throws {
        var translation = try PropertiesTranslation(
            fromJava: file(
                """
                bootstrap.servers=a:1
                security.protocol=SASL_SSL
                sasl.mechanism=SCRAM-SHA-512
                sasl.jaas.config=a.ScramLoginModule required username="u" password="${env:P}";
                ssl.truststore.type=PEM
                ssl.truststore.location=ca.pem
                ssl.endpoint.identification.algorithm=
                fetch.max.wait.ms=7
                request.timeout.ms=8
                buffer.memory=2048
                key.serializer=x.Y
                ssl.keystore.location=k.jks
                """
            ),
            in: .of()
        )
        #expect(translation.takeBootstrapServers() == "a:1")
        #expect(
            translation.properties.map { "\($0.name)=\($0.value)" } == [
                "security.protocol=SASL_SSL", "sasl.mechanism=SCRAM-SHA-512", "sasl.username=u",
                "sasl.password=${env:P}", "ssl.ca.location=ca.pem",
                "ssl.endpoint.identification.algorithm=none", "fetch.wait.max.ms=7",
                "request.timeout.ms=8", "queue.buffering.max.kbytes=2",
            ]
        )
        #expect(translation.omitted.count == 2)
        #expect(translation.omitted.contains { $0.contains("c.properties:11: 'key.serializer'") })
        #expect(translation.failures.map(\.origin) == [.file(path: "c.properties", line: 12)])
    }

    /// Each is what the other becomes.
    @Test(arguments: [
        ["client.id=x", "acks=all", "linger.ms=5", "retries=3", "delivery.timeout.ms=9"],
        ["security.protocol=SSL", "ssl.truststore.type=PEM", "ssl.truststore.location=ca.pem"],
        ["ssl.keystore.type=PEM", "ssl.keystore.location=both.pem", "ssl.key.password=p"],
        ["ssl.keystore.type=PKCS12", "ssl.keystore.location=k.p12", "ssl.keystore.password=p"],
        ["ssl.endpoint.identification.algorithm="], ["fetch.max.wait.ms=3"],
        ["max.request.size=3"], ["buffer.memory=1024"], ["send.buffer.bytes=-1"],
        ["auto.offset.reset=none"],
        [
            "partition.assignment.strategy="
                + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
        ],
        [
            "sasl.mechanism=SCRAM-SHA-256",
            "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required"
                + #" username="a\"b" password="c\\d";"#,
        ],
        [
            "sasl.mechanism=OAUTHBEARER",
            "sasl.oauthbearer.token.endpoint.url=https://x/y",
            "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
                + #" required clientId="a" clientSecret="b" scope="c";"#,
            "sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer"
                + ".OAuthBearerLoginCallbackHandler",
        ],
        [
            "sasl.kerberos.service.name=kafka",
            "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required"
                + #" useKeyTab="true" storeKey="true" keyTab="/k" principal="a@B";"#,
        ],
    ])
    func whatJavaSaysComesBack(_ lines: [String]) throws {
        // A properties file doubles the backslashes of a JAAS text.
        let text = lines.map {
            $0.split(separator: "\\", omittingEmptySubsequences: false)
                .joined(separator: "\\\\") + "\n"
        }.joined()
        var sources = SettingsSources()
        sources.commandConfig = file(text)
        let settings = try Settings.resolve(role: .consumer, sources, in: .of())
        let back = PropertiesTranslation(toJava: settings)
        #expect(back.failures.isEmpty)
        #expect(back.omitted.isEmpty)
        let words = Set(back.properties.map { "\($0.name)=\($0.value)" })
        #expect(words == Set(lines + ["bootstrap.servers=localhost:9092"]))
        let read = try PropertiesFile(parsing: Array(back.javaText.utf8), path: "j").entries
        #expect(Set(read.map { "\($0.name)=\($0.value)" }) == words)
    }

    @Test func whatJavaDoesNotHaveIsTold() throws {
        var sources = SettingsSources()
        sources.overrides = [
            "statistics.interval.ms=1", "partitioner=consistent", "ssl.key.location=k",
            "ssl.certificate.location=c", "client.id=a b=c\u{e4}",
        ]
        let settings = try Settings.resolve(role: .admin, sources, in: .of())
        let translation = PropertiesTranslation(toJava: settings)
        #expect(translation.omitted.count == 2)
        #expect(
            translation.failures.map(\.reason) == [
                "Java requires the key and its certificate in one file"
            ]
        )
        #expect(translation.javaText.contains("client.id=a b=c\\u00e4\n"))
    }

    @Test(arguments: [
        (
            "a.OAuthBearerLoginModule required clientId=\"i\" clientSecret=\"s\" scope=\"o\""
                + " extension_logicalCluster=\"l\";",
            [
                "sasl.oauthbearer.method=oidc", "sasl.oauthbearer.client.id=i",
                "sasl.oauthbearer.client.secret=s", "sasl.oauthbearer.scope=o",
                "sasl.oauthbearer.extensions=logicalCluster=l",
            ]
        ),
        (
            "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab=\"/k\""
                + " principal=\"p@R\" serviceName=\"kafka\";",
            [
                "sasl.kerberos.principal=p@R", "sasl.kerberos.keytab=/k",
                "sasl.kerberos.service.name=kafka",
            ]
        ),
        (
            "com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true;",
            ["sasl.kerberos.min.time.before.relogin=0"]
        ),
    ])
    func loginModulesAreUnderstood(_ text: String, _ expected: [String]) throws {
        var sources = SettingsSources()
        sources.overrides = ["sasl.jaas.config=\(text)"]
        let settings = try Settings.resolve(role: .admin, sources, in: .of())
        let words = settings.properties.map { "\($0.name)=\($0.value)" }
        #expect(words.filter { $0.hasPrefix("sasl") } == expected)
    }
}
