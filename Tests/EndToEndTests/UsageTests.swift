// Mistakes on the command line and in settings: status 2, the reason, the nearest name, the usage
// line, and nothing attempted.

import JSON
import Testing

struct UsageTests {
    /// A command line that is wrong, and the two lines that say so.
    struct Mistake: CustomTestStringConvertible {
        let line: String
        let message: String
        let usage: String

        init(_ line: String, _ message: String, _ usage: String) {
            self.line = line
            self.message = message
            self.usage = usage
        }

        var testDescription: String { line }
    }

    /// Nothing listens on port 1: a command that went there would end with status 4.
    @Test(arguments: [
        Mistake(
            "topisc list",
            "unknown command 'topisc' (did you mean 'kctl topics'?)",
            "COMMAND [options]"
        ),
        Mistake(
            "topics lits",
            "unknown command 'topics lits' (did you mean 'kctl topics list'?)",
            "topics COMMAND [options]"
        ),
        Mistake(
            "topics -b host",
            "missing command after 'topics'"
                + " (commands: list, create, describe, alter, delete, offsets, trim, export, diff,"
                + " apply, elect-leaders)",
            "topics COMMAND [options]"
        ),
        Mistake(
            "topics list --jsno",
            "unknown option '--jsno' for 'kctl topics list' (did you mean --json?)",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list --errors jsn",
            "invalid value 'jsn' for --errors: not one of text, json (did you mean 'json'?)",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list --json=1",
            "--json takes no value (write --json alone)",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list -b",
            "missing value for --bootstrap-server",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list -b host:99999",
            "--bootstrap-server: 'host:99999' is not a broker address: the port must be a number from"
                + " 1 to 65535 (host:port[,host:port...])",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list -X lingr.ms=5",
            "-X: unknown property 'lingr.ms' (did you mean 'linger.ms'?)",
            "topics list [TOPIC...] [options]"
        ),
        Mistake(
            "topics list -X acks",
            "-X: 'acks' has no '=value' (-X socket.timeout.ms=5000)",
            "topics list [TOPIC...] [options]"
        ),
        Mistake("topics create", "missing NAME (or --file)", "topics create [NAME...] [options]"),
        Mistake(
            "topics create a --partitions 0",
            "invalid value '0' for --partitions: not between 1 and 1000000",
            "topics create [NAME...] [options]"
        ),
        Mistake(
            "topics create a --replica-assignment 0:0",
            "invalid value '0:0' for --replica-assignment: broker 0 is named twice for one"
                + " partition",
            "topics create [NAME...] [options]"
        ),
        Mistake(
            "topics delete",
            "missing NAME (or --glob, or --regex)",
            "topics delete [NAME...] [options]"
        ),
        Mistake("topics alter t", "missing --partitions", "topics alter NAME [options]"),
        Mistake(
            "topics offsets t -p 5-3",
            "invalid value '5-3' for --partition: '5-3' is not a partition or a range like 3-5",
            "topics offsets [NAME...] [options]"
        ),
        Mistake(
            "topics delete --regex (",
            "invalid value '(' for --regex: not a regular expression",
            "topics delete [NAME...] [options]"
        ),
        Mistake(
            "produce t u",
            "unexpected argument 'u' (--file reads a file; --each-file sends each file as one"
                + " record)",
            "produce [TOPIC] [FILE...] [options]"
        ),
        Mistake(
            "consume t --max-messages 0",
            "invalid value '0' for --max-messages: less than 1",
            "consume [TOPIC...] [options]"
        ),
        Mistake(
            "sandbox --topic a:0",
            "invalid value 'a:0' for --topic: the number of partitions is not between 1 and 10000",
            "sandbox [options] [-- CMD...]"
        ),
        Mistake(
            "completion bsh",
            "invalid value 'bsh' for SHELL: not one of bash, zsh, fish (did you mean 'bash'?)",
            "completion SHELL [options]"
        ),
    ])
    func aMistakeIsToldAndNothingAttempted(_ mistake: Mistake) throws {
        let words = mistake.line.split(separator: " ").map(String.init)
        let outcome = try Kctl.run(words, on: "127.0.0.1:1", within: .seconds(20))
        #expect(outcome.ending == .exited(2))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "kctl: \(mistake.message)\nusage: kctl \(mistake.usage)\n")
    }

    @Test func aPropertyValueThatIsWrongIsNamedAsItWasWritten() throws {
        let outcome = try Kctl.run(["topics", "list", "-X", "linger.ms=abc"], on: "127.0.0.1:1")
        #expect(outcome.ending == .exited(2))
        let first = try #require(outcome.errorLines.first)
        #expect(first.hasPrefix("kctl: -X: "))
        #expect(first.contains("linger.ms"))
        #expect(outcome.errorLines.last == "usage: kctl topics list [TOPIC...] [options]")
    }

    @Test func aWrongPropertyInAFileIsNamedWithFileAndLine() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("client.properties", "# mine\nacks=all\nlingr.ms=5\n")
        let outcome = try Kctl.run(["topics", "list", "--command-config", path], on: "127.0.0.1:1")
        #expect(outcome.ending == .exited(2))
        #expect(
            outcome.errorLines.first
                == "kctl: \(path):3: unknown property 'lingr.ms' (did you mean 'linger.ms'?)"
        )
    }

    @Test func aWrongPropertyInTheEnvironmentIsNamedWithItsVariable() throws {
        let outcome = try Kctl.run(
            ["topics", "list"],
            on: "127.0.0.1:1",
            environment: ["KCTL_X_LINGR_MS": "5"]
        )
        #expect(outcome.ending == .exited(2))
        let first = try #require(outcome.errorLines.first)
        #expect(first.hasPrefix("kctl: environment KCTL_X_LINGR_MS: unknown property"))
        #expect(first.contains("linger.ms") || first.contains("LINGER_MS"))
    }

    @Test func aPropertiesFileThatIsMissingIsStatusThree() throws {
        let outcome = try Kctl.run(
            ["topics", "list", "--command-config", "/nonexistent/x"],
            on: "127.0.0.1:1"
        )
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errors.hasPrefix("kctl: cannot read the properties file '/nonexistent/x'"))
    }

    @Test func errorsAreObjectsWhenAskedFor() throws {
        let usage = try Kctl.run(["--errors", "json", "topics", "lits"])
        #expect(usage.ending == .exited(2))
        let first = try #require(try usage.errorJSON().first)
        #expect(first["code"]?.string == "usage")
        #expect(first["message"]?.string == "unknown command 'topics lits'")
        #expect(first["retriable"]?.bool == false)
        #expect(first["hint"]?.string == "did you mean 'kctl topics list'?")
        #expect(first["usage"]?.string == "usage: kctl topics COMMAND [options]")

        let down = try Kctl.run(["topics", "list", "--errors=json"], on: "127.0.0.1:1")
        #expect(down.ending == .exited(4))
        #expect(down.errorLines.count == 1)
        let second = try #require(try down.errorJSON().first)
        #expect(second["code"]?.string == "unreachable")
        #expect(second["kafkaCode"]?.string == "_TRANSPORT")
        #expect(second["retriable"]?.bool == true)
    }

    @Test(arguments: ["topics", "topic"], ["list", "ls"])
    func nounsAndVerbsHaveTheirOtherNames(noun: String, verb: String) throws {
        let outcome = try Kctl.run([noun, verb, "-h"])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.text.hasPrefix("usage: kctl topics list "))
        #expect(outcome.errors.isEmpty)
    }

    @Test func anUnknownOptionInFrontOfACommandIsNamed() throws {
        let outcome = try Kctl.run(["-9"])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.hasPrefix("kctl: unknown option '-9'"))
    }
}

struct VersionTests {
    @Test func versionTellsKctlAndTheLibrary() throws {
        let outcome = try Kctl.run(["version", "--json"])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.errors.isEmpty)
        let lines = try outcome.json()
        #expect(lines.count == 1)
        let version = try #require(lines.first)
        #expect(version["kctl"]?.string?.split(separator: ".").count == 3)
        #expect(version["librdkafka"]?.string?.split(separator: ".").count == 3)
        #expect(version["librdkafkaBuild"]?.string != nil)
        #expect(version["features"]?.array?.contains(.string("ssl")) == true)
    }
}

struct UnreadableArgumentTests {
    /// Other bytes in their place would be sent as a key, or name another file.
    @Test func bytesThatAreNotUTF8AreRefused() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.bash(
            #"echo v | kctl produce t --key $'k\xff'"#,
            on: sandbox.address
        )
        #expect(sent.ending == .exited(2), "\(sent.errors)")
        #expect(sent.errors.hasPrefix("kctl: argument 4 is not UTF-8"), "\(sent.errors)")
        let read = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        #expect(read.output.isEmpty)
    }
}
