// Where a read begins and ends, on a real broker: exactly the records that were asked for.

import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeRangeTests {
    private let topic: String

    /// Makes three partitions in which each value says where it is.
    ///
    /// The times of partition 1 are out of order, partition 2 is empty.
    init() throws {
        topic = try Kafka.topic("range", partitions: 3)
        let lines = (0..<100).flatMap { index in
            let second = 1_700_000_000_000 + index * 1000
            let odd = index.isMultiple(of: 10) ? second + 50_000 : second
            return [
                record(0, index, second), record(1, index, odd),
            ]
        }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        #expect(sent.tally == Tally(200), "\(sent.errors)")
    }

    private func record(_ partition: Int, _ index: Int, _ time: Int) -> String {
        #"{"partition":\#(partition),"timestamp":\#(time),"value":"\#(partition)/\#(index)"}"#
            + "\n"
    }

    /// What is printed, by partition, each in its order.
    private func read(_ arguments: [String]) throws -> [[Int]] {
        let outcome = try Kafka.run(["consume", topic] + arguments)
        #expect(outcome.ending == .exited(0), "\(arguments): \(outcome.errors)")
        return values(outcome)
    }

    private func values(_ outcome: Outcome) -> [[Int]] {
        var found: [[Int]] = [[], [], []]
        for line in outcome.lines {
            let parts = line.split(separator: "/")
            guard parts.count == 2, let partition = Int(parts[0]), let index = Int(parts[1]) else {
                Issue.record("printed '\(line)'")
                continue
            }
            found[partition].append(index)
        }
        return found
    }

    @Test func offsets() throws {
        let all = Array(0..<100)
        #expect(try read(["-e"]) == [all, all, []])
        #expect(try read(["-o", "start", "-e"]) == [all, all, []])
        #expect(try read(["-o", "5:8", "-p", "1"]) == [[], [5, 6, 7], []])
        #expect(try read(["-o", "-3", "-e"]) == [[97, 98, 99], [97, 98, 99], []])
        #expect(try read(["-o", "end-3:end-1", "-p", "0"]) == [[97, 98], [], []])
        #expect(try read(["-o", "start+98:", "-e"]) == [[98, 99], [98, 99], []])
        #expect(try read(["-o", ":2", "-e"]) == [[0, 1], [0, 1], []])
        #expect(try read(["-o", "0=98:end,1=:1"]) == [[98, 99], [0], []])
        #expect(try read(["-o", "0=98,1=end", "-e"]) == [[98, 99], [], []])
        #expect(try read(["-o", "end", "-e"]) == [[], [], []])
        #expect(try read(["-o", "100:", "-p", "0", "-e"]) == [[], [], []])
        #expect(try read(["-e", "--max-per-partition", "2"]) == [[0, 1], [0, 1], []])
        #expect(try read(["-p", "0", "-e", "-n", "3"]) == [[0, 1, 2], [], []])
    }

    @Test func times() throws {
        #expect(try read(["-o", "@1700000090000:end", "-p", "0"]) == [Array(90..<100), [], []])
        #expect(
            try read(["-o", "@2023-11-14T22:13:30Z:@2023-11-14T22:13:33Z", "-p", "0"])
                == [[10, 11, 12], [], []]
        )
        // The first record at or after the time, though later ones are older.
        #expect(
            try read(["-o", "@1700000045000:@1700000052000", "-p", "1"]) == [[], Array(0..<10), []]
        )
        // Before the first, and after the last.
        #expect(try read(["-o", "@2000-01-01:end", "-p", "0"]) == [Array(0..<100), [], []])
        #expect(try read(["-o", "@2030-01-01:end"]) == [[], [], []])
        #expect(try read(["-o", "@-5m:end"]) == [[], [], []])
        #expect(
            try read(["--until-time", "1700000003000", "-e", "-p", "0"]) == [[0, 1, 2], [], []]
        )
    }

    @Test func theNewestOfAll() throws {
        // Only tails are read: what was written long before is not looked at for a late time.
        let newest = try Kafka.run(["consume", topic, "--last", "4", "--json"]).json()
        #expect(
            newest.map { $0["value"]?.string } == ["0/98", "1/98", "0/99", "1/99"]
        )
        let some = try read(["--last", "3", "--grep", "^0/"])
        #expect(some == [[97, 98, 99], [], []])
        let rare = try read(["--last", "3", "--grep", "^0/[12]$"])
        #expect(rare == [[1, 2], [], []])
    }

    @Test func anOffsetThatIsNotThereIsAnError() throws {
        let wrong = try Kafka.run(["consume", topic, "-o", "101", "-p", "0", "-e"])
        #expect(wrong.ending == .exited(1))
        #expect(
            wrong.errors == "kctl: \(topic)[0]: offset 101 is out of range; it has offsets 0 to 100"
                + " (--offset-reset earliest or latest)\n"
        )
        let first = ["-o", "101", "-p", "0", "-e", "-n", "1", "--offset-reset", "earliest"]
        #expect(try read(first) == [[0], [], []])
        let last = ["-o", "101", "-p", "0", "-e", "--offset-reset", "latest"]
        #expect(try read(last) == [[], [], []])
        let missing = try Kafka.run(["consume", topic, "-p", "7", "-e"])
        #expect(missing.ending == .exited(3))
        #expect(missing.errors.contains("no partition 7"))
    }

    @Test func limitsThatComeFirstAreIncomplete() throws {
        let idle = try Kafka.run([
            "consume", topic, "--from-beginning", "-n", "500", "--timeout-ms", "2000",
        ])
        #expect(idle.ending == .exited(6))
        #expect(values(idle).map(\.count) == [100, 100, 0])
        let asked = try Kafka.run(["consume", topic, "--from-beginning", "--for", "3s"])
        #expect(asked.ending == .exited(0), "\(asked.errors)")
        #expect(values(asked).map(\.count) == [100, 100, 0])
        // What has not been written yet cannot be read to its end.
        let ahead = try Kafka.run([
            "consume", topic, "-p", "0", "-o", "99:102", "--idle-timeout", "2s",
        ])
        #expect(ahead.ending == .exited(6), "\(ahead.errors)")
        #expect(values(ahead) == [[99], [], []])
    }

    @Test func severalTopicsAndAPattern() throws {
        let other = try Kafka.topic("range-other")
        _ = try Kafka.run(["produce", other], input: .text("2/7\n"))
        let both = try Kafka.run(["consume", topic, other, "-e", "-o", "-1"])
        #expect(values(both) == [[99], [99], [7]])
        let matching = try Kafka.run(["consume", "--regex", "\(other)|\(topic)", "-e", "-o", "-1"])
        #expect(values(matching) == [[99], [99], [7]])
        let none = try Kafka.run(["consume", "--regex", "no-such-topic-.*", "-e"])
        #expect(none.ending == .exited(3))
        let missing = try Kafka.run(["consume", topic, "no-such-topic", "-e"])
        #expect(missing.ending == .exited(3))
        #expect(missing.output.isEmpty)
    }

    @Test func theSummarySaysWhatWasCovered() throws {
        let outcome = try Kafka.run(["consume", topic, "-e", "-o", "-10", "--summary", "json"])
        #expect(outcome.ending == .exited(0))
        let summary = try #require(try outcome.errorJSON().first)
        #expect(summary["ended"]?.string == "complete")
        #expect(summary["printed"]?.int64 == 20)
        let partitions = try #require(summary["partitions"]?.array)
        #expect(partitions.map { $0["records"]?.int64 } == [10, 10, 0])
        #expect(partitions.map { $0["fromOffset"]?.int64 } == [90, 90, 0])
        let none = try Kafka.run(["consume", topic, "-e", "--key", "x"])
        #expect(none.ending == .exited(0))
        #expect(none.errors == "kctl: nothing to print: all 200 records were filtered out\n")
    }
}
