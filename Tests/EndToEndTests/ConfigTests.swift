// The configuration files and the commands about them, through the built binary.

import JSON
import Testing

struct ConfigTests {
    private let config = """
        # mine
        current-context: one   # for now

        contexts:
          # first
          one:
            bootstrap-servers: one:9092
            properties:
              security.protocol: SASL_SSL
              ssl.ca.location: ca.pem
              sasl.mechanism: PLAIN
              sasl.username: ${env:KAFKA_USER}
              sasl.password: ${exec:touch ran; echo hunter2}
          two:
            bootstrap-servers: [two:9092, two:9093]

        """

    @Test func explainShowsEachValueItsOriginAndNoSecret() throws {
        let home = try Home(config)
        let outcome = try home.run(
            "kctl config explain -X linger.ms=5",
            environment: ["KAFKA_USER": "alice", "KCTL_X_CLIENT_ID": "me"]
        )
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
        let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows == [
                ["NAME", "VALUE", "ORIGIN"], ["context", "one", "\(home.user):2:1"],
                ["allow.auto.create.topics", "false", "default"],
                ["bootstrap.servers", "one:9092", "\(home.user):7:5"],
                ["client.id", "me", "environment", "KCTL_X_CLIENT_ID"], ["linger.ms", "5", "-X"],
                ["sasl.mechanism", "PLAIN", "\(home.user):11:7"],
                ["sasl.password", "(set)", "\(home.user):13:7"],
                ["sasl.username", "alice", "\(home.user):12:7"],
                ["security.protocol", "SASL_SSL", "\(home.user):9:7"],
                ["ssl.ca.location", "\(home.path)/.config/kctl/ca.pem", "\(home.user):10:7"],
            ]
        )
        #expect(!outcome.text.contains("hunter2"))
        #expect(try home.run("test ! -e ran").ending == .exited(0), "no command is run")
    }

    @Test func explainHasAnObjectALine() throws {
        let home = try Home(config)
        let outcome = try home.run(
            "kctl config explain --json",
            environment: ["KCTL_CONTEXT": "one", "KAFKA_USER": "alice"]
        )
        #expect(outcome.ending == .exited(0))
        let rows = try outcome.json()
        #expect(rows.first?["origin"]?.string == "environment KCTL_CONTEXT")
        let password = try #require(rows.first { $0["name"]?.string == "sasl.password" })
        #expect(password["value"]?.isNull == true)
        #expect(password["sensitive"]?.bool == true)
        #expect(password["path"]?.string == home.user)
        #expect(password["line"]?.int64 == 13)
    }

    @Test func aMisspeltKeyIsShownWithItsLine() throws {
        let home = try Home("contexts:\n  a:\n    bootstrap-server: hunter2:1\n")
        for command in ["topics list", "config explain", "config contexts", "produce t"] {
            let outcome = try home.run("kctl \(command)")
            #expect(outcome.ending == .exited(2))
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors == """
                    kctl: \(home.user):3:5: unknown key 'bootstrap-server' in context 'a' \
                    (did you mean 'bootstrap-servers'?)
                          bootstrap-server: ...
                          ^

                    """
            )
        }
        let object = try home.run("kctl topics list --errors json")
        #expect(object.ending == .exited(2))
        #expect(try object.errorJSON().first?["excerpt"]?.string == "    bootstrap-server: ...")
    }

    @Test func aMisspeltPropertyIsShownWithItsLine() throws {
        let home = try Home(
            "current-context: a\ncontexts:\n  a:\n    properties: {lingr.ms: 5}\n"
        )
        for command in ["topics list", "config check"] {
            let outcome = try home.run("kctl \(command)")
            #expect(outcome.ending == .exited(2))
            #expect(
                outcome.errors == """
                    kctl: \(home.user):4:18: unknown property 'lingr.ms' (did you mean 'linger.ms'?)
                      ... lingr.ms: ...
                          ^

                    """
            )
        }
    }

    @Test func useChangesOneValue() throws {
        let home = try Home(config)
        let dry = try home.run("kctl config use two --dry-run && cat '\(home.user)'")
        #expect(dry.text == config)
        let used = try home.run("kctl config use two && cat '\(home.user)'")
        #expect(used.ending == .exited(0))
        #expect(used.errors == "kctl: the current context of '\(home.user)' is 'two'\n")
        #expect(
            used.text
                == config.split(separator: "\n", omittingEmptySubsequences: false)
                .map {
                    $0 == "current-context: one   # for now"
                        ? "current-context: two   # for now" : $0
                }
                .joined(separator: "\n")
        )
        let contexts = try home.run("kctl config contexts --json")
        #expect(try contexts.json().map { $0["current"]?.bool } == [false, true])
        #expect(try contexts.json().last?["bootstrapServers"]?.string == "two:9092,two:9093")
        let none = try home.run("kctl config use tow")
        #expect(none.ending == .exited(3))
        #expect(none.errors == "kctl: no context 'tow' (did you mean 'two'?)\n")
        let told = try home.run("kctl config use one", environment: ["KCTL_CONTEXT": "two"])
        #expect(told.errorLines.last == "kctl: note: KCTL_CONTEXT='two' overrides it")
    }

    @Test func aRepositoryHasAFileOfItsOwn() throws {
        let home = try Home(config)
        _ = try home.folder.file(
            "repo/.kctl.yaml",
            "contexts:\n  two: {properties: {client.id: repo}}\n  three: {}\n"
        )
        let paths = try home.run("kctl config path", in: "repo/deep")
        #expect(paths.text == "\(home.project)\n\(home.user)\n")
        let explained = try home.run("kctl config explain --context two", in: "repo/deep")
        #expect(explained.text.contains("client.id                 repo"))
        #expect(explained.text.contains("two:9092,two:9093"))
        // Above the root of the repository, and beside it, the file does not count.
        #expect(try home.run("kctl config path").lines.map(String.init) == [home.user])
        let used = try home.run("kctl config use three && cat .kctl.yaml", in: "repo")
        #expect(used.text.hasPrefix("current-context: three\ncontexts:\n"))
        #expect(try home.run("kctl config explain", in: "repo").text.contains("three"))
        let overruled = try home.run("kctl config use two", in: "repo")
        #expect(
            overruled.errorLines.last == "kctl: note: \(home.project):1:1 overrides it with 'three'"
        )
    }

    @Test func aFileOutsideOfARepositoryCountsOnlyWhereItIs() throws {
        let home = try Home()
        _ = try home.folder.file(".kctl.yaml", "contexts: {a: {}}\n")
        #expect(try home.run("kctl config path").lines.count == 2)
        #expect(try home.run("kctl config path", in: ".config").lines.count == 1)
    }

    @Test func initWritesAFileThatWorksAndIsPrivate() throws {
        let home = try Home()
        let made = try home.run(
            "kctl config init --name mine -b kafka:1 && stat -c %a '\(home.user)'"
        )
        #expect(made.ending == .exited(0))
        #expect(made.text == "600\n")
        #expect(try home.run("kctl config explain").text.contains("kafka:1"))
        let again = try home.run("kctl config init")
        #expect(again.ending == .exited(1))
        #expect(
            again.errors.contains(
                "already exists (kctl config add NAME -b HOST:PORT adds a context)"
            )
        )
        let project = try home.run(
            "kctl config init --project && stat -c %a .kctl.yaml",
            in: "repo"
        )
        #expect(project.text == "644\n")
        let printed = try home.run("kctl config init --dry-run", in: "repo/deep")
        #expect(printed.text.contains("current-context: local\n"))
    }

    @Test func initAsksOnATerminal() throws {
        let home = try Home()
        let program = try home.onTerminal("kctl config init")
        for (question, answer) in [
            ("context name [local]: ", "prod"),
            ("broker addresses [localhost:9092]: ", "a:1, b:2"),
            ("sasl_ssl [plaintext]: ", "SASL_SSL"), ("CA certificate file: ", "/etc/ca.pem"),
            ("SASL mechanism [SCRAM-SHA-512]: ", ""), ("user name: ", "alice"),
        ] {
            program.wait(forOutput: question)
            program.send(answer + "\n")
        }
        program.wait(forOutput: "wrote")
        program.endInput()
        #expect(program.finish().ending == .exited(0))
        let explained = try home.run(
            "kctl config explain",
            environment: ["KAFKA_PASSWORD": "hunter2"]
        )
        for word in ["a:1,b:2", "sasl_ssl", "/etc/ca.pem", "SCRAM-SHA-512", "alice", "(set)"] {
            #expect(explained.text.contains(word))
        }
    }

    @Test func checkTellsWhatIsWrongWithEach() throws {
        let home = try Home(
            """
            contexts:
              fine: {bootstrap-servers: "a:1", properties: {sasl.password: "${exec:touch ran}"}}
              file: {properties: {ssl.ca.location: none.pem}}
              name: {properties: {lingr.ms: 1}}
              value: {properties: {linger.ms: much}}
              variable: {properties: {client.id: "${env:NONE}"}}
              address: {bootstrap-servers: "a:99999"}
            """
        )
        let outcome = try home.run("kctl config check --json")
        #expect(outcome.ending == .exited(2))
        #expect(try outcome.json().map { $0["name"]?.string } == ["fine"])
        for reason in [
            "'a:99999' is not a broker address", "no file '\(home.path)/.config/kctl/none.pem'",
            "unknown property 'lingr.ms'", "property 'linger.ms': ",
            "environment variable 'NONE' is not set", "5 of 6 contexts failed",
        ] {
            #expect(outcome.errors.contains(reason), "\(reason)")
        }
        #expect(try home.run("kctl config check fine").ending == .exited(0))
        #expect(try home.run("test ! -e ran").ending == .exited(0))
    }

    @Test func javasFilesAreTranslatedBothWays() throws {
        let home = try Home()
        _ = try home.folder.file(
            "client.properties",
            #"""
            bootstrap.servers=a:1
            security.protocol=SASL_SSL
            sasl.mechanism=SCRAM-SHA-512
            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
              username="alice" password="hun\\"ter2";
            key.serializer=x.Y
            """#
        )
        let there = try home.run(
            "kctl config from-properties client.properties --name prod > repo/.kctl.yaml"
        )
        #expect(there.ending == .exited(0))
        #expect(
            there.errors.hasPrefix("kctl: note: client.properties:6: 'key.serializer' is ignored")
        )
        let untrusted = try home.run("kctl config to-properties prod", in: "repo")
        #expect(untrusted.ending == .exited(2))
        _ = try home.run("kctl config trust --yes", in: "repo")
        let back = try home.run("kctl config to-properties prod", in: "repo")
        #expect(back.ending == .exited(0))
        #expect(back.text.contains(#"username="alice" password="hun\\"ter2";"#))
        #expect(back.lines.contains("bootstrap.servers=a:1"))
        #expect(back.lines.contains("sasl.mechanism=SCRAM-SHA-512"))
        _ = try home.folder.file("jks.properties", "ssl.keystore.location=a.jks\nclient.id=x\n")
        let failed = try home.run("kctl config from-properties jks.properties")
        #expect(failed.ending == .exited(1))
        #expect(failed.text.contains("client.id: x"))
        #expect(failed.errors.contains("keytool -importkeystore"))
    }

    @Test func contextsAreCompleted() throws {
        let home = try Home(config)
        let outcome = try home.run("kctl complete contexts -- config use ''")
        #expect(outcome.text == "one\ntwo\n")
        _ = try home.folder.file(".config/kctl/config.yaml", "contexts: [")
        let broken = try home.run("kctl complete contexts -- config use ''")
        #expect(broken.ending == .exited(0))
        #expect(broken.output.isEmpty && broken.errors.isEmpty)
    }
}
