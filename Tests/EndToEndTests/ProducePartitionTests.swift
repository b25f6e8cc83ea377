// Where records go: to the partition that Java's producer would have chosen.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProducePartitionTests {
    private let partitions = 7

    /// A thousand keys of one to forty characters, and the empty one.
    private func keys(seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        var keys: Set<String> = [""]
        let ranges: [ClosedRange<UInt32>] = [0x20...0x7E, 0xA0...0x2FFF, 0x1F300...0x1FAFF]
        while keys.count < 1001 {
            var key = ""
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
                let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random))
                key.unicodeScalars.append(scalar ?? "?")
            }
            keys.insert(key)
        }
        return keys.sorted()
    }

    private func places(in topic: String) throws -> [[UInt8]: Int64] {
        let records = try Kafka.records(of: topic)
        #expect(records.count == 1001)
        var places: [[UInt8]: Int64] = [:]
        for record in records {
            places[try #require(record.key)] = record.partition
            #expect(record.value == Array("v".utf8))
        }
        return places
    }

    @Test func keysGoWhereApachesConsoleProducerPutsThem() throws {
        let ours = try Kafka.topic("keys-kctl", partitions: partitions)
        let theirs = try Kafka.topic("keys-java", partitions: partitions)
        let lines = keys(seed: 7).map { "\($0)\tv\n" }.joined()
        let sent = try Kafka.run(["produce", ours, "-K", "\\t"], input: .text(lines))
        #expect(sent.ending == .exited(0))
        #expect(sent.tally == Tally(1001))
        let java = try Kafka.tool(
            "console-producer",
            ["--topic", theirs] + Kafka.readerProperty("parse.key=true"),
            input: .text(lines)
        )
        #expect(java.ending == .exited(0), "\(java.errors)")
        let expected = try places(in: theirs)
        #expect(expected.count == 1001)
        #expect(Set(expected.values).count == partitions, "every partition is chosen")
        #expect(try places(in: ours) == expected)
    }

    @Test func recordsWithoutAKeyAreTakenBetweenThem() throws {
        let topic = try Kafka.topic("no-keys", partitions: partitions)
        let lines = (0..<500).map { number in
            number % 2 == 0
                ? "{\"key\":null,\"value\":\"\(number)\"}\n"
                : "{\"key\":\"k\",\"value\":\"\(number)\"}\n"
        }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(0))
        #expect(sent.tally == Tally(500))
        let records = try Kafka.records(of: topic)
        let keyed = records.filter { $0.key != nil }
        #expect(keyed.count == 250)
        #expect(Set(keyed.map(\.partition)).count == 1)
        let numbers = records.compactMap { $0.value.map { String(decoding: $0, as: UTF8.self) } }
        #expect(numbers.compactMap { Int($0) }.sorted() == Array(0..<500))
    }
}
