// Topics that are deleted and made again while they are read, and topics that are made later.

import Glibc
import JSON
import Testing

extension Kafka {
    /// Deletes a topic, and makes it again at once.
    static func remake(_ topic: String, partitions: Int = 1) throws {
        let deleted = try run(["topics", "delete", topic, "--yes"])
        guard deleted.ending == .exited(0) else { throw HarnessError(deleted.errors) }
        let made = try run(["topics", "create", topic, "--partitions", "\(partitions)"])
        guard made.ending == .exited(0) else { throw HarnessError(made.errors) }
    }
}

@Suite(.needsKafka)
struct TopicRemadeTests {
    private static func said(_ topic: String) -> String {
        "topic '\(topic)' was deleted and recreated ("
    }

    /// Whether all of `numbers` has come in order behind what came first.
    private func hasRead(_ program: Program, _ numbers: Range<Int>) -> Bool {
        let lines = String(decoding: program.output, as: UTF8.self).split(separator: "\n")
        return lines.suffix(numbers.count).elementsEqual(numbers.map { "\($0)"[...] })
    }

    /// The new topic is shorter than the old one was, or has grown past it.
    @Test(arguments: [40, 150], [false, true])
    func aFollowerReadsTheNewTopicFromItsBeginning(_ count: Int, _ joins: Bool) throws {
        let topic = try Kafka.topic("remade")
        let group = Kafka.name("remade")
        try Kafka.fill(topic, 0..<100)
        let reader = try Kafka.start(
            joins
                ? Kafka.member(topic, group)
                : ["consume", topic, "--from-beginning"],
            within: .seconds(60)
        )
        reader.wait("the old records", until: { hasRead($0, 0..<100) })
        try Kafka.remake(topic)
        try Kafka.fill(topic, 1000..<(1000 + count))
        reader.wait("the new records", until: { hasRead($0, 1000..<(1000 + count)) })
        reader.wait(forErrors: Self.said(topic))
        // What is written later comes behind, once.
        try Kafka.fill(topic, 5000..<5005)
        reader.wait("later ones", until: { hasRead($0, 5000..<5005) })
        reader.signal(SIGTERM)
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(SIGTERM), "\(outcome.errors)")
        let times = outcome.errorLines.count { $0.contains("recreated") }
        #expect(times == 1, "\(outcome.errors)")
        let late = outcome.lines.count { $0.hasPrefix("500") }
        #expect(late == 5)
        if joins { #expect(try Kafka.committed(topic, group) == [Int64(count + 5)]) }
    }

    /// Whoever reads from the end has missed nothing of the old topic, and shall of the new one.
    @Test func aReaderFromTheEndGetsAllOfTheNewTopic() throws {
        let topic = try Kafka.topic("remade-end")
        try Kafka.fill(topic, 0..<100)
        let reader = try Kafka.start(["consume", topic], within: .seconds(60))
        try Kafka.fill(topic, 100..<101)
        // It may begin behind that record, and then prints the next.
        var next = 101
        while reader.output.isEmpty, next < 1000 {
            try Kafka.fill(topic, next..<(next + 1))
            next += 1
            reader.look()
        }
        try Kafka.remake(topic)
        try Kafka.fill(topic, 2000..<(2000 + next + 50))
        reader.wait("the new records", until: { hasRead($0, 2000..<(2000 + next + 50)) })
        reader.wait(forErrors: Self.said(topic))
        reader.signal(SIGTERM)
        _ = reader.finish()
    }

    @Test(arguments: [10, 450_000])
    func aReadThatEndsFails(_ count: Int) throws {
        let topic = try Kafka.topic("remade-bounded")
        try Kafka.fill(topic, 0..<400_000)
        let start = ContinuousClock.now
        let reader = try Kafka.start(["consume", topic, "-e"], output: .stalled)
        reader.waitUntilOutputIsFull()
        try Kafka.remake(topic)
        try Kafka.fill(topic, 0..<count)
        // A read that ends at once is not asked about.
        while ContinuousClock.now - start < .milliseconds(1100) {
            _ = try Kafka.ends(of: topic)
        }
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(outcome.errors.contains(Self.said(topic)), "\(outcome.errors)")
    }

    @Test(arguments: [false, true])
    func aPatternTakesTopicsThatAreMadeLater(_ joins: Bool) throws {
        let prefix = Kafka.name("later")
        let first = "\(prefix)-a"
        #expect(try Kafka.run(["topics", "create", first]).ending == .exited(0))
        try Kafka.fill(first, 0..<3)
        let group = joins ? ["--group", prefix] : []
        let reader = try Kafka.start(
            ["consume", "--regex", "\(prefix)-.*", "--from-beginning"] + group,
            within: .seconds(60)
        )
        reader.wait("the first topic", until: { hasRead($0, 0..<3) })
        let second = "\(prefix)-b"
        #expect(try Kafka.run(["topics", "create", second]).ending == .exited(0))
        #expect(try Kafka.run(["topics", "create", "x-\(prefix)-b"]).ending == .exited(0))
        try Kafka.fill(second, 10..<13)
        reader.wait("the second topic", until: { hasRead($0, 10..<13) })
        reader.wait(forErrors: "new topic '\(second)': reading from the beginning")
        reader.signal(SIGTERM)
        let outcome = reader.finish()
        #expect(!outcome.errors.contains("x-\(prefix)-b"))
        if joins { #expect(try Kafka.committed(second, prefix) == [3]) }
    }

    @Test(arguments: [false, true])
    func aPatternMayMatchNothingYet(_ joins: Bool) throws {
        let prefix = Kafka.name("nothing-yet")
        let group = joins ? ["--group", prefix] : []
        let reader = try Kafka.start(
            ["consume", "--regex", "\(prefix)-.*", "-n", "3"] + group,
            within: .seconds(60)
        )
        reader.wait(forErrors: "matches --regex yet; waiting")
        let topic = "\(prefix)-a"
        #expect(try Kafka.run(["topics", "create", topic]).ending == .exited(0))
        try Kafka.fill(topic, 10..<13)
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.text == "10\n11\n12\n")
        // A read that ends has nothing to wait for, and one that waited in vain has not succeeded.
        let vain = try Kafka.run(
            ["consume", "--regex", "\(prefix)-x.*", "--timeout-ms", "300"] + group
        )
        #expect(vain.ending == .exited(3), "\(vain.errors)")
        let bounded = try Kafka.run(["consume", "--regex", "\(prefix)-x.*", "-e"])
        #expect(bounded.ending == .exited(3))
    }

    @Test func decodeAliECSReadsTheNewTopicFromItsBeginning() throws {
        let topic = try Kafka.topic("remade-aliecs")
        func fill(_ run: UInt32, _ count: Int) throws {
            let message = StreamMessage.run(run, "START_ACTIVITY", at: 1_700_000_000_000)
            let line = message.map { byte in
                String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            let lines = String(repeating: line.joined() + "\n", count: count)
            let words = ["produce", topic, "--format", #"%v{hex}\n"#]
            #expect(try Kafka.run(words, input: .text(lines)).ending == .exited(0))
        }
        try fill(7, 3)
        let reader = try Kafka.start(
            ["decode-aliecs", topic, "--type", "Event", "--from-beginning", "--json"],
            within: .seconds(60)
        )
        reader.wait("the old records", until: { $0.lineCount == 3 })
        try Kafka.remake(topic)
        try fill(8, 2)
        reader.wait("the new records", until: { $0.lineCount == 5 })
        reader.wait(forErrors: Self.said(topic))
        reader.signal(SIGTERM)
        #expect(reader.finish().ending == .signalled(SIGTERM))
    }

    @Test func decodeAliECSTakesTopicsThatAreMadeLater() throws {
        let prefix = Kafka.name("later-aliecs")
        let reader = try Kafka.start(
            ["decode-aliecs", "--regex", "\(prefix)[.].*", "--type", "Event", "-n", "1", "--json"],
            within: .seconds(60)
        )
        reader.wait(forErrors: "matches --regex yet; waiting")
        let topic = "\(prefix).run"
        #expect(try Kafka.run(["topics", "create", topic]).ending == .exited(0))
        let hex = StreamMessage.run(7, "START_ACTIVITY", at: 1_700_000_000_000).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        let sent = try Kafka.run(
            ["produce", topic, "--format", "%v{hex}\\n"],
            input: .text(hex.joined() + "\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.text.contains(topic), "\(outcome.text)")
    }
}
