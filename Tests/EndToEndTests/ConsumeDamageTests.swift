// Records whose checksum is wrong: the broker sends what is on its disk.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeDamageTests {
    /// A topic of three batches of which the middle one, at offset 1, is damaged on the disk.
    private func damaged(_ purpose: String) throws -> String {
        let topic = try Kafka.topic(purpose)
        for value in ["first-record", "second-record", "third-record"] {
            let sent = try Kafka.run(["produce", topic], input: .text(value + "\n"))
            #expect(sent.ending == .exited(0), "\(sent.errors)")
        }
        let folder = try #require(Kctl.variable("KCTL_TEST_KAFKA_DIR"))
        let file = "\(folder)/data-1/\(topic)-0/00000000000000000000.log"
        // What is in the page cache is what the broker sends: both change at once.
        let changed = try Kctl.bash(
            #"place=$(grep -abo second-record '\#(file)' | head -1 | cut -d: -f1) && "#
                + #"printf S | dd of='\#(file)' bs=1 seek="$place" conv=notrunc status=none"#
        )
        #expect(changed.ending == .exited(0), "\(changed.errors)")
        return topic
    }

    @Test func aWrongChecksumIsAnErrorWithItsPlace() throws {
        let topic = try damaged("damaged")
        let read = try Kafka.run(["consume", topic, "-e"])
        #expect(read.ending == .exited(7), "\(read.errors)")
        #expect(read.text == "first-record\n")
        #expect(
            read.errors.hasPrefix(
                "kctl: topic '\(topic)', partition 0, offset 1: corrupt records: "
            ),
            "\(read.errors)"
        )
        #expect(read.errors.contains("--no-check-crcs reads them unchecked"), "\(read.errors)")
        let json = try Kafka.run(["consume", topic, "-e", "--errors", "json"])
        let error = try #require(try json.errorJSON().first)
        #expect(error["code"]?.string == "bad-data")
        #expect(error["topic"]?.string == topic)
        #expect(error["partition"]?.int64 == 0)
        #expect(error["offset"]?.int64 == 1)
        // What the hint says works; so does the library's own name of it.
        for words in [["--no-check-crcs"], ["-X", "check.crcs=false"]] {
            let all = try Kafka.run(["consume", topic, "-e"] + words)
            #expect(all.ending == .exited(0), "\(all.errors)")
            #expect(all.text == "first-record\nSecond-record\nthird-record\n")
        }
        let group = try Kafka.run(["consume", topic, "-e", "-g", Kafka.name("g")])
        #expect(group.ending == .exited(7), "\(group.errors)")
        #expect(group.text == "first-record\n")
    }

    @Test func whatCameBeforeTheDamageIsCounted() throws {
        let topic = try damaged("damage-told")
        let read = try Kafka.run(["consume", topic, "-e", "--summary", "json"])
        let line = try #require(read.errorLines.first)
        let summary = try JSONValue(parsing: String(line))
        #expect(summary["ended"]?.string == "error")
        #expect(summary["status"]?.int64 == 7)
        #expect(summary["code"]?.string == "bad-data")
        #expect(summary["printed"]?.int64 == 1)
        #expect(summary["partitions"]?[0]?["position"]?.int64 == 1)
        #expect(read.errorLines.count == 2, "\(read.errors)")
        let perf = try Kafka.run(["perf", "consume", topic, "--records", "3", "--json"])
        #expect(perf.ending == .exited(7), "\(perf.errors)")
        let report = try #require(try perf.json().first)
        #expect(report["ended"]?.string == "error")
        #expect(report["status"]?.int64 == 7)
        #expect(report["records"]?.int64 == 1)
    }

    /// One partition that cannot be read keeps nothing of the others back.
    @Test func theOtherPartitionsArePeekedAt() throws {
        let topic = try damaged("damage-peeked")
        let whole = try Kafka.topic("damage-none")
        let group = Kafka.name("damage-peeked")
        let desk = try Operator()
        let made = try desk.run(
            ["groups", "create", group, "-t", topic, "-t", whole, "--to-offset", "0"]
                + ["--timeout", "50s"]
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        let peeked = try desk.run(["groups", "peek", group, "--json"])
        #expect(peeked.ending == .exited(7), "\(peeked.errors)")
        #expect(try peeked.json().map { $0["topic"]?.string } == [whole])
    }

    @Test func damageThatIsNotReadIsNobodysError() throws {
        let topic = try damaged("damage-behind")
        for range in ["0:1", "2:"] {
            let read = try Kafka.run(["consume", topic, "-o", range, "-e"])
            #expect(read.ending == .exited(0), "\(range): \(read.errors)")
            #expect(read.text == (range == "2:" ? "third-record\n" : "first-record\n"))
        }
    }
}
