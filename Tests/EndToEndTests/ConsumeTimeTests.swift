// Reading from and to times: what is printed is what a reference picks from all records, by Kafka's
// rule that a time is the first offset whose record is of that time or later.

import Glibc
import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct ConsumeTimeTests {
    private let partitions = 2

    /// All records of a topic as they were read plain, by partition: the times, by offset.
    struct Reference {
        var times: [[Int64]]

        init(_ topic: String, partitions: Int) throws {
            times = Array(repeating: [], count: partitions)
            for record in try Kafka.records(of: topic) {
                times[Int(record.partition)].append(try #require(record.timestamp))
            }
        }

        /// The first offset of a time or later; the end when there is none.
        func offset(_ time: Int64, _ partition: Int) -> Int {
            times[partition].firstIndex { $0 >= time } ?? times[partition].count
        }

        /// The offsets between two times, by partition.
        func offsets(from: Int64, to: Int64?) -> [[Int]] {
            times.indices.map { partition in
                let begin = offset(from, partition)
                let end = to.map { offset($0, partition) } ?? times[partition].count
                return Array(begin..<max(begin, end))
            }
        }
    }

    /// An offset that is not there, and a time to begin at instead.
    @Test func anOffsetThatIsNotThereGivesWayToATime() throws {
        let topic = try Kafka.topic("reset-time")
        let start: Int64 = 1_700_000_000_000
        let lines = (0..<4).map { number in
            #"{"value":"\#(number)","timestamp":\#(start + Int64(number) * 1000)}"#
        }
        let sent = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(lines.joined(separator: "\n") + "\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let beyond = ["consume", topic, "-o", "99", "-e", "--offset-reset"]
        let read = try Kafka.run(beyond + ["@\(start + 1500)"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.lines == ["2", "3"])
        #expect(try Kafka.run(beyond + ["@\(start + 9000)"]).lines.isEmpty)
    }

    /// The offsets that are printed, by partition.
    private func read(_ topic: String, _ arguments: [String]) throws -> [[Int]] {
        let outcome = try Kafka.run(["consume", topic, "-f", #"%p %o\n"#] + arguments)
        #expect(outcome.ending == .exited(0), "\(arguments): \(outcome.errors)")
        var found = Array(repeating: [Int](), count: partitions)
        for line in outcome.lines {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            found[numbers[0]].append(numbers[1])
        }
        return found
    }

    private func nowInMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// A time in RFC 3339, in UTC.
    private func text(_ time: Int64) -> String {
        var seconds = time_t(time / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var room = [CChar](repeating: 0, count: 40)
        let count = strftime(&room, room.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let whole = String(
            decoding: room.prefix(count).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        let fraction = String(time % 1000 + 1000).dropFirst()
        return "\(whole).\(fraction)Z"
    }

    private func fill(_ topic: String, _ records: [(partition: Int, time: Int64)]) throws {
        let lines = records.map {
            #"{"partition":\#($0.partition),"timestamp":\#($0.time),"value":"x"}"# + "\n"
        }
        let sent = try Kafka.run(
            ["produce", topic, "--json", "-X", "batch.num.messages=7"],
            input: .text(lines.joined())
        )
        #expect(sent.tally == Tally(records.count), "\(sent.errors)")
    }

    /// Every way to say a time, and every kind of range.
    private func check(_ topic: String, _ reference: Reference, _ times: [Int64]) throws {
        let sorted = times.sorted()
        for (index, time) in sorted.enumerated() {
            let word = index.isMultiple(of: 2) ? "\(time)" : text(time)
            let whole = reference.offsets(from: time, to: nil)
            #expect(try read(topic, ["-o", "@\(word)", "-e"]) == whole, "\(word)")
            let end = sorted[min(index + 1 + index % 3, sorted.count - 1)]
            let range = reference.offsets(from: time, to: end)
            #expect(try read(topic, ["-o", "@\(word):@\(end)"]) == range, "\(word) to \(end)")
            let until = reference.offsets(from: 0, to: time)
            #expect(try read(topic, ["-e", "--until-time", word]) == until, "until \(word)")
        }
    }

    @Test func createTimesThatAreOutOfOrder() throws {
        var random = SeededGenerator(seed: 17)
        let now = nowInMilliseconds()
        let topic = try Kafka.topic(
            "create-time",
            partitions: partitions,
            ["--config", "message.timestamp.type=CreateTime"]
        )
        // Partition 0 goes back and forth by up to a minute; partition 1 by years, with times that
        // are still to come and some that come again.
        let minute: Int64 = 60_000
        let wild = [
            now - 1_000_000 * minute, now - 2 * minute, now + 20 * minute, now - 7 * minute,
        ]
        let records = (0..<300).map { number in
            let time =
                number.isMultiple(of: 2)
                ? now - 30 * minute + Int64(number) * 1000
                    + Int64.random(in: -minute...minute, using: &random)
                : wild[Int.random(in: 0..<4, using: &random)]
                    + Int64.random(in: 0..<3, using: &random)
            return (partition: number % 2, time: time)
        }
        try fill(topic, records)
        let reference = try Reference(topic, partitions: partitions)
        #expect(reference.times[0] == records.filter { $0.partition == 0 }.map(\.time))
        #expect(reference.times[1] == records.filter { $0.partition == 1 }.map(\.time))
        let all = records.map(\.time)
        var times = (0..<8).compactMap { _ in all.randomElement(using: &random) }
        times += [1_000_000_000_000, all.min() ?? 0, (all.max() ?? 0), (all.max() ?? 0) + 1]
        times += [now + 20 * minute, now - 25 * minute, now - 26 * minute]
        try check(topic, reference, times)
        // Before now: no record is so near to these times that it matters when kctl looks.
        for (word, age) in [("-5m", 5), ("-10m", 10), ("-2h", 120)] {
            let expected = reference.offsets(from: now - Int64(age) * minute, to: nil)
            #expect(try read(topic, ["-o", "@\(word):end"]) == expected, "\(word)")
        }
        let some = reference.offsets(from: now - 120 * minute, to: now - 5 * minute)
        #expect(try read(topic, ["-o", "@-2h:@-5m"]) == some)
    }

    @Test func timesThatTheBrokerGives() throws {
        let topic = try Kafka.topic(
            "append-time",
            partitions: partitions,
            ["--config", "message.timestamp.type=LogAppendTime"]
        )
        let before = nowInMilliseconds()
        // What the producer says does not matter.
        for round in 0..<6 {
            try fill(topic, (0..<20).map { ($0 % 2, Int64(1_600_000_000_000 - round * 1000)) })
        }
        let after = nowInMilliseconds()
        let first = try Kafka.run(["consume", topic, "-e", "-n", "1", "--json"]).json().first
        #expect(first?["timestampType"]?.string == "logAppend")
        let reference = try Reference(topic, partitions: partitions)
        let all = Set(reference.times.joined()).sorted()
        #expect(all.count >= 6)
        #expect(all.allSatisfy { (before...after).contains($0) })
        try check(topic, reference, [all[0] - 1, all[0], all[1], all[3], all[3] + 1])
        let last = try #require(all.last)
        try check(topic, reference, [last, last + 1, 1_600_000_000_000])
        #expect(try read(topic, ["-o", "@-5m:end"]) == reference.offsets(from: 0, to: nil))
        #expect(try read(topic, ["-o", "@-1h:@-5m"]) == [[], []])
        #expect(try read(topic, ["-o", "@2099-01-01:end"]) == [[], []])
    }

    /// A follower begins at the first record of the time, and goes on to what is written later.
    @Test func aTimeWithoutAnEndIsFollowed() throws {
        let topic = try Kafka.topic("time-follow", partitions: partitions)
        let now = nowInMilliseconds()
        try fill(topic, [(0, now - 600_000), (0, now - 60_000), (1, now - 600_000)])
        let reader = try Kafka.start([
            "consume", topic, "-o", "@-5m:", "-f", #"%p %o\n"#, "-n", "3",
        ])
        #expect(reader.wait(forOutput: "0 1\n"))
        // Behind the end when it began, and older than what was asked for: it is new all the same.
        try fill(topic, [(1, now - 600_000), (1, now)])
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.text == "0 1\n1 1\n1 2\n")
    }
}
