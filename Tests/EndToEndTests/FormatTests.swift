// The formats of lists and descriptions: tables, JSON, YAML and names, sorted, some columns.

import JSON
import Testing
import YAML

struct FormatTests {
    private let sandbox: SandboxServer

    init() throws {
        sandbox = try SandboxServer(["--topic", "b:2", "--topic", "a:10", "--topic", "c:9"])
    }

    private func list(_ words: String...) throws -> Outcome {
        try Kctl.run(["topics", "list"] + words, on: sandbox.address)
    }

    @Test func yamlHoldsWhatJSONHolds() throws {
        let yaml = try list("-o", "yaml")
        #expect(yaml.ending == .exited(0))
        let json = try list("--json").json()
        guard case .sequence(let items)? = try YAML.parse(yaml.output)?.content else {
            Issue.record("no list: \(yaml.text)")
            return
        }
        #expect(items.count == json.count)
        for (item, object) in zip(items, json) {
            guard case .mapping(let pairs) = item.content, case .object(let members) = object else {
                Issue.record("no mapping: \(yaml.text)")
                continue
            }
            #expect(pairs.map(\.key.scalar?.text) == members.map(\.key))
            for (pair, member) in zip(pairs, members) {
                if let number = member.value.int64 {
                    #expect(pair.value.scalar?.value == .int(number))
                } else if let text = member.value.string {
                    #expect(pair.value.scalar?.text == text)
                }
            }
        }
        #expect(yaml.text.hasPrefix("- topic: a\n  "), "\(yaml.text)")
    }

    @Test func theLastOfTheFormatsCounts() throws {
        let json = try list("--json").text
        #expect(try list("-o", "json").text == json)
        #expect(try list("-o", "table", "--json").text == json)
        #expect(try list("--output=json").text == json)
        #expect(try list("--json", "-o", "name").text == "a\nb\nc\n")
        #expect(try list("-o", "wide").text == list().text)
    }

    @Test func namesAreForTheNextCommand() throws {
        let outcome = try Kctl.bash(
            "kctl topics list -o name | xargs kctl topics describe -o name",
            on: sandbox.address
        )
        #expect(outcome.text == "a\nb\nc\n", "\(outcome.errors)")
        // One name for all partitions of a topic.
        let offsets = try Kctl.run(["topics", "offsets", "a", "-o", "name"], on: sandbox.address)
        #expect(offsets.text == "a\n", "\(offsets.errors)")
    }

    @Test(arguments: [
        ("PARTITIONS", "b c a"), ("-PARTITIONS", "a c b"), ("partitions:desc", "a c b"),
        ("partitions:asc", "b c a"), ("-topic", "c b a"), ("REPLICATION,-TOPIC", "c b a"),
    ])
    func rowsAreSortedByColumns(by column: String, order: String) throws {
        let names = try list("--sort=\(column)", "-o", "name").lines.joined(separator: " ")
        #expect(names == order)
        let objects = try list("--sort=\(column)", "--json").json()
        #expect(objects.compactMap { $0["topic"]?.string }.joined(separator: " ") == order)
    }

    @Test func columnsAreChosen() throws {
        let chosen = try list("--columns", "partitions,TOPIC", "--sort", "topic")
        #expect(chosen.text == "PARTITIONS  TOPIC\n        10  a\n         2  b\n         9  c\n")
    }

    @Test(arguments: [
        (
            "--sort size",
            "invalid value 'size' for --sort: no such column (columns: TOPIC, PARTITIONS, REPLICATION)"
        ),
        (
            "--columns topic,x",
            "invalid value 'x' for --columns: no such column"
                + " (columns: TOPIC, PARTITIONS, REPLICATION)"
        ),
        ("--columns topic --json", "--columns is for tables, not for json"),
        ("-o xml", "invalid value 'xml' for --output: not one of table, wide, json, yaml, name"),
    ])
    func mistakesAreFoundBeforeAnythingIsAsked(line: String, message: String) throws {
        // Nothing listens there.
        let words = line.split(separator: " ").map(String.init)
        let outcome = try Kctl.run(["topics", "list", "-b", "127.0.0.1:1"] + words)
        #expect(outcome.ending == .exited(2))
        #expect(
            outcome.errorLines.first?.hasPrefix("kctl: " + message) == true,
            "\(outcome.errors)"
        )
    }

    @Test func anEmptyListSaysSo() throws {
        let empty = try SandboxServer([])
        let topics = try Kctl.run(["topics", "list"], on: empty.address)
        #expect(topics.ending == .exited(0))
        #expect(topics.text == "")
        #expect(topics.errors == "kctl: no topics\n")
        let json = try Kctl.run(["topics", "list", "--json"], on: empty.address)
        #expect(json.text == "")
        #expect(json.errors == "kctl: no topics\n")
        let contexts = try Kctl.run(["config", "contexts"])
        #expect(contexts.ending == .exited(0))
        #expect(contexts.errors == "kctl: no contexts\n")
        #expect(try Kctl.run(["config", "ls"]).errors == contexts.errors)
    }
}

/// Formats that need a real cluster.
@Suite(.needsKafka)
struct FormatKafkaTests {
    @Test func everyDescriptionHasEveryFormat() throws {
        let topic = try Kafka.topic("format", partitions: 2)
        let group = Kafka.name("format-group")
        let read = try Kafka.run(["consume", topic, "--group", group, "-e"])
        #expect(read.ending == .exited(0))
        for words in [
            ["topics", "describe", topic], ["cluster", "describe"], ["groups", "describe", group],
            ["groups", "list"], ["configs", "describe", "topic", topic, "--all"],
            ["topics", "offsets", topic], ["cluster", "api-versions"],
        ] {
            let yaml = try Kafka.run(words + ["-o", "yaml"])
            #expect(yaml.ending == .exited(0), "\(words): \(yaml.errors)")
            guard case .sequence(let items)? = try YAML.parse(yaml.output)?.content else {
                Issue.record("\(words): no list: \(yaml.text)")
                continue
            }
            #expect(try items.count == Kafka.run(words + ["--json"]).json().count, "\(words)")
            let names = try Kafka.run(words + ["-o", "name"])
            #expect(names.ending == .exited(0))
            #expect(!names.text.isEmpty, "\(words)")
            #expect(Set(names.lines).count == names.lines.count, "\(words)")
        }
        let described = try Kafka.run(["groups", "describe", group, "-o", "name"])
        #expect(described.text == group + "\n")
        let none = try Kafka.run(["groups", "list", "--state", "Dead", "--regex", "no-such-.*"])
        #expect(none.ending == .exited(0))
        #expect(none.errors == "kctl: no groups that match in state Dead\n")
    }
}
