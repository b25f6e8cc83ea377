// The sequences of records with the runs that they describe, from bytes to runs.

import AliECS
import JSON
import TestSupport
import Testing

@Suite
struct RunSequenceTests {
    struct Sequence: Sendable, CustomTestStringConvertible {
        var name: String
        /// By topic; the partition is that of the key.
        var entries: [Entry]
        var expected: [String]
        var testDescription: String { name }
    }

    static let all: [Sequence] = Vector.lines(of: "Tests/Fixtures/aliecs/run_sequences.jsonl")
        .compactMap { value in
            guard let name = value["name"]?.string, let records = value["records"]?.array,
                let runs = value["expect"]?.array
            else { return nil }
            return Sequence(
                name: name,
                entries: records.enumerated().compactMap { entry($0.element, at: $0.offset) },
                expected: runs.map(expectation)
            )
        }

    private static func entry(_ record: JSONValue, at offset: Int) -> Entry? {
        guard let name = record["topic"]?.string, let hex = record["hex"]?.string else {
            return nil
        }
        let topic = AliECSTopic(name)
        var decoder = Decoder()
        guard let type = topic.type,
            (try? decoder.open(Vector.bytes(ofHex: hex).span.bytes, as: type)) != nil
        else { return nil }
        let key = record["key"]?.string
        let place = RecordPlace(
            topic: name,
            partition: Int32((key?.utf8.last ?? 0) % 3),
            offset: Int64(offset),
            milliseconds: nil,
            hasKey: key != nil
        )
        return Entry(facts: decoder.facts(from: topic), place: place)
    }

    /// A run as the file has it, on one line.
    private static func expectation(_ value: JSONValue) -> String {
        let times = ["sosor", "eosor", "soeor", "eoeor"].map {
            value[$0]?.int64.map { "\($0)" } ?? "null"
        }
        let parts =
            [value["environmentId"]?.string ?? "", "\(value["runNumber"]?.int64 ?? 0)"] + times + [
                value["endedBy"]?.string ?? "null", value["error"]?.string ?? "null",
                value["superseded"]?.bool == true ? "superseded" : "",
            ]
        return parts.joined(separator: " ")
    }

    /// The same line of a run.
    private static func line(_ run: Run) -> String {
        let times = [run.sosor, run.eosor, run.soeor, run.eoeor].map {
            $0.map { "\($0)" } ?? "null"
        }
        let parts =
            [run.environment, "\(run.number)"] + times + [
                run.endedBy?.name ?? "null", run.error ?? "null",
                run.superseded ? "superseded" : "",
            ]
        return parts.joined(separator: " ")
    }

    private static func lines(of entries: [Entry], following: Bool) -> [String] {
        var tracker = RunTracker()
        var runs: [Run] = []
        for entry in entries {
            tracker.take(entry.facts, at: entry.place)
            if following, let time = tracker.newestTime { runs += tracker.advance(to: time) }
        }
        runs += tracker.finish()
        return runs.sorted { ($0.number, $0.environment) < ($1.number, $1.environment) }.map(line)
    }

    @Test
    func allAreRead() {
        #expect(Self.all.count == 10)
        #expect(Self.all.allSatisfy { !$0.entries.isEmpty && !$0.expected.isEmpty })
    }

    @Test(arguments: all)
    func givesTheExpectedRuns(_ sequence: Sequence) {
        #expect(Self.lines(of: sequence.entries, following: false) == sequence.expected)
        #expect(Self.lines(of: sequence.entries, following: true) == sequence.expected)
        let twice = sequence.entries.flatMap { [$0, $0] }
        #expect(Self.lines(of: twice, following: true) == sequence.expected)
    }

    @Test(arguments: all)
    func givesThemInAnyOrderOfPartitions(_ sequence: Sequence) {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            // One partition after another, and then any order at all.
            let numbers = (0..<3).shuffled(using: &generator)
            let partitions = numbers.flatMap { number in
                sequence.entries.filter { $0.place?.partition == Int32(number) }
            }
            #expect(Self.lines(of: partitions, following: false) == sequence.expected)
            let mixed = sequence.entries.shuffled(using: &generator)
            #expect(Self.lines(of: mixed, following: false) == sequence.expected)
        }
    }
}
