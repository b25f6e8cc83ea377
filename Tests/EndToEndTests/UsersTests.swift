// `kctl users` on a real broker: who is set can log in, and Kafka's own tool sees the same.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct UsersTests {
    private let user = Kafka.name("user")

    private static let isOld = (try? Kctl.hasOldLibrary()) ?? true

    /// Whether the user can log in.
    private func login(_ mechanism: String, _ password: String) throws -> Ending {
        try Kctl.run(
            ["topics", "list"],
            on: Kafka.saslServers,
            environment: [
                "KCTL_X_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KCTL_X_SASL_MECHANISM": mechanism,
                "KCTL_X_SASL_USERNAME": user, "KCTL_X_SASL_PASSWORD": password,
            ]
        ).ending
    }

    private func set(_ password: String, _ more: String...) throws -> Outcome {
        try Kafka.run(
            ["users", "set", user, "--password-file", "-"] + more,
            input: .text(password + "\n")
        )
    }

    /// Whether the library is too old for the rest of a test; then it says so.
    private func isTooOld(for words: String...) throws -> Bool {
        guard Self.isOld else { return false }
        let outcome = try Kafka.run(["users"] + words)
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errors.hasPrefix("kctl: SCRAM users need librdkafka 2.2 or newer"))
        #expect(outcome.output.isEmpty)
        return true
    }

    @Test func aUserThatIsSetLogsInUntilDeleted() throws {
        if try isTooOld(for: "set", user) { return }
        let dry = try set("first", "--dry-run")
        #expect(dry.ending == .exited(0))
        #expect(dry.errors.contains("would set the SCRAM-SHA-512 password of user"))
        let missing = try Kafka.run(["users", "list", user])
        #expect(missing.ending == .exited(3))
        #expect(missing.errors.contains("user '\(user)' has no SCRAM credentials"))

        #expect(try set("first").ending == .exited(0))
        #expect(try login("SCRAM-SHA-512", "first") == .exited(0))
        let other = try set("first", "--mechanism", "SCRAM-SHA-256", "--iterations", "4096")
        #expect(other.ending == .exited(0), "\(other.errors)")
        #expect(try login("SCRAM-SHA-256", "first") == .exited(0))
        let changed = try set("second")
        #expect(changed.ending == .exited(0), "\(changed.errors)")
        // A broker may learn of a password a moment after it was set.
        let limit = ContinuousClock.now + .seconds(10)
        while try login("SCRAM-SHA-512", "second") != .exited(0), ContinuousClock.now < limit {}
        #expect(try login("SCRAM-SHA-512", "first") == .exited(5))

        let listed = try Kafka.run(["users", "list", user, "--json"])
        #expect(
            listed.lines == [
                #"{"user":"\#(user)","mechanism":"SCRAM-SHA-256","iterations":4096}"#,
                #"{"user":"\#(user)","mechanism":"SCRAM-SHA-512","iterations":8192}"#,
            ]
        )
        let named = ["--entity-type", "users", "--entity-name", user]
        let theirs = try Kafka.tool("configs", ["--describe"] + named)
        for text in ["SCRAM-SHA-512=iterations=8192", "SCRAM-SHA-256=iterations=4096"] {
            #expect(theirs.text.contains(text), "\(theirs.text)")
        }

        let one = try Kafka.run(["users", "delete", user, "--mechanism", "SCRAM-SHA-256"])
        #expect(one.ending == .exited(0), "\(one.errors)")
        let asked = try Kafka.run(["users", "delete", user, "admin"])
        #expect(asked.ending == .exited(2))
        #expect(asked.errors.contains("deleting 2 users needs consent"))
        let gone = try Kafka.run(["users", "delete", user])
        #expect(gone.ending == .exited(0), "\(gone.errors)")
        #expect(gone.lines.count == 2)
        #expect(try Kafka.run(["users", "delete", user]).ending == .exited(3))
    }

    @Test func whatKafkasToolSetsIsListed() throws {
        if try isTooOld(for: "list") { return }
        let change = ["--alter", "--add-config", "SCRAM-SHA-256=[iterations=5000,password=x]"]
        let made = try Kafka.tool(
            "configs",
            change + ["--entity-type", "users", "--entity-name", user]
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        let expected = #"{"user":"\#(user)","mechanism":"SCRAM-SHA-256","iterations":5000}"#
        let limit = ContinuousClock.now + .seconds(10)
        while try !Kafka.run(["users", "list", "--json"]).lines.contains(expected[...]),
            ContinuousClock.now < limit
        {}
        #expect(try Kafka.run(["users", "list", "--json"]).lines.contains(expected[...]))
        #expect(try Kafka.run(["users", "delete", user]).ending == .exited(0))
    }

    @Test func aPasswordIsAskedForTwiceAndNotShown() throws {
        if try isTooOld(for: "set", user) { return }
        let home = try Home()
        func answer(_ first: String, _ second: String) throws -> Outcome {
            let program = try home.onTerminal(
                "kctl users set \(user) -b \(Kafka.servers ?? "")"
            )
            program.wait(forOutput: "new password of '\(user)': ")
            program.send(first + "\n")
            program.wait(forOutput: "repeat the password: ")
            program.send(second + "\n")
            return program.finish()
        }
        let differing = try answer("hunter2", "hunter3")
        #expect(differing.ending == .exited(1))
        #expect(differing.text.contains("no password was set: the passwords differ"))
        let same = try answer("hunter2", "hunter2")
        #expect(same.ending == .exited(0), "\(same.text)")
        #expect(!same.text.contains("hunter2"))
        #expect(try login("SCRAM-SHA-512", "hunter2") == .exited(0))
        #expect(try Kafka.run(["users", "delete", user]).ending == .exited(0))
    }

    @Test func badPasswordsAreRefused() throws {
        if try isTooOld(for: "delete", user) { return }
        let empty = try set("")
        #expect(empty.ending == .exited(2))
        #expect(empty.errors.contains("the password is empty"))
        #expect(try set("two\nlines").ending == .exited(7))
        let nobody = try Kafka.run(["users", "set", user])
        #expect(nobody.ending == .exited(2))
        #expect(nobody.errors.contains("missing --password-file, and there is no terminal"))
        let folder = try TemporaryFolder()
        let file = try folder.file("password", "x\n")
        chmod(file, 0o644)
        let open = try Kafka.run(["users", "set", user, "--password-file", file, "--dry-run"])
        #expect(open.ending == .exited(0))
        #expect(open.errors.contains("users can read"))
        #expect(try Kafka.run(["users", "list", user]).ending == .exited(3))
    }
}
