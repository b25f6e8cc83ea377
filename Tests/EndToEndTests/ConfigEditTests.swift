// `kctl config add`, `set`, `remove` and `rename` on files, and the statuses of what is missing.

import JSON
import Testing

@Suite struct ConfigEditTests {
    private static let config = """
        # Mine.
        current-context: one
        contexts:
          one: # first
            bootstrap-servers: a:1
        """

    @Test func contextsAreAddedChangedRenamedAndRemoved() throws {
        let home = try Home(Self.config)
        let outcome = try home.run(
            """
            chmod 640 '\(home.user)'
            kctl config add two -b b:1,b:2 security.protocol=SSL &&
            kctl config set two linger.ms=5 bootstrap-servers=c:1 &&
            kctl config set two --delete security.protocol &&
            kctl config rename two three && kctl config use three &&
            kctl config remove one && stat -c %a '\(home.user)' && cat '\(home.user)'
            """
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(
            outcome.text == """
                640
                # Mine.
                current-context: three
                contexts:
                  three:
                    bootstrap-servers: c:1
                    properties:
                      linger.ms: 5

                """
        )
        #expect(outcome.errors.contains("kctl: added context 'two' in '\(home.user)'\n"))
        #expect(outcome.errors.contains("kctl: renamed context 'two' to 'three' in"))
        let explained = try home.run("kctl config explain")
        #expect(explained.text.contains("c:1"))
    }

    @Test(arguments: [
        ("kctl config add one -b b:1", 2, "context 'one' already exists"),
        ("kctl config add two -b a:1:2", 2, "'a:1:2' is not a broker address"),
        ("kctl config add two -b http://x", 2, "remove 'http://'"),
        ("kctl config add two lingr.ms=1", 2, "did you mean 'linger.ms'?"),
        ("kctl config add two linger.ms", 2, "'linger.ms' is not KEY=VALUE"),
        ("kctl config set none acks=all", 3, "no context 'none'"),
        ("kctl config set one acks=perhaps", 2, "acks"),
        ("kctl config set one --delete acks", 2, "context 'one' has no 'acks'"),
        ("kctl config remove one", 1, "is the current context"),
        ("kctl config remove none", 3, "no context 'none'"),
        ("kctl config rename none two", 3, "no context 'none'"),
        ("kctl config add two --project", 3, "no .kctl.yaml here or above"),
    ])
    func aMistakeChangesNothing(_ line: String, _ status: Int32, _ reason: String) throws {
        let home = try Home(Self.config)
        let outcome = try home.run(line)
        #expect(outcome.ending == .exited(status), "\(outcome.errors)")
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(try home.run("cat '\(home.user)'").text == Self.config)
    }

    @Test func aTrustedFileStaysTrustedAndAnotherDoesNotBecomeIt() throws {
        let home = try Home()
        _ = try home.folder.file(
            "repo/.kctl.yaml",
            "contexts: \n  a:\n    properties:\n      client.id: ${env:HOME}\n"
        )
        let use = "kctl config explain --context a --json"
        let added = try home.run("kctl config add b --project && \(use)", in: "repo")
        #expect(added.errors.contains("is not trusted"))
        let outcome = try home.run(
            "kctl config trust --yes && kctl config set a --project linger.ms=1 && \(use)",
            in: "repo"
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(!outcome.errors.contains("is not trusted"))
    }

    @Test func anEditIsAnObjectOrSilent() throws {
        let home = try Home(Self.config)
        let dry = try home.run("kctl config add two -b b:1 --dry-run --json")
        #expect(try dry.json().first?["done"]?.bool == false)
        #expect(try home.run("cat '\(home.user)'").text == Self.config)
        let added = try home.run("kctl config add two -b b:1 --json")
        #expect(try added.json().first?["context"]?.string == "two")
        #expect(try added.json().first?["done"]?.bool == true)
        #expect(added.errors.isEmpty)
        let quiet = try home.run("kctl config use two --quiet && kctl config remove one -q")
        #expect(quiet.ending == .exited(0))
        #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
        let used = try home.run("kctl config use two --json")
        #expect(try used.json().first?["path"]?.string == home.user)
    }

    @Test func initSaysWhatToTryNext() throws {
        let home = try Home()
        let made = try home.run("kctl config init -b a:1")
        #expect(made.errors.contains("try: kctl check"))
        let again = try home.run("kctl config init -b a:1")
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("kctl config add NAME -b HOST:PORT"))
        #expect(try home.run("kctl config add b -b b:1").ending == .exited(0))
        let names = try home.run("kctl config contexts --json").json().map { $0["name"]?.string }
        #expect(names == ["b", "local"])
    }

    @Test(arguments: [
        "topics list --context none", "config explain --context none", "config check none",
        "config to-properties none", "config use none", "topics list -F none",
        "topics list --kcat-config none", "topics create --file none", "topics diff none",
        "topics apply none", "topics trim --from-file none", "acls create --from-file none",
        "groups reset g --from-file none", "groups create g --from-file none",
        "config from-properties none", "config trust none",
        "topics list -X security.protocol=ssl -X ssl.ca.location=none",
        "topics list -X security.protocol=ssl -X ssl.certificate.location=none",
        "topics list -X security.protocol=ssl -X ssl.key.location=none",
        "topics list -X security.protocol=ssl -X ssl.keystore.location=none.p12",
        "topics list -X security.protocol=ssl -X ssl.truststore.location=none.jks",
        "topics list --context file", "topics list --context reference",
    ])
    func whatDoesNotExistIsStatus3(_ line: String) throws {
        let home = try Home(
            """
            contexts:
              file: {properties-file: none}
              reference: {properties: {client.id: "${file:none}"}}
            """
        )
        let outcome = try home.run(
            "kctl \(line)",
            environment: ["KCTL_BOOTSTRAP_SERVERS": "127.0.0.1:1"]
        )
        #expect(outcome.ending == .exited(3), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [
        "a:1:2", "http://a:1", "https://a", "''", "','", "a:", ":1", "a:0", "'a b:1'",
    ])
    func aBadAddressIsStatus2(_ address: String) throws {
        let home = try Home()
        for command in ["topics list", "cluster api-versions", "check", "config init"] {
            let outcome = try home.run("kctl \(command) -b \(address)")
            #expect(outcome.ending == .exited(2), "\(command): \(outcome.errors)")
        }
    }
}
