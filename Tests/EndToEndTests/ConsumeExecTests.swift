// `consume --exec`: what a command gets, what becomes of records, and what is committed.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeExecTests {
    private let group = Kafka.name("exec")

    /// How many records the group has not dealt with, by what a reader still gets.
    private func left(_ topic: String) throws -> [Substring] {
        let rest = try Kafka.run(Kafka.member(topic, group, ["-e", "--commit", "none"]))
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        return rest.lines
    }

    @Test func eachRecordIsWorkedOnOnceWithItsFacts() throws {
        let topic = try Kafka.topic("exec", partitions: 2)
        let sent = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(
                """
                {"partition":0,"key":"a","timestamp":1000,"value":"one"}
                {"partition":0,"keyBase64":"/wA=","timestamp":2000,"value":"two words"}
                {"partition":1,"key":null,"timestamp":3000,"value":null}

                """
            )
        )
        #expect(sent.ending == .exited(0))
        let facts = ["TOPIC", "PARTITION", "OFFSET", "TIMESTAMP", "KEY", "KEY_B64", "KEY_SIZE"]
        let more = ["GROUP", "ATTEMPT", "MAX_ATTEMPTS", "RECORDS", "IDEMPOTENCY_KEY"]
        let names = (facts + more).map { "${KCTL_\($0)-none}" }.joined(separator: "|")
        let words = Kafka.worker(topic, group, #"echo "\#(names)|$(cat)""#, ["-e", "-v"])
        let first = try Kafka.run(words)
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(
            first.lines.sorted() == [
                "\(topic)|0|0|1000|a|none|1|\(group)|1|1|1|\(topic):0:0|one",
                "\(topic)|0|1|2000|none|/wA=|2|\(group)|1|1|1|\(topic):0:1|two words",
                "\(topic)|1|0|3000|none|none|none|\(group)|1|1|1|\(topic):1:0|",
            ]
        )
        #expect(first.errorLines.count { $0.hasSuffix(": committed") } == 3, "\(first.errors)")
        #expect(first.errors.contains("kctl: \(topic)[0] offset 1: committed\n"))
        #expect(try Kafka.committed(topic, group) == [2, 1])

        let second = try Kafka.run(words)
        #expect(second.ending == .exited(0) && second.output.isEmpty)
        #expect(
            second.errors.contains("nothing to process: group '\(group)' has committed the end")
        )
    }

    @Test func theRecordComesInTheFormThatTheOthersChoose() throws {
        let topic = try Kafka.topic("exec-form")
        let produced = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(#"{"key":"k","headers":[{"key":"h","value":"1"}],"value":"v"}"# + "\n")
        )
        #expect(produced.ending == .exited(0))
        func run(_ more: String...) throws -> String {
            // Without a group nothing is committed, and the work is done all the same.
            let run = try Kafka.run(["consume", topic, "-e", "--exec", "cat"] + more)
            #expect(run.ending == .exited(0), "\(run.errors)")
            return run.text
        }
        #expect(try run() == "v\n")
        #expect(try run("-D", "") == "v")
        #expect(try run("-f", "%k=%v;%h{%k}") == "k=v;h")
        let json = try JSONValue(parsing: String(try run("--json").dropLast()))
        #expect(json["value"]?.string == "v" && json["topic"]?.string == topic)
    }

    /// Records with everything that a record can have, and nothing where it can have nothing.
    private static let strange: [PlainRecord] = [
        PlainRecord(timestamp: 1_000, key: nil, value: Array("plain".utf8)),
        PlainRecord(timestamp: 2_000, key: [], value: []),
        PlainRecord(timestamp: 3_000, key: [0, 0xff, 0x0a], value: nil),
        PlainRecord(
            timestamp: 4_000,
            key: Array("k".utf8),
            headers: [
                .init(name: Array("a".utf8), value: [1, 0xfe]),
                .init(name: Array("a".utf8), value: nil),
                .init(name: Array("kctl-dlq-topic".utf8), value: Array("earlier".utf8)),
                .init(name: Array("a".utf8), value: []),
            ],
            value: (0...255).map { UInt8($0) }
        ),
    ]

    @Test func whatFailsForGoodBecomesADeadLetter() throws {
        let topic = try Kafka.topic("exec-dead")
        let dead = try Kafka.topic("exec-dead-letters")
        let lines = Self.strange.map(\.line).joined()
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines))
        #expect(sent.ending == .exited(0))
        // As it is said in the words of those who asked for it.
        let words = Kafka.worker(
            topic,
            group,
            "exit 3",
            ["--retries", "1", "--backoff", "10ms", "--on-failure", "dead-letter", dead, "-e"]
        )
        let run = try Kafka.run(words)
        #expect(run.ending == .exited(1), "\(run.errors)")
        #expect(run.errorLines.last == "kctl: 4 of 4 records failed")
        let cause = "\(topic)[0] offset 2: exit status 3 after 2 attempts: sent to '\(dead)'"
        #expect(run.errors.contains(cause), "\(run.errors)")

        let letters = try Kafka.records(of: dead)
        try #require(letters.count == 4)
        for (index, (letter, record)) in zip(letters, Self.strange).enumerated() {
            #expect(letter.key == record.key && letter.value == record.value)
            #expect(letter.timestamp == record.timestamp)
            let own = letter.headers.prefix(record.headers.count)
            #expect(Array(own) == record.headers)
            let added = letter.headers.dropFirst(own.count).map { header in
                let value = header.value.map { String(decoding: $0, as: UTF8.self) } ?? "null"
                return "\(String(decoding: header.name, as: UTF8.self))=\(value)"
            }
            #expect(
                added == [
                    "kctl-dlq-topic=\(topic)", "kctl-dlq-partition=0", "kctl-dlq-offset=\(index)",
                    "kctl-dlq-timestamp=\((index + 1) * 1000)", "kctl-dlq-group=\(group)",
                    "kctl-dlq-attempts=2", "kctl-dlq-exit-code=3",
                    "kctl-dlq-error=exit status 3",
                    "kctl-dlq-idempotency-key=\(topic):0:\(index)",
                ]
            )
        }
        #expect(try left(topic).isEmpty, "nothing lags behind")
    }

    @Test func aDeadLetterThatCannotBeSentIsNotCommitted() throws {
        let topic = try Kafka.topic("exec-undelivered")
        let small = try Kafka.topic("exec-small", ["--config", "max.message.bytes=1000"])
        try Kafka.fill(topic, 0..<1)
        let large = String(repeating: "x", count: 5000) + "\n"
        #expect(try Kafka.run(["produce", topic], input: .text(large)).ending == .exited(0))
        let words = ["--on-failure", "dead-letter", small, "-e"]
        let run = try Kafka.run(Kafka.worker(topic, group, "exit 1", words))
        #expect(run.ending == .exited(1), "\(run.errors)")
        let told = "\(topic)[0] offset 1: cannot send the record to dead-letter topic '\(small)': "
        #expect(run.errors.contains(told), "\(run.errors)")
        #expect(try left(topic) == [large.dropLast()[...]])

        let missing = try Kafka.run(
            Kafka.worker(topic, group, "exit 1", ["--on-failure", "dead-letter", "no-such"])
        )
        #expect(missing.ending == .exited(3))
        #expect(missing.errors.contains("--on-failure dead-letter: topic 'no-such' not found"))
        let circle = try Kafka.run(
            Kafka.worker(topic, group, "exit 1", ["--on-failure", "dead-letter", topic])
        )
        #expect(circle.ending == .exited(2))
    }

    @Test func whatFailsIsTriedAgainAfterAPause() throws {
        let topic = try Kafka.topic("exec-retries")
        try Kafka.fill(topic, 0..<2)
        let line = #"echo "$KCTL_OFFSET $KCTL_ATTEMPT/$KCTL_MAX_ATTEMPTS"; [ $KCTL_ATTEMPT = 3 ]"#
        let words = ["--retries", "3", "--backoff", "200ms", "-e"]
        let run = try Kafka.run(Kafka.worker(topic, group, line, words))
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.lines == ["0 1/4", "0 2/4", "0 3/4", "1 1/4", "1 2/4", "1 3/4"])
        #expect(run.elapsed >= .milliseconds(1200), "two pauses of 200 ms and two of 400 ms")
        #expect(try left(topic).isEmpty)
    }

    struct Failing: CustomTestStringConvertible {
        var line: String
        var more: [String] = []
        var told: String
        var testDescription: String { line }
    }

    @Test(arguments: [
        Failing(line: "exit 1", told: "exit status 1"),
        Failing(line: "exit 255", told: "exit status 255"),
        Failing(line: "kill -9 $$", told: "ended by SIGKILL"),
        Failing(line: "kill -SEGV $$", told: "ended by SIGSEGV"),
        Failing(
            line: "exit 4",
            more: ["--retries", "1", "--backoff", "0s"],
            told: "exit status 4 after 2 attempts"
        ),
        // A slip in the command's name is no fault of the records.
        Failing(
            line: "no-such-program",
            more: ["--retries", "9", "--on-failure", "skip"],
            told: "exit status 127"
        ),
        Failing(
            line: "sleep 600",
            more: ["--exec-timeout", "200ms"],
            told: "not done within 200ms (ended by SIGTERM)"
        ),
        Failing(
            line: "trap '' TERM; sleep 600",
            more: ["--exec-timeout", "200ms"],
            told: "not done within 200ms (ended by SIGKILL)"
        ),
    ])
    func aFailureStopsTheRunAndIsReadAgain(_ test: Failing) throws {
        let topic = try Kafka.topic("exec-stop")
        try Kafka.fill(topic, 0..<4)
        let line = #"read -r number; echo "$number"; [ "$number" != 2 ] || { \#(test.line); }"#
        let run = try Kafka.run(Kafka.worker(topic, group, line, ["-e"] + test.more))
        #expect(run.ending == .exited(1))
        #expect(Set(run.lines) == ["0", "1", "2"], "\(run.errors)")
        #expect(run.errors.contains("kctl: \(topic)[0] offset 2: \(test.told)"), "\(run.errors)")
        #expect(try left(topic) == ["2", "3"])
    }

    @Test func whatFailsCanBeSkipped() throws {
        let topic = try Kafka.topic("exec-skip")
        try Kafka.fill(topic, 0..<5)
        let line = #"read -r number; echo "$number"; [ "$number" != 2 ]"#
        let run = try Kafka.run(Kafka.worker(topic, group, line, ["-e", "--on-failure", "skip"]))
        #expect(run.ending == .exited(1))
        #expect(run.lines == ["0", "1", "2", "3", "4"])
        #expect(run.errors.contains("\(topic)[0] offset 2: exit status 1: skipped\n"))
        #expect(run.errors.hasSuffix("kctl: 1 of 5 records failed\n"))
        #expect(try left(topic).isEmpty)
    }

    @Test func recordsComeInBatches() throws {
        let topic = try Kafka.topic("exec-batch")
        try Kafka.fill(topic, 0..<10)
        let line = #"echo "$KCTL_OFFSET $KCTL_RECORDS:" $(cat)"#
        let run = try Kafka.run(Kafka.worker(topic, group, line, ["-e", "--batch", "4"]))
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.lines == ["0 4: 0 1 2 3", "4 4: 4 5 6 7", "8 2: 8 9"])

        // One that does not fill is not waited for any longer than was said.
        let more = ["--batch", "100000", "--batch-wait", "300ms"]
        let member = try Kafka.start(Kafka.worker(topic, group, line, more))
        [member].watch("partitions") { member.reads(topic) }
        try Kafka.fill(topic, 10..<12)
        member.wait(forOutput: "11\n")
        member.signal(SIGINT)
        #expect(member.finish().ending == .signalled(SIGINT))
        #expect(try left(topic).isEmpty)

        // A batch is dealt with as a whole.
        try Kafka.fill(topic, 12..<16)
        let failing = #"! grep 14"#
        let failed = try Kafka.run(Kafka.worker(topic, group, failing, ["-e", "--batch", "3"]))
        #expect(failed.ending == .exited(1))
        #expect(failed.errors.contains("\(topic)[0] offset 12 and 2 more: exit status 1"))
        #expect(try left(topic) == ["12", "13", "14", "15"])
    }

    @Test func aCommandThatReadsNothingAndPrintsMuchHoldsNobodyUp() throws {
        let topic = try Kafka.topic("exec-large")
        let large = String(repeating: "x", count: 900_000) + "\n"
        #expect(
            try Kafka.run(["produce", topic], input: .text(large + large)).ending == .exited(0)
        )
        let run = try Kafka.run(
            Kafka.worker(topic, group, "head -c 3000000 /dev/zero; echo e >&2", ["-e"])
        )
        #expect(run.ending == .exited(0), "\(run.errors.suffix(500))")
        #expect(run.output.count == 6_000_000)
        #expect(run.errors.hasSuffix("e\ne\n"))
        let counted = try Kafka.run(["consume", topic, "-e", "--exec", "cat | wc -c"])
        #expect(counted.lines == ["900001", "900001"])
    }

    @Test func aRehearsalRunsAndCommitsNothing() throws {
        let topic = try Kafka.topic("exec-dry")
        try Kafka.fill(topic, 0..<2)
        let words = ["--exec", "echo no", "-e", "--dry-run"]
        let dry = try Kafka.run(Kafka.member(topic, group, words))
        #expect(dry.ending == .exited(0), "\(dry.errors)")
        #expect(
            dry.lines == [
                "\(topic)[0] offset 0: would run echo no",
                "\(topic)[0] offset 1: would run echo no",
            ]
        )
        #expect(try left(topic) == ["0", "1"])
    }

    @Test func recordsThatAreNotWantedCountAsDealtWith() throws {
        let topic = try Kafka.topic("exec-grep")
        try Kafka.fill(topic, 0..<20)
        let run = try Kafka.run(Kafka.worker(topic, group, "cat", ["-e", "--grep", "7"]))
        #expect(run.lines == ["7", "17"])
        #expect(try left(topic).isEmpty)
    }

    /// Whoever starts kctl may have said that nobody cares how children end.
    @Test func aSignalThatWasIgnoredBeforeStillTellsOfTheEnd() throws {
        let topic = try Kafka.topic("exec-ignored")
        try Kafka.fill(topic, 0..<2)
        let line = "exec env --ignore-signal=CHLD kctl consume \(topic) -e --exec cat"
        let run = try Kctl.bash(line, on: Kafka.servers)
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.lines == ["0", "1"])
    }
}
