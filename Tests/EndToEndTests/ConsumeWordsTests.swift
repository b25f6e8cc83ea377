// What `consume` says of a read: how it ended, where partitions end, how many records there were.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeWordsTests {
    private func produce(_ lines: [String], to topic: String, _ more: [String] = []) throws {
        let text = lines.map { $0 + "\n" }.joined()
        let sent = try Kafka.run(["produce", topic] + more, input: .text(text))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
    }

    /// A transaction that stays open with one record in it, until the writer is ended.
    private func openTransaction(on topic: String) throws -> Program {
        let writer = try Kafka.start(
            ["produce", topic, "--transactional-id", Kafka.name("id"), "--linger", "0ms"],
            input: .held
        )
        writer.send("open\n")
        // It is there when somebody who reads everything has seen it.
        let seen = try Kafka.run(
            ["consume", topic, "--from-beginning", "--grep", "^open$", "-n", "1"]
                + ["--isolation-level", "read_uncommitted", "--idle-timeout", "30s"]
        )
        #expect(seen.text == "open\n", "\(seen.errors)")
        return writer
    }

    @Test func anOpenTransactionIsTold() throws {
        let topic = try Kafka.topic("open-told", partitions: 2)
        try produce(["a", "b"], to: topic, ["-p", "0"])
        let writer = try Kafka.start(
            ["produce", topic, "-p", "0", "--transactional-id", Kafka.name("id")]
                + ["--linger", "0ms"],
            input: .held
        )
        writer.send("open\n")
        let seen = try Kafka.run(
            ["consume", topic, "-p", "0", "--from-beginning", "-n", "3"]
                + ["--isolation-level", "read_uncommitted", "--idle-timeout", "30s"]
        )
        #expect(seen.text == "a\nb\nopen\n", "\(seen.errors)")
        let read = try Kafka.run(["consume", topic, "-e", "--summary", "json"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.text == "a\nb\n")
        let summary = try #require(try read.errorJSON().first)
        #expect(summary["ended"]?.string == "complete")
        let parts = try #require(summary["partitions"]?.array)
        #expect(parts.map { $0["endOffset"]?.int64 } == [3, 0])
        #expect(parts.map { $0["lastStableOffset"]?.int64 } == [2, 0])
        // Whoever asked for nothing is told too, and what is told works.
        let plain = try Kafka.run(["consume", topic, "-e"])
        #expect(plain.ending == .exited(0))
        #expect(
            plain.errors
                == "kctl: not read because a transaction is open: \(topic)[0] from offset 2"
                + " (high watermark 3); --isolation-level read_uncommitted reads the records\n"
        )
        let text = try Kafka.run(["consume", topic, "-e", "--summary", "text"])
        let first = "kctl: \(topic)[0]: 2 records, offsets 0 to 1, open transaction from offset 2"
        #expect(text.errors.hasPrefix(first + ", high watermark 3\n"), "\(text.errors)")
        #expect(text.errors.contains("kctl: printed 2 records\n"), "\(text.errors)")
        #expect(text.errors.contains("not read because a transaction is open"))
        // As a group too, and where nothing else is there.
        let group = try Kafka.run(["consume", topic, "-e", "-g", Kafka.name("g")])
        #expect(group.text == "a\nb\n")
        #expect(group.errors.contains("not read because a transaction is open"), "\(group.errors)")
        let nothing = try Kafka.run(["consume", topic, "-e", "-o", "2", "-p", "0"])
        #expect(nothing.ending == .exited(0))
        #expect(nothing.errors.contains("\(topic)[0] from offset 2"), "\(nothing.errors)")
        #expect(!nothing.errors.contains("nothing to print"), "\(nothing.errors)")
        // A limit that is not reached does not claim that this was all.
        let limited = try Kafka.run(
            ["consume", topic, "--from-beginning", "-n", "100", "--idle-timeout", "1s"]
        )
        #expect(limited.ending == .exited(6))
        #expect(limited.errors.contains("not read because a transaction is open"))
        #expect(limited.errorLines.last == "kctl: printed 2 of 100 records: no more records for 1s")
        // A range that ends before it, and a reader of everything, have nothing to tell.
        for words in [["-o", "0:1", "-p", "0"], ["-e", "-n", "1", "-p", "0"]] {
            let before = try Kafka.run(["consume", topic] + words)
            #expect(before.text == "a\n")
            #expect(before.errors == "")
        }
        // An offset that lies behind it cannot be reached, and that is said too.
        let behind = try Kafka.run(
            ["consume", topic, "-o", "0:3", "-p", "0", "--idle-timeout", "1s"]
        )
        #expect(behind.ending == .exited(6))
        #expect(behind.errors.contains("\(topic)[0] from offset 2"), "\(behind.errors)")
        let all = try Kafka.run(
            ["consume", topic, "-e", "--isolation-level", "read_uncommitted", "--summary", "json"]
        )
        #expect(all.text == "a\nb\nopen\n")
        let whole = try #require(try all.errorJSON().first?["partitions"]?[0])
        #expect(whole["endOffset"]?.int64 == 3)
        #expect(whole["lastStableOffset"]?.int64 == 2)
        writer.endInput()
        #expect(writer.finish().ending == .exited(0))
        let after = try Kafka.run(["consume", topic, "-e"])
        #expect(after.text == "a\nb\nopen\n")
        #expect(after.errors == "")
    }

    @Test func aTopicThatGrowsHasNoOpenTransaction() throws {
        let topic = try Kafka.topic("grows")
        let writer = try Kctl.startBash(
            "exec kctl produce \(topic) < <(yes more)",
            on: Kafka.servers
        )
        let limit = ContinuousClock.now + .seconds(30)
        while try Kafka.ends(of: topic)[0] == 0, ContinuousClock.now < limit {}
        for _ in 0..<3 {
            let read = try Kafka.run(["consume", topic, "-e", "-o", "-10"])
            #expect(read.ending == .exited(0), "\(read.errors)")
            #expect(read.errors == "")
        }
        writer.signal(SIGKILL)
        _ = writer.finish()
    }

    @Test func everyEndHasAWordOfItsOwn() throws {
        let topic = try Kafka.topic("ends")
        try produce((0..<5).map { "\($0)" }, to: topic)
        let cases: [(words: [String], end: String, text: String, status: Int32)] = [
            (["-e"], "complete", "printed 5 records", 0),
            (["-e", "-n", "5"], "complete", "printed 5 records", 0),
            (
                ["-e", "-n", "3"], "max-messages", "printed 3 records (stopped by --max-messages)",
                0
            ),
            (
                ["--from-beginning", "-n", "1"], "max-messages",
                "printed 1 record (stopped by --max-messages)", 0
            ),
            (
                ["-e", "--max-per-partition", "2"], "max-per-partition",
                "printed 2 records (stopped by --max-per-partition)", 0
            ),
            (
                ["--from-beginning", "--idle-timeout", "1s"], "idle-timeout",
                "printed 5 records (stopped by --idle-timeout; reached the end of every partition)",
                0
            ),
            (
                ["--from-beginning", "--timeout-ms", "1000", "-n", "100"], "idle-timeout",
                "printed 5 records (stopped by --idle-timeout; reached the end of every partition)",
                6
            ),
            (
                ["--from-beginning", "--for", "2s"], "for",
                "printed 5 records (stopped by --for)", 0
            ),
        ]
        for item in cases {
            let words = ["consume", topic] + item.words
            let json = try Kafka.run(words + ["--summary", "json"])
            let summary = try #require(
                try json.errorLines.first.map { try JSONValue(parsing: "\($0)") }
            )
            #expect(summary["ended"]?.string == item.end, "\(item.words): \(json.errors)")
            #expect(json.ending == .exited(item.status), "\(item.words): \(json.errors)")
            let text = try Kafka.run(words + ["--summary", "text"])
            #expect(text.errorLines.contains("kctl: \(item.text)"), "\(item.words): \(text.errors)")
        }
    }

    @Test func aLimitThatWasNotReachedSaysThatThisIsAllThereIs() throws {
        let topic = try Kafka.topic("all-there-is", partitions: 3)
        try produce((0..<4).map { "\($0)" }, to: topic, ["-p", "1"])
        let read = try Kafka.run(
            ["consume", topic, "--from-beginning", "-n", "100", "--idle-timeout", "1s"]
        )
        #expect(read.ending == .exited(6))
        #expect(read.lines.count == 4)
        #expect(
            read.errors
                == "kctl: printed 4 of 100 records: no more records for 1s; reached the end of"
                + " every partition\n"
        )
        let one = try Kafka.run(["consume", topic, "-n", "1", "--idle-timeout", "1s"])
        #expect(
            one.errors == "kctl: printed 0 of 1 record: no more records for 1s; reached the end of"
                + " every partition\n"
        )
    }

    @Test func oneIsCountedAsOne() throws {
        let topic = try Kafka.topic("one")
        try produce(["a"], to: topic)
        let read = try Kafka.run(["consume", topic, "-e", "--summary", "text"])
        #expect(read.errors == "kctl: \(topic)[0]: 1 record, offset 0\nkctl: printed 1 record\n")
        let none = try Kafka.run(["consume", topic, "-e", "--key", "x"])
        #expect(none.errors == "kctl: nothing to print: the only record was filtered out\n")
        let exec = try Kafka.run(["consume", topic, "-e", "--exec", "false"])
        #expect(!exec.errors.contains("1 records"), "\(exec.errors)")
        let perf = try Kafka.run(["perf", "consume", topic, "--records", "1"])
        #expect(perf.text.hasPrefix("1 record, "), "\(perf.text)")
        let check = try Kafka.run(["check", "--topic", topic])
        #expect(check.text.contains("'\(topic)': 1 partition\n"), "\(check.text)")
    }

    @Test func theLastRecordsAreThoseThatTheSummaryIsAbout() throws {
        let topic = try Kafka.topic("last-told", partitions: 8)
        let lines = (0..<80).map {
            #"{"partition":\#($0 % 8),"timestamp":\#(1_700_000_000_000 + $0),"value":"\#($0)"}"#
        }
        try produce(lines, to: topic, ["--json"])
        let read = try Kafka.run(["consume", topic, "--last", "3", "--summary", "text"])
        #expect(read.text == "77\n78\n79\n")
        #expect(
            read.errors == (5...7).map { "kctl: \(topic)[\($0)]: 1 record, offset 9\n" }.joined()
                + "kctl: printed 3 records\n"
        )
        let json = try Kafka.run(["consume", topic, "--last", "3", "--summary", "json"])
        let parts = try #require(try json.errorJSON().first?["partitions"]?.array)
        #expect(parts.compactMap { $0["records"]?.int64 }.reduce(0, +) == 3)
    }
}
