// Apache's console consumer reads what kctl produced, byte for byte, however it was compressed.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProduceJavaReaderTests {
    private let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    // None of these can come out of the generator by chance: they stand for themselves only.
    private let field = "<field 8c1f6a52>"
    private let line = "<line 0d7be913>"
    private let null = "<null 5a2e84c7>"
    private let header = "<header e6309fb4>"

    /// Records that are hard to carry, in one partition.
    private func records(_ partition: Int) -> [PlainRecord] {
        var random = SeededGenerator(seed: UInt64(partition) + 40)
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let place = Int64(partition)
        // Something that can be compressed goes first: a batch that would grow is sent as it is.
        var all = [PlainRecord(partition: place, value: Array(repeating: 0x61, count: 100_000))]
        for size in [0, 1, 2, 255, 1023, 65_536, 1 << 20] {
            all.append(PlainRecord(partition: place, key: bytes(20), value: bytes(size)))
        }
        all.append(PlainRecord(partition: place, key: [], value: [0, 0xFF, 0, 10, 13, 0x78]))
        all.append(PlainRecord(partition: place, key: [0xFF, 0], value: []))
        all.append(PlainRecord(partition: place, key: [0], value: nil))
        all.append(PlainRecord(partition: place, key: nil, value: nil))
        let headers: [PlainRecord.Header] = [
            .init(name: Array("h".utf8), value: [1, 0, 0xFF]),
            .init(name: Array("h".utf8), value: bytes(300)),
            .init(name: Array("h".utf8), value: nil), .init(name: Array("é".utf8), value: []),
            .init(name: [], value: [10]),
        ]
        all.append(PlainRecord(partition: place, key: nil, headers: headers, value: bytes(9)))
        for _ in 0..<200 {
            all.append(
                PlainRecord(
                    partition: place,
                    key: Bool.random(using: &random) ? random.bytes(upTo: 30) : nil,
                    value: random.bytes(upTo: 300)
                )
            )
        }
        return all
    }

    /// A record as Java prints it, without its place.
    private func printed(_ record: PlainRecord) -> [UInt8] {
        func text(_ bytes: [UInt8]?) -> [UInt8] { bytes ?? Array(null.utf8) }
        let headers = record.headers.map { $0.name + Array(":".utf8) + text($0.value) }
        let list =
            headers.isEmpty
            ? Array("NO_HEADERS".utf8) : Array(headers.joined(separator: header.utf8))
        let fields = [list, text(record.key), text(record.value)]
        return Array(fields.joined(separator: field.utf8)) + Array(line.utf8)
    }

    @Test func apachesConsoleConsumerReadsTheSameBytes() throws {
        let topic = try Kafka.topic(
            "java-reads",
            partitions: codecs.count,
            ["--config", "max.message.bytes=2000000"]
        )
        var total = 0
        for (partition, codec) in codecs.enumerated() {
            let records = records(partition)
            total += records.count
            let sent = try Kafka.run(
                ["produce", topic, "--json", "-z", codec],
                input: .text(records.map(\.line).joined())
            )
            #expect(sent.ending == .exited(0), "\(codec): \(sent.errors)")
            #expect(sent.tally == Tally(records.count), "\(codec)")
            try #expect(Kafka.storedCodec(topic, partition) == UInt8(partition), "\(codec)")
        }
        let read = try Kafka.tool(
            "console-consumer",
            ["--topic", topic, "--from-beginning", "--max-messages", "\(total)"]
                + ["--timeout-ms", "20000"]
                + Kafka.formatterProperty(
                    "print.partition=true",
                    "print.headers=true",
                    "print.key=true",
                    "key.separator=\(field)",
                    "line.separator=\(line)",
                    "headers.separator=\(header)",
                    "null.literal=\(null)"
                )
        )
        #expect(read.ending == .exited(0), "\(read.errors)")
        var found: [Int: [UInt8]] = [:]
        var count = 0
        for whole in read.output.pieces(endingWith: Array(line.utf8)) {
            let words = "Partition:"
            let digits = whole.dropFirst(words.utf8.count).prefix { $0 != field.utf8.first }
            let partition = try #require(Int(String(decoding: digits, as: UTF8.self)))
            let place = words.utf8.count + digits.count + field.utf8.count
            found[partition, default: []] += whole.dropFirst(place)
            count += 1
        }
        #expect(count == total)
        for (partition, codec) in codecs.enumerated() {
            let isSame = found[partition] == records(partition).flatMap(printed)
            #expect(isSame, "\(codec)")
        }
    }

    @Test func anyBytesWithoutADelimiterAreOneRecord() throws {
        let topic = try Kafka.topic("one-piece")
        let sent = try Kafka.run(["produce", topic, "-D", ""], input: .bytes([0x78, 0, 0xFF]))
        #expect(sent.ending == .exited(0))
        #expect(sent.tally == Tally(1))
        let read = try Kafka.tool(
            "console-consumer",
            ["--topic", topic, "--from-beginning", "--max-messages", "1", "--timeout-ms", "20000"]
                + Kafka.formatterProperty("line.separator=\(line)")
        )
        #expect(read.output == [0x78, 0, 0xFF] + line.utf8)
        #expect(try Kafka.records(of: topic).map(\.value) == [[0x78, 0, 0xFF]])
    }
}

extension Array<UInt8> {
    /// The pieces, each with `ending` at its end; what stands behind the last one is dropped.
    fileprivate func pieces(endingWith ending: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while let found = span.bytes.firstIndex(of: ending, from: start) {
            pieces.append(self[start..<found + ending.count])
            start = found + ending.count
        }
        return pieces
    }
}
