// What takes a cluster of its own: brokers that die, rights that are missing, compaction.

import Glibc
import JSON
import Testing

/// One cluster for all of it, since it takes longer to start than anything that is done with it.
@Suite(.needsKafka)
struct BrokerFaultTests {
    @Test func clusterOfThree() throws {
        let cluster = try KafkaCluster(
            brokers: 3,
            ["--acls", "--set", "log.cleaner.backoff.ms=100"]
        )
        try rightsThatAreMissing(cluster)
        try changesInARowAreAllKept(cluster)
        try aGroupThatIsRefused(cluster)
        try compactedTopicsEnd(cluster)
        try brokersDieAndComeBack(cluster)
        try aGroupsCoordinatorDies(cluster)
        try aReaderWhoseBrokerDiesSaysWhatIsMissing(cluster)
        try nobodyIsLeft(cluster)
    }

    private func run(
        _ cluster: KafkaCluster,
        _ arguments: String...,
        input: InputStream = .bytes([])
    ) throws -> Outcome {
        try Kctl.run(arguments, input: input, on: cluster.servers)
    }

    /// What a user without any right is told; nothing tells that a topic is there.
    private func rightsThatAreMissing(_ cluster: KafkaCluster) throws {
        #expect(try run(cluster, "topics", "create", "secret").ending == .exited(0))
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
        for arguments in [
            ["topics", "create", "new"], ["produce", "secret"], ["consume", "secret", "-e"],
            ["topics", "alter", "secret", "--partitions", "2"],
        ] {
            let outcome = try Kctl.run(
                arguments + ["--command-config", login],
                input: .text("x\n"),
                on: cluster.saslServers
            )
            #expect(outcome.ending == .exited(5), "\(arguments)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("AUTHORIZATION_FAILED"), "\(outcome.errors)")
            #expect(outcome.elapsed < .seconds(5), "\(arguments)")
        }
        let list = try Kctl.run(
            ["topics", "list", "--json", "--command-config", login],
            on: cluster.saslServers
        )
        #expect(list.ending == .exited(0))
        #expect(list.output.isEmpty)
    }

    /// A broker that is late does not make the next change lose the last one, or not show it.
    private func changesInARowAreAllKept(_ cluster: KafkaCluster) throws {
        #expect(try run(cluster, "topics", "create", "altered").ending == .exited(0))
        let names = ["flush.ms", "retention.ms", "segment.bytes", "segment.ms"]
        for round in 0..<12 {
            let change = "\(names[round % 4])=\(2_000_000 + round)"
            let altered = try run(cluster, "configs", "alter", "topic", "altered", "--set", change)
            #expect(altered.ending == .exited(0), "\(altered.errors)")
            let shown = try run(cluster, "configs", "describe", "topic", "altered", "--json").json()
            let values = shown.map { "\($0["config"]?.string ?? "")=\($0["value"]?.string ?? "")" }
            #expect(values.contains(change), "\(values)")
            #expect(values.count == min(round + 1, 4))
        }
    }

    /// A topic that may be read, for a group that may not be joined.
    private func aGroupThatIsRefused(_ cluster: KafkaCluster) throws {
        #expect(try run(cluster, "topics", "create", "readable").ending == .exited(0))
        let script = try #require(Kafka.script)
        let granted = try Kctl.bash(
            """
            '\(script)' tool --version \(Kafka.version) acls --bootstrap-server \(cluster.servers) \
              --add --allow-principal User:bob --operation Read --topic readable
            """
        )
        #expect(granted.ending == .exited(0), "\(granted.errors)")
        let login = [
            "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", "sasl.username=bob",
            "sasl.password=bob-secret",
        ]
        // Each broker may learn of what was granted a moment after it was.
        func asBob(_ words: [String]) throws -> Outcome {
            let folder = try TemporaryFolder()
            let limit = ContinuousClock.now + .seconds(10)
            while true {
                let outcome = try Kctl.run(
                    words + login.flatMap { ["-X", $0] },
                    on: cluster.saslServers,
                    environment: ["XDG_STATE_HOME": folder.path]
                )
                let isEarly = outcome.errors.contains("TOPIC_AUTH")
                if !isEarly || ContinuousClock.now > limit { return outcome }
            }
        }
        let outcome = try asBob(["consume", "readable", "-e", "--group", "g"])
        #expect(outcome.ending == .exited(5))
        #expect(outcome.errors.contains("group 'g': group authorization failed"))
        #expect(outcome.elapsed < .seconds(5))
        for words in [
            "describe g", "reset g -t readable --to-latest", "delete g", "peek g",
            "create g -t readable --to-latest", "commit g -t readable -p 0 -o 0",
            "delete-offsets g -t readable",
        ] {
            let refused = try asBob(["groups"] + words.split(separator: " ").map(String.init))
            #expect(refused.ending == .exited(5), "\(words): \(refused.errors)")
            #expect(refused.errors.contains("group 'g': group authorization failed"))
        }
        let unseen = try Kctl.run(
            ["groups", "list", "--topic", "secret"] + login.flatMap { ["-X", $0] },
            on: cluster.saslServers
        )
        #expect(unseen.ending == .exited(5))
        #expect(unseen.errors.contains("topic 'secret': topic authorization failed"))
    }

    /// The offsets of records that compaction took away are never handed over.
    private func compactedTopicsEnd(_ cluster: KafkaCluster) throws {
        let configs = [
            "cleanup.policy=compact", "segment.ms=100", "min.cleanable.dirty.ratio=0.01",
            "max.compaction.lag.ms=100",
        ]
        let made = try Kctl.run(
            ["topics", "create", "compacted"] + configs.flatMap { ["--config", $0] },
            on: cluster.servers
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        var sent = 0
        var shown = 0
        let limit = ContinuousClock.now + .seconds(60)
        while shown == sent, ContinuousClock.now < limit {
            let more = try Kctl.bash(
                """
                for number in {1..50}; do echo "key$((number % 5)):$number"; done |
                kcat -P -b \(cluster.servers) -t compacted -K :
                """
            )
            #expect(more.ending == .exited(0), "\(more.errors)")
            sent += 50
            let read = try run(cluster, "consume", "compacted", "-e")
            #expect(read.ending == .exited(0), "\(read.errors)")
            #expect(read.elapsed < .seconds(8))
            #expect(read.lines.last == "50")
            shown = read.lines.count
        }
        #expect(shown < sent, "nothing was compacted")
    }

    private func brokersDieAndComeBack(_ cluster: KafkaCluster) throws {
        let safe = try run(
            cluster,
            "topics",
            "create",
            "safe",
            "--partitions",
            "6",
            "--replication-factor",
            "3"
        )
        #expect(safe.ending == .exited(0), "\(safe.errors)")
        let single = try run(
            cluster,
            "topics",
            "create",
            "single",
            "--replica-assignment",
            "1,2,3"
        )
        #expect(single.ending == .exited(0), "\(single.errors)")

        // While a broker dies, a producer goes on, and every line arrives once.
        let writer = try Kctl.start(["produce", "safe"], input: .held, on: cluster.servers)
        writer.send((1...50_000).map { "\($0)\n" }.joined())
        try cluster.kill(2)
        writer.send((50_001...100_000).map { "\($0)\n" }.joined())
        writer.endInput()
        let sent = writer.finish()
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let read = try run(cluster, "consume", "safe", "-e")
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.lines.compactMap { Int($0) }.sorted() == Array(1...100_000))

        // What lacks a copy or a leader is shown; one partition's trouble is not the others'.
        let lacking = try run(cluster, "topics", "describe", "safe", "--under-replicated", "--json")
        #expect(try lacking.json().first?["partitions"]?.array?.count == 6)
        let leaderless = try run(cluster, "topics", "describe", "single", "--unavailable", "--json")
        let partitions = try #require(try leaderless.json().first?["partitions"]?.array)
        #expect(partitions.map { $0["partition"]?.int64 } == [1])
        #expect(partitions.first?["leader"]?.isNull == true)
        let offsets = try run(cluster, "topics", "offsets", "single", "--json")
        #expect(offsets.ending == .exited(1))
        #expect(try offsets.json().map { $0["partition"]?.int64 } == [0, 2])
        let missing = "kctl: topic 'single' partition 1: leader not available"
        #expect(offsets.errorLines.first == "\(missing) (LEADER_NOT_AVAILABLE)")
        let partial = try run(cluster, "consume", "single", "-e")
        #expect(partial.ending == .exited(1))
        #expect(partial.errors.hasPrefix(missing))

        try cluster.up(2)
        let back = try run(cluster, "topics", "offsets", "single")
        #expect(back.ending == .exited(0), "\(back.errors)")
    }

    /// A watch goes on with the next coordinator, and so does whoever asks then.
    private func aGroupsCoordinatorDies(_ cluster: KafkaCluster) throws {
        // Every copy is whole, so that the next leader knows all that was committed.
        let whole = try run(cluster, "cluster", "health", "--brokers", "3", "--wait", "60s")
        #expect(whole.ending == .exited(0), "\(whole.errors)")
        let made = try run(
            cluster,
            "groups",
            "create",
            "led",
            "-t",
            "safe",
            "--to-earliest",
            // The coordinator may still have to read what it is to know.
            "--timeout",
            "60s"
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        let state = try run(cluster, "groups", "describe", "led", "--state", "--json")
        let leader = try #require(try state.json().first?["coordinator"]?["broker"]?.int64)
        let watch = try Kctl.start(
            ["groups", "describe", "led", "--watch", "200ms", "--json"],
            on: cluster.servers,
            within: .seconds(120)
        )
        watch.watchState("a look", until: { $0.lineCount >= 6 })
        try cluster.kill(Int(leader))
        let seen = watch.lineCount
        // What was under way at that moment may still have been answered.
        watch.watchState("looks after it", until: { $0.lineCount >= seen + 30 })
        watch.signal(2)
        #expect(watch.finish().ending == .signalled(2))
        let after = try run(cluster, "groups", "describe", "led", "--json", "--timeout", "40s")
        #expect(after.ending == .exited(0), "\(after.errors)")
        #expect(try after.json().count == 6)
        #expect(try after.json().allSatisfy { $0["lag"]?.int64 != nil })
        try cluster.up(Int(leader))
    }

    private func aReaderWhoseBrokerDiesSaysWhatIsMissing(_ cluster: KafkaCluster) throws {
        // More than the client queues and a pipe holds, so that the rest is still to be fetched
        // when the broker dies.
        let sent = try Kctl.bash(
            "yes $(printf 'x%.0s' {1..1000}) | head -150000 | kctl produce single -p 2",
            on: cluster.servers
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let reader = try Kctl.start(
            ["consume", "single", "-e", "--timeout", "3s"],
            output: .stalled,
            on: cluster.servers
        )
        reader.waitUntilOutputIsFull()
        try cluster.kill(3)
        reader.resumeReading()
        let rest = reader.finish()
        #expect(rest.ending == .exited(6) || rest.ending == .exited(4))
        #expect((1..<150_000).contains(rest.lines.count))
        #expect(rest.lines.allSatisfy { $0.utf8.count == 1000 })
        #expect(rest.errors.contains("end not reached: single[2]"))
    }

    private func nobodyIsLeft(_ cluster: KafkaCluster) throws {
        let follower = try Kctl.start(["consume", "safe", "--from-beginning"], on: cluster.servers)
        follower.wait(forOutput: "\n")
        try cluster.kill(1)
        try cluster.kill(2)
        let none = try run(cluster, "consume", "safe", "-e")
        #expect(none.ending == .exited(4))
        #expect(none.elapsed < .seconds(12))
        #expect(none.errors.contains("connection refused"))
        follower.signal(SIGINT)
        #expect(follower.finish().ending == .signalled(SIGINT))
    }
}
