// Brokers that die, stall and hand over while many records are read: each is printed once and in its
// order, whatever happens to the brokers; and a read that nobody answers any more ends.

import Glibc
import JSON
import Testing

/// One cluster for all of it, since it takes longer to start than anything that is done with it.
@Suite(.needsKafka)
struct ConsumeFaultTests {
    /// More in each partition than `little` lets the library fetch ahead and a pipe holds: the rest is
    /// still to come when a broker fails.
    private let counts = [150_001, 150_000, 150_000]
    /// Two batches of a partition, where it would fetch a hundred thousand records ahead.
    private let little = [
        "-X", "queued.min.messages=10000", "-X", "fetch.message.max.bytes=100000",
    ]

    @Test func clusterOfThree() throws {
        let cluster = try KafkaCluster(
            brokers: 3,
            [
                "--set", "broker.session.timeout.ms=3000", "--set",
                "broker.heartbeat.interval.ms=500", "--set",
                "auto.leader.rebalance.enable=false",
            ]
        )
        try fill(cluster)
        try aBrokerDies(cluster)
        try aLeaderIsMoved(cluster)
        try aBrokerPausesForAMoment(cluster)
        try aBrokerStallsAndOthersTakeOver(cluster)
        try nobodyIsLeft(cluster)
    }

    /// Partition n is led by broker n + 1.
    private func fill(_ cluster: KafkaCluster) throws {
        let made = try Kctl.run(
            [
                "topics", "create", "t", "--replica-assignment", "1:2:3,2:3:1,3:1:2", "--timeout",
                "50s",
            ],
            on: cluster.servers
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
        for (partition, count) in counts.enumerated() {
            let sent = try Kctl.bash(
                "seq \(count) | kctl produce t -p \(partition)",
                on: cluster.servers
            )
            #expect(sent.tally == Tally(count), "\(sent.errors)")
        }
    }

    // MARK: - Reading

    /// Starts a read of everything, and waits until it is in the middle of it.
    private func startReading(_ cluster: KafkaCluster, _ more: [String] = []) throws -> Program {
        let reader = try Kctl.start(
            ["consume", "t", "-e", "-f", #"%p %o %v\n"#] + little + more,
            output: .stalled,
            on: cluster.servers,
            within: .seconds(120)
        )
        reader.waitUntilOutputIsFull()
        return reader
    }

    /// How many records of each partition were printed; each is the next of its partition.
    private func survey(_ outcome: Outcome) -> [Int] {
        var next = [0, 0, 0]
        var wrong = 0
        var fields = [0, 0, 0]
        var index = 0
        for byte in outcome.output {
            switch byte {
            case 0x20: index += 1
            case 0x0a:
                let (partition, offset) = (fields[0], fields[1])
                // Each value is the number of its line.
                if offset != next[partition] || fields[2] != offset + 1 { wrong += 1 }
                next[partition] = offset + 1
                fields = [0, 0, 0]
                index = 0
            default: fields[index] = fields[index] * 10 + Int(byte) - 0x30
            }
        }
        #expect(wrong == 0, "each once, in its order")
        #expect(fields == [0, 0, 0], "whole lines")
        return next
    }

    /// The broker that leads a partition, as the first broker knows it; nil when it does not tell.
    private func leader(_ partition: Int, _ cluster: KafkaCluster) throws -> Int64? {
        let first = cluster.servers.split(separator: ",").first.map(String.init)
        let told = try Kctl.run(
            ["topics", "describe", "t", "--json", "--timeout", "2s"],
            on: first
        )
        // A leader that stalls is asked for its offsets until it is none any more.
        guard told.ending == .exited(0) else { return nil }
        return try told.json().first?["partitions"]?[partition]?["leader"]?.int64
    }

    private func wait(_ what: String, until isReached: () throws -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(60)
        while try !isReached() {
            guard ContinuousClock.now < limit else { throw HarnessError("\(what) did not come") }
        }
    }

    // MARK: - Brokers

    private func aBrokerDies(_ cluster: KafkaCluster) throws {
        let reader = try startReading(cluster)
        try cluster.kill(2)
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(survey(outcome) == counts)
        let address = cluster.servers.split(separator: ",")[1]
        let said = "kctl: lost broker \(address): connection refused; still trying\n"
        // A newer library does not try a broker again that leads nothing any more.
        let isSilent = try outcome.errors.isEmpty && !Kctl.hasOldLibrary()
        #expect(isSilent || outcome.errors == said, "said once")
        try cluster.up(2)
        try wait("its copies") {
            try Kctl.run(
                ["topics", "describe", "t", "--under-replicated", "--json"],
                on: cluster.servers
            )
            .output.isEmpty
        }
    }

    /// The one that died gets back what it led, from a broker that lives on.
    private func aLeaderIsMoved(_ cluster: KafkaCluster) throws {
        #expect(try leader(1, cluster) != 2)
        let reader = try startReading(cluster)
        let script = try #require(Kafka.script)
        let moved = try Kctl.bash(
            """
            '\(script)' tool --version \(Kafka.version) leader-election \
              --bootstrap-server \(cluster.servers) --election-type preferred \
              --topic t --partition 1
            """
        )
        #expect(moved.ending == .exited(0), "\(moved.errors)")
        try wait("the leader") { try leader(1, cluster) == 2 }
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(survey(outcome) == counts)
        #expect(outcome.errors.isEmpty)
    }

    private func aBrokerPausesForAMoment(_ cluster: KafkaCluster) throws {
        let reader = try startReading(cluster)
        try cluster.pause(3)
        reader.resumeReading()
        // What the others have, and what had been fetched of the third, is more than this.
        reader.wait("the half", until: { $0.output.count > 3_300_000 })
        try cluster.resume(3)
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(survey(outcome) == counts)
        #expect(outcome.errors.isEmpty)
    }

    /// A broker that answers nothing keeps its connections: only the others know who leads now.
    private func aBrokerStallsAndOthersTakeOver(_ cluster: KafkaCluster) throws {
        let reader = try startReading(cluster)
        try cluster.pause(3)
        try wait("another leader") { try leader(2, cluster).map { $0 != 3 } ?? false }
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(survey(outcome) == counts)
        try cluster.resume(3)
    }

    private func nobodyIsLeft(_ cluster: KafkaCluster) throws {
        let reader = try startReading(cluster, ["--timeout-ms", "3000"])
        for number in 1...3 { try cluster.kill(number) }
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(6), "\(outcome.errors)")
        #expect(survey(outcome).reduce(0, +) < counts.reduce(0, +))
        let told = outcome.errorLines.count { $0.contains("no broker reachable at") }
        #expect(told == 1, "\(outcome.errors)")
        #expect(
            outcome.errorLines.last
                == "kctl: no more records for 3s; end not reached: t[0], t[1], t[2]"
        )
    }
}
