// Brokers that die: nothing is lost, nothing hangs, and what is known is told.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct BrokerFaultTests {
    /// One test, since the cluster takes longer to start than all that is done with it.
    @Test func brokersDieAndComeBack() throws {
        let cluster = try KafkaCluster(brokers: 3)
        func kctl(_ arguments: String..., input: InputStream = .bytes([])) throws -> Outcome {
            try Kctl.run(arguments, input: input, on: cluster.servers)
        }
        let factor = try kctl(
            "topics",
            "create",
            "safe",
            "--partitions",
            "6",
            "--replication-factor",
            "3"
        )
        #expect(factor.ending == .exited(0), "\(factor.errors)")
        let single = try kctl("topics", "create", "single", "--replica-assignment", "1,2,3")
        #expect(single.ending == .exited(0), "\(single.errors)")

        // While a broker dies, a producer goes on, and every line arrives once.
        let writer = try Kctl.start(["produce", "safe"], input: .held, on: cluster.servers)
        writer.send((1...50_000).map { "\($0)\n" }.joined())
        try cluster.kill(2)
        writer.send((50_001...100_000).map { "\($0)\n" }.joined())
        writer.endInput()
        let sent = writer.finish()
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let read = try kctl("consume", "safe", "-e")
        #expect(read.ending == .exited(0), "\(read.errors)")
        #expect(read.lines.compactMap { Int($0) }.sorted() == Array(1...100_000))

        // What lacks a copy or a leader is shown; one partition's trouble is not the others'.
        let lacking = try kctl("topics", "describe", "safe", "--under-replicated", "--json")
        #expect(try lacking.json().first?["partitions"]?.array?.count == 6)
        let leaderless = try kctl("topics", "describe", "single", "--unavailable", "--json")
        let partitions = try #require(try leaderless.json().first?["partitions"]?.array)
        #expect(partitions.map { $0["partition"]?.int64 } == [1])
        #expect(partitions.first?["leader"]?.isNull == true)
        let offsets = try kctl("topics", "offsets", "single", "--json")
        #expect(offsets.ending == .exited(1))
        #expect(try offsets.json().map { $0["partition"]?.int64 } == [0, 2])
        #expect(
            offsets.errors
                == "kctl: topic 'single' partition 1: leader not available (LEADER_NOT_AVAILABLE)\n"
        )
        let partial = try kctl("consume", "single", "-e")
        #expect(partial.ending == .exited(1))
        #expect(partial.errors.contains("topic 'single' partition 1: leader not available"))

        try cluster.up(2)
        let back = try kctl("topics", "offsets", "single")
        #expect(back.ending == .exited(0), "\(back.errors)")

        // More than the client queues and a pipe holds, so that the rest is still to be fetched
        // when its broker dies.
        let large = try Kctl.bash(
            "yes $(printf 'x%.0s' {1..1000}) | head -150000 | kctl produce single -p 2",
            on: cluster.servers
        )
        #expect(large.ending == .exited(0), "\(large.errors)")
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
        #expect(rest.errors.contains("not at the end of single 2"))

        // Nobody left.
        let follower = try Kctl.start(["consume", "safe", "--from-beginning"], on: cluster.servers)
        follower.wait(forOutput: "\n")
        try cluster.kill(1)
        try cluster.kill(2)
        let none = try kctl("consume", "safe", "-e")
        #expect(none.ending == .exited(4))
        #expect(none.elapsed < .seconds(12))
        #expect(none.errors.contains("connection refused"))
        follower.signal(SIGINT)
        #expect(follower.finish().ending == .signalled(SIGINT))
    }
}
