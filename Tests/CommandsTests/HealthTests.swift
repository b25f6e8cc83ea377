// What counts as a cluster's problem, and which partitions need an election.

import Testing

@testable import Commands
@testable import KafkaCore

struct HealthTests {
    private func partition(
        _ id: Int32,
        _ leader: Int32?,
        _ replicas: [Int32],
        _ inSync: [Int32]
    ) -> Partition {
        Partition(id: id, leader: leader, replicas: replicas, inSync: inSync)
    }

    private func metadata(brokers: [Int32], _ partitions: [Partition]) -> Metadata {
        Metadata(
            brokers: brokers.map { Broker(id: $0, host: "h", port: 1) },
            topics: [Topic(name: "t", partitions: partitions, error: nil)]
        )
    }

    private func words(
        _ metadata: Metadata,
        _ rules: HealthRules = HealthRules(),
        controller: Int32? = 1
    ) -> [String] {
        rules.problems(of: metadata, controller: controller).map { problem in
            problem.cells.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    @Test func aWholeClusterHasNone() {
        let whole = metadata(brokers: [1, 2], [partition(0, 1, [1, 2], [2, 1])])
        #expect(words(whole, HealthRules(brokers: 2, minimums: ["t": 2])) == [])
    }

    @Test func eachPartitionIsToldOnceWithItsWorst() {
        let broken = metadata(
            brokers: [1, 2],
            [
                partition(0, nil, [3], []), partition(1, 1, [1, 2, 3], [1]),
                partition(2, 2, [3, 2, 1], [2, 1]), partition(3, 1, [1], [1]),
            ]
        )
        let rules = HealthRules(brokers: 3, minimums: ["t": 2])
        #expect(
            words(broken, rules, controller: nil) == [
                "too-few-brokers 2 of 3 brokers online",
                "missing-broker broker 3 is offline but hosts replicas",
                "no-controller the cluster has no active controller",
                "offline t 0 no leader; replicas 3",
                "under-min-isr t 1 1 of 3 replicas in-sync, min.insync.replicas is 2",
                "under-replicated t 2 2 of 3 replicas in-sync, out of sync: 3",
                "under-min-isr t 3 1 of 1 replica in-sync, min.insync.replicas is 2",
            ]
        )
        // Where the minimum is not known, nothing is measured by it.
        #expect(
            words(broken).dropFirst() == [
                "offline t 0 no leader; replicas 3",
                "under-replicated t 1 1 of 3 replicas in-sync, out of sync: 2,3",
                "under-replicated t 2 2 of 3 replicas in-sync, out of sync: 3",
            ]
        )
    }

    @Test func electionsConcernWhoDoesNotLead() {
        let led = partition(0, 1, [1, 2], [1, 2])
        let moved = partition(0, 2, [1, 2], [1, 2])
        let leaderless = partition(0, nil, [1, 2], [])
        #expect(
            [led, moved, leaderless].map(ElectionArgument.preferred.concerns) == [
                false, true, true,
            ]
        )
        #expect(
            [led, moved, leaderless].map(ElectionArgument.unclean.concerns) == [false, false, true]
        )
    }
}
