// Load tests against the real broker: what they count is what Kafka holds.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct PerfTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The keys of the one object that was printed.
    private func keys(_ outcome: Outcome) throws -> [String] {
        members(try outcome.json().first).map(\.key)
    }

    private func members(_ json: JSONValue?) -> [JSONValue.Member] {
        if case .object(let members)? = json { members } else { [] }
    }

    private func number(_ json: JSONValue?) -> Double? {
        if case .number(let digits)? = json { Double(digits) } else { nil }
    }

    @Test func whatIsCountedIsWhatKafkaHolds() throws {
        let topic = try Kafka.topic("perf", partitions: 3)
        let sent = try Kafka.run(
            ["perf", "produce", topic, "--records", "20000", "--record-size", "150", "--json"]
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(20_000))
        #expect(
            try keys(sent) == [
                "topic", "records", "sent", "acknowledged", "failed", "failures", "bytes",
                "seconds", "recordsPerSecond", "bytesPerSecond", "latencyMs",
            ]
        )
        let result = try #require(sent.json().first)
        #expect(result["acknowledged"]?.int64 == 20_000)
        #expect(result["bytes"]?.int64 == 3_000_000)
        let latency = members(result["latencyMs"])
        #expect(latency.map(\.key) == ["mean", "median", "p95", "p99", "p999", "max"])
        let quantiles = latency.dropFirst().compactMap { number($0.value) }
        #expect(quantiles.count == 5 && quantiles == quantiles.sorted())
        #expect((quantiles.first ?? 0) > 0)
        let seconds = try #require(number(result["seconds"]))
        #expect((quantiles.last ?? .infinity) <= seconds * 1000)
        #expect(try Kafka.ends(of: topic).reduce(0, +) == 20_000)
        let records = try Kafka.records(of: topic)
        #expect(records.allSatisfy { $0.key == nil && $0.value?.count == 150 })
        #expect(Set(records.compactMap(\.value)).count > 10_000)
        try read(topic)
    }

    /// The other half: read as nobody, as a member, and too few.
    private func read(_ topic: String) throws {
        let whole = try Kafka.run(["perf", "consume", topic, "--records", "20000", "--json"])
        #expect(whole.ending == .exited(0), "\(whole.errors)")
        #expect(
            try keys(whole) == [
                "topics", "group", "ended", "records", "bytes", "seconds", "recordsPerSecond",
                "bytesPerSecond", "firstRecordMs",
            ]
        )
        let result = try #require(whole.json().first)
        #expect(result["records"]?.int64 == 20_000)
        #expect(result["bytes"]?.int64 == 3_000_000)
        #expect(result["ended"]?.string == "complete")
        let seconds = try #require(number(result["seconds"]))
        let first = try #require(number(result["firstRecordMs"]))
        #expect(first > 0 && first <= seconds * 1000)

        let few = try Kafka.run(
            ["perf", "consume", topic, "-n", "30000", "--idle-timeout", "2s", "--json"]
        )
        #expect(few.ending == .exited(6))
        #expect(try few.json().first?["records"]?.int64 == 20_000)
        #expect(try few.json().first?["ended"]?.string == "incomplete")
        #expect(few.errors.contains("read 20000 of 30000 records: "))

        let range = try Kafka.run(["perf", "consume", topic, "-n", "30000", "-o", ":5", "--json"])
        #expect(range.ending == .exited(6), "a range that ends too early")
        let there = try Kafka.ends(of: topic).reduce(0) { $0 + min($1, 5) }
        #expect(try range.json().first?["records"]?.int64 == there)

        let timed = try Kafka.run(
            ["perf", "consume", topic, "-o", "end", "--for", "1s", "--json"]
        )
        #expect(timed.ending == .exited(0), "\(timed.errors)")
        #expect(try timed.json().first?["records"]?.int64 == 0)
        #expect(try timed.json().first?["firstRecordMs"]?.isNull == true)

        let group = Kafka.name("perf-group")
        // Nothing is committed: the second member begins where the first one did.
        for _ in 1...2 {
            let member = try Kafka.run(
                ["perf", "consume", topic, "-n", "20000", "-g", group, "--json"]
            )
            #expect(member.ending == .exited(0), "\(member.errors)")
            #expect(try member.json().first?["records"]?.int64 == 20_000)
            #expect(try member.json().first?["group"]?.string == group)
        }
    }

    @Test func aRateIsKept() throws {
        let topic = try Kafka.topic("perf-rate")
        let sent = try Kafka.run(
            ["perf", "produce", topic, "-n", "600", "--rate", "200/s", "-p", "0", "--json"]
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(try Kafka.ends(of: topic) == [600])
        let seconds = try #require(number(sent.json().first?["seconds"]))
        // Three seconds; a tenth of a second's share may be ahead, and a busy machine is late.
        #expect(seconds > 2.5 && seconds < 11)
    }

    @Test func aQueueSmallerThanABatchIsNoEnd() throws {
        let topic = try Kafka.topic("perf-queue")
        let sent = try Kafka.run(
            ["perf", "produce", topic, "-n", "20000", "-X", "queue.buffering.max.messages=700"]
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(20_000))
        #expect(try Kafka.ends(of: topic) == [20_000])
    }

    @Test func failuresAreCounted() throws {
        let topic = try Kafka.topic("perf-limit", ["--config", "max.message.bytes=1000"])
        let sent = try Kafka.run(
            ["perf", "produce", topic, "-n", "50", "--record-size", "2000", "--json"]
        )
        #expect(sent.ending == .exited(1))
        #expect(sent.tally == Tally(read: 50, acked: 0, failed: 50))
        #expect(
            sent.errors.contains(
                "record of 2000 bytes exceeds max.message.bytes of topic '\(topic)', 1000"
            )
        )
        let result = try #require(sent.json().first)
        #expect(result["failed"]?.int64 == 50)
        let failures = result["failures"]?.array ?? []
        #expect(failures.count == 1)
        #expect(failures.first?["code"]?.string == "MSG_SIZE_TOO_LARGE")
        #expect(failures.first?["records"]?.int64 == 50)
        #expect(result["latencyMs"]?.isNull == true)
        #expect(try Kafka.ends(of: topic) == [0])

        // Of a file's lines only those that are too large fail.
        let file = try folder.file("lines", "one\n" + String(repeating: "x", count: 1500) + "\ntwo")
        let mixed = try Kafka.run(["perf", "produce", topic, "-n", "7", "--payload-file", file])
        #expect(mixed.ending == .exited(1))
        #expect(mixed.tally == Tally(read: 7, acked: 5, failed: 2))
        #expect(mixed.text.hasPrefix("5 records, 15 B in "))
        #expect(mixed.text.contains("\nlatency: mean "))
        for name in ["p50", "p95", "p99", "p99.9"] {
            #expect(mixed.text.contains(", \(name) "), "\(mixed.text)")
        }
        // A bar for each range of latencies.
        #expect(mixed.lines.contains { $0.hasPrefix("<= ") && $0.hasSuffix("#") }, "\(mixed.text)")
        let held = try Kafka.records(of: topic).compactMap(\.value)
        #expect(held == ["one", "two", "one", "two", "one"].map { Array($0.utf8) })
    }

    @Test func aSignalEndsItAndAllIsCounted() throws {
        let topic = try Kafka.topic("perf-signal")
        let program = try Kafka.start(
            [
                "perf", "produce", topic, "-n", "1000000", "--rate", "500/s", "--json",
                "--progress",
            ]
        )
        try #require(program.wait(forErrors: " records, "))
        program.signal(SIGINT)
        let sent = program.finish()
        #expect(sent.ending == .signalled(SIGINT))
        let tally = try #require(sent.tally)
        #expect(tally.acked > 0 && tally.acked < 1_000_000 && tally.failed == 0)
        #expect(try sent.json().first?["acknowledged"]?.int64 == Int64(tally.acked))
        #expect(try Kafka.ends(of: topic) == [Int64(tally.acked)])
    }

    @Test func aDryRunSendsNothing() throws {
        let topic = try Kafka.topic("perf-dry")
        let dry = try Kafka.run(["perf", "produce", topic, "-n", "5", "--rate", "9", "--dry-run"])
        #expect(dry.ending == .exited(0))
        #expect(
            dry.errors
                == "kctl: would send 5 records, 100 bytes each, to topic '\(topic)',"
                + " no more than 9/s\n"
        )
        #expect(try Kafka.ends(of: topic) == [0])
        let missing = try Kafka.run(["perf", "produce", "no-such", "-n", "5", "--dry-run"])
        #expect(missing.ending == .exited(3))
    }
}
