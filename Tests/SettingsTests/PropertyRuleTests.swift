import Testing

@testable import Settings

/// One row of `PropertyRule` at a time, through the whole of `Settings.resolve`.
@Suite struct PropertyRuleTests {
    private func resolve(
        _ properties: [String],
        role: ClientRole = .producer
    ) throws(SettingsError) -> ClusterSettings {
        try Settings.resolve(role: role, overrides: properties, defaults: [])
    }

    private func set(_ settings: ClusterSettings) -> [String] {
        settings.properties.filter { $0.name != "bootstrap.servers" }.map {
            "\($0.name)=\($0.value)"
        }
    }

    static let turned: [([String], [String])] = [
        (["fetch.max.wait.ms=10"], ["fetch.wait.max.ms=10"]),
        (["max.request.size=5000"], ["message.max.bytes=5000"]),
        (["request.timeout.ms=7"], ["request.timeout.ms=7"]),
        (["buffer.memory=33554432"], ["queue.buffering.max.kbytes=32768"]),
        (["buffer.memory=1"], ["queue.buffering.max.kbytes=1"]),
        (["buffer.memory=1025"], ["queue.buffering.max.kbytes=2"]),
        (["buffer.memory=9223372036854775807"], ["queue.buffering.max.kbytes=9007199254740992"]),
        (["send.buffer.bytes=-1"], ["socket.send.buffer.bytes=0"]),
        (["send.buffer.bytes=9"], ["socket.send.buffer.bytes=9"]),
        (["receive.buffer.bytes=-1"], ["socket.receive.buffer.bytes=0"]),
        (["connections.max.idle.ms=-1"], ["connections.max.idle.ms=0"]),
        (["connections.max.idle.ms=5"], ["connections.max.idle.ms=5"]),
        (
            ["partitioner.class=org.apache.kafka.clients.producer.internals.DefaultPartitioner"],
            ["partitioner=murmur2_random"]
        ),
        (
            ["partitioner.class=org.apache.kafka.clients.producer.UniformStickyPartitioner"],
            ["partitioner=random"]
        ),
        (
            ["partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner"],
            ["partitioner=random"]
        ),
        (["partitioner.class="], []),
        (["partitioner.ignore.keys=true"], ["partitioner=random"]),
        (["partitioner.ignore.keys=false"], []),
        (
            ["partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor"],
            ["partition.assignment.strategy=range"]
        ),
        (
            [
                "partition.assignment.strategy="
                    + "org.apache.kafka.clients.consumer.RoundRobinAssignor, "
                    + "org.apache.kafka.clients.consumer.RangeAssignor"
            ], ["partition.assignment.strategy=roundrobin,range"]
        ),
        (
            [
                "partition.assignment.strategy="
                    + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
            ], ["partition.assignment.strategy=cooperative-sticky"]
        ),
        (
            [
                "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor,"
                    + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
            ], ["partition.assignment.strategy=range"]
        ),
        (
            ["partition.assignment.strategy=cooperative-sticky,range"],
            ["partition.assignment.strategy=cooperative-sticky,range"]
        ),
        (["auto.offset.reset=none"], ["auto.offset.reset=error"]),
        (["auto.offset.reset=earliest"], ["auto.offset.reset=earliest"]),
        (["group.protocol=classic"], []),
        (["group.protocol=consumer"], ["group.protocol=consumer"]),
        (["client.dns.lookup=use_all_dns_ips"], []),
        (
            ["client.dns.lookup=resolve_canonical_bootstrap_servers_only"],
            ["client.dns.lookup=resolve_canonical_bootstrap_servers_only"]
        ),
        (
            ["ssl.endpoint.identification.algorithm="],
            ["ssl.endpoint.identification.algorithm=none"]
        ),
        (
            ["ssl.endpoint.identification.algorithm=https"],
            ["ssl.endpoint.identification.algorithm=https"]
        ),
        (["ssl.truststore.location=/etc/ca.pem"], ["ssl.ca.location=/etc/ca.pem"]),
        (
            ["ssl.truststore.type=PEM", "ssl.truststore.location=/etc/ca"],
            ["ssl.ca.location=/etc/ca"]
        ),
        (["ssl.truststore.location="], []),
        (["ssl.truststore.password=x", "ssl.truststore.type=JKS"], []),
        (
            [
                "ssl.truststore.certificates=-----BEGIN CERTIFICATE----- QUJD REVG "
                    + "-----END CERTIFICATE-----"
            ],
            ["ssl.ca.pem=-----BEGIN CERTIFICATE-----\nQUJDREVG\n-----END CERTIFICATE-----\n"]
        ),
        (
            ["ssl.keystore.key=-----BEGIN KEY-----\nA\n-----END KEY-----"],
            ["ssl.key.pem=-----BEGIN KEY-----\nA\n-----END KEY-----"]
        ),
        (
            ["ssl.keystore.certificate.chain=-----BEGIN A-----B-----END A----------BEGIN C-----D"],
            ["ssl.certificate.pem=-----BEGIN A-----\nB\n-----END A-----\n-----BEGIN C-----\nD\n"]
        ),
        (["ssl.keystore.location=client.p12"], ["ssl.keystore.location=client.p12"]),
        (["ssl.keystore.location=client"], ["ssl.keystore.location=client"]),
        (["ssl.keystore.location="], []),
        (
            ["ssl.keystore.location=client.jks", "ssl.keystore.type=pkcs12"],
            ["ssl.keystore.location=client.jks"]
        ),
        (
            ["ssl.keystore.location=client.pem"],
            ["ssl.key.location=client.pem", "ssl.certificate.location=client.pem"]
        ),
        (
            [
                "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
                    + #"username="u" password="p w\"\\";"#
            ], ["sasl.username=u", #"sasl.password=p w"\"#]
        ),
        (
            [
                "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
                    + "password='p;=' username = u tokenauth=false;"
            ], ["sasl.username=u", "sasl.password=p;="]
        ),
        (["sasl.mechanism=SCRAM-SHA-256"], ["sasl.mechanism=SCRAM-SHA-256"]),
        (["sasl.mechanisms=PLAIN"], ["sasl.mechanisms=PLAIN"]),
        (["sasl.kerberos.kinit.cmd=/usr/bin/kinit"], []),
        (["sasl.kerberos.kinit.cmd=kinit -R"], ["sasl.kerberos.kinit.cmd=kinit -R"]),
        (["sasl.login.callback.handler.class="], []),
        (
            [
                "sasl.login.callback.handler.class="
                    + "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"
            ], []
        ),
        (["sasl.client.callback.handler.class="], []),
        (["sasl.login.class="], []),
        (["sasl.oauthbearer.jwt.retriever.class=a.DefaultJwtRetriever"], []),
        (["bootstrap.servers=a:1", "bootstrap.controllers=b:1"], []),
        (["topic.acks=1"], ["acks=1"]),
        (["topic.metadata.refresh.sparse=true"], ["topic.metadata.refresh.sparse=true"]),
        (["topic.blacklist=a"], ["topic.blacklist=a"]),
        (["not.a.property=1"], ["not.a.property=1"]),
    ]

    @Test(arguments: turned)
    func turns(_ given: [String], _ expected: [String]) throws {
        #expect(set(try resolve(given)) == expected)
    }

    @Test(arguments: [ClientRole.consumer, .admin])
    func requestTimeoutIsTheSocketsForOthersThanProducers(_ role: ClientRole) throws {
        #expect(set(try resolve(["request.timeout.ms=7"], role: role)) == ["socket.timeout.ms=7"])
    }

    static let refused: [([String], String)] = [
        (
            ["bootstrap.controllers=b:1"],
            "-X: 'bootstrap.controllers' names controllers, and librdkafka asks brokers"
        ),
        (["buffer.memory=lots"], "-X: 'buffer.memory' is 'lots', not a number of bytes"),
        (["buffer.memory=-1"], "-X: 'buffer.memory' is '-1', not a number of bytes"),
        (
            ["partitioner.class=com.example.Mine"],
            "-X: partitioner class 'com.example.Mine' is Java code and cannot run here"
        ),
        (
            ["partition.assignment.strategy=org.apache.kafka.clients.consumer.StickyAssignor"],
            "-X: assignor class 'org.apache.kafka.clients.consumer.StickyAssignor' "
                + "has no counterpart in librdkafka"
        ),
        (
            ["auto.offset.reset=by_duration:PT1H"],
            "-X: librdkafka does not support auto.offset.reset 'by_duration:PT1H'"
        ),
        (
            ["ssl.truststore.location=/a/trust.jks"],
            "-X: trust store '/a/trust.jks' is a JKS file, which only Java can read"
        ),
        (
            ["ssl.truststore.location=/a/truststore"],
            "-X: trust store '/a/truststore' is a JKS file, which only Java can read"
        ),
        (
            ["ssl.truststore.location=t.p12"],
            "-X: trust store 't.p12': cannot read 't.p12'"
        ),
        (
            ["ssl.keystore.location=k.jks"],
            "-X: key store 'k.jks' is a JKS file, which only Java can read"
        ),
        (
            ["ssl.keystore.location=k", "ssl.keystore.type=JKS"],
            "-X: key store 'k' is a JKS file, which only Java can read"
        ),
        (["sasl.mechanism=AWS_MSK_IAM"], "-X: AWS MSK IAM is not supported"),
        (
            ["sasl.client.callback.handler.class=a.B"],
            "-X: 'sasl.client.callback.handler.class' names 'a.B', Java code that cannot run here"
        ),
    ]

    @Test(arguments: refused)
    func refuses(_ given: [String], _ message: String) {
        let error = #expect(throws: SettingsError.self) { try resolve(given) }
        #expect(error?.message == message)
        #expect(error?.hint?.isEmpty == false)
    }

    @Test func hintsQuotePathsForTheShell() {
        let error = #expect(throws: SettingsError.self) {
            try resolve(["ssl.truststore.location=/my dir/it's.jks"])
        }
        #expect(error?.hint?.contains(#"'/my dir/it'\''s.jks' > ca.pem"#) == true)
    }

    @Test(arguments: [
        ("", "it has no login module"),
        ("a.PlainLoginModule", "'required' is missing after the login module"),
        ("a.PlainLoginModule username=\"u\";", "'required' is missing after the login module"),
        (
            "a.PlainLoginModule required username=\"u\" password=\"hunter2\"",
            "the ';' at its end is missing"
        ),
        (
            "a.PlainLoginModule required username=\"u\" password=\"hunter2;",
            "a quotation mark is not closed"
        ),
        (
            "a.PlainLoginModule required username=\"u\" password=\"hunter2\\",
            "a quotation mark is not closed"
        ),
        (
            "a.PlainLoginModule required username \"u\";",
            "an option is not of the form name=\"value\""
        ),
        ("a.PlainLoginModule required username=;", "an option is not of the form name=\"value\""),
        ("a.PlainLoginModule required =;", "an '=' follows no option name"),
        ("a.PlainLoginModule required password=\"hunter2\";", "it has no username"),
        ("a.PlainLoginModule required username=\"u\";", "it has no password"),
        (
            "a.PlainLoginModule required username=u password=hunter2; b.PlainLoginModule required;",
            "it holds more than one login module"
        ),
    ])
    func refusesBrokenJAAS(_ text: String, _ reason: String) {
        let error = #expect(throws: SettingsError.self) {
            try resolve(["sasl.jaas.config=" + text])
        }
        #expect(error?.message == "-X: sasl.jaas.config cannot be read: \(reason)")
    }

    @Test(arguments: [
        "software.amazon.msk.auth.iam.IAMLoginModule", "com.example.Other",
    ])
    func saysWhichLoginModulesAreNotSupported(_ module: String) {
        let error = #expect(throws: SettingsError.self) {
            try resolve(["sasl.jaas.config=\(module) required secretKey=\"hunter2\";"])
        }
        #expect(error?.message.contains("supported") == true)
        #expect(error?.hint?.isEmpty == false)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func readsEscapesAndCommentsInJAAS() throws {
        let text = """
            /* of the broker */ a.PlainLoginModule required // user
              username="\\141\\t\\101" password="\\400\\\\\\x";
            """
        let settings = try Settings.resolve(
            role: .admin,
            flags: [Setting("sasl.jaas.config", text, origin: .builtIn)],
            defaults: []
        )
        #expect(settings["sasl.username"]?.value == "a\tA")
        #expect(settings["sasl.password"]?.value == " 0\\x")
    }

    /// A row without a case above would be a row that nobody checked.
    @Test func everyRowIsTested() {
        var tested: Set<String> = ["sasl.jaas.config"]
        for (given, _) in Self.turned { tested.formUnion(given.map(Self.name)) }
        for (given, _) in Self.refused { tested.formUnion(given.map(Self.name)) }
        for name in PropertyNames.javaNames where !tested.contains(name) {
            let settings = try? resolve([name + "=1"])
            #expect(settings.map(set) == [], "\(name)")
            #expect(
                settings?.details.contains { $0.contains("'\(name)' is ignored: ") } == true,
                "\(name)"
            )
        }
    }

    @Test func noNameHasTwoRows() {
        #expect(Set(PropertyNames.javaNames).count == PropertyNames.javaNames.count)
    }

    private static func name(_ property: String) -> String {
        String(property.prefix { $0 != "=" })
    }
}
