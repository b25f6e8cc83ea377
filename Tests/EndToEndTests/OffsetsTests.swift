// `kctl topics offsets` on a real broker.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct OffsetsTests {
    private let topic: String

    init() throws {
        topic = try Kafka.topic("offsets", partitions: 3)
        for (partition, lines) in [(0, "a\nb\nc\n"), (2, "x\n")] {
            let sent = try Kafka.run(
                ["produce", topic, "-p", "\(partition)"],
                input: .text(lines)
            )
            #expect(sent.ending == .exited(0))
        }
    }

    private func offsets(_ arguments: String...) throws -> [Int64?] {
        let outcome = try Kafka.run(["topics", "offsets", topic, "--json"] + arguments)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let rows = try outcome.json()
        #expect(rows.allSatisfy { $0["topic"]?.string == topic })
        #expect(rows.map { $0["partition"]?.int64 } == (0..<Int64(rows.count)).map { $0 })
        return rows.map { $0["offset"]?.int64 }
    }

    @Test func theEndsAreTheDefault() throws {
        #expect(try offsets() == [3, 0, 1])
        #expect(try offsets("--time", "latest") == [3, 0, 1])
        #expect(try offsets("--time", "-1") == [3, 0, 1])
    }

    @Test func theBeginning() throws {
        #expect(try offsets("--time", "earliest") == [0, 0, 0])
        #expect(try offsets("--time=-2") == [0, 0, 0])
    }

    @Test func theFirstRecordAtATime() throws {
        #expect(try offsets("--time", "-1h") == [0, nil, 0])
        #expect(try offsets("--time", "2001-01-01") == [0, nil, 0])
        #expect(try offsets("--time", "2001-01-01T12:00:00Z") == [0, nil, 0])
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        #expect(try offsets("--time", "\((now.tv_sec + 3600) * 1000)") == [nil, nil, nil])
    }

    @Test func theNewestTimeStampOrTheVersionThatHasIt() throws {
        let version = try #require(
            try Kctl.run(["version", "--json"]).json().first?["librdkafka"]?.string
        )
        let outcome = try Kafka.run(["topics", "offsets", topic, "--time", "max-timestamp"])
        if version.hasPrefix("2.0.") {
            #expect(outcome.ending == .exited(1))
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("needs librdkafka 2.3 or newer, this is \(version)"))
        } else if !Kafka.version.hasPrefix("2.") {
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(outcome.lines.count == 4)
        }
    }

    @Test func somePartitionsAndOneThatIsMissing() throws {
        let some = try Kafka.run(["topics", "offsets", topic, "-p", "0,2", "--json"])
        #expect(try some.json().map { $0["partition"]?.int64 } == [0, 2])
        let missing = try Kafka.run(["topics", "offsets", topic, "-p", "1-3", "--json"])
        #expect(missing.ending == .exited(3))
        #expect(try missing.json().map { $0["partition"]?.int64 } == [1, 2])
        #expect(
            missing.errors.contains("topic '\(topic)' has no partition 3 (it has 3 partitions)")
        )
    }

    @Test func theTable() throws {
        let outcome = try Kafka.run(["topics", "offsets", topic])
        let cells = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(
            cells == [
                ["TOPIC", "PARTITION", "OFFSET"], [topic, "0", "3"], [topic, "1", "0"],
                [topic, "2", "1"],
            ]
        )
    }

    @Test func kafkasOwnToolAgrees() throws {
        let own = try Kafka.tool("get-offsets", ["--topic", topic])
        #expect(own.ending == .exited(0))
        #expect(own.lines.map(String.init) == ["\(topic):0:3", "\(topic):1:0", "\(topic):2:1"])
    }
}
