// Records that are too large, for kctl and for the topic: they fail alone, are named, are kept; and
// records that are large and may be.

import JSON
import Testing

@Suite(.needsKafka)
struct ProduceSizeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private let longSize = 200_000

    private let longLine = String(repeating: "x", count: 200_000)

    /// A thousand lines of about 200 bytes; the one at 500 is too long for a topic that takes
    /// 100,000 bytes, and all of them together are, too.
    private func lines(longAt long: Int = 500) -> [String] {
        let padding = String(repeating: ".", count: 200)
        return (1...1000).map { $0 == long ? longLine : "\($0)\(padding)" }
    }

    private func input() -> InputStream { .text(lines().map { $0 + "\n" }.joined()) }

    private func smallTopic(_ purpose: String, partitions: Int = 1) throws -> String {
        try Kafka.topic(purpose, partitions: partitions, ["--config", "max.message.bytes=100000"])
    }

    private func others() -> [String] { lines().filter { $0 != longLine } }

    @Test func theTopicsLimitStopsOneRecordOnly() throws {
        let topic = try smallTopic("limit-topic")
        let failed = "\(folder.path)/failed"
        let sent = try Kafka.run(["produce", topic, "--failed-to", failed], input: input())
        #expect(sent.ending == .exited(1))
        #expect(sent.tally == Tally(read: 1000, acked: 999, failed: 1))
        try #require(sent.errorLines.count == 2, "\(sent.errors.prefix(2000))")
        let told = sent.errorLines[0]
        #expect(
            told.hasPrefix("kctl: line 500: record of \(longSize) bytes exceeds "),
            "line and size"
        )
        #expect(told.contains("max.message.bytes of topic '\(topic)', 100000"), "the limit")
        let hint = "kctl configs alter topic \(topic) --set max.message.bytes="
        #expect(told.contains(hint), "what to do")
        #expect(sent.errorLines[1].hasSuffix("(1 x MSG_SIZE_TOO_LARGE)"))
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.lines.map(String.init) == others())

        try sendWhatFailed(line: 500, code: "MSG_SIZE_TOO_LARGE", topic)
    }

    @Test func kctlsOwnLimitStopsOneRecordOnly() throws {
        let topic = try Kafka.topic("limit-own")
        let failed = "\(folder.path)/failed"
        let sent = try Kafka.run(
            ["produce", topic, "--max-record-bytes", "100000", "--failed-to", failed],
            input: input()
        )
        #expect(sent.ending == .exited(1))
        #expect(sent.tally == Tally(read: 1000, acked: 999, failed: 1))
        try #require(sent.errorLines.count == 2, "\(sent.errors.prefix(2000))")
        let told = sent.errorLines[0]
        #expect(
            told.hasPrefix("kctl: line 500: record of \(longSize) bytes exceeds "),
            "line and size"
        )
        #expect(
            told.contains("exceeds the limit of 100000 (--max-record-bytes)"),
            "the limit, and the option"
        )
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.map(String.init) == others())
        let kept = try folder.json("failed")
        #expect(kept["error"]?["line"]?.int64 == 500)
        // What is larger than it may be is passed over, not held in memory.
        #expect(kept["input"]?.isNull == true)
    }

    @Test func theSameFromJSONWithItsKeyAndHeaders() throws {
        let topic = try smallTopic("limit-json", partitions: 3)
        let failed = "\(folder.path)/failed"
        let record =
            "{\"key\":\"k\",\"headers\":[{\"key\":\"h\",\"value\":\"1\"},"
            + "{\"key\":\"h\",\"value\":null}],\"timestamp\":1600000000000,\"partition\":2,"
            + "\"value\":\"\(longLine)\"}"
        let lines = (1...1000).map { $0 == 7 ? record : "{\"value\":\"\($0)\"}" }
        let sent = try Kafka.run(
            ["produce", topic, "--json", "--failed-to", failed],
            input: .text(lines.joined(separator: "\n"))
        )
        #expect(sent.ending == .exited(1))
        #expect(sent.tally == Tally(read: 1000, acked: 999, failed: 1))
        #expect(sent.errors.hasPrefix("kctl: line 7: record of \(longSize + 1) bytes exceeds "))
        let whole = try sendWhatFailed(line: 7, code: "MSG_SIZE_TOO_LARGE", topic)
        #expect(whole.key == Array("k".utf8))
        #expect(whole.timestamp == 1_600_000_000_000)
        #expect(whole.partition == 2)
        let name = Array("h".utf8)
        #expect(
            whole.headers == [.init(name: name, value: [0x31]), .init(name: name, value: nil)]
        )
    }

    /// The file of failed records, checked and then sent to a topic that takes them.
    @discardableResult
    private func sendWhatFailed(
        line: Int64,
        code: String,
        _ topic: String
    ) throws -> PlainRecord {
        let kept = try folder.json("failed")
        #expect(kept["topic"]?.string == topic)
        #expect(kept["error"]?["line"]?.int64 == line)
        #expect(kept["value"]?.string == longLine)
        #expect(try folder.text("failed").contains(code))
        let larger = try Kafka.topic("larger", partitions: 3)
        let again = try Kafka.run(
            ["produce", larger, "--json"],
            input: .file("\(folder.path)/failed")
        )
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(again.tally == Tally(1))
        let records = try Kafka.records(of: larger)
        try #require(records.count == 1)
        #expect(records[0].value == Array(longLine.utf8))
        return records[0]
    }

    @Test func recordsThatFitAloneFitTogether() throws {
        // A broker refuses a batch as a whole; the library would make one of all of these.
        let topic = try Kafka.topic(
            "limit-batch",
            partitions: 1,
            ["--config", "max.message.bytes=2000"]
        )
        let sent = try Kafka.run(
            ["produce", topic],
            input: .text(others().map { $0 + "\n" }.joined())
        )
        #expect(sent.ending == .exited(0), "\(sent.errors.prefix(500))")
        #expect(sent.tally == Tally(999))
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.map(String.init) == others())
    }

    @Test func onErrorStopEndsAtTheRecord() throws {
        let topic = try Kafka.topic("stop")
        let sent = try Kafka.run(
            ["produce", topic, "--max-record-bytes", "100000", "--on-error", "stop"],
            input: input()
        )
        #expect(sent.ending == .exited(1))
        let tally = try #require(sent.tally)
        #expect(tally.failed == 1)
        #expect(tally.acked == tally.read - 1)
        // What lies before it may have been handed over; nothing behind it in the next batch is.
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.lines.count == tally.acked)
        #expect(read.lines.map(String.init) == Array(others().prefix(tally.acked)))
        #expect(tally.acked == 499, "the records before it are sent, those behind it are not")
    }

    @Test func onErrorStopEndsWhenTheTopicRefuses() throws {
        let topic = try smallTopic("stop-topic")
        let source = try folder.file("in", lines().map { $0 + "\n" }.joined())
        // Far more than the library's queue holds comes behind the record.
        let sent = try Kctl.bash(
            "{ cat '\(source)'; seq 2000000; } | kctl produce \(topic) --on-error stop",
            on: Kafka.servers
        )
        #expect(sent.ending == .exited(1))
        let tally = try #require(sent.tally)
        #expect(tally.failed == 1)
        #expect(tally.acked == tally.read - 1)
        #expect((499..<1_000_000).contains(tally.acked))
        #expect(try Kafka.ends(of: topic) == [Int64(tally.acked)])
    }

    @Test func sixtyFourMebibytesInAndOut() throws {
        let topic = try Kafka.topic(
            "huge",
            partitions: 1,
            ["--config", "max.message.bytes=100000000"]
        )
        // Random bytes: what could be compressed would be smaller than it looks.
        let file = "\(folder.path)/huge"
        let made = try Kctl.bash("head -c 67108864 /dev/urandom > '\(file)'")
        #expect(made.ending == .exited(0))
        let sent = try Kafka.run(["produce", topic, "--each-file", file])
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(1))
        let read = try Kctl.bash(
            """
            kctl consume \(topic) -e | head -c 67108864 | cmp - '\(file)' && echo same
            kctl consume \(topic) -e | wc -c
            """,
            on: Kafka.servers
        )
        #expect(read.text == "same\n67108865\n")
        #expect(read.errors.isEmpty)
    }
}
