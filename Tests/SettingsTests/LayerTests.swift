import Settings
import Testing

/// Which layer wins over which, which context is taken, and what references give.
@Suite struct LayerTests {
    /// Every source of one property, the lowest first, and the origin that is named for it.
    private static let layers: [(origin: String, add: @Sendable (inout SettingsSources) -> Void)] =
        [
            ("default", { $0.defaults = [Setting("client.id", "0", origin: .builtIn)] }),
            (
                "/home/base.properties:2",
                {
                    $0.files.append(
                        file("/home/config.yaml", "    properties-file: base.properties")
                    )
                }
            ),
            (
                "/home/config.yaml:5:7",
                {
                    $0.files = [
                        file(
                            "/home/config.yaml",
                            "    properties-file: base.properties\n    properties:\n      client.id: 2"
                        )
                    ]
                }
            ),
            (
                "/repo/.kctl.yaml:4:7",
                {
                    $0.files.insert(
                        file("/repo/.kctl.yaml", "    properties:\n      client.id: 3"),
                        at: 0
                    )
                }
            ),
            ("environment KCTL_X_CLIENT_ID", { $0.environment["KCTL_X_CLIENT_ID"] = "4" }),
            (
                "kcat.conf:1",
                {
                    $0.kcatConfig = SettingsFile(
                        path: "kcat.conf",
                        bytes: Array("client.id=5".utf8)
                    )
                }
            ),
            (
                "c.properties:1",
                {
                    $0.commandConfig = SettingsFile(
                        path: "c.properties",
                        bytes: Array("client.id=6".utf8)
                    )
                }
            ),
            ("-X", { $0.overrides = ["client.id=7"] }),
            ("--id", { $0.flags = [Setting("client.id", "8", origin: .flag("--id"))] }),
        ]

    private static func file(_ path: String, _ body: String) -> SettingsFile {
        var file = SettingsFile(
            path: path,
            bytes: Array("contexts:\n  a:\n\(body)\n".utf8),
            isFound: path.hasSuffix(".kctl.yaml")
        )
        file.isTrusted = true
        return file
    }

    @Test(arguments: 0..<9)
    func eachLayerWinsOverTheNext(_ highest: Int) throws {
        var sources = SettingsSources()
        sources.environment["KCTL_CONTEXT"] = "a"
        for layer in Self.layers[...highest] { layer.add(&sources) }
        // A context has to be somewhere for a name to be right.
        if highest == 0 { sources.files = [Self.file("/home/config.yaml", "    properties:")] }
        let world = SettingsWorld.of(["/home/base.properties": "# base\nclient.id=1\n"])
        let settings = try Settings.resolve(role: .admin, sources, in: world)
        #expect(settings["client.id"]?.value == "\(highest)")
        #expect(settings.origin(of: "client.id")?.description == Self.layers[highest].origin)
    }

    private static let user = SettingsFile(
        path: "/home/config.yaml",
        bytes: Array(
            """
            current-context: one
            contexts:
              one: {bootstrap-servers: one:1}
              two: {bootstrap-servers: two:1, properties: {client.id: user, linger.ms: 5}}
            """.utf8
        )
    )

    private static func project(_ current: String?) -> SettingsFile {
        let line = current.map { "current-context: \($0)\n" } ?? ""
        let text = line + "contexts:\n  two: {properties: {client.id: project}}\n  three: {}\n"
        var file = SettingsFile(path: "/repo/.kctl.yaml", bytes: Array(text.utf8), isFound: true)
        file.isTrusted = true
        return file
    }

    @Test(arguments: [
        (nil, nil, nil, "one", "/home/config.yaml:1:1"),
        (nil, nil, "two", "two", "/repo/.kctl.yaml:1:1"),
        (nil, "three", "two", "three", "environment KCTL_CONTEXT"),
        ("two", "three", "one", "two", "--context"), (nil, "", nil, "one", "/home/config.yaml:1:1"),
    ])
    func aContextIsChosen(
        _ flag: String?,
        _ variable: String?,
        _ project: String?,
        _ expected: String,
        _ origin: String
    ) throws {
        let settings = try Settings.resolve(
            role: .admin,
            environment: variable.map { ["KCTL_CONTEXT": $0] } ?? [:],
            files: [Self.project(project), Self.user],
            context: flag,
            defaults: []
        )
        #expect(settings.context?.name == expected)
        #expect(settings.context?.origin.description == origin)
    }

    @Test func aContextOfBothFilesIsTakenFromBoth() throws {
        let settings = try Settings.resolve(
            role: .producer,
            files: [Self.project("two"), Self.user],
            defaults: []
        )
        #expect(settings.bootstrapServers == "two:1")
        #expect(settings["client.id"]?.value == "project")
        #expect(settings["linger.ms"]?.value == "5")
    }

    @Test func noContextCanBeChosen() throws {
        let settings = try Settings.resolve(
            role: .admin,
            environment: ["KCTL_CONTEXT": "-"],
            files: [Self.project("two"), Self.user],
            defaults: []
        )
        #expect(settings.context == nil)
        #expect(settings["client.id"] == nil)
    }

    @Test func withoutAContextNothingIsTaken() throws {
        let file = SettingsFile(path: "c", bytes: Array("contexts: {a: {properties: {b: 1}}}".utf8))
        let settings = try Settings.resolve(role: .admin, files: [file], defaults: [])
        #expect(settings.context == nil)
        #expect(settings.properties.map(\.name) == ["bootstrap.servers"])
    }

    @Test func anAddressInTheEnvironmentOverAContextChosenByHandIsTold() throws {
        let environment = ["KCTL_BOOTSTRAP_SERVERS": "other:1"]
        let told = try Settings.resolve(
            role: .admin,
            environment: environment,
            files: [Self.user],
            context: "two",
            defaults: []
        )
        #expect(told.bootstrapServers == "other:1")
        #expect(
            told.notes == [
                "environment KCTL_BOOTSTRAP_SERVERS overrides the addresses of context 'two'"
            ]
        )
        let quiet = try Settings.resolve(
            role: .admin,
            environment: environment,
            files: [Self.user],
            defaults: []
        )
        #expect(quiet.notes.isEmpty)
        let login = SettingsFile(
            path: "c",
            bytes: Array(
                "contexts: {a: {bootstrap-servers: b, properties: {sasl.username: u}}}".utf8
            )
        )
        let shown = try Settings.resolve(
            role: .admin,
            flags: [Setting("bootstrap.servers", "x:1", origin: .flag("--bootstrap-server"))],
            environment: ["KCTL_CONTEXT": "a"],
            files: [login],
            defaults: []
        )
        #expect(
            shown.notes == [
                "--bootstrap-server overrides the addresses of context 'a'; kctl sends the context's login"
                    + " there (--context - uses no context)"
            ]
        )
    }

    // MARK: - References

    private func value(
        _ text: String,
        runs: Bool = true,
        isFound: Bool = false
    ) throws(SettingsError) -> String? {
        let yaml = "contexts:\n  a:\n    properties:\n      client.id: '\(text)'\n"
        let file = SettingsFile(path: "/home/c.yaml", bytes: Array(yaml.utf8), isFound: isFound)
        let settings = try Settings.resolve(
            role: .admin,
            files: [file],
            context: "a",
            defaults: [],
            world: .of(
                ["/home/secret": "from file\n", "/home/me/s": "from home\r\n", "/abs": "a\n\n"],
                environment: ["NAME": "from ${env:OTHER}", "HOME": "/home/me", "EMPTY": ""],
                runs: runs
            )
        )
        return settings["client.id"]?.value
    }

    @Test(arguments: [
        ("${env:NAME}", "from ${env:OTHER}"), ("<${env:EMPTY}>", "<>"),
        ("${file:secret}", "from file"), ("${file:~/s}", "from home"), ("${file:/abs}", "a\n"),
        ("${exec:pass a}", "ran pass a"), ("${exec:awk {print}} x", "ran awk {print} x"),
        ("a${env:EMPTY}b${file:secret}c", "abfrom filec"), ("$${env:NAME}", "${env:NAME}"),
        ("a$b", "a$b"), ("${NAME}", "${NAME}"), ("$", "$"), ("${", "${"), ("${:x}", "${:x}"),
    ])
    func aReferenceIsResolved(_ text: String, _ expected: String) throws {
        #expect(try value(text) == expected)
    }

    @Test func aCommandIsOnlyShownWhereNothingRuns() throws {
        #expect(
            try value("a ${exec:rm x} ${env:NAME}", runs: false) == "a ${exec:rm x} ${env:NAME}"
        )
    }

    @Test(arguments: [
        ("${env:NONE}", "'client.id': environment variable 'NONE' is not set"),
        ("${file:none}", "cannot read '/home/none'"),
        ("${evn:NAME}", "'client.id': unknown reference '${evn:'"),
        ("${env:NAME", "'client.id': the '}' of '${env:' is missing"),
    ])
    func aReferenceThatLeadsNowhereIsAnError(_ text: String, _ reason: String) {
        let error = #expect(throws: SettingsError.self) { try value(text) }
        #expect(error?.message == "/home/c.yaml:4:7: \(reason)")
        #expect(error?.excerpt?.line == "      client.id: ...")
    }

    @Test(arguments: [true, false])
    func aFileThatIsNotTrustedRefersToNothing(_ runs: Bool) {
        for text in ["${exec:id}", "${env:NAME}", "${file:secret}", "${env:NAME"] {
            let error = #expect(throws: SettingsError.self) {
                try value(text, runs: runs, isFound: true)
            }
            #expect(error?.needsTrust == true)
            #expect(error?.hint == "kctl config trust /home")
        }
    }

    @Test func pathsStartFromTheFolderOfTheFile() throws {
        let yaml = """
            contexts:
              a:
                properties:
                  ssl.ca.location: ca.pem
                  ssl.key.location: ~/key.pem
                  ssl.certificate.location: /etc/cert.pem
                  ssl.crl.location: ${env:WHERE}/crl.pem
            """
        let settings = try Settings.resolve(
            role: .admin,
            environment: [:],
            files: [SettingsFile(path: "/repo/.kctl.yaml", bytes: Array(yaml.utf8))],
            context: "a",
            defaults: [],
            world: .of(environment: ["HOME": "/home/me", "WHERE": "sub"])
        )
        #expect(settings["ssl.ca.location"]?.value == "/repo/ca.pem")
        #expect(settings["ssl.key.location"]?.value == "/home/me/key.pem")
        #expect(settings["ssl.certificate.location"]?.value == "/etc/cert.pem")
        #expect(settings["ssl.crl.location"]?.value == "/repo/sub/crl.pem")
    }

    @Test func aReferenceThatIsOverruledIsNoError() throws {
        let settings = try Settings.resolve(
            role: .admin,
            overrides: ["ssl.ca.location=ca.pem"],
            commandConfig: (path: "c", text: "ssl.truststore.location=${env:NONE}\n"),
            defaults: []
        )
        #expect(settings["ssl.ca.location"]?.value == "ca.pem")
    }

    @Test(arguments: [
        ("sasl.password=hunter2", 1), ("sasl.password=${env:P}", 0), ("sasl.password=", 0),
        ("client.id=me", 0), ("sasl.password=x${env:P}", 1),
    ])
    func aSecretThatOthersCanReadIsNoted(_ line: String, _ notes: Int) throws {
        var sources = SettingsSources()
        sources.commandConfig = SettingsFile(
            path: "c.properties",
            bytes: Array(line.utf8),
            isReadableByOthers: true
        )
        let world = SettingsWorld.of(environment: ["P": "p"])
        let settings = try Settings.resolve(role: .admin, sources, in: world)
        #expect(settings.notes.count == notes)
        #expect(settings.notes.allSatisfy { $0.hasPrefix("c.properties:1: 'sasl.password' is") })
        #expect(settings.notes.allSatisfy { $0.hasSuffix("(chmod 600 c.properties)") })
        #expect(!settings.notes.contains { $0.contains("hunter2") })
    }

    @Test func kcatsFilesAreRead() throws {
        var sources = SettingsSources()
        let text = """
            # kcat
            metadata.broker.list=a\\:1,b:2
              sasl.password = a\\=b\\c!\\\\d
            topic.acks=1
            client.id=x # y
            """
        sources.kcatConfig = SettingsFile(path: "k", bytes: Array(text.utf8))
        let settings = try Settings.resolve(role: .producer, sources, in: .of())
        #expect(settings.bootstrapServers == "a:1,b:2")
        #expect(settings["sasl.password"]?.value == "a=b\\c!\\\\d")
        #expect(settings["acks"]?.value == "1")
        #expect(settings["client.id"]?.value == "x # y")
        sources.kcatConfig = SettingsFile(path: "k", bytes: Array("\nacks\n".utf8))
        let error = #expect(throws: SettingsError.self) {
            try Settings.resolve(role: .producer, sources, in: .of())
        }
        #expect(error?.message == "k:2: '=' is missing")
    }
}
