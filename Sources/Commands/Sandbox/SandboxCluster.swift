// Making the sandbox's cluster.
// Brokers, topics, records, and a fixed port in front if one is asked for.

import CommandKit
import KafkaCore
import Reactor

/// A mock cluster with its topics made and filled.
struct SandboxCluster: ~Copyable {
    /// The address for clients.
    let servers: String
    /// The relay of connections from the port asked for; nil without one.
    let relay: Relay?

    private let cluster: MockCluster

    init(_ options: Sandbox.Options, seed: SandboxSeed?, clock: any Clock) throws(CommandError) {
        let cluster = try Self.start(brokers: options.brokers)
        try Self.makeTopics(options, seed, in: cluster)
        let own = cluster.bootstrapServers
        try seed?.send(to: own, clock: clock)
        relay = try Self.relay(from: options.port, to: own)
        servers = options.port.map { "127.0.0.1:\($0)" } ?? own
        self.cluster = cluster
    }

    /// Leaves the cluster to the end of the process.
    consuming func abandon() {
        cluster.abandon()
    }

    private static func start(brokers: Int) throws(CommandError) -> MockCluster {
        do { return try MockCluster(brokers: brokers) } catch {
            throw CommandError(error, "cannot start the sandbox")
        }
    }

    private static func makeTopics(
        _ options: Sandbox.Options,
        _ seed: SandboxSeed?,
        in cluster: borrowing MockCluster
    ) throws(CommandError) {
        var requests = options.topics.map { ($0.name, $0.partitions) }
        for (name, partitions) in requests {
            guard let highest = seed?.highestPartition(of: name), highest >= partitions else {
                continue
            }
            throw CommandError(
                .badData,
                "the records file has a record for partition \(highest) of '\(name)'",
                hint: "use --topic \(name):\(highest + 1)",
                topic: name,
                partition: highest
            )
        }
        for topic in (seed?.topics ?? []).sorted()
        where !options.topics.contains(where: { $0.name == topic }) {
            requests.append((topic, (seed?.highestPartition(of: topic) ?? 0) + 1))
        }
        for (name, partitions) in requests {
            do {
                try cluster.createTopic(
                    name,
                    partitions: partitions,
                    replicationFactor: Int32(clamping: min(options.brokers, 3))
                )
            } catch {
                throw CommandError(error, "topic '\(name)'", topic: name)
            }
        }
    }

    private static func relay(
        from port: Int?,
        to servers: String
    ) throws(CommandError) -> Relay? {
        guard let port else { return nil }
        let first = servers.split(separator: ",").first ?? ""
        guard let target = first.split(separator: ":").last.flatMap({ UInt16($0) }),
            let port = UInt16(exactly: port)
        else { throw CommandError(.failure, "the sandbox has no address") }
        do { return try Relay(from: port, to: target) } catch {
            throw CommandError(error, doing: "cannot listen on 127.0.0.1:\(port)")
        }
    }
}
