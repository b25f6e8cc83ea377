// `consume --json | produce --json | consume --json`: the same records through every codec and of
// every size; and what Apache's console producer writes, read byte for byte.

import Glibc
import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ConsumeRoundTripTests {
    private static let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]

    // MARK: - By kctl itself

    private func records(_ random: inout SeededGenerator) -> [PlainRecord] {
        func bytes(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count + 8)
            while bytes.count < count {
                withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
            }
            return Array(bytes.prefix(count))
        }
        var time: Int64 = 1_700_000_000_000
        func record(_ key: [UInt8]?, _ value: [UInt8]?, _ headers: [PlainRecord.Header] = [])
            -> PlainRecord
        {
            time += 1
            return PlainRecord(timestamp: time, key: key, headers: headers, value: value)
        }
        let mebibyte = 1 << 20
        // Something that can be compressed goes first: a batch that would grow is sent as it is.
        var all = [record(nil, Array(repeating: 0x61, count: mebibyte))]
        // Around the sizes at which lengths take another byte, and up to the largest.
        for size in [0, 1, 2, 63, 64, 8191, 8192, 65_535, 65_536, mebibyte - 1, mebibyte] {
            all.append(record(bytes(min(size, 300)), bytes(size)))
        }
        all.append(record(bytes(mebibyte), bytes(10)))
        for (key, value) in [([], nil), (nil, []), (nil, nil), ([], [])] as [([UInt8]?, [UInt8]?)] {
            all.append(record(key, value))
        }
        let name = Array("h".utf8)
        all.append(
            record(
                bytes(3),
                nil,
                [
                    .init(name: name, value: bytes(70_000)), .init(name: name, value: nil),
                    .init(name: name, value: []), .init(name: [], value: bytes(1)),
                    .init(name: name, value: nil), .init(name: Array("é\n\"".utf8), value: [0]),
                ]
            )
        )
        for _ in 0..<500 {
            let headers = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                PlainRecord.Header(name: name, value: random.bytes(upTo: 20))
            }
            let key = Bool.random(using: &random) ? random.bytes(upTo: 30) : nil
            all.append(record(key, random.bytes(upTo: 600), headers))
        }
        return all
    }

    /// Each topic is copied from the one before, by the next codec.
    @Test func copiesOfCopiesAreIdenticalThroughAllCodecs() throws {
        var random = SeededGenerator(seed: 6)
        let records = records(&random)
        let names = try Self.codecs.map {
            try Kafka.topic("codec-\($0)", ["--config", "max.message.bytes=3000000"])
        }
        let sent = try Kafka.run(
            ["produce", names[0], "--json", "-z", Self.codecs[0]],
            input: .text(records.map(\.line).joined())
        )
        #expect(sent.tally == Tally(records.count), "\(sent.errors)")
        let stored = try Kafka.records(of: names[0])
        #expect(stored.count == records.count)
        let wrong = zip(stored, records).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
        #expect(wrong.isEmpty)
        for (index, codec) in Self.codecs.enumerated().dropFirst() {
            let (from, to) = (names[index - 1], names[index])
            let copied = try Kctl.bash(
                """
                set -o pipefail
                kctl consume \(from) -e --json | kctl produce \(to) --json -z \(codec)
                """,
                on: Kafka.servers
            )
            #expect(copied.ending == .exited(0), "\(codec): \(copied.errors)")
            #expect(copied.tally == Tally(records.count), "\(codec)")
            // The topic's name is all that differs.
            let compared = try Kctl.bash(
                #"""
                cmp <(kctl consume \#(names[0]) -e --json | sed 's/^{"topic":"[^"]*"//') \
                    <(kctl consume \#(to) -e --json | sed 's/^{"topic":"[^"]*"//') && echo same
                kctl consume \#(to) -e --json | wc -l
                """#,
                on: Kafka.servers
            )
            #expect(compared.text == "same\n\(records.count)\n", "\(codec): \(compared.errors)")
            #expect(try Kafka.storedCodec(to, 0) == UInt8(index), "\(codec)")
        }
    }

    // MARK: - By Apache's console producer

    /// Fields that text can carry through a line; nil only where there is a word for null.
    private func field(_ random: inout SeededGenerator, _ isNullable: Bool) -> String? {
        let scraps = [
            "a", "bc", " ", "\"", "\\", "\\n", "{", "}", "null", "é", "e\u{301}", "\u{1F600}",
            "\u{1}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{FFFD}", "\u{10FFFF}",
        ]
        if isNullable, Int.random(in: 0..<5, using: &random) == 0 { return nil }
        return (0..<Int.random(in: 0...8, using: &random)).map { _ in
            scraps[Int.random(in: 0..<scraps.count, using: &random)]
        }
        .joined()
    }

    /// The console producer reads headers and a word for null from 3.2 on.
    @Test(arguments: codecs)
    func whatApachesConsoleProducerWroteIsReadTheSame(codec: String) throws {
        let hasHeaders = !Kafka.isBefore(3, 2)
        let null = "<null>"
        var random = SeededGenerator(seed: UInt64(codec.utf8.reduce(0) { $0 * 31 + Int($1) }))
        var records: [PlainRecord] = []
        var lines = ""
        func add(_ key: String?, _ headers: [(String, String?)], _ value: String?) {
            records.append(
                PlainRecord(
                    key: key.map { Array($0.utf8) },
                    headers: headers.map { name, value in
                        .init(name: Array(name.utf8), value: value.map { Array($0.utf8) })
                    },
                    value: value.map { Array($0.utf8) }
                )
            )
            if hasHeaders {
                let pairs = headers.map { "\($0)<is>\($1 ?? null)" }
                // Without headers the field holds the word for null.
                lines += (pairs.isEmpty ? null : pairs.joined(separator: "<and>")) + "<fields>"
            }
            lines += "\(key ?? null)<key>\(value ?? null)\n"
        }
        add("", [], "")
        add("large", [], String(repeating: "0123456789", count: 90_000))
        if hasHeaders {
            add(nil, [], nil)
            add("k", [("h", "1"), ("h", nil), ("h", ""), ("h", "1")], nil)
        }
        for _ in 0..<300 {
            let key = field(&random, hasHeaders)
            let count = hasHeaders ? Int.random(in: 0...3, using: &random) : 0
            let headers = (0..<count).map { ("h\($0 / 2)", field(&random, true)) }
            add(key, headers, field(&random, hasHeaders))
        }
        let topic = try Kafka.topic("java-writes")
        var properties = ["parse.key=true", "key.separator=<key>"]
        if hasHeaders {
            properties += [
                "parse.headers=true", "headers.delimiter=<fields>", "headers.separator=<and>",
                "headers.key.separator=<is>", "null.marker=\(null)",
            ]
        }
        let written = try Kafka.tool(
            "console-producer",
            ["--topic", topic, "--compression-codec", codec]
                + properties.flatMap { Kafka.readerProperty($0) },
            input: .text(lines)
        )
        #expect(written.ending == .exited(0), "\(written.errors)")
        let read = try Kafka.records(of: topic).map { record in
            PlainRecord(key: record.key, headers: record.headers, value: record.value)
        }
        #expect(read.count == records.count)
        let wrong = zip(read, records).first { $0 != $1 }
        #expect(wrong == nil)
    }
}
