// Records through the built binary and a real broker: what goes in comes out.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct RecordTests {
    private func produce(_ text: String, to topic: String, _ more: [String] = []) throws {
        let sent = try Kafka.run(["produce", topic] + more, input: .text(text))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.output.isEmpty)
        #expect(sent.tally.map { $0.acked == $0.sent } == true, "\(sent.errors)")
    }

    @Test func everyLineIsARecord() throws {
        let topic = try Kafka.topic("lines")
        // Empty lines are records, a carriage return is a byte, the last line needs no end.
        try produce("a\n\nb\r\n\t \nlast", to: topic)
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.text == "a\n\nb\r\n\t \nlast\n")
        #expect(read.errors.isEmpty)
    }

    @Test func anyByteIsKept() throws {
        let topic = try Kafka.topic("bytes")
        let bytes = (0...255).filter { $0 != 10 }.map { UInt8($0) }
        let sent = try Kafka.run(["produce", topic], input: .bytes(bytes))
        #expect(sent.ending == .exited(0))
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.output == bytes + [10])
    }

    @Test func keysAreNullAndHeadersAreAnArrayInJSON() throws {
        let topic = try Kafka.topic("json")
        try produce("text\n\n\u{1F600}\n", to: topic)
        let read = try Kafka.run(["consume", topic, "-e", "--json"])
        let records = try read.json()
        #expect(records.map { $0["value"]?.string } == ["text", "", "\u{1F600}"])
        #expect(records.map { $0["offset"]?.int64 } == [0, 1, 2])
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        for record in records {
            #expect(record["topic"]?.string == topic)
            #expect(record["partition"]?.int64 == 0)
            #expect(record["key"]?.isNull == true)
            #expect(record["headers"] == .array([]))
            #expect(record["timestampType"]?.string == "create")
            let age = Int64(now.tv_sec) * 1000 - (record["timestamp"]?.int64 ?? 0)
            #expect((-60_000..<600_000).contains(age))
        }
    }

    @Test func nullEmptyBinaryAndHeadersAsAnotherProducerSendsThem() throws {
        let topic = try Kafka.topic("kcat")
        let servers = try #require(Kafka.servers)
        // -Z sends an empty value as null; a key that is not UTF-8; a header twice.
        let sent = try Kctl.bash(
            #"""
            printf 'k:\n' | kcat -P -b \#(servers) -t \#(topic) -K: -Z
            printf 'k:\n' | kcat -P -b \#(servers) -t \#(topic) -K:
            printf '\377:\376v\n' | kcat -P -b \#(servers) -t \#(topic) -K: -H h=1 -H h=2 -H n
            """#
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let read = try Kafka.run(["consume", topic, "-e", "--json"])
        let records = try read.json()
        try #require(records.count == 3)
        #expect(records[0]["key"]?.string == "k")
        #expect(records[0]["value"]?.isNull == true)
        #expect(records[1]["value"]?.string == "")
        #expect(records[2]["key"] == nil)
        #expect(records[2]["keyBase64"]?.string == "/w==")
        #expect(records[2]["value"] == nil)
        #expect(records[2]["valueBase64"]?.string == "/nY=")
        let headers = try #require(records[2]["headers"]?.array)
        #expect(headers.map { $0["key"]?.string } == ["h", "h", "n"])
        #expect(headers.prefix(2).map { $0["value"]?.string } == ["1", "2"])
        #expect(headers.last?["value"]?.isNull == true)
    }

    @Test func aLineThatIsTooLongIsRefusedAndTheOthersAreDelivered() throws {
        let topic = try Kafka.topic("long")
        let line = String(repeating: "x", count: 5 << 20)
        let sent = try Kafka.run(["produce", topic], input: .text("one\n\(line)\nthree\n"))
        #expect(sent.ending == .exited(1))
        let first = try #require(sent.errorLines.first)
        #expect(first.hasPrefix("kctl: line 2: "))
        #expect(first.contains("MSG_SIZE_TOO_LARGE"))
        #expect(first.contains("5242880 bytes"), "the size is named")
        #expect(first.contains("max.message.bytes of topic '\(topic)', "), "the limit is named")
        #expect(
            sent.errorLines.last
                == "kctl: sent 3, acknowledged 2, failed 1 (1 x MSG_SIZE_TOO_LARGE)"
        )
        #expect(try Kafka.run(["consume", topic, "-e"]).text == "one\nthree\n")
        // A limit of our own comes first.
        let lowered = try Kafka.run(
            ["produce", topic, "-X", "message.max.bytes=1000000"],
            input: .text("four\n\(line)\n")
        )
        #expect(lowered.ending == .exited(1))
        #expect(lowered.errors.contains("line 2: 5242880 bytes, and message.max.bytes is 1000000"))
        #expect(try Kafka.run(["consume", topic, "-e"]).text == "one\nthree\nfour\n")
    }

    @Test func theEndsAreThoseOfTheStart() throws {
        let topic = try Kafka.topic("ends", partitions: 6)
        try produce("a\n", to: topic, ["-p", "1"])
        try produce("b\n", to: topic, ["-p", "4"])
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.lines.sorted() == ["a", "b"])
        #expect(read.elapsed < .seconds(8))
    }

    @Test func anEmptyTopicEndsAtOnce() throws {
        let topic = try Kafka.topic("empty", partitions: 3)
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.output.isEmpty)
        #expect(read.errors.hasPrefix("kctl: nothing to print: no records in '\(topic)'"))
        #expect(read.elapsed < .seconds(8))
    }

    @Test func aBoundedReadEndsWhileRecordsKeepComing() throws {
        let topic = try Kafka.topic("busy")
        let writer = try Program(
            ["bash", "-c", "exec \(Kctl.path) produce \(topic) < <(yes)"],
            environment: ["PATH": "/usr/bin:/bin", "KCTL_BOOTSTRAP_SERVERS": Kafka.servers ?? ""]
        )
        let some = try Kafka.run(["consume", topic, "--from-beginning", "-n", "1000"])
        #expect(some.lines.count == 1000)
        let before = try end(of: topic)
        let read = try Kafka.run(["consume", topic, "-e"])
        let after = try end(of: topic)
        #expect(read.ending == .exited(0))
        #expect((before...after).contains(Int64(read.lines.count)))
        writer.signal(SIGTERM)
        #expect(writer.finish().ending == .signalled(SIGTERM))
    }

    private func end(of topic: String) throws -> Int64 {
        let rows = try Kafka.run(["topics", "offsets", topic, "--json"]).json()
        return rows.first?["offset"]?.int64 ?? -1
    }

    @Test func aLimitIsExact() throws {
        let topic = try Kafka.topic("limit", partitions: 2)
        try produce((1...50).map { "\($0)\n" }.joined(), to: topic)
        for limit in [1, 7, 50] {
            let read = try Kafka.run(["consume", topic, "-e", "-n", "\(limit)"])
            #expect(read.ending == .exited(0))
            #expect(read.lines.count == limit)
        }
        let all = try Kafka.run(["consume", topic, "-e", "--max-messages", "51"])
        #expect(all.ending == .exited(0))
        #expect(all.lines.count == 50)
    }

    @Test func followingBeginsAtTheEnd() throws {
        let topic = try Kafka.topic("follow", partitions: 2)
        try produce("old\n", to: topic)
        let reader = try Kafka.start(["consume", topic, "-n", "1"])
        // When the reader has found the end is not to be seen from outside: records are sent until
        // one of them arrives, and the old one must not.
        var count = 0
        while reader.output.isEmpty, count < 200 {
            count += 1
            try produce("new\n", to: topic)
            reader.look()
        }
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0))
        #expect(outcome.text == "new\n")
    }

    @Test func keysGoWhereJavasProducerPutsThemAndPartitionsAreObeyed() throws {
        let topic = try Kafka.topic("partition", partitions: 4)
        try produce("x\ny\n", to: topic, ["-p", "2"])
        let records = try Kafka.run(["consume", topic, "-e", "--json"]).json()
        #expect(records.map { $0["partition"]?.int64 } == [2, 2])
        let missing = try Kafka.run(["produce", topic, "-p", "4"], input: .text("x\n"))
        #expect(missing.ending == .exited(3))
        #expect(
            missing.errors == "kctl: topic '\(topic)' has no partition 4 (it has 4 partitions)\n"
        )
    }

    @Test func whatAnInterruptedProducerCountsIsWhatIsThere() throws {
        let topic = try Kafka.topic("interrupted")
        let writer = try Program(
            ["bash", "-c", "exec \(Kctl.path) produce \(topic) < <(seq 100000000)"],
            environment: ["PATH": "/usr/bin:/bin", "KCTL_BOOTSTRAP_SERVERS": Kafka.servers ?? ""]
        )
        let some = try Kafka.run(["consume", topic, "--from-beginning", "-n", "20000"])
        #expect(some.lines.count == 20_000)
        writer.signal(SIGINT)
        let outcome = writer.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        // Before the last line stands that the input read so far is sent.
        let words = (outcome.errorLines.last ?? "").split { " ,\n".contains($0) }
        try #require(words.count == 7, "\(outcome.errors)")
        let sent = try #require(Int(words[2]))
        #expect(words[4] == "\(sent)", "acknowledged")
        #expect(words[6] == "0", "failed")
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.lines.count == sent)
        #expect(read.lines.last == "\(sent)")
    }
}

/// Offsets that hold no record: markers of transactions, and what they leave unread.
@Suite(.needsKafka)
struct TransactionTests {
    private let topic: String

    init() throws {
        topic = try Kafka.topic("transactions")
    }

    /// kcat sends its input in one transaction.
    private func kcat(_ identifier: String, input: InputStream) throws -> Program {
        try Program(
            [
                "kcat", "-P", "-b", Kafka.servers ?? "", "-t", topic,
                "-X", "transactional.id=\(topic)-\(identifier)",
            ],
            input: input,
            environment: ["PATH": Kctl.variable("PATH") ?? "/usr/bin:/bin"]
        )
    }

    private func end(_ more: [String] = []) throws -> Int64 {
        let rows = try Kafka.run(["topics", "offsets", topic, "--json"] + more).json()
        return rows.first?["offset"]?.int64 ?? -1
    }

    private let uncommitted = ["-X", "isolation.level=read_uncommitted"]

    /// Writes two records and the marker of their commit.
    private func commitTwo() throws {
        #expect(try kcat("a", input: .text("1\n2\n")).finish().ending == .exited(0))
        // The broker writes the marker after it has agreed to the commit.
        let limit = ContinuousClock.now + .seconds(20)
        while try end() < 3, ContinuousClock.now < limit {}
        #expect(try end() == 3)
    }

    @Test func aTopicThatEndsWithACommitEnds() throws {
        try commitTwo()
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.text == "1\n2\n")
        #expect(read.elapsed < .seconds(8))
    }

    @Test func openAndAbortedTransactionsAreLeftOut() throws {
        try commitTwo()
        // kcat reads blocks: only with more than one does it begin to send.
        let open = try kcat("b", input: .held)
        open.send((1...20_000).map { "open \($0)\n" }.joined())
        var last = try end(uncommitted)
        let limit = ContinuousClock.now + .seconds(20)
        while last <= 3, ContinuousClock.now < limit {
            open.look()
            last = try end(uncommitted)
        }
        try #require(last > 3)
        open.signal(SIGKILL)
        _ = open.finish()

        // Open: a committed read ends before it.
        #expect(try end() == 3)
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(0))
        #expect(read.text == "1\n2\n")
        #expect(read.elapsed < .seconds(8))
        let all = try Kafka.run(["consume", topic, "-e"] + uncommitted)
        #expect(all.lines.count > 2)

        // Whoever takes the same identifier ends it: the records are there, and aborted.
        #expect(try kcat("b", input: .text("3\n")).finish().ending == .exited(0))
        let after = try Kafka.run(["consume", topic, "-e"])
        #expect(after.ending == .exited(0))
        #expect(after.text == "1\n2\n3\n")
    }
}
