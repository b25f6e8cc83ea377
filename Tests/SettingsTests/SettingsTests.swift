import Settings
import Testing

@Suite struct SettingsTests {
    private func resolve(
        role: ClientRole = .producer,
        flags: [Setting] = [],
        _ overrides: [String] = [],
        file: String? = nil,
        environment: [String: String] = [:],
        defaults: [Setting]? = nil
    ) throws(SettingsError) -> ClusterSettings {
        try Settings.resolve(
            role: role,
            flags: flags,
            overrides: overrides,
            commandConfig: file.map { (path: "c.properties", text: $0) },
            environment: environment,
            defaults: defaults ?? PropertyDefaults.rows(for: role)
        )
    }

    @Test(arguments: 0..<5)
    func theHighestLayerThatSpeaksWins(_ highest: Int) throws {
        let settings = try resolve(
            role: .admin,
            flags: highest >= 4
                ? [Setting("bootstrap.servers", "flag:1", origin: .flag("--bootstrap-server"))]
                : [],
            highest >= 3 ? ["metadata.broker.list=x:1"] : [],
            file: highest >= 2 ? "# ours\nbootstrap.servers = file:1 \n" : nil,
            environment: highest >= 1 ? ["KCTL_BOOTSTRAP_SERVERS": "env:1"] : [:]
        )
        let expected: [(String, String)] = [
            ("localhost:9092", "default"), ("env:1", "environment KCTL_BOOTSTRAP_SERVERS"),
            ("file:1", "c.properties:2"), ("x:1", "-X"), ("flag:1", "--bootstrap-server"),
        ]
        #expect(settings.bootstrapServers == expected[highest].0)
        #expect(settings["bootstrap.servers"]?.value == expected[highest].0)
        #expect(settings.properties.count == 3, "the address, a name, no topic made by asking")
        #expect(settings.origin(of: "bootstrap.servers")?.description == expected[highest].1)
    }

    @Test func aliasesAndJavaNamesAreTheSameProperty() throws {
        let settings = try resolve(
            role: .consumer,
            ["fetch.max.wait.ms=1", "sasl.mechanisms=PLAIN"],
            file: "fetch.wait.max.ms=2\nsasl.mechanism=GSSAPI\nmax.partition.fetch.bytes=3",
            environment: ["KCTL_X_FETCH_MESSAGE_MAX_BYTES": "4", "KCTL_X_CLIENT_ID": "me"],
            defaults: []
        )
        #expect(
            settings.properties.map { "\($0.name)=\($0.value)" } == [
                "client.id=me", "max.partition.fetch.bytes=3", "fetch.wait.max.ms=1",
                "sasl.mechanisms=PLAIN", "bootstrap.servers=localhost:9092",
            ]
        )
        #expect(
            settings.origin(of: "fetch.message.max.bytes") == .file(path: "c.properties", line: 3)
        )
        #expect(settings.origin(of: "debug") == nil)
    }

    @Test func theLaterOfTwoInOneLayerWins() throws {
        let settings = try resolve(["acks=0", "acks=1", "retries=3"], file: "retries=1\nretries=2")
        #expect(settings["acks"]?.value == "1")
        #expect(settings["retries"]?.value == "3")
    }

    @Test func whatIsOverruledIsNoError() throws {
        let settings = try resolve(
            ["ssl.ca.location=ca.pem", "sasl.username=me"],
            file: """
                ssl.truststore.location=trust.jks
                sasl.jaas.config=PlainLoginModule required username="you" password="p";
                """
        )
        #expect(settings["ssl.ca.location"]?.value == "ca.pem")
        #expect(settings["sasl.username"]?.value == "me")
        #expect(settings["sasl.password"]?.value == "p")
        #expect(settings.origin(of: "sasl.password")?.description == "c.properties:2")
    }

    @Test(arguments: [
        (["name"], "-X: 'name' has no '=value'"),
        (["=value"], "-X: the name before '=' is missing"),
        ([""], "-X: the name before '=' is missing"),
        (["bootstrap.servers="], "-X: 'bootstrap.servers' has no broker address"),
        (["bootstrap.servers= , "], "-X: 'bootstrap.servers' has no broker address"),
        (
            ["bootstrap.servers=a,b:x"],
            "-X: 'b:x' is not a broker address: the port must be a number from 1 to 65535"
        ),
        (
            ["bootstrap.servers=a:0"],
            "-X: 'a:0' is not a broker address: the port must be a number from 1 to 65535"
        ),
        (
            ["bootstrap.servers=a:65536"],
            "-X: 'a:65536' is not a broker address: the port must be a number from 1 to 65535"
        ),
        (["bootstrap.servers=:9092"], "-X: ':9092' is not a broker address: the host is missing"),
        (["bootstrap.servers=[::1:9"], "-X: '[::1:9' is not a broker address: ']' is missing"),
        (
            ["bootstrap.servers=[::1]9"],
            "-X: '[::1]9' is not a broker address: ':' is missing after ']'"
        ),
        (["bootstrap.servers=a b:1"], "-X: 'a b:1' is not a broker address: it contains a space"),
    ])
    func refuses(_ overrides: [String], _ message: String) {
        let error = #expect(throws: SettingsError.self) { try resolve(overrides) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("=x", "c.properties:1: the name before '=' is missing"),
        (#"a=\u0"#, "c.properties:1:3: '\\u' requires four hexadecimal digits"),
        (#"client.id=a\u0000b"#, "c.properties:1: 'client.id' contains a NUL character"),
        (#"a\u0000b=c"#, "c.properties:1: 'a' contains a NUL character"),
        (
            #"buffer.memory=a\nb\u007f"#,
            #"c.properties:1: 'buffer.memory' is 'a\x0ab\x7f', not a number of bytes"#
        ),
        ("\nbuffer.memory=x", "c.properties:2: 'buffer.memory' is 'x', not a number of bytes"),
    ])
    func refusesFile(_ text: String, _ message: String) {
        let error = #expect(throws: SettingsError.self) { try resolve(file: text) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("a", "a"), (" a:1 ,, b:2,", "a:1,b:2"), ("[::1]:9092,::1", "[::1]:9092,::1"),
        ("PLAINTEXT://a:65535", "PLAINTEXT://a:65535"), ("[::1]", "[::1]"),
    ])
    func tidiesAddresses(_ given: String, _ expected: String) throws {
        #expect(try resolve(["bootstrap.servers=" + given]).bootstrapServers == expected)
    }

    @Test func valuesKeepEverythingAfterTheFirstEqualsSign() throws {
        let settings = try resolve([" client.id = a=b ", "debug="])
        #expect(settings["client.id"]?.value == " a=b ")
        #expect(settings["debug"]?.value == "")
    }

    @Test(
        arguments: [
            ("KCTL_X_SOCKET_TIMEOUT_MS", "socket.timeout.ms"), ("KCTL_X_LOG_LEVEL", "log_level"),
            ("KCTL_BOOTSTRAP_SERVERS", "bootstrap.servers"), ("KCTL_X_acks", "acks"),
            ("KCTL_X_", nil), ("KCTL_OTHER", nil), ("PATH", nil), ("XKCTL_X_ACKS", nil),
        ] as [(String, String?)]
    )
    func environmentNames(_ variable: String, _ property: String?) throws {
        #expect(EnvironmentLayer.propertyName(of: variable) == property)
        let settings = try resolve(environment: [variable: "7"], defaults: [])
        let setting = settings.properties.first { $0.name == property }
        #expect(setting?.origin == property.map { _ in .environment(variable) })
        #expect(
            settings.properties.count
                == (property == "bootstrap.servers" ? 1 : property == nil ? 1 : 2)
        )
    }

    @Test(arguments: ["KCTL_BOOTSTRAP_SERVER", "KCTL_BOOTSTRAPSERVERS", "KCTL_BOOTSRTAP_SERVERS"])
    func nearlyRightVariablesGetANote(_ variable: String) throws {
        let notes = try resolve(environment: [variable: "a:1"]).notes
        #expect(
            notes == ["environment \(variable) is not used: did you mean KCTL_BOOTSTRAP_SERVERS?"]
        )
    }

    @Test func emptyAddressVariableIsNotSet() throws {
        #expect(
            try resolve(environment: ["KCTL_BOOTSTRAP_SERVERS": " "]).bootstrapServers
                == "localhost:9092"
        )
    }

    @Test func theVariableForAddressesWinsOverTheGeneralOne() throws {
        let environment = ["KCTL_BOOTSTRAP_SERVERS": "a:1", "KCTL_X_BOOTSTRAP_SERVERS": "b:1"]
        #expect(try resolve(environment: environment).bootstrapServers == "a:1")
    }

    @Test(arguments: [
        "acks=1", "acks=0", "request.required.acks=1", "topic.acks=1", "max.in.flight=6",
        "max.in.flight.requests.per.connection=100", "retries=0", "message.send.max.retries=0",
        "queuing.strategy=lifo",
    ])
    func whatExcludesIdempotenceTurnsTheDefaultOff(_ property: String) throws {
        let settings = try resolve([property])
        #expect(settings["enable.idempotence"]?.value == "false")
        #expect(settings.notes.count == 1)
        #expect(settings.notes.first?.contains("-X sets ") == true)
    }

    @Test(arguments: [
        ["acks=all"], ["acks=-1"], ["max.in.flight=5"], ["retries=1"],
        ["acks=1", "enable.idempotence=true"], ["acks=1", "transactional.id=t"],
        ["acks=1", "enable.gapless.guarantee=true"],
    ])
    func idempotenceStays(_ properties: [String]) throws {
        let settings = try resolve(properties)
        #expect(settings["enable.idempotence"]?.value == "true")
        #expect(settings.notes.isEmpty)
    }

    @Test func anExplicitNoToIdempotenceNeedsNoNote() throws {
        let settings = try resolve(["acks=1", "enable.idempotence=false"])
        #expect(settings["enable.idempotence"]?.origin == .property)
        #expect(settings.notes.isEmpty)
    }

    @Test func secretsOnTheCommandLineGetANoteButNotInAFile() throws {
        let notes = try resolve(
            ["sasl.password=hunter2", "client.id=a"],
            file: "ssl.key.password=x"
        ).notes
        #expect(notes.count == 1)
        #expect(notes.first?.hasPrefix("'sasl.password' on the command line") == true)
        #expect(notes.first?.contains("hunter2") == false)
    }

    @Test func defaultsAreTheRowsOfTheRole() throws {
        let producer = try resolve().properties.map { "\($0.name)=\($0.value)" }
        #expect(
            producer == [
                "bootstrap.servers=localhost:9092", "allow.auto.create.topics=false",
                "client.id=kctl",
                "partitioner=murmur2_random",
                "enable.idempotence=true", "acks=all",
            ]
        )
        let consumer = try resolve(role: .consumer).properties.map(\.name)
        #expect(consumer == ["bootstrap.servers", "allow.auto.create.topics", "client.id"])
        #expect(try resolve(role: .admin).properties.map(\.name) == consumer)
    }

    @Test func aJavaFileMaySetWhatTheLibraryIsTooOldFor() throws {
        let settings = try resolve(
            ["group.remote.assignor=uniform"],
            file: """
                retry.backoff.max.ms=1000
                sasl.oauthbearer.grant.type=x
                client.id=me
                not.a.property=1
                """,
            defaults: []
        )
        let left = settings.withoutYoungNames { ["client.id"] }
        #expect(
            left.properties.map(\.name) == [
                "sasl.oauthbearer.grant.type", "client.id", "not.a.property",
                "group.remote.assignor", "bootstrap.servers",
            ]
        )
        #expect(
            left.notes == [
                "c.properties:1: 'retry.backoff.max.ms' is ignored: it requires librdkafka 2.3 or newer"
            ]
        )
        let known = settings.withoutYoungNames { ["retry.backoff.max.ms"] }
        #expect(known["retry.backoff.max.ms"]?.value == "1000")
        #expect(known.notes.isEmpty)
    }

    @Test func refusalsNameThePlaceAndTheWayOut() throws {
        let settings = try resolve(
            ["socket.timeout.m=1", "group.protocol=consumer", "zzz=1"],
            file: "\nretries=many"
        )
        let known = ["socket.timeout.ms", "retries"]
        let misspelt = settings.refusal(of: "socket.timeout.m", reason: nil, known: known)
        #expect(misspelt.message == "-X: unknown property 'socket.timeout.m'")
        #expect(misspelt.hint == "did you mean 'socket.timeout.ms'?")
        let value = settings.refusal(of: "retries", reason: "bad value", known: known)
        #expect(value.message == "c.properties:2: property 'retries': bad value")
        let young = settings.refusal(of: "group.protocol", reason: nil, known: known)
        #expect(young.message == "-X: property 'group.protocol' needs librdkafka 2.4 or newer")
        #expect(settings.refusal(of: "zzz", reason: nil, known: known).hint == nil)
    }
}
