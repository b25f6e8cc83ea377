// What `produce` tells of a run: receipt, stored records, a copy of the input, a run on trial.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ProduceReportTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Lines of `key:number`, some hundred keys.
    private func keyed(_ count: Int) -> String {
        (0..<count).map { "key\($0 * 7919 % 331):\($0)\n" }.joined()
    }

    private func digest(_ file: String) throws -> String {
        let summed = try Kctl.bash("sha256sum < '\(file)'")
        return String(try #require(summed.text.split(separator: " ").first))
    }

    // MARK: - Receipts

    @Test func theReceiptIsTrue() throws {
        let topic = try Kafka.topic("receipt", partitions: 4)
        let input = try folder.file("in", keyed(5000))
        let receipt = "\(folder.path)/receipt"
        // The second run begins where the first ended.
        for round in 0..<2 {
            let before = try Kafka.ends(of: topic)
            let sent = try Kafka.run(
                ["produce", topic, "-K", ":", "--file", input, "--receipt", receipt]
            )
            #expect(sent.ending == .exited(0), "\(sent.errors)")
            let after = try Kafka.ends(of: topic)
            let json = try folder.json("receipt")
            #expect(json["topic"]?.string == topic)
            #expect(json["sent"]?.int64 == 5000)
            #expect(json["acknowledged"]?.int64 == 5000)
            #expect(json["failed"]?.int64 == 0)
            #expect(json["unknown"] == nil)
            #expect(try json["inputBytes"]?.int64 == Int64(folder.read("in").count))
            #expect(try json["sha256"]?.string == digest(input))
            #expect((0..<60_000).contains(json["durationMs"]?.int64 ?? -1))
            let partitions = try #require(json["partitions"]?.array)
            #expect(partitions.map { $0["partition"]?.int64 } == [0, 1, 2, 3], "round \(round)")
            for (row, (start, end)) in zip(partitions, zip(before, after)) {
                #expect(row["records"]?.int64 == end - start)
                #expect(row["firstOffset"]?.int64 == start)
                #expect(row["lastOffset"]?.int64 == end - 1)
            }
        }
        #expect(try Kafka.ends(of: topic).reduce(0, +) == 10_000)
    }

    @Test func theDigestIsOfTheInputNotOfTheRecords() throws {
        let topic = try Kafka.topic("digest")
        let first = try folder.file("first", "a\r\n\n\nb")
        let second = try folder.file("second", "{no JSON\nc\n")
        let sent = try Kafka.run(
            ["produce", topic, "--strip-cr", "--skip-empty", "--receipt", "-"]
                + ["--file", first, second]
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let json = try #require(try sent.json().first)
        #expect(sent.lines.count == 1)
        #expect(json["acknowledged"]?.int64 == 4)
        let both = try folder.file("both", "a\r\n\n\nb{no JSON\nc\n")
        #expect(try json["sha256"]?.string == digest(both))
        #expect(json["inputBytes"]?.int64 == 17)
    }

    @Test func aReceiptOfNothingAndOneWithFailures() throws {
        let topic = try Kafka.topic("receipt-none")
        let none = try Kafka.run(["produce", topic, "--receipt", "-"])
        #expect(none.ending == .exited(0))
        let json = try #require(try none.json().first)
        #expect(json["sent"]?.int64 == 0)
        #expect(json["partitions"] == .array([]))
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(json["sha256"]?.string == empty)

        let lines = "{\"value\":1}\n{\"value\":\n{\"value\":3}\n"
        let file = try folder.file("in", lines)
        let some = try Kafka.run(
            ["produce", topic, "--json", "--receipt", "-"],
            input: .file(file)
        )
        #expect(some.ending == .exited(7))
        let receipt = try #require(try some.json().first)
        #expect(receipt["read"]?.int64 == 3)
        #expect(receipt["sent"]?.int64 == 2)
        #expect(receipt["acknowledged"]?.int64 == 2)
        #expect(receipt["failed"]?.int64 == 1)
        #expect(try receipt["sha256"]?.string == digest(file))
        #expect(receipt["partitions"]?[0]?["records"]?.int64 == 2)
    }

    // MARK: - Stored records

    /// Where each value is, by what consume says.
    private func places(in topic: String) throws -> [Int: (Int64, Int64)] {
        var places: [Int: (Int64, Int64)] = [:]
        for record in try Kafka.run(["consume", topic, "-e", "--json"]).json() {
            let number = try #require(record["value"]?.string.flatMap { Int($0) })
            places[number] = (record["partition"]?.int64 ?? -1, record["offset"]?.int64 ?? -1)
        }
        return places
    }

    @Test(arguments: [[], ["--in-order"]])
    func eachStoredRecordIsPrintedWithItsLineAndPlace(more: [String]) throws {
        let topic = try Kafka.topic("print-json", partitions: 3)
        let sent = try Kafka.run(
            ["produce", topic, "-K", ":", "--print", "--print-format", "json"] + more,
            input: .text(keyed(20_000))
        )
        #expect(sent.ending == .exited(0))
        let places = try places(in: topic)
        let rows = try sent.json()
        #expect(rows.count == 20_000)
        var wrong = 0
        for row in rows {
            let place = places[Int(row["line"]?.int64 ?? 0) - 1]
            let isRight =
                row["topic"]?.string == topic
                && row["partition"]?.int64 == place?.0 && row["offset"]?.int64 == place?.1
            if !isRight { wrong += 1 }
        }
        #expect(wrong == 0)
        let lines = rows.compactMap { $0["line"]?.int64 }
        #expect(lines.sorted() == Array(1...20_000))
        if !more.isEmpty { #expect(lines == Array(1...20_000), "in the order of the input") }
    }

    @Test func storedRecordsAsText() throws {
        let topic = try Kafka.topic("print-text", partitions: 3)
        let sent = try Kafka.run(
            ["produce", topic, "-K", ":", "--print", "--in-order"],
            input: .text(keyed(2000))
        )
        #expect(sent.ending == .exited(0))
        let places = try places(in: topic)
        let expected = (0..<2000).map { number in
            let place = places[number] ?? (-1, -1)
            return "partition \(place.0) offset \(place.1)"
        }
        #expect(sent.lines.map(String.init) == expected)
    }

    // MARK: - A copy of the input

    @Test func teeChangesNoByte() throws {
        let topic = try Kafka.topic("tee")
        var random = SeededGenerator(seed: 3)
        let bytes = (0..<2_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let sent = try Kafka.run(["produce", topic, "--tee"], input: .bytes(bytes))
        #expect(sent.ending == .exited(0))
        #expect(sent.output == bytes, "the copy")
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.output == (bytes.last == 10 ? bytes : bytes + [10]), "the topic")
        #expect(sent.tally == Tally(read.output.count { $0 == 10 }))
    }

    // MARK: - On trial

    @Test func aDryRunSendsNothingAndCountsWhatTheRealRunSends() throws {
        let topic = try Kafka.topic("dry", partitions: 5)
        let arguments = ["produce", topic, "-K", ":"]
        let input = keyed(4000) + ":empty key\n"
        let trial = try Kafka.run(arguments + ["--dry-run"], input: .text(input))
        #expect(trial.ending == .exited(0))
        #expect(trial.output.isEmpty)
        #expect(try Kafka.ends(of: topic) == [0, 0, 0, 0, 0])
        let real = try Kafka.run(arguments, input: .text(input))
        #expect(real.ending == .exited(0))
        let ends = try Kafka.ends(of: topic)
        let counts = ends.enumerated().map { "partition \($0.offset): \($0.element)" }
        // Without the separators and the ends of lines, all bytes are keys and values.
        let bytes = input.utf8.count - 2 * 4001
        #expect(
            trial.errors
                == "kctl: would send 4001 records, \(bytes) bytes (\(counts.joined(separator: ", ")))\n"
        )
    }

    @Test func aDryRunNamesWhatItWouldRefuse() throws {
        let topic = try Kafka.topic("dry-bad")
        let trial = try Kafka.run(
            ["produce", topic, "--json", "--dry-run"],
            input: .text("{\"value\":1,\"partition\":0}\n{\n{\"value\":2,\"partition\":0}\n")
        )
        #expect(trial.ending == .exited(7))
        #expect(trial.errors.contains("line 2, column 2: "))
        #expect(trial.errors.contains("would send 2 records, 2 bytes (partition 0: 2)\n"))
        #expect(trial.errors.contains("would refuse 1 record\n"))
        #expect(try Kafka.ends(of: topic) == [0])
    }
}
