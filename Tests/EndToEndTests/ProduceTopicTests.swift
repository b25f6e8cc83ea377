// The topic of a run: it must be there, or may be made; rights, and copies that are missing.

import JSON
import Testing

@Suite(.needsKafka)
struct ProduceTopicTests {
    @Test func aMissingTopicIsSaidAtOnceAndNotMade() throws {
        let topic = Kafka.name("missing")
        // The input stays open: nothing of it is waited for.
        let run = try Kafka.start(["produce", topic], input: .held)
        let outcome = run.finish()
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("kctl: topic '\(topic)' not found on "))
        #expect(outcome.elapsed < .seconds(3))
        #expect(try Kafka.run(["topics", "list", topic]).ending == .exited(3))
    }

    @Test func recordsThatNameAMissingTopicFailAlone() throws {
        let topic = try Kafka.topic("present")
        let missing = Kafka.name("missing")
        let lines = [topic, missing, topic].enumerated().map { index, name in
            "{\"topic\":\"\(name)\",\"value\":\"\(index)\"}\n"
        }
        let sent = try Kafka.run(["produce", "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(3))
        #expect(sent.tally == Tally(sent: 3, acked: 2, failed: 1))
        #expect(sent.errors.hasPrefix("kctl: line 2: "))
        #expect(sent.errors.contains("'\(missing)'"))
        #expect(try Kafka.run(["consume", topic, "-e"]).text == "0\n2\n")
        #expect(try Kafka.run(["topics", "list", missing]).ending == .exited(3))
    }

    @Test func aPartitionThatIsNotThereFailsTheRecord() throws {
        let topic = try Kafka.topic("no-partition", partitions: 2)
        let lines = [0, 2, 1].map { "{\"partition\":\($0),\"value\":\"\($0)\"}\n" }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(3))
        #expect(sent.tally == Tally(sent: 3, acked: 2, failed: 1))
        #expect(sent.errors.hasPrefix("kctl: line 2: "))
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["0", "1"])
    }

    @Test func createTopicMakesItOnce() throws {
        let topic = Kafka.name("made")
        let arguments = ["produce", topic, "--create-topic", "--partitions", "4"]
        let first = try Kafka.run(arguments, input: .text("a\n"))
        #expect(first.ending == .exited(0), "\(first.errors)")
        #expect(first.tally == Tally(1))
        #expect(first.errors.hasPrefix("kctl: topic '\(topic)' created\n"))
        #expect(try Kafka.ends(of: topic).count == 4)
        let second = try Kafka.run(arguments, input: .text("b\n"))
        #expect(second.ending == .exited(0), "\(second.errors)")
        #expect(second.errorLines.count == 1, "nothing was made")
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["a", "b"])
    }

    @Test func severalMayMakeTheTopicAtOnce() throws {
        let topic = Kafka.name("raced")
        let runs = try (0..<4).map { number in
            try Kafka.start(
                ["produce", topic, "--create-topic", "--partitions", "2"],
                input: .text("\(number)\n")
            )
        }
        for run in runs {
            let outcome = run.finish()
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        }
        #expect(try Kafka.run(["consume", topic, "-e"]).lines.sorted() == ["0", "1", "2", "3"])
        #expect(try Kafka.ends(of: topic).count == 2)
    }
}

/// What takes a cluster of its own: rights, and copies that are missing.
@Suite(.needsKafka)
struct ProduceClusterTests {
    @Test func clusterOfThree() throws {
        let cluster = try KafkaCluster(
            brokers: 3,
            [
                "--acls", "--set", "broker.session.timeout.ms=3000", "--set",
                "broker.heartbeat.interval.ms=500",
            ]
        )
        try rights(cluster)
        try copiesThatAreMissing(cluster)
    }

    private func grant(_ cluster: KafkaCluster, _ arguments: [String]) throws {
        let script = try #require(Kafka.script)
        let words =
            [script, "tool", "--version", Kafka.version, "acls"]
            + ["--bootstrap-server", cluster.servers, "--add", "--allow-principal", "User:alice"]
            + arguments
        let done = try Kctl.bash(words.map { "'\($0)'" }.joined(separator: " "))
        guard done.ending == .exited(0) else { throw HarnessError(done.errors + done.text) }
    }

    private func rights(_ cluster: KafkaCluster) throws {
        for topic in ["refused", "granted"] {
            let made = try Kctl.run(["topics", "create", topic], on: cluster.servers)
            #expect(made.ending == .exited(0), "\(made.errors)")
        }
        let folder = try TemporaryFolder()
        let login = try folder.file(
            "alice",
            """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.username=alice
            sasl.password=alice-secret

            """
        )
        func produce(_ arguments: [String], _ text: String = "1\n2\n") throws -> Outcome {
            try Kctl.run(
                ["produce", "--command-config", login] + arguments,
                input: .text(text),
                on: cluster.saslServers
            )
        }
        // Nothing may be done with the topic.
        let refused = try produce(["refused"])
        #expect(refused.ending == .exited(5))
        #expect(refused.errors.contains("TOPIC_AUTHORIZATION_FAILED"), "\(refused.errors)")
        #expect(refused.elapsed < .seconds(5))

        // It may be seen and read, not written to; and as nothing else may be written to either,
        // the broker refuses already the number that an idempotent producer needs.
        try grant(
            cluster,
            ["--operation", "Describe", "--operation", "Read", "--topic", "refused"]
        )
        let described = try produce(["refused"])
        #expect(described.ending == .exited(5), "\(described.errors)")
        #expect(described.errors.contains("AUTHORIZATION_FAILED"), "\(described.errors)")
        #expect(described.tally == Tally(sent: 2, acked: 0, failed: 2))
        #expect(described.elapsed < .seconds(5))

        // To write is enough, also for an idempotent producer; not for a transaction.
        try grant(cluster, ["--operation", "Write", "--topic", "granted"])
        let granted = try produce(["granted"])
        #expect(granted.ending == .exited(0), "\(granted.errors)")
        #expect(granted.tally == Tally(2))
        let read = try Kctl.run(["consume", "granted", "-e"], on: cluster.servers)
        #expect(read.text == "1\n2\n")
        let transaction = try produce(["granted", "--transactional-id", "forbidden-id"])
        #expect(transaction.ending == .exited(5), "\(transaction.errors)")
        #expect(transaction.errors.contains("'forbidden-id'"), "\(transaction.errors)")
        #expect(transaction.elapsed < .seconds(15))

        // One topic's refusal is not the others'.
        let both = try produce(
            ["--json", "--on-error", "skip"],
            "{\"topic\":\"granted\",\"value\":3}\n{\"topic\":\"refused\",\"value\":4}\n"
        )
        #expect(both.ending == .exited(5), "\(both.errors)")
        #expect(both.tally == Tally(sent: 2, acked: 1, failed: 1))
    }

    /// Acknowledged means stored often enough; what is not is given up in time, and counted.
    private func copiesThatAreMissing(_ cluster: KafkaCluster) throws {
        let made = try Kctl.run(
            [
                "topics", "create", "copied", "--replication-factor", "3", "--config",
                "min.insync.replicas=3",
            ],
            on: cluster.servers
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        let lines = (1...1000).map { "\($0)\n" }.joined()
        let whole = try Kctl.run(["produce", "copied"], input: .text(lines), on: cluster.servers)
        #expect(whole.ending == .exited(0), "\(whole.errors)")
        try cluster.kill(3)
        let lacking = try Kctl.run(
            ["produce", "copied", "--delivery-timeout", "8s"],
            input: .text(lines),
            on: cluster.servers
        )
        #expect(lacking.ending == .exited(6), "\(lacking.errors)")
        #expect(lacking.elapsed < .seconds(20))
        let tally = try #require(lacking.tally, "\(lacking.errors)")
        #expect(tally.sent == 1000)
        #expect(tally.acked + tally.failed == 1000)
        #expect(tally.acked == 0)
        // With all copies back nothing is missing, and it goes on.
        try cluster.up(3)
        let again = try Kctl.run(["produce", "copied"], input: .text(lines), on: cluster.servers)
        #expect(again.ending == .exited(0), "\(again.errors)")
        let read = try Kctl.run(["consume", "copied", "-e"], on: cluster.servers)
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.lines.count >= 2000)
        #expect(read.lines.prefix(1000).compactMap { Int($0) } == Array(1...1000))
        #expect(read.lines.suffix(1000).compactMap { Int($0) } == Array(1...1000))
    }
}
