// What `consume` advises works: each hint is taken, and the command goes through.

import Glibc
import JSON
import Testing

/// Hints on command lines that are refused before anything is asked.
struct ConsumeHintTests {
    /// A command line that is refused, words of its hint, and the command line as it advises.
    struct Advice: CustomStringConvertible {
        var refused: [String]
        var hint: String
        var advised: [String]

        var description: String { refused.joined(separator: " ") }
    }

    static let advice = [
        Advice(refused: ["-e"], hint: "or use --regex", advised: ["-e", "--regex", "t"]),
        Advice(
            refused: ["t", "-e", "-g", "g", "--output-dir", "DIR", "--resume"],
            hint: "a group starts at its committed offsets",
            advised: ["t", "-e", "-g", "g", "--output-dir", "DIR"]
        ),
        Advice(
            refused: ["t", "-e", "-g", "g", "--exec", "true", "--commit", "after-print"],
            hint: "--commit after-exec, or --commit none",
            advised: ["t", "-e", "-g", "g", "--exec", "true", "--commit", "after-exec"]
        ),
        Advice(
            refused: ["t", "-e", "-g", "g2", "--exec", "true", "--commit", "after-print"],
            hint: "--commit after-exec, or --commit none",
            advised: ["t", "-e", "-g", "g2", "--exec", "true", "--commit", "none"]
        ),
        Advice(
            refused: ["t", "--exec", "true", "--last", "2"],
            hint: "-o -N reads the last N",
            advised: ["t", "--exec", "true", "-o", "-2", "-e"]
        ),
        Advice(
            refused: ["t", "-e", "-f", "%k", "--key-format", "hex"],
            hint: "write %k{hex} or %v{base64}",
            advised: ["t", "-e", "-f", "%k{hex} %v{base64}"]
        ),
        Advice(
            refused: ["t", "-e", "-f", "%s"],
            hint: "--kcat-format",
            advised: ["t", "-e", "--kcat-format", "-f", "%s"]
        ),
        Advice(
            refused: ["t", "-e", "-g", "g", "-p", "0"],
            hint: "the group assigns the partitions",
            advised: ["t", "-e", "-g", "g"]
        ),
        Advice(
            refused: ["t", "-g", "g", "--last", "2"],
            hint: "a group starts at its committed offsets",
            advised: ["t", "-g", "g", "-e"]
        ),
        Advice(
            refused: ["t", "-e", "-g", "g3", "-o", "5"],
            hint: "--offset-reset sets the start where nothing is committed",
            advised: ["t", "-e", "-g", "g3", "--offset-reset", "earliest"]
        ),
        Advice(
            refused: ["t", "-e", "-g", "g4", "--from-beginning", "--offset-reset", "latest"],
            hint: "--from-beginning means --offset-reset earliest",
            advised: ["t", "-e", "-g", "g4", "--offset-reset", "earliest"]
        ),
        Advice(
            refused: ["t", "-e", "--exec", "false", "--on-failure", "dead-letter"],
            hint: "--on-failure dead-letter TOPIC",
            advised: ["t", "-e", "--exec", "true", "--on-failure", "dead-letter", "letters"]
        ),
        Advice(refused: ["t", "-e", "-c", "1"], hint: "-n 1", advised: ["t", "-e", "-n", "1"]),
        Advice(refused: ["t", "-e", "-J"], hint: "--json", advised: ["t", "-e", "--json"]),
        Advice(
            refused: ["t", "-e", "-q"],
            hint: "--summary none",
            advised: ["t", "-e", "--summary", "none"]
        ),
        Advice(
            refused: ["t", "-e", "-s", "c"],
            hint: #"-f '%v{unpack[c]}\n'"#,
            advised: ["t", "-e", "-f", #"%v{unpack[c]}\n"#]
        ),
        Advice(
            refused: ["t", "-e", "-d", "msg"],
            hint: "-v -X debug=msg",
            advised: ["t", "-e", "-v", "-X", "debug=msg"]
        ),
    ]

    @Test(arguments: advice) func aHintIsACommandLineThatWorks(_ advice: Advice) throws {
        let sandbox = try SandboxServer(["--topic", "t:1", "--topic", "letters:1"])
        let sent = try Kctl.run(["produce", "t"], input: .text("a\nb\n"), on: sandbox.address)
        #expect(sent.ending == .exited(0))
        let folder = try TemporaryFolder()
        func run(_ words: [String]) throws -> Outcome {
            let words = words.map { $0 == "DIR" ? folder.path + "/out" : $0 }
            return try Kctl.run(["consume"] + words, on: sandbox.address)
        }
        let refused = try run(advice.refused)
        #expect(refused.ending == .exited(2), "\(refused.errors)")
        #expect(refused.errors.contains(advice.hint), "\(refused.errors)")
        let advised = try run(advice.advised)
        #expect(advised.ending == .exited(0), "\(advised.errors)")
    }
}

/// Hints on reads that fail.
@Suite(.needsKafka)
struct ConsumeReadHintTests {
    @Test func anOffsetThatIsNotThereIsSkippedAsAdvised() throws {
        let topic = try Kafka.topic("hint-range")
        let sent = try Kafka.run(["produce", topic], input: .text("a\n"))
        #expect(sent.ending == .exited(0))
        let refused = try Kafka.run(["consume", topic, "-e", "-o", "7"])
        #expect(refused.ending == .exited(1))
        #expect(refused.errors.contains("--offset-reset earliest or latest"), "\(refused.errors)")
        for (reset, text) in [("earliest", "a\n"), ("latest", "")] {
            let read = try Kafka.run(["consume", topic, "-e", "-o", "7", "--offset-reset", reset])
            #expect(read.ending == .exited(0), "\(read.errors)")
            #expect(read.text == text)
        }
        let name = Kafka.name("g")
        let none = try Kafka.run(["consume", topic, "-e", "-g", name, "--offset-reset", "error"])
        #expect(none.errors.contains("--offset-reset earliest or latest"), "\(none.errors)")
        let group = try Kafka.run([
            "consume", topic, "-e", "-g", name, "--offset-reset", "earliest",
        ])
        #expect(group.text == "a\n", "\(group.errors)")
    }

    @Test func whereATopicIsMissingTheListOfTopicsIsAdvised() throws {
        let missing = try Kafka.run(["consume", Kafka.name("missing"), "-e"])
        #expect(missing.ending == .exited(3))
        #expect(missing.errors.contains("(kctl topics list)"), "\(missing.errors)")
        #expect(try Kafka.run(["topics", "list"]).ending == .exited(0))
    }

    @Test func aFolderWithRecordsIsGoneOnWithAsAdvised() throws {
        let topic = try Kafka.topic("hint-folder")
        let sent = try Kafka.run(["produce", topic], input: .text("a\n"))
        #expect(sent.ending == .exited(0))
        let folder = try TemporaryFolder()
        let words = ["consume", topic, "-e", "--output-dir", folder.path + "/out"]
        #expect(try Kafka.run(words).ending == .exited(0))
        let again = try Kafka.run(words)
        #expect(again.ending != .exited(0))
        #expect(again.errors.contains("--resume"), "\(again.errors)")
        let resumed = try Kafka.run(words + ["--resume"])
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
    }

    /// A group whose members share partitions out in another way is joined as advised.
    @Test func anotherWayOfSharingOutIsTakenAsAdvised() throws {
        let topic = try Kafka.topic("hint-group", partitions: 2)
        let sent = try Kafka.run(["produce", topic], input: .text("a\nb\n"))
        #expect(sent.ending == .exited(0))
        let name = Kafka.name("g")
        let advised = ["-X", "partition.assignment.strategy=cooperative-sticky"]
        // Members meet again at a heartbeat.
        let often = ["-X", "heartbeat.interval.ms=300"]
        let member = try Kafka.start(
            ["consume", topic, "-g", name, "--from-beginning"] + advised + often
        )
        member.wait(forOutput: "a\n")
        let refused = try Kafka.run(["consume", topic, "-e", "-g", name])
        #expect(refused.ending != .exited(0))
        #expect(refused.errors.contains(advised.joined(separator: " ")), "\(refused.errors)")
        let joined = try Kafka.run(["consume", topic, "-e", "-g", name] + advised + often)
        #expect(joined.ending == .exited(0), "\(joined.errors)")
        member.signal(SIGINT)
        _ = member.finish()
    }
}
