// What a person sees: nothing from outside acts on the terminal, and destruction is asked about.

import Glibc
import JSON
import Testing

struct TerminalTests {
    /// Moves the cursor, changes the title, turns the direction of writing, is not UTF-8.
    private let hostile = "a\u{1B}[2J\u{1B}]0;x\u{07}\u{202E}\u{9B}1mb"
    private let escaped = #"a\x1b[2J\x1b]0;x\x07\u{202e}\x9b1mb"#

    @Test func valuesAreEscapedOnATerminalAndExactInAPipe() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(
            ["produce", "t"],
            input: .bytes(Array(hostile.utf8) + [0xFF, 10, 9, 10]),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        let piped = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        #expect(piped.output == Array(hostile.utf8) + [0xFF, 10, 9, 10])
        let shown = try Kctl.run(["consume", "t", "-e"], output: .terminal, on: sandbox.address)
        #expect(shown.ending == .exited(0))
        #expect(shown.text == escaped + "\\xff\n\t\n")
    }

    @Test func columnsAreColouredForAPersonAndForNobodyElse() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let record =
            #"{"key":"k","headers":[{"key":"h","value":"1"},{"key":"i","value":"2"}],"value":"v"}"#
        let sent = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text(record + "\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        let words = ["consume", "t", "-e", "--print-headers", "--print-offset", "-K", ":"]
        let plain = "0\th=1,i=2\tk:v\n"
        #expect(try Kctl.run(words, on: sandbox.address).text == plain)
        #expect(try Kctl.run(words, output: .terminal, on: sandbox.address).text == plain)
        // Only here all three streams are a terminal.
        func seen(_ environment: [String: String]) throws -> String {
            let line = "script -qec 'kctl \(words.joined(separator: " ")) --summary none' /dev/null"
            let outcome = try Kctl.bash(line, on: sandbox.address, environment: environment)
            #expect(outcome.ending == .exited(0))
            return outcome.text.replacing("\r\n", with: "\n")
        }
        let coloured = "\u{1b}[90m0\u{1b}[0m\t\u{1b}[35mh=1,i=2\u{1b}[0m\t\u{1b}[36mk\u{1b}[0m:v\n"
        #expect(try seen([:]) == coloured)
        #expect(try seen(["NO_COLOR": "1"]) == plain)
        let kcat = ["consume", "t", "-e", "--kcat-format", "-f", #"%k %s %S %R %h %p %o %%\n"#]
        let bytes = Array("k v 1 \0\0\0\u{1} h=1,i=2 0 0 %\n".utf8)
        #expect(try Kctl.run(kcat, on: sandbox.address).output == bytes)
    }

    @Test func numbersThatDoNotFitTheirFormAreTold() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(
            ["produce", "t"],
            input: .text(String(repeating: "x", count: 300) + "\ny\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        let read = try Kctl.run(["consume", "t", "-e", "-f", "%V{byte}%v"], on: sandbox.address)
        #expect(read.ending == .exited(1))
        #expect(read.errors.contains("--format: 1 number too large for the field"))
    }

    @Test func whatTurnsTheWritingIsEscapedInJSONOnATerminal() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let turning: [UInt32] = [
            0x061c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
            0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xe0041,
        ]
        let value = turning.compactMap(Unicode.Scalar.init).map { "a\($0)é" }.joined()
        let line =
            "{\"key\":\"\(value)\",\"headers\":[{\"key\":\"\(value)\",\"value\":\"x\"}],"
            + "\"value\":\"{\\\"a\\\":\\\"\(value)\\\"}\"}\n"
        let sent = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text(line),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        for more in [
            ["--json"], ["--json", "--value-format", "json"], ["-f", "%k{json} %v{json}\n"],
        ] {
            let words = ["consume", "t", "-e"] + more
            let shown = try Kctl.run(words, output: .terminal, on: sandbox.address)
            let exact = try Kctl.run(words, on: sandbox.address)
            for scalar in turning.compactMap(Unicode.Scalar.init) {
                #expect(!shown.text.unicodeScalars.contains(scalar), "\(more) U+\(scalar.value)")
                #expect(exact.text.unicodeScalars.contains(scalar), "\(more) U+\(scalar.value)")
            }
            #expect(shown.text.contains("\\u202e"))
            #expect(shown.text.contains("é"))
            // A reader gets the same.
            guard more[0] == "--json" else { continue }
            #expect(try shown.json() == exact.json())
        }
        // An error as JSON quotes what was typed.
        let name = "t\u{202e}"
        let missing = try Kctl.bash(
            "script -qec 'kctl topics describe \(name) --errors json' /dev/null",
            on: sandbox.address
        )
        #expect(!missing.text.unicodeScalars.contains("\u{202e}"), "\(missing.text)")
        #expect(missing.text.contains("\\u202e"), "\(missing.text)")
    }

    @Test func jsonIsTheSameOnATerminalButForControls() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        _ = try Kctl.run(["produce", "t"], input: .text(hostile + "\n"), on: sandbox.address)
        let shown = try Kctl.run(
            ["consume", "t", "-e", "--json"],
            output: .terminal,
            on: sandbox.address
        )
        #expect(!shown.output.contains { $0 < 32 && $0 != 10 })
        #expect(try shown.json().first?["value"]?.string == hostile)
    }

    @Test func wordsOfTheUserAreEscapedInErrors() throws {
        let outcome = try Kctl.run(["topics", hostile])
        #expect(outcome.ending == .exited(2))
        #expect(!outcome.errors.utf8.contains { $0 < 32 && $0 != 10 })
        let broken = try Kctl.run(["topics", "two\nlines"])
        #expect(broken.errorLines.count == 2)
    }

    @Test func aTableOnATerminalIsTheTableInAPipe() throws {
        let sandbox = try SandboxServer(["--topic", "t:1", "--topic", "longer-name:12"])
        let shown = try Kctl.run(["topics", "list"], output: .terminal, on: sandbox.address)
        let piped = try Kctl.run(["topics", "list"], on: sandbox.address)
        #expect(piped.text.contains("longer-name          12"))
        #expect(shown.text == piped.text)
    }

    @Test func aTerminalThatHangsUpEndsAFollowingRead() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let reader = try Kctl.start(
            ["consume", "t", "--from-beginning"],
            output: .terminal,
            on: sandbox.address
        )
        _ = try Kctl.run(["produce", "t"], input: .text("x\n"), on: sandbox.address)
        reader.wait(forOutput: "x\n")
        reader.signal(SIGHUP)
        #expect(reader.finish().ending == .signalled(SIGHUP))
    }
}

/// Text that comes from a real broker, and questions before something is destroyed.
@Suite(.needsKafka)
struct TerminalKafkaTests {
    private let name = Kafka.name("terminal")

    @Test(arguments: [("y\n", true), ("yes\n", true), ("n\n", false), ("\n", false)])
    func deletingSeveralIsAskedAbout(answer: String, isGone: Bool) throws {
        let topics = ["\(name)-a", "\(name)-b"]
        #expect(try Kafka.run(["topics", "create"] + topics).ending == .exited(0))
        let asked = try Kafka.start(
            ["topics", "delete"] + topics,
            input: .terminal,
            output: .terminal
        )
        asked.wait(forOutput: "Delete 2 topics? [y/N] ")
        let question = String(decoding: asked.output, as: UTF8.self)
        for topic in topics { #expect(question.contains("  \(topic)\n")) }
        asked.send(answer)
        let outcome = asked.finish()
        #expect(outcome.ending == (isGone ? .exited(0) : .exited(1)))
        let list = try Kafka.run(["topics", "list", "--regex", "\(name)-.", "--json"])
        #expect(list.lines.count == (isGone ? 0 : 2))
    }

    @Test func anInterruptedQuestionDestroysNothing() throws {
        let topics = ["\(name)-a", "\(name)-b"]
        #expect(try Kafka.run(["topics", "create"] + topics).ending == .exited(0))
        let asked = try Kafka.start(
            ["topics", "delete"] + topics,
            input: .terminal,
            output: .terminal
        )
        asked.wait(forOutput: "[y/N] ")
        asked.signal(SIGINT)
        #expect(asked.finish().ending == .signalled(SIGINT))
        let list = try Kafka.run(["topics", "list", "--regex", "\(name)-.", "--json"])
        #expect(list.lines.count == 2)
    }

    @Test func configurationsAndBrokersErrorsAreEscaped() throws {
        let hostile = "1:\u{1B}[2J"
        let refused = try Kafka.run(
            ["topics", "create", name, "--config", "retention.ms=\(hostile)"]
        )
        #expect(refused.ending == .exited(1))
        #expect(refused.errorLines.count == 1)
        #expect(!refused.errors.utf8.contains { $0 < 32 && $0 != 10 })
        let made = try Kafka.run([
            "topics", "create", name, "--config",
            "leader.replication.throttled.replicas=\(hostile)",
        ])
        // Whether such a value is taken is the broker's business; showing it is ours.
        if made.ending == .exited(0) {
            let shown = try Kafka.run(["topics", "describe", name], output: .terminal)
            #expect(!shown.output.contains { $0 < 32 && $0 != 10 })
        }
    }

    @Test func aSummaryIsShownToAPerson() throws {
        let topic = try Kafka.topic("summary")
        let writer = try Kafka.start(["produce", topic], input: .terminal, output: .terminal)
        writer.send("a\n")
        writer.send("\u{04}")  // The end of input, as Ctrl-D types it.
        let outcome = writer.finish()
        #expect(outcome.ending == .exited(0))
        #expect(
            outcome.text == "kctl: one record per line, Ctrl-D to finish\n"
                + "kctl: sent 1, acknowledged 1, failed 0\n"
        )
    }

    @Test func noProgressIsShownWhereRecordsAreTyped() throws {
        let topic = try Kafka.topic("typed")
        let writer = try Kafka.start(
            ["produce", topic, "--print"],
            input: .terminal,
            output: .terminal
        )
        writer.send("a\n")
        writer.wait(forOutput: "offset 0\n")
        // When this one, which began later, shows its progress, it is time for that of the other.
        let other = try Kafka.start(["produce", topic, "--progress"], input: .held)
        other.send("b\n")
        other.wait(forErrors: "1 record, 1 B, ")
        writer.send("\u{04}")
        let outcome = writer.finish()
        #expect(
            outcome.text == "kctl: one record per line, Ctrl-D to finish\n"
                + "partition 0 offset 0\nkctl: sent 1, acknowledged 1, failed 0\n"
        )
        other.endInput()
        #expect(other.finish().tally == Tally(1))
    }
}
