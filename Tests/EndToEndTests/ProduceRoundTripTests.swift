// What `consume --json` prints, `produce --json` sends: the same records, whatever is in them.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProduceRoundTripTests {
    private let partitions = 5
    /// Every time lies behind this one, in milliseconds, and before now.
    private let epoch: Int64 = 1_600_000_000_000

    /// A hostile text: controls, quotes, escapes, what is outside the first plane, and look-alikes.
    private func text(_ random: inout SeededGenerator) -> [UInt8] {
        let scraps = [
            "\u{0}", "\u{1}", "\u{7}", "\u{8}", "\t", "\n", "\r", "\r\n", "\u{C}", "\u{1B}[2J",
            "\u{1F}", "\"", "\\", "\\\\", "\\n", "\\u0000", "/", "<", "{", "}", "[", "]", ",",
            ":", "null", "\u{7F}", "\u{80}", "\u{9B}", "\u{A0}", "é", "e\u{301}", "\u{2028}",
            "\u{2029}", "\u{202E}", "\u{D7FF}", "\u{E000}", "\u{FEFF}", "\u{FFFD}", "\u{FFFE}",
            "\u{FFFF}", "\u{10000}", "\u{1F600}", "\u{10FFFF}", "x", "yz", " ",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            bytes += Array(scraps[Int.random(in: 0..<scraps.count, using: &random)].utf8)
        }
        return bytes
    }

    private func field(_ random: inout SeededGenerator) -> [UInt8]? {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: nil
        case 1: []
        case 2, 3: random.bytes(upTo: 40)
        // No UTF-8, though it looks like it: an overlong form, a surrogate, too few bytes.
        case 4:
            [
                [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80],
                [0x78, 0, 0xFF],
            ]
            .randomElement(using: &random)
        default: text(&random)
        }
    }

    private func record(_ random: inout SeededGenerator) -> PlainRecord {
        var headers: [PlainRecord.Header] = []
        for _ in 0..<[0, 0, 0, 1, 2, 5][Int.random(in: 0..<6, using: &random)] {
            let isSecond = !headers.isEmpty && Bool.random(using: &random)
            // To whom reads with librdkafka, a header's name ends at a NUL.
            let name = isSecond ? headers[0].name : text(&random).filter { $0 != 0 }
            headers.append(.init(name: name, value: field(&random)))
        }
        return PlainRecord(
            partition: Int64.random(in: 0..<Int64(partitions), using: &random),
            timestamp: epoch + Int64.random(in: 0...1_000_000_000, using: &random),
            key: field(&random),
            headers: headers,
            value: field(&random)
        )
    }

    /// A string of JSON in one of the many ways to write it; Base64 for what is no UTF-8.
    private func member(
        _ name: String,
        _ bytes: [UInt8]?,
        _ random: inout SeededGenerator
    ) -> String {
        guard let bytes else {
            // Both names say null.
            return Bool.random(using: &random) ? "\"\(name)\":null" : "\"\(name)Base64\":null"
        }
        guard let text = String(validating: bytes, as: UTF8.self),
            Int.random(in: 0..<5, using: &random) > 0
        else { return "\"\(name)Base64\":\"\(Base64.encode(bytes))\"" }
        var written = ""
        for scalar in text.unicodeScalars {
            let isForced = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            guard isForced || Int.random(in: 0..<4, using: &random) == 0 else {
                written.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return "\"\(name)\":\"\(written)\""
    }

    private func line(_ record: PlainRecord, _ random: inout SeededGenerator) -> String {
        let headers = record.headers.map { header in
            "{" + member("key", header.name, &random) + " ,\t"
                + member("value", header.value, &random) + "}"
        }
        var members = [
            member("value", record.value, &random), member("key", record.key, &random),
            "\"headers\": [\(headers.joined(separator: ", "))]",
            "\"partition\":\(record.partition)", "\"timestamp\":\(record.timestamp ?? 0)",
            "\"offset\":\(Int.random(in: 0...9, using: &random)),\"unknown\":{\"value\":[1,\"}\"]}",
        ]
        members.shuffle(using: &random)
        return "{" + members.joined(separator: ",") + "}\n"
    }

    @Test func hostileRecordsComeThroughTwiceUnchanged() throws {
        var random = SeededGenerator(seed: 2026)
        let records = (0..<3000).map { _ in record(&random) }
        let lines = records.map { line($0, &random) }.joined()
        let first = try Kafka.topic("round-1", partitions: partitions)
        let second = try Kafka.topic("round-2", partitions: partitions)

        let sent = try Kafka.run(["produce", first, "--json"], input: .text(lines))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(3000))
        let read = try Kafka.run(["consume", first, "-e", "--json"])
        let stored = try read.json().map { try PlainRecord($0) }
        for partition in 0..<Int64(partitions) {
            let own = records.filter { $0.partition == partition }
            let there = stored.filter { $0.partition == partition }
            #expect(own.count == there.count)
            let wrong = zip(own, there).filter { $0 != $1 }
            #expect(wrong.isEmpty, "\(wrong.count), the first: \(String(describing: wrong.first))")
        }

        // The topic's name is the only thing that the second round changes.
        let copied = try Kafka.run(["produce", second, "--json"], input: .bytes(read.output))
        #expect(copied.ending == .exited(0), "\(copied.errors)")
        #expect(copied.tally == Tally(3000))
        let again = try Kafka.run(["consume", second, "-e", "--json"])
        let expected = read.lines.map { $0.dropFirst("{\"topic\":\"\(first)".utf8.count) }
        let found = again.lines.map { $0.dropFirst("{\"topic\":\"\(second)".utf8.count) }
        #expect(
            found.map { Array($0.utf8) }.sorted(by: precedes)
                == expected.map { Array($0.utf8) }.sorted(by: precedes)
        )
    }

    @Test func recordsGoToTheTopicsThatTheyName() throws {
        let topics = try ["a", "b", "c"].map { try Kafka.topic("named-\($0)") }
        let lines = (0..<300).map { number in
            "{\"value\":\"\(number)\",\"topic\":\"\(topics[number % 3])\"}\n"
        }
        let sent = try Kafka.run(["produce", "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(300))
        for (index, topic) in topics.enumerated() {
            let read = try Kafka.run(["consume", topic, "-e"])
            #expect(read.lines.map { Int($0) } == stride(from: index, to: 300, by: 3).map { $0 })
        }
    }
}

/// Whether one byte string sorts before another.
private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
}
