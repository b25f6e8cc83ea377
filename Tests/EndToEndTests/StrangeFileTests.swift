// Files that are no files, links of other users, and standard input where a file should be.

import Glibc
import Testing

struct StrangeFileTests {
    @Test(arguments: [
        ("mkfifo .kctl.yaml", "is a pipe, not a file"),
        (
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\".kctl.yaml\")'",
            "is a socket, not a file"
        ),
        ("ln -s /dev/zero .kctl.yaml", "is a device, not a file"),
        ("mkfifo pipe && ln -s pipe .kctl.yaml", "is a pipe, not a file"),
        ("head -c 2000000 /dev/zero >.kctl.yaml", "is larger than 1024 KiB"),
    ])
    func whatIsNoFileIsNotUsedAndHangsNothing(_ making: String, _ reason: String) throws {
        let home = try Home()
        let outcome = try home.run(
            "\(making) && kctl topics list -b 127.0.0.1:1 --timeout 200ms",
            in: "repo"
        )
        #expect(outcome.ending == .exited(4))
        #expect(
            outcome.errorLines.first == "kctl: note: '\(home.project)' is not used: it \(reason)"
        )
        let completed = try home.run("kctl complete topics -- topics describe ''", in: "repo")
        #expect(completed.ending == .exited(0))
        #expect(completed.errors.isEmpty)
        #expect(try home.run("kctl config trust --yes", in: "repo").ending == .exited(1))
    }

    /// The owner of everything is asked for: link, target, folder.
    @Test(
        .enabled(if: geteuid() == 0),
        arguments: [
            (
                "ln -s ../harmless shared/.kctl.yaml && chown -h 65534 shared/.kctl.yaml",
                "is another user's link"
            ),
            (
                "cp harmless shared/.kctl.yaml && chown 65534 shared/.kctl.yaml",
                "belongs to another user"
            ),
            (
                "ln -s ../theirs shared/.kctl.yaml && cp harmless theirs && chown 65534 theirs",
                "belongs to another user"
            ),
            (
                "ln -s ../step shared/.kctl.yaml && ln -s harmless step && chown -h 65534 step",
                "is another user's link"
            ),
            (
                "chmod 0777 shared && ln -s ../harmless shared/.kctl.yaml",
                "is a link in a folder that other users can change"
            ),
            (
                "chown 65534 shared && ln -s ../harmless shared/.kctl.yaml",
                "is a link in a folder that other users can change"
            ),
        ]
    )
    func aLinkOfAnotherUserIsNotFollowed(_ making: String, _ reason: String) throws {
        let home = try Home()
        _ = try home.folder.file("harmless", "current-context: a\ncontexts: {a: {}}\n")
        let outcome = try home.run(
            "mkdir -m 1777 shared && \(making) && cd shared && kctl config explain --json"
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(
            outcome.errors
                == "kctl: note: '\(home.path)/shared/.kctl.yaml' is not used: it \(reason)\n"
        )
        #expect(!outcome.text.contains("\"context\""))
    }

    @Test func aLinkOfOnesOwnIsFollowed() throws {
        let home = try Home()
        _ = try home.folder.file("mine", "current-context: a\ncontexts: {a: {}}\n")
        let outcome = try home.run("ln -s ../mine .kctl.yaml && kctl config explain", in: "repo")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.text.contains("context"))
    }

    /// Git makes a repository's links in the user's name.
    @Test func aLinkOfARepositoryShowsNothingOfWhereItLeads() throws {
        let home = try Home()
        _ = try home.folder.file("secrets.env", "TOKEN=link-secret\nOTHER: [\n")
        for target in ["/proc/self/environ", "../secrets.env"] {
            let outcome = try home.run(
                "ln -sf \(target) .kctl.yaml && kctl topics list -b 127.0.0.1:1 --timeout 200ms",
                in: "repo",
                environment: ["SECRET": "link-secret", "TAIL": "a: ["]
            )
            #expect(outcome.ending != .exited(0))
            #expect(!outcome.errors.contains("link-secret"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        ("client.id: ${file:/dev/stdin}", "it is a pipe, not a file"),
        ("client.id: ${file:/proc/self/fd/0}", "it is a pipe, not a file"),
        ("client.id: ${file:pipe}", "it is a pipe, not a file"),
        ("client.id: ${file:/dev/tty}", "it is a device, not a file"),
        ("ssl.truststore.location: /dev/stdin", "/dev/stdin"),
        ("ssl.ca.location: /dev/stdin", "is this command's standard input, not a file"),
    ])
    func aReferenceDoesNotSwallowTheInput(_ property: String, _ reason: String) throws {
        let home = try Home(
            "current-context: a\ncontexts:\n  a:\n    properties:\n      \(property)\n"
        )
        let outcome = try home.run(
            "mkfifo .config/kctl/pipe; "
                + "printf 'a\\nb\\n' | { kctl produce t -b 127.0.0.1:1; s=$?; cat; exit $s; }"
        )
        #expect(outcome.ending == .exited(2), "\(outcome.errors)")
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(outcome.text == "a\nb\n", "the input is all there")
    }

    @Test func norDoesOneWhenTheInputIsAFile() throws {
        let home = try Home(
            "current-context: a\ncontexts: {a: {properties: {client.id: '${file:/dev/stdin}'}}}\n"
        )
        let outcome = try home.run("echo a >f; kctl produce t -b 127.0.0.1:1 <f")
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("it is this command's standard input"))
    }
}
