// Records kept while they are decoded, and played again: on a real broker.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct DecodeAliECSReplayTests {
    private static let start: UInt64 = 1_700_000_000_000

    /// Three topics with a little of everything.
    private func stream() throws -> StreamTopics {
        let topics = try StreamTopics(
            ["aliecs.run", "aliecs.env_state.RUNNING", "aliecs.env_list.RUNNING"]
        )
        var lines: [String] = []
        for step in 0..<40 as Range<UInt64> {
            let time = Self.start + step * 100
            lines.append(
                topics.line(
                    "aliecs.run",
                    StreamMessage.run(UInt32(step), "A", at: time),
                    partition: Int(step % 3),
                    timestamp: time + 5,
                    key: "env\(step % 4)"
                )
            )
        }
        lines.append(
            topics.line(
                "aliecs.env_state.RUNNING",
                StreamMessage.state("RUNNING", at: Self.start, entered: Self.start - 1000),
                partition: 0,
                timestamp: Self.start
            )
        )
        lines.append(
            topics.line("aliecs.env_list.RUNNING", nil, partition: 0, timestamp: Self.start + 1)
        )
        lines.append(
            topics.line("aliecs.env_list.RUNNING", [0xff], partition: 0, timestamp: Self.start + 2)
        )
        try topics.produce(lines)
        return topics
    }

    private func records(_ topics: StreamTopics) throws -> [JSONValue] {
        let outcome = try Kafka.run(["consume", "-e", "--json"] + topics.all)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return try outcome.json()
    }

    /// Records without where they are.
    private func contents(_ records: [JSONValue], prefix: String) -> Set<String> {
        Set(
            records.map { record in
                let topic = record["topic"]?.string?.dropFirst(prefix.count) ?? ""
                let parts = ["timestamp", "key", "headers", "value", "valueBase64"].map {
                    "\(String(describing: record[$0]))"
                }
                return ([String(topic)] + parts).joined(separator: " ")
            }
        )
    }

    @Test func whatIsRecordedIsWhatConsumePrintsAndIsPlayedAgain() throws {
        let from = try stream()
        let to = try StreamTopics(["\(from.prefix).aliecs.run"])
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/records.jsonl"
        let recorded = try Kafka.run(["decode-aliecs", "-e", "--record", path] + from.all)
        // The one that is no message is recorded all the same.
        #expect(recorded.ending == .exited(7), "\(recorded.errors)")
        #expect(recorded.lines.count == 42)
        let kept = try folder.text("records.jsonl")
        let before = try records(from)
        let lines = try kept.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(Set(lines) == Set(before))
        #expect(lines.count == 43)

        let again = try Kafka.run(["decode-aliecs", "-e", "--record", path] + from.all)
        #expect(again.ending == .exited(1))
        #expect(again.output.isEmpty)
        #expect(try folder.text("records.jsonl") == kept)

        let replay = ["decode-aliecs", "--replay", path, "--topic-prefix", "\(to.prefix)."]
        let dry = try Kafka.run(replay + ["--dry-run"])
        #expect(dry.ending == .exited(0), "\(dry.errors)")
        #expect(dry.errors.contains("would send 43 records"))
        #expect(try records(to).isEmpty)
        // Two of the three are made.
        let create = ["--create-topics"]
        let played = try Kafka.run(replay + ["--speed", "max", "--keep-partitions"] + create)
        #expect(played.ending == .exited(0), "\(played.errors)")
        #expect(played.tally == Tally(43))
        let after = try records(to)
        #expect(after.count == 43)
        #expect(contents(after, prefix: to.prefix + ".") == contents(before, prefix: ""))
        func partitions(_ records: [JSONValue]) -> [Int64: Int] {
            Dictionary(grouping: records.filter { $0["key"]?.string != nil }) {
                $0["partition"]?.int64 ?? -1
            }
            .mapValues(\.count)
        }
        #expect(partitions(after) == partitions(before))
    }

    @Test func pausesAreKeptAndTimesMove() throws {
        let topics = try StreamTopics(["aliecs.run", "aliecs.env_state.RUNNING"], partitions: 1)
        let folder = try TemporaryFolder()
        let lines = (0..<5 as Range<UInt64>).map { step in
            topics.line(
                "aliecs.run",
                StreamMessage.run(1, "A", at: Self.start + step * 1000),
                timestamp: Self.start + step * 1000 + 7
            )
        }
        let state = StreamMessage.state("RUNNING", at: Self.start + 4000, entered: Self.start)
        let last = topics.line("aliecs.env_state.RUNNING", state, timestamp: Self.start + 4007)
        let path = try folder.file("r.jsonl", lines.joined() + last)
        var before = timeval()
        gettimeofday(&before, nil)
        let words = ["decode-aliecs", "--replay", path, "--speed", "4x", "--shift-to", "now"]
        let played = try Kafka.run(words)
        #expect(played.ending == .exited(0), "\(played.errors)")
        #expect(played.tally == Tally(6))
        var after = timeval()
        gettimeofday(&after, nil)
        func milliseconds(_ time: timeval) -> Int64 {
            Int64(time.tv_sec) * 1000 + Int64(time.tv_usec) / 1000
        }
        // Four seconds, four times as fast.
        #expect(milliseconds(after) - milliseconds(before) >= 1000)
        let outcome = try Kafka.run(["decode-aliecs", "-e", "--merge"] + topics.all)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let records = try outcome.json()
        let times = records.compactMap(\.eventTime)
        let first = try #require(times.first)
        #expect((milliseconds(before)...milliseconds(after)).contains(first))
        #expect(times == [0, 1000, 2000, 3000, 4000, 4000].map { first + $0 })
        #expect(records.map { $0["timestamp"]?.int64 } == times.map { $0 + 7 })
        #expect(
            records[0]["value"]?["timestampNano"]?.string == "\(first * 1_000_000)",
            "\(outcome.text)"
        )
        let info = records.compactMap { $0["value"]?["envInfo"] }.first
        #expect(info?["enterStateTimestamp"]?.string == "\(first)")
    }

    @Test func aSignalDoesNotWaitForWhatIsNotDueYet() throws {
        let topics = try StreamTopics(["aliecs.run"], partitions: 1)
        let folder = try TemporaryFolder()
        let lines = [Self.start, Self.start + 3_600_000].map { time in
            topics.line("aliecs.run", StreamMessage.run(1, "A", at: time), timestamp: time)
        }
        let path = try folder.file("r.jsonl", lines.joined())
        let player = try Kafka.start(["decode-aliecs", "--replay", path])
        // The first is there at once, and the other is an hour away.
        let topic = "\(topics.prefix).aliecs.run"
        let first = try Kafka.run(["consume", topic, "--from-beginning", "-n", "1"])
        #expect(first.ending == .exited(0), "\(first.errors)")
        player.signal(SIGINT)
        let outcome = player.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(outcome.tally == Tally(1), "\(outcome.errors)")
        #expect(try records(topics).count == 1)
    }

    @Test func whatCannotBePlayedOrKeptIsAFailure() throws {
        let topics = try StreamTopics(["aliecs.run"], partitions: 1)
        let good = topics.line("aliecs.run", StreamMessage.run(1, "A", at: Self.start))
        let lost = good.replacing("aliecs.run", with: "aliecs.gone")
        let folder = try TemporaryFolder()
        let path = try folder.file("r.jsonl", good + lost + "nonsense\n")
        let played = try Kafka.run(["decode-aliecs", "--replay", path])
        #expect(played.ending == .exited(3), "\(played.errors)")
        #expect(played.tally == Tally(read: 3, acked: 1, failed: 2), "\(played.errors)")
        let full = try Kafka.run(["decode-aliecs", "-e", "--record", "/dev/full"] + topics.all)
        #expect(full.ending == .exited(1))
        #expect(full.errors.contains("/dev/full"))
        // A read that never began leaves no file that would be in the way of the next.
        let unread = "\(folder.path)/unread.jsonl"
        let other = try Kafka.topic("no-stream")
        for topic in [other, "\(topics.prefix).aliecs.none"] {
            let outcome = try Kafka.run(["decode-aliecs", topic, "-e", "--record", unread])
            #expect(outcome.ending == .exited(topic == other ? 2 : 3), "\(outcome.errors)")
        }
        #expect(access(unread, F_OK) != 0)
    }
}
