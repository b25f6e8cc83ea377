// A Kafka to try things on: librdkafka's mock cluster, in this process, gone with it.

import Arguments
import JSON
import KafkaCore
import Output
import Reactor

/// `kctl sandbox`: runs a mock cluster until a signal, or around a command.
enum Sandbox: Command {
    struct Options: CommandOptions {
        var output = OutputOptions()
        var global = GlobalOptions()
        var brokers = 1
        var topics: [TopicRequest] = []
        var port: Int?
        var seed: String?
        var command: [String] = []
    }

    static let spec = CommandSpec<Options>(
        "sandbox",
        "Run a Kafka cluster in memory, for demos and tests.",
        operands: [
            .trailing("CMD", "Run this with the address set, and leave with it.", \.command)
        ],
        flags: [
            .value("brokers", "How many brokers.", \.brokers, range: 1...100, default: 1),
            .list("topic", "t", "Make a topic; repeat for more.", \.topics),
            .optional(
                "port",
                "Listen here for the first connection.",
                \.port,
                range: 1...65_535,
                defaultText: "a free one"
            ),
            .optional(
                "seed",
                "Fill topics with records, as 'consume --json' prints them; - is stdin.",
                \.seed,
                placeholder: "FILE",
                completion: .files
            ),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl sandbox --topic orders:3", "Prints the address, runs until Ctrl-C."),
            Example(
                "kctl sandbox --topic t -- sh -c 'seq 9 | kctl produce t; kctl consume t -e'",
                "Around a command."
            ),
        ],
        sections: [
            Section(
                "Environment",
                "CMD runs with KCTL_BOOTSTRAP_SERVERS and BOOTSTRAP_SERVERS set to the address."
            ),
            Section(
                "Limits",
                "It serves producing, fetching, offsets, groups and transactions. It answers no"
                    + " administrative call and knows no TLS, SASL or ACLs. A topic that is used"
                    + " and not there is made, with four partitions."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        var seed: SandboxSeed?
        if let path = options.seed {
            seed = try SandboxSeed(context.read(path, as: "the records file"), path: path)
        }
        let signals: SignalSource
        do {
            signals = try SignalSource([.interrupt, .terminate, .hangUp, .child])
        } catch {
            throw CommandError(error, doing: "cannot catch signals")
        }
        let cluster = try start(brokers: options.brokers)
        try makeTopics(options, seed, in: cluster)
        try seed?.send(to: cluster.bootstrapServers, clock: context.clock)
        let relay = try options.port.map { port throws(CommandError) in
            try Self.relay(from: port, to: cluster.bootstrapServers)
        }
        let servers = options.port.map { "127.0.0.1:\($0)" } ?? cluster.bootstrapServers
        if options.command.isEmpty {
            try announce(servers, options, in: context)
        }
        var run = try SandboxRun(servers, relay, signals, options.command, context)
        try run.finish()
    }

    private static func start(brokers: Int) throws(CommandError) -> MockCluster {
        do { return try MockCluster(brokers: brokers) } catch {
            throw CommandError(error, "the sandbox could not be started")
        }
    }

    private static func makeTopics(
        _ options: Options,
        _ seed: SandboxSeed?,
        in cluster: borrowing MockCluster
    ) throws(CommandError) {
        var requests = options.topics.map { ($0.name, $0.partitions) }
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

    private static func relay(from port: Int, to servers: String) throws(CommandError) -> Relay {
        let first = servers.split(separator: ",").first ?? ""
        guard let target = first.split(separator: ":").last.flatMap({ UInt16($0) }),
            let port = UInt16(exactly: port)
        else { throw CommandError(.failure, "the sandbox has no address") }
        do { return try Relay(from: port, to: target) } catch {
            throw CommandError(error, doing: "cannot listen on 127.0.0.1:\(port)")
        }
    }

    private static func announce(
        _ servers: String,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        guard options.output.isJSON else { return try context.print(servers + "\n") }
        do {
            try context.output.writeJSON { json in
                json.beginObject()
                json.key("bootstrapServers")
                json.string(servers)
                json.key("brokers")
                json.number(options.brokers)
                json.key("topics")
                json.beginArray()
                for topic in options.topics { json.string(topic.argumentText) }
                json.endArray()
                json.endObject()
            }
            try context.output.flush()
        } catch {
            throw CommandError(error)
        }
    }
}
