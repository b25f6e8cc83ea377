// Where `decode-aliecs` gets its records from, in which order, and what it says of bad ones: on a
// real broker, and without one.

import Glibc
import JSON
import Testing

@Suite struct DecodeAliECSInputTests {
    private static let message = StreamMessage.run(7, "START_ACTIVITY", at: 1_700_000_000_123)
    private static let json =
        #"{"timestamp":"1700000000123","timestampNano":"1700000000123000000","runEvent":"#
        + #"{"environmentId":"env","runNumber":7,"transition":"START_ACTIVITY"}}"#

    private func decode(_ words: [String], _ input: InputStream = .bytes([])) throws -> Outcome {
        try Kctl.run(["decode-aliecs"] + words, input: input)
    }

    @Test func everyInputGivesTheSame() throws {
        let folder = try TemporaryFolder()
        let hex = StreamTopics.hex(Self.message)
        let file = try folder.file("lines", "\n \(hex)\n\(hex)")
        let cases: [([String], InputStream, Int)] = [
            (["--hex", hex, "--hex", hex.uppercased()], .bytes([]), 2),
            (["--hex", "-"], .text(hex + "\n\n" + hex + "\n"), 2),
            (["--input", "hex", "--file", file], .bytes([]), 2),
            (["--input", "raw"], .bytes(Self.message), 1),
            (["--file", "-"], .bytes(Self.message), 1),
            (["--input", "jsonl"], .text("{\"valueHex\":\"\(hex)\"}\n"), 1),
            (["--hex", hex, "--max-messages", "1", "--hex", hex], .bytes([]), 1),
        ]
        for (words, input, count) in cases {
            let outcome = try decode(words + ["--type", "Event", "--flat"], input)
            #expect(outcome.ending == .exited(0), "\(words): \(outcome.errors)")
            let expected = Array(repeating: Self.json, count: count)
            #expect(outcome.lines.map(String.init) == expected, "\(words)")
        }
        let whole = try decode(["--hex", hex, "--type", "Event"])
        #expect(whole.text == "{\"type\":\"Event\",\"value\":\(Self.json)}\n")
    }

    @Test func linesKeepTheirPlacesAndAreDecodedAsTheyCome() throws {
        let program = try Kctl.start(["decode-aliecs", "--input", "jsonl"], input: .held)
        let hex = StreamTopics.hex(Self.message)
        program.send(
            #"{"offset":5,"topic":"aliecs.run","partition":2,"timestamp":9,"timestampType":"#
                + #""logAppend","keyBase64":"/w==","headers":[{"key":"h","value":null}],"valueHex":"#
                + "\"\(hex)\"}\n"
        )
        // The input goes on, and what has come is out.
        program.wait(forOutput: "}}\n")
        program.send("{\"topic\":\"dip.lhc.beam_mode\",\"keyHex\":\"00002710\",\"value\":null}\n")
        program.wait(forOutput: "null}\n")
        program.send("{\"topic\":\"orders\",\"value\":\"x\"}\nnonsense\n{\"value\":\"\"}\n")
        program.endInput()
        let outcome = program.finish()
        #expect(outcome.ending == .exited(7))
        #expect(
            outcome.lines.map(String.init) == [
                #"{"topic":"aliecs.run","partition":2,"offset":5,"timestamp":9,"timestampType":"#
                    + #""logAppend","keyBase64":"/w==","headers":[{"key":"h","value":null}],"#
                    + #""type":"Event","value":\#(Self.json)}"#,
                #"{"topic":"dip.lhc.beam_mode","key":10000,"headers":[],"type":"Event","#
                    + #""value":null}"#,
            ]
        )
        #expect(outcome.errors.contains("line 3: orders: unknown message type"))
        #expect(outcome.errors.contains("line 4: "))
        #expect(outcome.errors.contains("line 5: unknown message type"))
        #expect(outcome.errorLines.last == "kctl: 3 records could not be decoded")
    }

    @Test func whatIsBadIsToldAsWished() throws {
        let good = StreamTopics.hex(Self.message)
        let lines = [good, "0a", good, "zz", good].map { $0 + "\n" }.joined()
        func run(_ words: String...) throws -> Outcome {
            let all = ["--hex", "-", "--type", "Event", "--flat"] + words
            let outcome = try decode(all, .text(lines))
            #expect(outcome.ending == .exited(7))
            return outcome
        }
        let told = try run("--errors", "json")
        #expect(told.lines.count == 3)
        let errors = told.errorLines.prefix(2).compactMap { try? JSONValue(parsing: String($0)) }
        #expect(errors.count == 2)
        #expect(errors.first?["code"]?.string == "bad-data")
        #expect(errors.first?["message"]?.string?.hasPrefix("line 2: byte ") == true)
        #expect(errors.first?["position"]?.int64 != nil)
        #expect(errors.first?["reason"]?.string?.isEmpty == false)
        #expect(errors.last?["message"]?.string == "line 4: not hexadecimal")
        let stopped = try run("--on-error", "stop")
        #expect(stopped.lines.count == 1)
        #expect(stopped.errorLines.count == 1)
        let skipped = try run("--on-error", "skip")
        #expect(skipped.lines.count == 3)
        #expect(skipped.errorLines == ["kctl: 2 records could not be decoded"])
    }

    @Test func aFileIsPutInOrderAsAWhole() throws {
        // As `consume -e` prints it: one partition behind the other.
        var lines = ""
        for (partition, first) in [(0, UInt64(1000)), (1, 500), (2, 0)] {
            for step in 0..<100 as Range<UInt64> {
                let time = 1_700_000_000_000 + first * 1000 + step * 60_000
                let hex = StreamTopics.hex(StreamMessage.run(1, "A", at: time))
                lines += #"{"topic":"aliecs.run","partition":\#(partition),"offset":\#(step),"#
                lines += #""valueHex":"\#(hex)"}"# + "\n"
            }
        }
        let outcome = try decode(["--input", "jsonl", "--merge"], .text(lines))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let times = try outcome.json().compactMap(\.eventTime)
        #expect(times.count == 300)
        #expect(times == times.sorted())
    }

    @Test func aReaderThatGoesAwayAndASignalEndIt() throws {
        let hex = StreamTopics.hex(Self.message) + "\n"
        let words = ["decode-aliecs", "--hex", "-", "--type", "Event", "--flat"]
        let left = try Kctl.start(words, input: .held)
        left.send(hex)
        left.wait(forOutput: "}\n")
        left.closeOutput()
        #expect(left.finish().ending == .exited(0))
        let signalled = try Kctl.start(words, input: .held)
        signalled.send(hex)
        signalled.wait(forOutput: "}\n")
        signalled.signal(SIGINT)
        #expect(signalled.finish().ending == .signalled(SIGINT))
    }
}

@Suite(.needsKafka)
struct DecodeAliECSLiveTests {
    private static let start: UInt64 = 1_700_000_000_000

    @Test func recordsAreDecodedByTheirTopics() throws {
        let topics = try StreamTopics(["aliecs.run", "aliecs.env_state.RUNNING"], partitions: 1)
        try topics.produce([
            topics.line(
                "aliecs.run",
                StreamMessage.run(7, "STOP_ACTIVITY", at: Self.start),
                timestamp: Self.start + 20,
                key: "env"
            ),
            topics.line("aliecs.run", Array("not a message".utf8)),
            topics.line("aliecs.run", nil),
            topics.line("aliecs.run", []),
            topics.line(
                "aliecs.env_state.RUNNING",
                StreamMessage.state("RUNNING", at: Self.start, entered: 5)
            ),
        ])
        let outcome = try Kafka.run(
            ["decode-aliecs", "\(topics.prefix).aliecs.run", "-e", "--errors", "json"]
        )
        #expect(outcome.ending == .exited(7))
        let records = try outcome.json()
        #expect(
            outcome.lines.first.map(String.init)
                == #"{"topic":"\#(topics.prefix).aliecs.run","partition":0,"offset":0,"timestamp":"#
                + #"1700000000020,"timestampType":"create","key":"env","headers":[],"type":"Event","#
                + #""value":{"timestamp":"1700000000000","timestampNano":"1700000000000000000","#
                + #""runEvent":{"environmentId":"env","runNumber":7,"transition":"STOP_ACTIVITY"}}}"#
        )
        #expect(records.map { $0["offset"]?.int64 } == [0, 2, 3])
        #expect(records[1]["value"]?.isNull == true)
        #expect(records[2]["value"] == .object([]))
        let error = try JSONValue(parsing: String(outcome.errorLines.first ?? ""))
        #expect(error["topic"]?.string == "\(topics.prefix).aliecs.run")
        #expect(error["partition"]?.int64 == 0)
        #expect(error["offset"]?.int64 == 1)
        #expect(error["position"]?.int64 != nil)
        #expect(error["reason"]?.string != nil)

        // Both kinds; the offsets and limits of consume, and its form is read back.
        let both = try Kafka.run(["decode-aliecs", "-e", "-o", ":1", "--table"] + topics.all)
        #expect(both.ending == .exited(0), "\(both.errors)")
        #expect(both.lines.count == 2)
        #expect(both.lines.allSatisfy { $0.hasPrefix("2023-11-14T22:13:20.000Z  env") })
        let dump = try Kafka.run(["consume", "-e", "--json"] + topics.all)
        let again = try Kctl.run(["decode-aliecs", "--input", "jsonl"], input: .bytes(dump.output))
        let live = try Kafka.run(["decode-aliecs", "-e"] + topics.all)
        #expect(again.ending == .exited(7))
        #expect(again.lines.sorted() == live.lines.sorted())
        #expect(again.lines.count == 4)
        let one = try Kafka.run(["decode-aliecs", "-e", "-n", "2"] + topics.all)
        #expect(one.lines.count == 2)
    }

    @Test func mergedIsInTheOrderOfTime() throws {
        let topics = try StreamTopics(["aliecs.run", "aliecs.env_state.RUNNING"])
        // Every record of its time in one of six partitions, as far apart as they will be read.
        var lines: [[String]] = Array(repeating: [], count: 6)
        for step in 0..<600 {
            let time = Self.start + UInt64(step) * 1000
            let place = step * 7 % 6
            let line =
                place < 3
                ? topics.line(
                    "aliecs.run",
                    StreamMessage.run(1, "A", at: time),
                    partition: place
                )
                : topics.line(
                    "aliecs.env_state.RUNNING",
                    StreamMessage.state("RUNNING", at: time, entered: time),
                    partition: place - 3
                )
            lines[place].append(line)
        }
        try topics.produce(lines.flatMap(\.self))
        let outcome = try Kafka.run(["decode-aliecs", "-e", "--merge"] + topics.all)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let times = try outcome.json().compactMap(\.eventTime)
        #expect(times.count == 600)
        #expect(times == times.sorted())
        let some = try Kafka.run(["decode-aliecs", "-e", "--merge", "-n", "10"] + topics.all)
        #expect(some.ending == .exited(0), "\(some.errors)")
        #expect(try some.json().compactMap(\.eventTime) == Array(times.prefix(10)))
    }

    @Test func partitionsThatAreFarAheadWait() throws {
        let topics = try StreamTopics(["aliecs.run", "aliecs.env_state.RUNNING"], partitions: 1)
        // One topic is all younger than the other, and much more than may wait.
        let count = 20_000
        try topics.produce(
            (0..<count).map { step in
                let time = Self.start + UInt64(step) * 1000
                return topics.line("aliecs.run", StreamMessage.run(1, "A", at: time))
            }
        )
        try topics.produce(
            (count..<2 * count).map { step in
                let time = Self.start + UInt64(step) * 1000
                let message = StreamMessage.state("RUNNING", at: time, entered: time)
                return topics.line("aliecs.env_state.RUNNING", message)
            }
        )
        let words = ["decode-aliecs", "-e", "--merge", "--merge-memory", "2MiB", "--flat"]
        let outcome = try Kafka.run(words + topics.all)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        // Nothing is said of memory: it was enough.
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        let times = try outcome.json().compactMap {
            ($0["timestamp"]?.string).flatMap { Int64($0) }
        }
        #expect(times.count == 2 * count)
        #expect(times == times.sorted())
    }

    @Test func mergedWhileItGoesOn() throws {
        let topics = try StreamTopics(["aliecs.run"])
        let words = ["decode-aliecs", "--follow", "-o", "start", "--merge", "--lateness", "3s"]
        let reader = try Kafka.start(words + topics.all, within: .seconds(90))
        try topics.produce([
            topics.line("aliecs.run", StreamMessage.run(1, "B", at: Self.start + 1), partition: 0),
            topics.line("aliecs.run", StreamMessage.run(1, "A", at: Self.start), partition: 1),
            topics.line("aliecs.run", StreamMessage.run(1, "C", at: Self.start + 2), partition: 2),
        ])
        // Nothing else comes, and what has come is not kept back for ever.
        reader.wait(forOutput: "\"transition\":\"C\"")
        reader.signal(SIGINT)
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        #expect(
            try outcome.json().compactMap(\.eventTime) == [0, 1, 2].map { Int64(Self.start) + $0 }
        )
    }

    @Test func topicsThatAreMadeLaterAreReadToo() throws {
        let name = "aliecs.e2e_\(UInt32.random(in: 0 ... .max))"
        let reader = try Kafka.start(
            ["decode-aliecs", "--topic-kind", "other", "--json"],
            within: .seconds(90)
        )
        // Mesos is alive: nothing that a test of runs would take for one.
        let hex = "b20600"
        let sent = try Kafka.run(
            ["produce", name, "--create-topic", "--json"],
            input: .text("{\"valueHex\":\"\(hex)\"}\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        // It may have been there when the reader began; then only what comes now is read.
        while !reader.hasEnded, !String(decoding: reader.output, as: UTF8.self).contains(name) {
            let more = try Kafka.run(
                ["produce", name, "--json"],
                input: .text("{\"valueHex\":\"\(hex)\"}\n")
            )
            guard more.ending == .exited(0) else { break }
            reader.look()
        }
        reader.wait(forOutput: name)
        reader.signal(SIGTERM)
        #expect(reader.finish().ending == .signalled(SIGTERM))
    }

    @Test func aGroupCommitsOnlyWhenItIsAskedFor() throws {
        let topics = try StreamTopics(["aliecs.run"], partitions: 1)
        let line = topics.line("aliecs.run", StreamMessage.run(1, "A", at: Self.start))
        try topics.produce([line, line])
        let topic = "\(topics.prefix).aliecs.run"
        let group = Kafka.name("stream-group")
        let first = try Kafka.run(["decode-aliecs", topic, "-g", group, "-e"])
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(first.lines.count == 2)
        let second = try Kafka.run(["decode-aliecs", topic, "-g", group, "-e"])
        #expect(second.ending == .exited(0), "\(second.errors)")
        #expect(second.output.isEmpty)
    }
}
