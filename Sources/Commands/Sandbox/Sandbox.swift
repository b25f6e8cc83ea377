// A Kafka to try things on: librdkafka's mock cluster, in this process, gone with it.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor

/// `kctl sandbox`: runs a mock cluster until a signal, or around a command.
enum Sandbox: Command {
    struct Options: CommandOptions {
        var output = JSONOptions()
        var global = GlobalOptions()
        var brokers = 1
        var topics: [TopicRequest] = []
        var port: Int?
        var seed: String?
        var command: [String] = []
    }

    static let spec = CommandSpec<Options>(
        "sandbox",
        "Run an in-memory Kafka cluster for demos and tests.",
        operands: [
            .trailing(
                "CMD",
                "Run this command with the address set; exit with its status.",
                \.command
            )
        ],
        flags: [
            .value("brokers", "Number of brokers.", \.brokers, range: 1...100, default: 1),
            .list("topic", "t", "Create this topic; repeat for more.", \.topics),
            .optional(
                "port",
                "Listen on this port of 127.0.0.1.",
                \.port,
                range: 1...65_535,
                defaultText: "a free port"
            ),
            .optional(
                "seed",
                "Fill topics with JSON lines as 'consume --json' prints them; - is stdin.",
                \.seed,
                placeholder: "FILE",
                completion: .files
            ),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl sandbox --topic orders:3", "Print the address and run until Ctrl-C."),
            Example(
                "kctl sandbox --topic t -- sh -c 'seq 9 | kctl produce t; kctl consume t -e'",
                "Run a shell script with the sandbox, then exit."
            ),
        ],
        sections: [
            Section(
                "Environment",
                "CMD runs with KCTL_BOOTSTRAP_SERVERS and BOOTSTRAP_SERVERS set to the address, and with"
                    + " KCTL_CONTEXT=-, no context. KCTL_ variables that hold secrets"
                    + " (KCTL_X_SASL_PASSWORD) are omitted. Processes that CMD leaves running are"
                    + " stopped when it exits, or when the sandbox does."
            ),
            Section(
                "Limits",
                "The sandbox supports producing, fetching, offsets, groups and transactions. It"
                    + " supports no administrative requests, offsets by time, TLS, SASL or ACLs. A"
                    + " topic that a client uses and that does not exist is created with four"
                    + " partitions, misspelt ones too. Each partition keeps its newest five"
                    + " megabytes."
            ),
            ExitStatus.section,
        ],
        json: [
            JSONShape(
                "sandbox",
                "A cluster in memory, when it is ready.",
                [
                    JSONField("bootstrapServers", .string, "Broker addresses."),
                    JSONField("brokerCount", .integer, "Number of brokers."),
                    JSONField("topics", .list(.string), "Topics that were asked for."),
                ]
            )
        ],
        validate: { options throws(UsageError) in
            var names: Set<String> = []
            for topic in options.topics where !names.insert(topic.name).inserted {
                throw UsageError("topic '\(topic.name)' is given twice")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        var seed: SandboxSeed?
        if let path = options.seed {
            seed = try SandboxSeed(context.read(path, as: "the records file"), path: path)
        }
        // Ctrl-C at a command in here is the command's affair, however often it comes.
        let signals = try context.catchSignals(patient: options.command.isEmpty ? [] : [.interrupt])
        let cluster = try SandboxCluster(options, seed: seed, clock: context.clock)
        if options.command.isEmpty { try announce(cluster.servers, options, in: context) }
        try SandboxRun(cluster, signals, options.command, context).finish()
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
                json.key("brokerCount")
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
