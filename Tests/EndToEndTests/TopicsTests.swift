// `kctl topics` on a real broker: making, listing, describing, growing and deleting.

import JSON
import Testing

@Suite(.needsKafka)
struct TopicsTests {
    private let name = Kafka.name("topics")

    private func names(_ suffixes: String...) -> [String] { suffixes.map { "\(name)-\($0)" } }

    private func exists(_ topic: String) throws -> Bool {
        try Kafka.run(["topics", "list", topic]).ending == .exited(0)
    }

    // MARK: - Making

    @Test func madeDescribedAndDeleted() throws {
        let made = try Kafka.run(["topics", "create", name, "--partitions", "3"])
        #expect(made.ending == .exited(0))
        #expect(made.output.isEmpty)
        #expect(made.errors == "kctl: created topic '\(name)' with 3 partitions\n")

        let shown = try Kafka.run(["topics", "describe", name, "--json"])
        #expect(shown.ending == .exited(0))
        let topic = try #require(try shown.json().first)
        #expect(topic["topic"]?.string == name)
        #expect(topic["partitionCount"]?.int64 == 3)
        #expect(topic["replicationFactor"]?.int64 == 1)
        #expect(topic["internal"]?.bool == false)
        let partitions = try #require(topic["partitions"]?.array)
        #expect(partitions.map { $0["partition"]?.int64 } == [0, 1, 2])
        for partition in partitions {
            let leader = try #require(partition["leader"])
            #expect(leader.int64 != nil)
            #expect(partition["replicas"]?.array == [leader])
            #expect(partition["inSync"]?.array == [leader])
            #expect(partition["startOffset"]?.int64 == 0)
            #expect(partition["endOffset"]?.int64 == 0)
            #expect(partition["records"]?.int64 == 0)
        }

        let gone = try Kafka.run(["topics", "delete", name])
        #expect(gone.ending == .exited(0))
        #expect(gone.output.isEmpty)
        #expect(gone.errors == "kctl: deleted topic '\(name)'\n")
        #expect(try !exists(name))
    }

    @Test func aNewTopicCanBeWrittenToAtOnce() throws {
        let outcome = try Kctl.bash(
            """
            kctl topics create \(name) --partitions 12 && seq 100 | kctl produce \(name) &&
            kctl consume \(name) -e | sort -n | tail -1
            """,
            on: Kafka.servers
        )
        #expect(outcome.text == "100\n")
        #expect(outcome.errorLines.last?.contains("sent 100, acknowledged 100, failed 0") == true)
    }

    @Test func aDryRunMakesNothing() throws {
        let outcome = try Kafka.run(["topics", "create", name, "--dry-run"])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "kctl: would create topic '\(name)'\n")
        #expect(try !exists(name))
        let wrong = try Kafka.run([
            "topics", "create", name, "--dry-run", "--config", "retention.ms=soon",
        ])
        #expect(wrong.ending == .exited(1))
        #expect(wrong.errors.contains("retention.ms"))
        #expect(try !exists(name))
    }

    @Test func anExistingTopicIsAFailureUnlessTolerated() throws {
        #expect(try Kafka.run(["topics", "create", name]).ending == .exited(0))
        let again = try Kafka.run(["topics", "create", name])
        #expect(again.ending == .exited(1))
        #expect(again.errorLines.count == 1)
        #expect(again.errors.contains("already exists on "))
        let tolerated = try Kafka.run(["topics", "create", name, "--if-not-exists"])
        #expect(tolerated.ending == .exited(0))
        #expect(tolerated.errors == "kctl: topic '\(name)' already exists\n")
    }

    @Test func oneBadNameAmongSeveralLeavesTheOthersMade() throws {
        let topics = names("a", "b")
        let outcome = try Kafka.run(["topics", "create", topics[0], "no/name", topics[1]])
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errorLines.count == 4)
        #expect(outcome.errorLines.first?.hasPrefix("kctl: topic 'no/name': ") == true)
        #expect(outcome.errorLines.last == "kctl: 1 of 3 topics failed")
        for topic in topics { #expect(try exists(topic)) }
    }

    @Test func configurationIsSetAndShown() throws {
        let configs = ["retention.ms=60000", "cleanup.policy=compact,delete"]
        let made = try Kafka.run(
            ["topics", "create", name] + configs.flatMap { ["--config", $0] }
        )
        #expect(made.ending == .exited(0))
        let shown = try Kafka.run(["topics", "describe", name, "--overrides-only", "--json"])
        let set = try #require(try shown.json().first?["configs"])
        #expect(set["retention.ms"]?.string == "60000")
        #expect(set["cleanup.policy"]?.string == "compact,delete")
        let all = try Kafka.run(["topics", "describe", name, "--all-configs", "--json"])
        let defaults = try #require(try all.json().first?["defaults"])
        #expect(defaults["min.insync.replicas"]?.string == "1")
    }

    @Test func whatDescribePrintsCanBeMadeAgain() throws {
        let topics = names("from", "to", "like")
        let made = try Kafka.run([
            "topics", "create", topics[0], "--partitions", "5", "--config", "retention.ms=60000",
            "--config", "segment.bytes=1048576",
        ])
        #expect(made.ending == .exited(0))
        let described = try Kafka.run(["topics", "describe", topics[0], "--json"])
        let copied = described.text.replacingOccurrence(of: topics[0], with: topics[1])
        let again = try Kafka.run(["topics", "create", "--file", "-"], input: .text(copied))
        #expect(again.ending == .exited(0))
        #expect(again.errorLines.count == 1)
        let like = try Kafka.run(["topics", "create", topics[2], "--like", topics[0]])
        #expect(like.ending == .exited(0))
        for topic in topics.dropFirst() {
            let shown = try Kafka.run(["topics", "describe", topic, "--json"])
            let expected = described.text.replacingOccurrence(of: topics[0], with: topic)
            #expect(shown.text.withoutTopicID == expected.withoutTopicID)
        }
    }

    @Test func aBadFileOfTopicsMakesNothing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("topics.jsonl", "{\"topic\":\"\(name)\"}\n{\"topic\":}\n")
        let outcome = try Kafka.run(["topics", "create", "--file", path])
        #expect(outcome.ending == .exited(7))
        #expect(outcome.errors.contains("\(path):2:10"))
        #expect(try !exists(name))
    }

    @Test func replicasAreAssignedByHand() throws {
        let broker = try #require(
            try Kafka.run(["topics", "describe", try Kafka.topic("leader"), "--json"])
                .json().first?["partitions"]?[0]?["leader"]?.int64
        )
        let assignment = "\(broker),\(broker),\(broker)"
        let made = try Kafka.run(["topics", "create", name, "--replica-assignment", assignment])
        #expect(made.ending == .exited(0))
        let shown = try Kafka.run(["topics", "list", name, "--json"])
        #expect(try shown.json().first?["partitionCount"]?.int64 == 3)
        let wrong = try Kafka.run([
            "topics", "create", "\(name)-x", "--timeout", "2s",
            "--replica-assignment", "\(broker + 1000)",
        ])
        // With ZooKeeper, Kafka takes brokers that are not there and waits for them.
        #expect(wrong.ending == (Kafka.version.hasPrefix("2.") ? .exited(6) : .exited(1)))
        #expect(wrong.errorLines.count == 1)
    }

    // MARK: - Growing

    @Test func partitionsAreAdded() throws {
        #expect(try Kafka.run(["topics", "create", name]).ending == .exited(0))
        let dry = try Kafka.run(["topics", "alter", name, "--partitions", "4", "--dry-run"])
        #expect(dry.ending == .exited(0))
        #expect(dry.errors == "kctl: would increase partitions of topic '\(name)' from 1 to 4\n")
        let list = ["topics", "list", name, "--json"]
        #expect(try Kafka.run(list).json().first?["partitionCount"]?.int64 == 1)
        let grown = try Kafka.run(["topics", "alter", name, "--partitions", "4"])
        #expect(grown.ending == .exited(0))
        #expect(grown.errors == "kctl: increased partitions of topic '\(name)' from 1 to 4\n")
        #expect(try Kafka.run(list).json().first?["partitionCount"]?.int64 == 4)
        let shrunk = try Kafka.run(["topics", "alter", name, "--partitions", "2"])
        #expect(shrunk.ending == .exited(1))
        #expect(shrunk.errors.contains("INVALID_PARTITIONS"))
    }

    @Test(arguments: [
        ["topics", "alter", "%", "--partitions", "2"], ["topics", "describe", "%"],
        ["topics", "offsets", "%"], ["topics", "list", "%"], ["topics", "delete", "%"],
        ["produce", "%"], ["consume", "%"], ["consume", "%", "-e"],
    ])
    func aMissingTopicIsStatusThreeAndIsNotMade(arguments: [String]) throws {
        let outcome = try Kafka.run(arguments.map { $0 == "%" ? name : $0 })
        #expect(outcome.ending == .exited(3))
        #expect(outcome.elapsed < .seconds(8))
        let servers = try #require(Kafka.servers)
        #expect(
            outcome.errors == "kctl: topic '\(name)' not found on \(servers) (kctl topics list)\n"
        )
        let list = try Kafka.run(["topics", "list", "--json"])
        #expect(!list.text.contains(name))
    }

    // MARK: - Listing and describing

    @Test func listIsSortedAndCanBeNarrowed() throws {
        let topics = names("b", "a", "c")
        #expect(try Kafka.run(["topics", "create"] + topics).ending == .exited(0))
        let matching = try Kafka.run(["topics", "list", "--regex", "\(name)-[ab]", "--json"])
        #expect(try matching.json().map { $0["topic"]?.string } == [topics[1], topics[0]])
        // A pattern is for the whole name.
        let part = try Kafka.run(["topics", "list", "--regex", name, "--json"])
        #expect(part.ending == .exited(0))
        #expect(part.output.isEmpty)
        let table = try Kafka.run(["topics", "list"] + topics)
        #expect(
            table.lines.first.map { $0.split(separator: " ") } == [
                "TOPIC", "PARTITIONS", "REPLICATION",
            ]
        )
        #expect(
            table.lines.dropFirst().map { $0.split(separator: " ").map(String.init) }
                == topics.sorted().map { [$0, "1", "1"] }
        )
    }

    @Test func oneMissingAmongSeveralIsToldAndTheOthersShown() throws {
        let topics = names("a", "missing", "b")
        #expect(try Kafka.run(["topics", "create", topics[0], topics[2]]).ending == .exited(0))
        for verb in ["list", "describe", "offsets"] {
            let outcome = try Kafka.run(["topics", verb, "--json"] + topics)
            #expect(outcome.ending == .exited(3), "\(verb)")
            #expect(
                Set(try outcome.json().compactMap { $0["topic"]?.string })
                    == [topics[0], topics[2]]
            )
            #expect(outcome.errors.contains("topic '\(topics[1])' not found"))
        }
    }

    @Test func aThousandPartitionsAreMadeListedAndAskedAtOnce() throws {
        let made = try Kafka.run(["topics", "create", name, "--partitions", "1000"])
        #expect(made.ending == .exited(0), "\(made.errors)")
        let list = try Kafka.run(["topics", "list", name, "--json"])
        #expect(try list.json().first?["partitionCount"]?.int64 == 1000)
        let offsets = try Kafka.run(["topics", "offsets", name])
        #expect(offsets.ending == .exited(0), "\(offsets.errors)")
        #expect(offsets.lines.count == 1001)
        #expect(try Kafka.run(["topics", "delete", name, "--no-wait"]).ending == .exited(0))
    }

    @Test func trouble() throws {
        let topic = try Kafka.topic("fine")
        for flag in ["--under-replicated", "--unavailable", "--under-min-isr", "--overrides-only"] {
            let outcome = try Kafka.run(["topics", "describe", topic, flag])
            #expect(outcome.ending == .exited(0))
            #expect(outcome.output.isEmpty, "\(flag)")
        }
        let atMinimum = try Kafka.run(["topics", "describe", topic, "--at-min-isr", "--json"])
        #expect(try atMinimum.json().count == 1)
        let empty = try Kafka.run(["topics", "describe", topic, "--skip-empty"])
        #expect(empty.output.isEmpty)
    }

    // MARK: - Deleting

    @Test func namesAreLiteralWhenDeleting() throws {
        let dotted = "\(name).x"
        let other = "\(name)_x"
        // Kafka does not let both live: they would share the names of metrics.
        let similar = "\(name)Yx"
        #expect(try Kafka.run(["topics", "create", dotted, similar]).ending == .exited(0))
        let gone = try Kafka.run(["topics", "delete", dotted])
        #expect(gone.ending == .exited(0))
        #expect(try exists(similar))
        #expect(try !exists(dotted))
        #expect(try !exists(other))
        let missing = try Kafka.run(["topics", "delete", "\(name).*"])
        #expect(missing.ending == .exited(3))
        #expect(try exists(similar))
    }

    @Test func severalNeedConsent() throws {
        let topics = names("a", "b")
        #expect(try Kafka.run(["topics", "create"] + topics).ending == .exited(0))
        for arguments in [topics, ["--regex", "\(name)-."]] {
            let asked = try Kafka.run(["topics", "delete"] + arguments)
            #expect(asked.ending == .exited(2))
            #expect(asked.output.isEmpty)
            #expect(Array(asked.errorLines.prefix(2)) == topics.map { "kctl:   \($0)" })
            #expect(asked.errors.contains("--yes"))
        }
        let one = try Kafka.run(["topics", "delete", "--regex", "\(name)-a"])
        #expect(one.ending == .exited(2))
        let dry = try Kafka.run(["topics", "delete", "--regex", "\(name)-.", "--dry-run"])
        #expect(dry.ending == .exited(0))
        #expect(dry.errorLines == topics.map { "kctl: would delete topic '\($0)'" })
        for topic in topics { #expect(try exists(topic)) }
        let agreed = try Kafka.run(["topics", "delete", "--regex", "\(name)-.", "--yes"])
        #expect(agreed.ending == .exited(0))
        for topic in topics { #expect(try !exists(topic)) }
        let none = try Kafka.run(["topics", "delete", "--regex", "\(name)-.", "--yes"])
        #expect(none.ending == .exited(0))
    }

    @Test func aMissingTopicAmongThoseDeleted() throws {
        let topics = names("a", "missing")
        #expect(try Kafka.run(["topics", "create", topics[0]]).ending == .exited(0))
        let outcome = try Kafka.run(["topics", "delete", "--yes"] + topics)
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errorLines.last == "kctl: 1 of 2 topics failed")
        #expect(try !exists(topics[0]))
        let tolerated = try Kafka.run(["topics", "delete", topics[0], "--if-exists"])
        #expect(tolerated.ending == .exited(0))
        #expect(tolerated.errors.isEmpty)
    }

    // MARK: - Kafka's own tools

    @Test func kafkasOwnToolSeesWhatWasMade() throws {
        let topic = try Kafka.topic("tool", partitions: 2, ["--config", "retention.ms=60000"])
        let described = try Kafka.tool("topics", ["--describe", "--topic", topic])
        #expect(described.ending == .exited(0))
        let first = try #require(described.lines.first)
        #expect(first.contains("Topic: \(topic)"))
        #expect(first.contains("PartitionCount: 2"))
        #expect(first.contains("ReplicationFactor: 1"))
        #expect(first.contains("retention.ms=60000"))
    }
}

extension String {
    /// The text with the first `old` in it replaced.
    func replacingOccurrence(of old: String, with new: String) -> String {
        var rest = Substring(self)
        while !rest.isEmpty, !rest.hasPrefix(old) { rest.removeFirst() }
        guard !rest.isEmpty else { return self }
        return self[..<rest.startIndex] + new + rest.dropFirst(old.count)
    }

    /// Two topics differ in this; libraries older than 2.3 do not tell it.
    fileprivate var withoutTopicID: String {
        guard let id = try? JSONValue(parsing: self)["topicId"]?.string else { return self }
        return replacingOccurrence(of: id, with: "")
    }
}
