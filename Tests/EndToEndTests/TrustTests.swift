// `kctl config trust`, and what a folder's file may do without it.

import Glibc
import JSON
import Testing

struct TrustTests {
    private static let file = """
        current-context: dev
        contexts:
          dev:
            bootstrap-servers: 127.0.0.1:1
            properties-file: base.properties
            properties:
              client.id: ${exec:touch ran; echo x}

        """

    private func home(_ text: String = TrustTests.file, own: String? = nil) throws -> Home {
        let home = try Home(own)
        _ = try home.folder.file("repo/.kctl.yaml", text)
        _ = try home.folder.file("repo/base.properties", "linger.ms=5\n")
        return home
    }

    private let list = "kctl topics list --timeout 200ms"

    /// What the review leaves out would be trusted unseen, and so would what is read later.
    @Test func allOfAFileIsShownAndNothingIsReadLater() throws {
        let home = try home(
            #"""
            contexts:
              c:
                bootstrap-servers: 127.0.0.1:1
                properties-file: ${exec:echo base.properties}
                properties:
                  group.instance.id: "a.so;x://a?;/tmp/b.so"
                  client.id: "ok\r\nfoo\e[2Kbar"

            """#
        )
        let shown = try home.run("kctl config trust --dry-run", in: "repo")
        #expect(shown.text.contains("a.so;x://a?;/tmp/b.so"), "\(shown.text)")
        #expect(!shown.text.contains { $0 == "\u{1b}" || $0 == "\r" || $0 == "\r\n" })
        _ = try home.run("kctl config trust --yes", in: "repo")
        let used = try home.run(list + " --context c", in: "repo")
        #expect(used.ending == .exited(2))
        #expect(
            used.errors.contains("could not be read when the file was trusted"),
            "\(used.errors)"
        )
    }

    @Test func trustIsForTheseBytesAndForThoseTheyName() throws {
        let home = try home()
        let untrusted = try home.run(list, in: "repo/deep")
        #expect(untrusted.ending == .exited(2))
        #expect(
            untrusted.errors == "kctl: \(home.project):7:7: this file is not trusted, and uses a"
                + " reference in 'client.id' (kctl config trust \(home.path)/repo)\n"
        )
        let trusted = try home.run(
            "kctl config trust --yes && stat -c %a ~/.local/state/kctl/trust/*",
            in: "repo/deep"
        )
        #expect(trusted.ending == .exited(0))
        #expect(trusted.errors == "kctl: trusted '\(home.project)'\n")
        #expect(trusted.lines.last == "600")
        #expect(try home.run(list, in: "repo").ending == .exited(4))
        #expect(try home.run("test -e ran", in: "repo").ending == .exited(0))
        let again = try home.run("kctl config trust", in: "repo")
        #expect(again.errors == "kctl: '\(home.project)' is already trusted\n")
        for name in [".kctl.yaml", "base.properties"] {
            let changed = try home.run("echo '#' >> \(name); \(list)", in: "repo")
            #expect(changed.ending == .exited(2), "\(name)")
            #expect(changed.errors.contains("has changed since it was trusted, and uses a"))
            let listed = try home.run("kctl config trust --list --json")
            #expect(try listed.json().first?["state"]?.string == "changed")
            _ = try home.run("kctl config trust repo --yes")
            #expect(try home.run(list, in: "repo").ending == .exited(4), "\(name)")
        }
        let moved = try home.run(
            "mkdir -p other/.git && cp repo/.kctl.yaml other && cd other && \(list)"
        )
        #expect(moved.ending == .exited(2), "the path counts, too")
        let removed = try home.run("kctl config trust --remove repo/.kctl.yaml")
        #expect(removed.errors == "kctl: revoked the trust in '\(home.project)'\n")
        #expect(try home.run(list, in: "repo").ending == .exited(2))
        let twice = try home.run("kctl config trust --remove repo")
        #expect(twice.ending == .exited(3))
        #expect(try home.run("kctl config trust other/.kctl.yaml --yes").ending == .exited(0))
        let gone = try home.run(
            "rm -r other && kctl config trust --list && "
                + "kctl config trust --remove \(home.path)/other"
        )
        #expect(gone.ending == .exited(0), "\(gone.errors)")
        #expect(gone.text.contains("\(home.path)/other/.kctl.yaml  missing"))
    }

    @Test func whatItSetsIsShownAndAskedAbout() throws {
        let home = try home()
        let before = try home.run("kctl config trust", in: "repo")
        #expect(before.ending == .exited(2))
        #expect(before.errors.contains("without a terminal; use --yes or --dry-run"))
        let rows = before.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["dev", "client.id", "${exec:touch", "ran;", "echo", "x}", "yes"]))
        #expect(rows.contains(["dev", "linger.ms", "5", "-"]))
        for (answer, ending) in [("n", Ending.exited(1)), ("y", .exited(0))] {
            let program = try home.onTerminal("cd repo; kctl config trust")
            program.wait(forOutput: "Trust '\(home.project)'? [y/N] ")
            program.send(answer + "\n")
            program.endInput()
            #expect(program.finish().ending == ending)
        }
        let dry = try home.run("kctl config trust --dry-run --json", in: "repo")
        let object = try #require(try dry.json().first)
        #expect(object["trusted"]?.bool == true)
        #expect(object["files"]?.array?.count == 2)
        let sum = try home.run("sha256sum .kctl.yaml | cut -c1-64", in: "repo").text
        #expect(object["sha256"]?.string.map { $0 + "\n" } == sum)
        let needs = object["settings"]?.array?.compactMap { $0["needsTrust"]?.bool }
        #expect(needs == [false, false, false, true, false])
        #expect(try home.run("test ! -e ran", in: "repo").ending == .exited(0))
    }

    @Test func aSecretIsNotShownButWhatRunsIs() throws {
        let home = try home(
            """
            contexts:
              a: {properties: {sasl.password: hunter2, ssl.key.password: "hunter2${exec:id}"}}

            """
        )
        let shown = try home.run("kctl config trust --dry-run", in: "repo")
        #expect(shown.text.contains("sasl.password     (set)"))
        #expect(shown.text.contains("ssl.key.password  (set)${exec:id}"))
        #expect(!shown.text.contains("hunter2"))
        _ = try home.folder.file(
            "repo/.kctl.yaml",
            #"contexts: {a: {properties: {client.id: "${exec:true\ntouch ran}"}}}"#
        )
        let hidden = try home.run("kctl config trust --dry-run", in: "repo")
        #expect(hidden.text.contains(#"${exec:true\ntouch ran}"#), "\(hidden.text)")
    }

    @Test func mistakesAreUsageErrors() throws {
        let home = try Home()
        #expect(try home.run("kctl config trust", in: "repo").ending == .exited(3))
        #expect(try home.run("kctl config trust /no/such").ending == .exited(3))
        #expect(try home.run("kctl config trust --list repo").ending == .exited(2))
        let nowhere = try home.run("kctl config trust --list", environment: ["HOME": "x"])
        #expect(nowhere.ending == .exited(2))
    }

    @Test func itIsKeptInTheStateFolder() throws {
        let home = try home()
        let state = ["XDG_STATE_HOME": "\(home.path)/state"]
        _ = try home.run("kctl config trust --yes", in: "repo", environment: state)
        #expect(try home.run("ls state/kctl/trust").lines.count == 1)
        #expect(try home.run(list, in: "repo", environment: state).ending == .exited(4))
        // Nobody but the user says what the user trusts.
        #expect(try home.run(list, in: "repo").ending == .exited(2))
        let link = try home.run(
            "cd state/kctl/trust && name=$(ls) && mv $name ../x && ln -s ../x $name"
        )
        #expect(link.ending == .exited(0))
        #expect(try home.run(list, in: "repo", environment: state).ending == .exited(2))
    }

    @Test func whatTheUserWritesByKctlIsTrusted() throws {
        let home = try Home("contexts: {one: {}, two: {}}\n")
        _ = try home.run("kctl config init --project --name one -b 127.0.0.1:1", in: "repo")
        let listed = try home.run("kctl config trust --list --json")
        #expect(try listed.json().map { $0["state"]?.string } == ["trusted"])
        let used = try home.run(
            "kctl config use two --project && \(list) -b 127.0.0.1:1",
            in: "repo"
        )
        #expect(used.ending == .exited(4), "\(used.errors)")
        #expect(try home.run("kctl config trust --list --json").text.contains("trusted"))
    }

    // MARK: - Without trust

    @Test func aContextWithAddressesAndHarmlessPropertiesIsUsed() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let home = try home(
            """
            current-context: dev
            contexts:
              dev:
                bootstrap-servers: \(sandbox.address)
                properties-file: base.properties
                properties: {compression.type: lz4, acks: all, client.id: '$${team}'}

            """,
            own: "contexts: {prod: {bootstrap-servers: '127.0.0.1:1'}}\n"
        )
        let sent = try home.run("printf 'a\\n' | kctl produce t && kctl consume t -e", in: "repo")
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.text == "a\n")
        #expect(!sent.errors.contains("note:"))
    }

    /// With a context that the user has chosen, one that only the folder knows would be another cluster.
    @Test func anotherContextThanTheUsersNeedsTrust() throws {
        let canary = try Canary()
        let home = try home(
            "current-context: dev\ncontexts: {dev: {bootstrap-servers: '\(canary.address)'}}\n",
            own: """
                current-context: prod
                contexts:
                  prod: {bootstrap-servers: '127.0.0.1:1'}
                  test: {bootstrap-servers: '127.0.0.1:2'}

                """
        )
        for line in ["echo x | kctl produce t", "kctl topics list", "kctl config explain"] {
            let outcome = try home.run(line, in: "repo")
            if line.contains("explain") {
                #expect(
                    outcome.text.contains("not trusted") || outcome.errors.contains("not trusted"),
                    "\(outcome.text)\(outcome.errors)"
                )
                continue
            }
            #expect(outcome.ending == .exited(2), "\(line): \(outcome.errors)")
            #expect(
                outcome.errors.contains("its own context 'dev' instead of your 'prod'")
                    && outcome.errors.contains("kctl config trust \(home.path)/repo"),
                "\(outcome.errors)"
            )
        }
        #expect(
            try home.run("kctl complete topics -- topics describe ''", in: "repo").output.isEmpty
        )
        #expect(try canary.all().isEmpty)
        // Named by hand, it is what the user wants; and so is what the user trusts.
        #expect(try home.run("kctl config explain --context dev", in: "repo").ending == .exited(0))
        let trusted = try home.run(
            "kctl config trust --yes >/dev/null 2>&1; kctl config explain",
            in: "repo"
        )
        #expect(trusted.text.contains(canary.address) && trusted.errors.isEmpty)
    }

    /// A context of the user's own may be named by the folder; that it is another one is said.
    @Test func anotherOfTheUsersContextsIsSaid() throws {
        let home = try home(
            "current-context: test\n",
            own: """
                current-context: prod
                contexts:
                  prod: {bootstrap-servers: '127.0.0.1:1'}
                  test: {bootstrap-servers: '127.0.0.1:2'}

                """
        )
        let outcome = try home.run(list, in: "repo")
        #expect(outcome.ending == .exited(4))
        let note =
            "kctl: note: \(home.project):1:1 selects context 'test' instead of your 'prod'"
            + " (kctl config trust \(home.path)/repo)"
        #expect(outcome.errorLines.contains { $0 == note }, "\(outcome.errors)")
    }

    @Test func theUsersOwnContextIsNamed() throws {
        let home = try home(
            "current-context: prod\n",
            own: """
                contexts:
                  prod: {bootstrap-servers: '127.0.0.1:1', properties: {client.id: '${exec:echo me}'}}

                """
        )
        #expect(try home.run(list, in: "repo").ending == .exited(4))
        // Not at a press of the TAB key.
        let completed = try home.run("kctl complete topics -- topics describe ''", in: "repo")
        #expect(completed.output.isEmpty && completed.errors.isEmpty)
    }

    private static let login = [
        "KCTL_X_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KCTL_X_SASL_MECHANISM": "PLAIN",
        "KCTL_X_SASL_USERNAME": "alice", "KCTL_X_SASL_PASSWORD": "alice-secret",
    ]

    @Test func noLoginIsSentToAnAddressOfTheFolder() throws {
        let canary = try Canary()
        let home = try home(
            "current-context: dev\ncontexts: {dev: {bootstrap-servers: '\(canary.address)'}}\n"
        )
        _ = try home.folder.file(
            "client.properties",
            """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=PlainLoginModule required username="alice" password="alice-secret";
            """
        )
        let words =
            "-X security.protocol=sasl_plaintext -X sasl.mechanism=PLAIN -X sasl.username=alice"
        for (line, variables) in [
            ("kctl topics list", Self.login), ("kctl topics list \(words)", [:]),
            ("kctl topics list \(words) --ask-password", [:]),
            ("kctl topics list -F ../client.properties", [:]),
            ("kctl check", Self.login),
            ("kctl topics list -X security.protocol=ssl -X ssl.key.location=../key", [:]),
        ] {
            let outcome = try home.run(line, in: "repo", environment: variables)
            #expect(outcome.ending == .exited(2), "\(line): \(outcome.errors)")
            // `check` says what is wrong with its first link on standard output.
            let said = outcome.text + outcome.errors
            #expect(said.contains("would send your login to its address"), "\(line)")
            #expect(said.contains("kctl config trust \(home.path)/repo"), "\(line)")
        }
        #expect(try canary.all().isEmpty)
        // To an address of one's own it goes.
        let own = try home.run("\(list) -b 127.0.0.1:1", in: "repo", environment: Self.login)
        #expect(own.ending == .exited(4), "\(own.errors)")
    }

    @Test func nobodyIsHeldUpWhoDoesNotNeedTheFile() throws {
        let home = try home(own: "contexts: {mine: {bootstrap-servers: '127.0.0.1:1'}}\n")
        for words in ["--context mine", "--context - -b 127.0.0.1:1"] {
            let outcome = try home.run("\(list) \(words)", in: "repo")
            #expect(outcome.ending == .exited(4), "\(outcome.errors)")
        }
    }

    @Test func itCanBeLookedAt() throws {
        let home = try home(
            """
            current-context: dev
            contexts:
              dev:
                bootstrap-servers: ${env:SECRET}.example:1
                properties:
                  client.id: ${exec:touch ran; echo x}
                  client.rack: ${file:../key}
                  sasl.password: ${env:SECRET}
                  ssl.truststore.location: none.jks
                  plugin.library.paths: ./none.so

            """
        )
        _ = try home.folder.file("key", "file-secret")
        let variables = ["SECRET": "env-secret"]
        let explained = try home.run("kctl config explain", in: "repo", environment: variables)
        #expect(explained.ending == .exited(0), "\(explained.errors)")
        for words in [
            "${exec:touch ran; echo x}", "${file:../key}", "${env:SECRET}.example:1", "(set)",
            "none.jks", "\(home.project):6:7 (folder's file)",
        ] {
            #expect(explained.text.contains(words), "\(explained.text)")
        }
        #expect(explained.errors.contains("'\(home.project)' is not trusted"))
        let rows = try home.run("kctl config explain --json", in: "repo").json()
        #expect(rows.first { $0["name"]?.string == "client.id" }?["folder"]?.bool == true)
        #expect(rows.last { $0["origin"]?.string == "default" }?["folder"]?.bool == false)
        let checked = try home.run("kctl config check", in: "repo", environment: variables)
        #expect(checked.ending == .exited(2))
        #expect(checked.text.contains("dev      ${env:SECRET}.example:1"))
        #expect(checked.errors.contains("this file is not trusted"))
        let paths = try home.run("kctl config path", in: "repo")
        #expect(paths.text == "\(home.project)\n\(home.user)\n")
        let trusts = try home.run("kctl config path --json", in: "repo").json()
        #expect(trusts.map { $0["trusted"]?.bool } == [false, true])
        #expect(try home.run("kctl config contexts", in: "repo").ending == .exited(0))
        for outcome in [explained, checked] {
            #expect(!outcome.text.contains("-secret") && !outcome.errors.contains("-secret"))
        }
        #expect(try home.run("test ! -e ran", in: "repo").ending == .exited(0))
    }
}
