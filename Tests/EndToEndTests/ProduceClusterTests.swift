// What takes a cluster of its own: rights that are missing, and copies.

import JSON
import Testing

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
        // What is missing is named: topic, group, making a topic.
        func kctl(_ words: [String]) throws -> Outcome {
            let login = ["--command-config", login]
            return try Kctl.run(words + login, on: cluster.saslServers)
        }
        let topic = try kctl(["check", "--topic", "refused"])
        #expect(topic.ending == .exited(5))
        #expect(topic.text.contains("(grant Read on topic 'refused' to User:alice)"))
        let group = try kctl(["check", "--group", "refused"])
        #expect(group.ending == .exited(5))
        #expect(group.text.contains("broken  group       group 'refused': group authorization"))
        let made = try kctl(["topics", "create", "refused-too"])
        #expect(made.ending == .exited(5))
        #expect(made.errors.contains("topic 'refused-too'"))
        let read = try kctl(["consume", "refused", "-e"])
        #expect(read.ending == .exited(5))
        #expect(read.errors.contains("TOPIC_AUTHORIZATION_FAILED"))

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
        var described = try produce(["refused"])
        let limit = ContinuousClock.now + .seconds(10)
        // A broker may learn of what was granted a moment after it was.
        while described.tally == nil, ContinuousClock.now < limit {
            described = try produce(["refused"])
        }
        #expect(described.ending == .exited(5), "\(described.errors)")
        #expect(described.errors.contains("AUTHORIZATION_FAILED"), "\(described.errors)")
        #expect(described.tally == Tally(read: 2, acked: 0, failed: 2))
        #expect(described.elapsed < .seconds(5))

        // To write is enough, also for an idempotent producer; not for a transaction.
        try grant(cluster, ["--operation", "Write", "--operation", "Read", "--topic", "granted"])
        var granted = try produce(["granted"])
        while granted.tally == nil, ContinuousClock.now < limit + .seconds(10) {
            granted = try produce(["granted"])
        }
        #expect(granted.ending == .exited(0), "\(granted.errors)")
        #expect(granted.tally == Tally(2))
        let there = try Kctl.run(["consume", "granted", "-e"], on: cluster.servers)
        #expect(there.text == "1\n2\n")
        let member = try kctl(["consume", "granted", "-e", "-g", "refused"])
        #expect(member.ending == .exited(5), "\(member.errors)")
        #expect(member.errors.contains("group 'refused': group authorization failed"))
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
        #expect(both.tally == Tally(read: 2, acked: 1, failed: 1))
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
        #expect(tally.read == 1000)
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
