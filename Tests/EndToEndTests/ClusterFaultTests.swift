// What is told of a cluster that lacks a broker, how it is put right, and what may not be done to it.

import JSON
import Testing

/// One cluster for all of it, since it takes longer to start than most that is done with it.
@Suite(.needsKafka)
struct ClusterFaultTests {
    @Test func clusterOfThree() throws {
        let cluster = try KafkaCluster(
            brokers: 3,
            [
                "--acls", "--set", "broker.session.timeout.ms=3000", "--set",
                "broker.heartbeat.interval.ms=500", "--set",
                "auto.leader.rebalance.enable=false",
            ]
        )
        try fill(cluster)
        try cluster.kill(3)
        try whatIsLackingIsTold(cluster)
        try nothingElseIsKeptBack(cluster)
        try theRestIsWaitedFor(cluster)
        try whatIsRefusedIsNamed(cluster)
        try leadersComeBack(cluster)
        try whatIsPrunedIsGone(cluster)
    }

    private func kctl(_ cluster: KafkaCluster, _ words: [String], _ input: String = "") throws
        -> Outcome
    {
        try Kctl.run(words, input: .text(input), on: cluster.servers)
    }

    private func tool(_ cluster: KafkaCluster, _ words: [String]) throws -> Outcome {
        let script = try #require(Kafka.script)
        let all = [script, "tool", "--version", Kafka.version] + words
        let address = ["--bootstrap-server", cluster.servers]
        let done = try Kctl.bash((all + address).map { "'\($0)'" }.joined(separator: " "))
        guard done.ending == .exited(0) else { throw HarnessError(done.errors + done.text) }
        return done
    }

    private func wait(_ what: String, until isReached: () throws -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(60)
        while try !isReached() {
            guard ContinuousClock.now < limit else { throw HarnessError("\(what) did not come") }
        }
    }

    /// Broker 3 leads all of it.
    private func fill(_ cluster: KafkaCluster) throws {
        for (name, brokers, more) in [
            ("alone", "3", []), ("few", "3:1:2", ["--config", "min.insync.replicas=3"]),
            ("moved", "3:1:2", []), ("whole", "1:2", []),
        ] as [(String, String, [String])] {
            let words = ["topics", "create", name, "--replica-assignment", brokers]
            // A newer library now and then ends a call with the broker that it was given first.
            try wait("topic '\(name)'") {
                try kctl(cluster, words + ["--timeout", "50s", "--if-not-exists"] + more).ending
                    == .exited(0)
            }
            // Not every broker knows at once of a topic that is new.
            try wait("records of '\(name)'") {
                try kctl(cluster, ["produce", name], "1\n2\n3\n").tally == Tally(3)
            }
        }
    }

    private func whatIsLackingIsTold(_ cluster: KafkaCluster) throws {
        let words = ["cluster", "health", "--json", "--timeout", "30s"]
        let expected = [
            "missing-broker - -", "offline alone 0", "under-min-isr few 0",
            "under-replicated moved 0",
        ]
        var seen: [String] = []
        try wait("the loss") {
            seen = try kctl(cluster, words).json().map { problem in
                let place = problem["partition"]?.int64.map { "\($0)" } ?? "-"
                let topic = problem["topic"]?.string ?? "-"
                return "\(problem["problem"]?.string ?? "") \(topic) \(place)"
            }
            return seen == expected
        }
        let late = try kctl(cluster, ["cluster", "health", "--wait", "1s", "--brokers", "3"])
        #expect(late.ending == .exited(6))
        #expect(late.text.contains("missing-broker"))
        #expect(late.text.contains("broker 3 is offline but hosts replicas"))
        #expect(
            late.errors
                == "kctl: still not healthy: 1 x too-few-brokers, 1 x missing-broker, 1 x offline,"
                + " 1 x under-min-isr, 1 x under-replicated (2 brokers, 4 topics, 4 partitions)\n"
        )
        #expect(try kctl(cluster, ["cluster", "health"]).ending == .exited(1))
        let theirs = try tool(cluster, ["topics", "--describe", "--unavailable-partitions"])
        #expect(theirs.lines.count == 1)
        #expect(theirs.text.contains("Topic: alone"))
        let described = try kctl(cluster, ["cluster", "describe", "--json"])
        let brokers = try described.json().first?["brokers"]?.array ?? []
        #expect(brokers.map { $0["broker"]?.int64 } == [1, 2])
    }

    /// A partition without a leader is named at once; what has one is done.
    private func nothingElseIsKeptBack(_ cluster: KafkaCluster) throws {
        let file = """
            {"partitions":[{"topic":"alone","partition":0,"offset":2},
            {"topic":"moved","partition":0,"offset":2}]}
            """
        let trimmed = try kctl(
            cluster,
            ["topics", "trim", "--from-file", "-", "--yes", "--json"],
            file
        )
        #expect(trimmed.ending == .exited(1))
        #expect(
            trimmed.errors
                == "kctl: topic 'alone' partition 0 has no leader (kctl cluster health)\n"
                + "kctl: 1 of 2 partitions failed\n"
        )
        #expect(try trimmed.json().map { $0["newStartOffset"]?.int64 } == [2])
        #expect(trimmed.elapsed < .seconds(8))
        let lost = try kctl(cluster, ["topics", "elect-leaders", "moved"])
        #expect(lost.ending == .exited(1))
        if try Kctl.hasOldLibrary() {
            #expect(
                lost.errors
                    == "kctl: electing leaders needs librdkafka 2.6 or newer, this is 2.0.2\n"
            )
        } else {
            #expect(
                lost.errors
                    == "kctl: topic 'moved' partition 0: preferred leader was not available"
                    + " (PREFERRED_LEADER_NOT_AVAILABLE)\n"
            )
        }
        let unclean = ["topics", "elect-leaders", "--all", "--election", "unclean", "--dry-run"]
        let leaderless = try kctl(cluster, unclean)
        #expect(leaderless.lines.count == 2)
        #expect(
            leaderless.lines.last?.split(separator: " ") == ["alone", "0", "none", "3", "-"]
                || leaderless.lines.last?.split(separator: " ") == ["alone", "0", "none", "3", "3"]
        )
    }

    private func theRestIsWaitedFor(_ cluster: KafkaCluster) throws {
        let waiting = try Kctl.start(
            ["cluster", "health", "--brokers", "3", "--wait", "90s"],
            on: cluster.servers,
            within: .seconds(120)
        )
        try cluster.up(3)
        let outcome = waiting.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.text)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "kctl: healthy: 3 brokers, 4 topics, 4 partitions\n")
    }

    private func leadersComeBack(_ cluster: KafkaCluster) throws {
        let words = ["topics", "elect-leaders", "--all"]
        let planned = try kctl(cluster, words + ["--dry-run", "--json"])
        #expect(planned.ending == .exited(0))
        #expect(try planned.json().map { $0["topic"]?.string } == ["few", "moved"])
        #expect(try planned.json().allSatisfy { $0["preferredLeader"]?.int64 == 3 })
        guard try !Kctl.hasOldLibrary() else { return }
        let elected = try kctl(cluster, words + ["--json"])
        #expect(elected.ending == .exited(0), "\(elected.errors)")
        #expect(try elected.json().map { $0["topic"]?.string } == ["few", "moved"])
        #expect(try elected.json().allSatisfy { $0["done"]?.bool == true })
        let theirs = try tool(cluster, ["topics", "--describe", "--topic", "few"])
        #expect(theirs.text.contains("Leader: 3"))
        try wait("the leaders") {
            let again = try kctl(cluster, words)
            return again.ending == .exited(0)
                && again.errors == "kctl: no partition needs an election\n"
        }
    }

    private func whatIsRefusedIsNamed(_ cluster: KafkaCluster) throws {
        _ = try tool(
            cluster,
            ["acls", "--add", "--allow-principal", "User:alice", "--operation", "Describe"]
                + ["--topic", "moved"]
        )
        let login = [
            "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", "sasl.username=alice",
            "sasl.password=alice-secret",
        ]
        func alice(_ words: [String], _ input: String = "") throws -> Outcome {
            try Kctl.run(
                words + login.flatMap { ["-X", $0] },
                input: .text(input),
                on: cluster.saslServers
            )
        }
        let file = #"{"topic":"new"} {"topic":"moved","partitions":9}"#
        let configs = "DescribeConfigs on topic 'moved': topic authorization failed"
        let isOld = try Kctl.hasOldLibrary()
        let election =
            "cluster authorization failed (CLUSTER_AUTHORIZATION_FAILED; Alter on the cluster has to"
            + " be granted)"
        for (words, input, text) in [
            (
                ["topics", "trim", "moved", "--before", "end", "--yes"], "",
                "topic 'moved' partition 0: topic authorization failed"
                    + " (TOPIC_AUTHORIZATION_FAILED; grant Delete on topic 'moved')"
            ), (["topics", "export", "moved"], "", configs),
            (["topics", "diff", "-"], file, configs), (["topics", "apply", "-"], file, configs),
            (["topics", "elect-leaders", "moved"], "", election),
        ] as [([String], String, String)] {
            if isOld, text == election { continue }
            var outcome = try alice(words, input)
            let limit = ContinuousClock.now + .seconds(20)
            // Each broker may learn of what was granted a moment after it was: until then, there is
            // no such topic.
            while !outcome.errors.contains(text), ContinuousClock.now < limit {
                outcome = try alice(words, input)
            }
            #expect(outcome.ending == .exited(5), "\(words)")
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
            if words[1] == "apply" {
                #expect(outcome.errors.contains("topic 'new': "))
                #expect(outcome.output.isEmpty)
            }
        }
        // Health that cannot be measured is no health.
        try wait("what health cannot be measured by") {
            let health = try alice(["cluster", "health"])
            return health.ending == .exited(5)
                && health.errors.hasSuffix(
                    "kctl: health is unknown: no permission to read min.insync.replicas of topic 'moved'"
                        + " (grant DescribeConfigs on topic 'moved')\n"
                )
        }
    }

    private func whatIsPrunedIsGone(_ cluster: KafkaCluster) throws {
        // A group makes Kafka keep a topic of its own.
        let joined = try kctl(cluster, ["consume", "whole", "-e", "-g", "g"])
        #expect(joined.ending == .exited(0), "\(joined.errors)")
        let file = try kctl(cluster, ["topics", "export", "few", "whole"])
        let prune = ["topics", "apply", "-", "--prune", "--json"]
        let done = try kctl(cluster, prune + ["--yes"], file.text)
        #expect(done.ending == .exited(0), "\(done.errors)")
        #expect(try done.json().map { $0["topic"]?.string } == ["alone", "moved"])
        // Not every broker knows at once that a topic is gone.
        try wait("the end of it") {
            let left = try kctl(cluster, ["topics", "list", "--internal", "--json"])
            let names = try left.json().compactMap { $0["topic"]?.string }
            #expect(Set(names).isSuperset(of: ["__consumer_offsets", "few", "whole"]))
            return !names.contains("alone") && !names.contains("moved")
        }
        try wait("nothing to do") {
            try kctl(cluster, prune, file.text).errors
                == "kctl: no changes: all topics match the file\n"
        }
    }
}
