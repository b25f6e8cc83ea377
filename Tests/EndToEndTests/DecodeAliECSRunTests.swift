// Runs on a real broker: records spread over partitions, damaged ones, and waits.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct DecodeAliECSRunTests {
    /// Makes topics of three partitions for a sequence, and sends it; their prefix and names.
    private func send(_ sequence: AliECSSequence) throws -> (prefix: String, topics: [String]) {
        let prefix = Kafka.name("aliecs") + "."
        let topics = Set(sequence.entries.map { prefix + $0.topic }).sorted()
        let made = try Kafka.run(["topics", "create"] + topics + ["--partitions", "3"])
        #expect(made.ending == .exited(0), "\(made.errors)")
        for topic in topics {
            let records = sequence.entries.filter { prefix + $0.topic == topic }
            let lines = records.map { $0.line(prefix: prefix) }.joined()
            let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines))
            #expect(sent.tally == Tally(records.count), "\(sent.errors)")
        }
        return (prefix, topics)
    }

    @Test(arguments: AliECSSequence.all)
    func sequence(_ sequence: AliECSSequence) throws {
        let (_, topics) = try send(sequence)
        let outcome = try Kafka.run(["decode-aliecs"] + topics + ["--runs", "-e", "--json"])
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(try sequence.differences(from: outcome.json()).isEmpty)
    }

    @Test func aDamagedRecordIsNamedAndTheRestIsTold() throws {
        let sequence = try #require(
            AliECSSequence.all.first { $0.name == "core_two_environments_interleaved" }
        )
        let (prefix, topics) = try send(sequence)
        let damaged = sequence.entries[0].hex.dropLast(2)
        let line = AliECSSequence.Entry(topic: "aliecs.run", key: nil, hex: String(damaged))
            .line(prefix: prefix)
        _ = try Kafka.run(["produce", prefix + "aliecs.run", "--json"], input: .text(line))
        let outcome = try Kafka.run(
            ["decode-aliecs"] + topics + ["--runs", "-e", "--json", "--errors", "json"]
        )
        #expect(outcome.ending == .exited(7))
        #expect(try sequence.differences(from: outcome.json()).isEmpty)
        let objects = try outcome.errorLines.filter { $0.hasPrefix("{") }
            .map { try JSONValue(parsing: String($0)) }
        let error = try #require(objects.first)
        #expect(error["topic"]?.string == prefix + "aliecs.run")
        #expect(error["partition"] != nil)
        #expect(error["offset"] != nil)
        #expect(error["position"] != nil)
        #expect(error["field"]?.string?.hasPrefix("runEvent") == true)
        #expect(error["reason"] != nil)
    }

    @Test func aQuietBrokerIsWaitedForUntilTheTimeIsOver() throws {
        let topic = Kafka.name("aliecs") + ".aliecs.run"
        _ = try Kafka.run(["topics", "create", topic])
        let outcome = try Kafka.run([
            "decode-aliecs", topic, "--wait-eor", "1", "--timeout", "2s",
        ])
        #expect(outcome.ending == .exited(6), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func whoWaitsIsReleasedByTheRecord() throws {
        let sequence = try #require(AliECSSequence.all.first { $0.name == "core_healthy" })
        let topic = Kafka.name("aliecs") + ".aliecs.run"
        _ = try Kafka.run(["topics", "create", topic, "--partitions", "3"])
        let prefix = String(topic.dropLast("aliecs.run".count))
        let waiting = try Kafka.start([
            "decode-aliecs", topic, "--follow", "--from-beginning", "--wait-eor", "100",
            "--timeout",
            "50s", "--json",
        ])
        let lines = sequence.entries.map { $0.line(prefix: prefix) }.joined()
        _ = try Kafka.run(["produce", topic, "--json"], input: .text(lines))
        let outcome = waiting.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(try outcome.json().first?["runNumber"]?.int64 == 100)
    }

    @Test func whoFollowsIsToldOfRunsAsTheyEnd() throws {
        let sequence = try #require(
            AliECSSequence.all.first { $0.name == "core_two_environments_interleaved" }
        )
        let topic = Kafka.name("aliecs") + ".aliecs.run"
        _ = try Kafka.run(["topics", "create", topic, "--partitions", "3"])
        let prefix = String(topic.dropLast("aliecs.run".count))
        let following = try Kafka.start([
            "decode-aliecs", topic, "--follow", "--from-beginning", "--runs", "--lateness", "100ms",
            "--json",
        ])
        let lines = sequence.entries.map { $0.line(prefix: prefix) }.joined()
        _ = try Kafka.run(["produce", topic, "--json"], input: .text(lines))
        // The last record of the last run is the newest of all: nothing has to come after it.
        following.wait("both runs", until: { $0.lineCount == 2 })
        following.signal(SIGINT)
        let outcome = following.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(try sequence.differences(from: outcome.json()).isEmpty)
    }
}
