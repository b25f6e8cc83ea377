// `kctl configs` on a real broker, with Kafka's own tool as the other side.

import JSON
import Testing

@Suite(.needsKafka)
struct ConfigsTests {
    /// What is set on a thing, by entry.
    private func values(_ kind: String, _ name: String) throws -> [String: String?] {
        var values: [String: String?] = [:]
        for line in try Kafka.run(["configs", "describe", kind, name, "--json"]).json() {
            if line["source"]?.string == "dynamic-default-broker" { continue }
            values[line["config"]?.string ?? ""] = line["value"]?.string
        }
        return values
    }

    @Test func kafkasToolSeesWhatIsSetAndTheReverse() throws {
        let topic = try Kafka.topic("configs")
        let altered = try Kafka.run([
            "configs", "alter", "topics", topic, "--set", "delete.retention.ms=61000", "--set",
            "max.message.bytes=2000", "--append", "cleanup.policy=compact",
        ])
        #expect(altered.ending == .exited(0), "\(altered.errors)")
        let rows = altered.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == [
                "NAME CONFIG OLD NEW", "\(topic) delete.retention.ms 86400000 (default) 61000",
                "\(topic) max.message.bytes 1048588 (default) 2000",
                "\(topic) cleanup.policy delete (default) delete,compact",
            ]
        )
        let isOld = try Kctl.hasOldLibrary()
        #expect(altered.errors.contains("may be lost") == isOld)

        let named = ["--entity-type", "topics", "--entity-name", topic]
        let theirs = try Kafka.tool("configs", ["--describe"] + named)
        for value in ["delete.retention.ms=61000 ", "cleanup.policy=delete,compact "] {
            #expect(theirs.text.contains(value), "\(theirs.text)")
        }
        let change = ["--alter", "--add-config", "segment.ms=62000", "--delete-config"]
        let set = try Kafka.tool("configs", change + ["max.message.bytes"] + named)
        #expect(set.ending == .exited(0), "\(set.errors)")

        let wanted = [
            "delete.retention.ms": "61000", "cleanup.policy": "delete,compact",
            "segment.ms": "62000",
        ]
        let limit = ContinuousClock.now + .seconds(10)
        while try values("topic", topic) != wanted, ContinuousClock.now < limit {}
        #expect(try values("topic", topic) == wanted)
        let undone = try Kafka.run([
            "configs", "alter", "topic", topic, "--delete", "delete.retention.ms", "--delete",
            "segment.ms", "--subtract", "cleanup.policy=delete", "--json",
        ])
        let operations = try undone.json().map { $0["operation"]?.string }
        #expect(operations == ["subtract", "delete", "delete"])
        #expect(
            try undone.json().map { $0["newValue"]?.string } == [
                "compact", "86400000", "604800000",
            ]
        )
        #expect(try values("topic", topic) == ["cleanup.policy": "compact"])
    }

    @Test func whatIsWrongChangesNothing() throws {
        let topic = try Kafka.topic("configs")
        func alter(_ words: String...) throws -> Outcome {
            try Kafka.run(["configs", "alter", "topic", topic] + words)
        }
        let invalid = try alter("--set", "retention.ms=soon", "--set", "segment.ms=70000")
        #expect(invalid.ending == .exited(1))
        #expect(invalid.errors.contains("value soon for configuration retention.ms"))
        #expect(invalid.output.isEmpty)
        let unknown = try alter("--set", "retention.mss=1")
        #expect(unknown.ending == .exited(1))
        #expect(unknown.errors.contains("did you mean 'retention.ms'?"))
        let checked = try alter("--set", "retention.ms=soon", "--dry-run")
        #expect(checked.ending == .exited(1), "the broker checks a dry run too")
        let dry = try alter("--set", "retention.ms=9000000", "--dry-run")
        #expect(dry.ending == .exited(0))
        #expect(dry.text.contains("9000000"))
        let idle = try alter("--delete", "retention.ms")
        #expect(idle.ending == .exited(0))
        #expect(idle.errors == "kctl: 'retention.ms' is not set on topic '\(topic)'\n")
        #expect(try values("topic", topic).isEmpty)

        let missing = Kafka.name("missing")
        let several = try Kafka.run([
            "configs", "describe", "topic", missing, topic, "--all", "--json",
        ])
        #expect(several.ending == .exited(3))
        #expect(several.errors.contains("topic '\(missing)' not found"))
        #expect(several.errors.contains("1 of 2 configurations failed"))
        let retention = try several.json().first { $0["config"]?.string == "delete.retention.ms" }
        #expect(retention?["resourceName"]?.string == topic)
        #expect(retention?["value"]?.string == "86400000")
        #expect(retention?["source"]?.string == "default")
        #expect(retention?["default"]?.bool == true)
        #expect(
            try Kafka.run(["configs", "alter", "topic", missing, "--delete", "x"]).ending
                == .exited(3)
        )
    }

    /// One test for all that is set on the broker: an old library replaces it as a whole.
    @Test func brokers() throws {
        let id =
            try #require(
                try Kafka.run(["configs", "describe", "broker", "--all", "--json"]).json().first
            )["resourceName"]?.string ?? ""
        func alter(_ words: String...) throws -> Outcome {
            try Kafka.run(["configs", "alter", "broker", id] + words)
        }
        #expect(try alter("--set", "max.connections=2000000").ending == .exited(0))
        let shown = try Kafka.run(["configs", "describe", "brokers", id, "--synonyms"])
        #expect(shown.text.contains("dynamic-broker:max.connections=2000000"))

        let all = ["--entity-type", "brokers", "--entity-default"]
        let set = try Kafka.tool(
            "configs",
            ["--alter", "--add-config", "max.connections=2100000"] + all
        )
        #expect(set.ending == .exited(0), "\(set.errors)")
        let limit = ContinuousClock.now + .seconds(10)
        var rows: [JSONValue] = []
        repeat {
            rows = try Kafka.run(["configs", "describe", "broker", "--default", "--json"]).json()
                .filter { $0["config"]?.string == "max.connections" }
        } while rows.isEmpty && ContinuousClock.now < limit
        #expect(rows.first?["value"]?.string == "2100000")
        #expect(rows.first?["resourceName"]?.isNull == true)
        let refused = try Kafka.run([
            "configs", "alter", "broker", "--default", "--delete", "max.connections",
        ])
        #expect(refused.ending == .exited(1))
        #expect(refused.errors.contains("librdkafka cannot change cluster-wide broker defaults"))

        // A plug-in's entry, which a broker takes for a secret.
        let secret = try alter("--set", "e2e.secret=hidden", "--allow-unknown")
        #expect(secret.ending == .exited(0), "\(secret.errors)")
        #expect(!secret.text.contains("hidden"))
        let row = try Kafka.run(["configs", "describe", "broker", id, "--json"]).json()
            .first { $0["config"]?.string == "e2e.secret" }
        #expect(row?["sensitive"]?.bool == true)
        #expect(row?["value"]?.isNull == true)
        let other = try alter("--delete", "max.connections")
        if try Kctl.hasOldLibrary() {
            #expect(other.ending == .exited(1))
            #expect(other.errors.contains("the value of 'e2e.secret' cannot be read"))
            #expect(other.errors.contains("librdkafka 2.2"))
            #expect(try values("broker", id).keys.contains("max.connections"))
        } else {
            #expect(other.ending == .exited(0), "\(other.errors)")
            #expect(try values("broker", id).keys.contains("e2e.secret"))
        }
        let last = try alter("--delete", "e2e.secret", "--delete", "max.connections")
        #expect(last.ending == .exited(0), "\(last.errors)")
        #expect(try values("broker", id).isEmpty)

        let missing = try Kafka.run(["configs", "describe", "broker", "77"])
        #expect(missing.ending == .exited(3))
        #expect(missing.errors == "kctl: broker 77 not found (brokers: \(id))\n")
    }

    @Test func groupsAndClientMetrics() throws {
        // Older brokers have no such configurations.
        guard !Kafka.isBefore(4, 0) else { return }
        let name = Kafka.name("configs")
        func alter(_ kind: String, _ words: String...) throws -> Outcome {
            try Kafka.run(["configs", "alter", kind, name] + words)
        }
        let set = try alter("group", "--set", "consumer.session.timeout.ms=46000")
        #expect(set.ending == .exited(0), "\(set.errors)")
        #expect(try values("group", name) == ["consumer.session.timeout.ms": "46000"])
        let metrics = try alter("client-metrics", "--set", "interval.ms=10000")
        if try Kctl.hasOldLibrary() {
            #expect(metrics.ending == .exited(0), "\(metrics.errors)")
            #expect(try values("client-metrics", name) == ["interval.ms": "10000"])
        } else {
            #expect(metrics.ending == .exited(1))
            #expect(metrics.errors.contains("cannot name client metrics"))
        }
        let theirs = try Kafka.tool("configs", ["--describe", "--group", name])
        #expect(theirs.text.contains("consumer.session.timeout.ms=46000"))
        let undone = try alter("group", "--delete", "consumer.session.timeout.ms")
        #expect(undone.ending == .exited(0))
        #expect(try values("group", name).isEmpty)
    }
}
