// What is told of a cluster whose leaders do not answer, while its metadata still names them; and of
// one whose controllers have no quorum any more.

import JSON
import Testing

/// One cluster for all of it, where a broker that is killed is not missed for ten minutes.
@Suite(.needsKafka)
struct SilentLeaderTests {
    @Test func clusterOfThree() throws {
        // With ZooKeeper no controller is beside a broker.
        guard !Kafka.version.hasPrefix("2.") else { return }
        let cluster = try KafkaCluster(
            brokers: 3,
            ["--set", "broker.session.timeout.ms=600000"]
        )
        let desk = try Operator()
        let made = try Kctl.run(
            ["topics", "create", "t", "--replica-assignment", "1:2:3,2:3:1,3:1:2"]
                + ["--timeout", "50s"],
            on: cluster.servers
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        for partition in 0..<3 {
            let sent = try Kctl.run(
                ["produce", "t", "-p", "\(partition)"],
                input: .text("1\n2\n3\n"),
                on: cluster.servers
            )
            #expect(sent.ending == .exited(0), "\(sent.errors)")
        }
        let group = try groupOfTheFirstBroker(cluster, desk)
        try cluster.kill(3)
        try theRestIsShown(cluster, desk, group)
        try cluster.kill(2)
        try withoutAQuorum(cluster)
    }

    /// A group that broker 1 coordinates, with offsets 1, 1, 1.
    private func groupOfTheFirstBroker(
        _ cluster: KafkaCluster,
        _ desk: Operator
    ) throws -> String {
        for number in 0..<50 {
            let group = "g\(number)"
            let made = try desk.run(
                ["groups", "create", group, "-t", "t", "--to-offset", "1", "--timeout", "50s"],
                on: cluster.servers
            )
            #expect(made.ending == .exited(0), "\(made.errors)")
            let state = try desk.run(
                ["groups", "describe", group, "--state", "--json"],
                on: cluster.servers
            )
            if try state.json().first?["coordinator"]?["broker"]?.int64 == 1 { return group }
        }
        throw HarnessError("broker 1 coordinates nothing")
    }

    private func ends(_ topic: JSONValue?, _ key: String) -> [Int64?] {
        (topic?["partitions"]?.array ?? []).map { $0[key]?.int64 }
    }

    private func theRestIsShown(
        _ cluster: KafkaCluster,
        _ desk: Operator,
        _ group: String
    ) throws {
        let leader = "leader 3 at \(cluster.servers.split(separator: ",")[2]) does not answer"
        let described = try Kctl.run(["topics", "describe", "t", "--json"], on: cluster.servers)
        #expect(described.ending == .exited(1))
        #expect(described.errors.contains("topic 't' partition 2 is unknown: \(leader)"))
        #expect(described.errorLines.count == 1, "\(described.errors)")
        let topic = try described.json().first
        #expect(ends(topic, "leader") == [1, 2, 3])
        #expect(ends(topic, "startOffset") == [0, 0, nil])
        #expect(ends(topic, "endOffset") == [3, 3, nil])
        #expect(ends(topic, "lastStableOffset") == [3, 3, nil])
        #expect(topic?["configs"] != nil)

        let offsets = try Kctl.run(["topics", "offsets", "t", "--json"], on: cluster.servers)
        #expect(offsets.ending == .exited(1))
        #expect(try offsets.json().map { $0["offset"]?.int64 } == [3, 3])
        #expect(offsets.errors.contains("topic 't' partition 2: \(leader)"), "\(offsets.errors)")

        let lags = try desk.run(["groups", "describe", group, "--json"], on: cluster.servers)
        #expect(lags.ending == .exited(1))
        #expect(try lags.json().map { $0["committedOffset"]?.int64 } == [1, 1, 1])
        #expect(try lags.json().map { $0["lag"]?.int64 } == [2, 2, nil])
        #expect(lags.errors.contains("the lag of topic 't' partition 2 is unknown: \(leader)"))
        let text = try desk.run(["groups", "describe", group], on: cluster.servers)
        #expect(text.text.contains("(no answer)"))
        #expect(text.text.contains("total lag 4 (unknown for 1 partition)"))
    }

    private func withoutAQuorum(_ cluster: KafkaCluster) throws {
        let described = try Kctl.run(["topics", "describe", "t", "--json"], on: cluster.servers)
        #expect(described.ending == .exited(1))
        let topic = try described.json().first
        #expect(ends(topic, "leader") == [1, 2, 3], "\(described.errors)")
        #expect(ends(topic, "endOffset") == [3, nil, nil])
        for number in [2, 3] {
            let name = "topic 't' partition \(number - 1) is unknown: leader \(number) at "
            #expect(described.errors.contains(name), "\(described.errors)")
        }
    }
}
