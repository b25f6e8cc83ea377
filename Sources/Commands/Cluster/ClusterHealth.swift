// Whether a cluster is whole, now or within a time.

import Arguments
import KafkaCore
import Output
import Reactor

/// `kctl cluster health`: one row per problem, and status 1 when there is one.
enum ClusterHealth: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var patience: Duration?
        var brokers: Int?
    }

    static let spec = CommandSpec<Options>(
        "cluster health",
        "Show what the cluster lacks: brokers, leaders, copies.",
        flags: [
            .optional("wait", "w", "Wait at most this long until it is healthy.", \.patience),
            .optional(
                "brokers",
                "Fewer brokers than this are a problem too.",
                \.brokers,
                placeholder: "N",
                range: 1...100_000
            ),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl cluster health", "What is wrong now, if anything."),
            Example("kctl cluster health --brokers 3 --wait 1m", "Until all three are up."),
        ],
        sections: [
            Section(
                "Problems",
                "missing-broker: one that should hold copies is not there. offline: a partition"
                    + " without a leader. under-min-isr: fewer copies in sync than"
                    + " min.insync.replicas, so that writes with all acks fail. under-replicated: a"
                    + " copy is not in sync. A partition is shown once, with the worst of it.",
                "Nothing is printed when there is none. The status is 1 when there is one, and 6"
                    + " when there still is one after --wait."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        var watch = HealthWatch(connection, brokers: options.brokers ?? 0)
        let deadline = options.patience.map { connection.clock.now + $0 }
        while true {
            let state = watch.look(until: deadline, in: context)
            let isOver = deadline.map { connection.clock.now >= $0 } ?? true
            switch state {
            case .success(let state):
                guard !state.problems.isEmpty, !isOver else {
                    return try tell(state, options, in: context)
                }
            case .failure(let error):
                guard error.kind == .unreachable || error.kind == .timedOut, !isOver else {
                    var failure = connection.firstContact(error)
                    if options.patience != nil, failure.status == .unreachable {
                        failure.status = .incomplete
                    }
                    throw failure
                }
            }
            connection.client.serve(waiting: .milliseconds(200))
        }
    }

    private static func tell(
        _ state: HealthWatch.State,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        try context.list(state.problems, as: options.output.format)
        if state.problems.isEmpty {
            context.note("healthy: " + state.size)
            return
        }
        let words = state.problems.map(\.word)
        var kinds: [String] = []
        for word in words where !kinds.contains(word) { kinds.append(word) }
        let counts = kinds.map { kind in "\(words.count { $0 == kind }) x \(kind)" }
        let time = options.patience == nil ? "" : "still "
        context.note("\(time)not healthy: \(counts.joined(separator: ", ")) (\(state.size))")
        throw .reported(options.patience == nil ? .failure : .incomplete)
    }
}

/// Looks at a cluster again and again.
struct HealthWatch {
    /// What is found.
    struct State {
        let problems: [HealthProblem]
        /// How large the cluster is, in words.
        let size: String
    }

    private let connection: Connection
    private var rules: HealthRules
    private var hasNoted = false

    init(_ connection: Connection, brokers: Int) {
        self.connection = connection
        rules = HealthRules(brokers: brokers)
    }

    /// Looks once, and for no longer than until `deadline`.
    mutating func look(until deadline: Instant?, in context: Context) -> Result<State, KafkaError> {
        let clock = connection.clock
        let left = deadline.map { max($0 - clock.now, .milliseconds(100)) } ?? connection.timeout
        let timeout = min(left, connection.timeout)
        do throws(KafkaError) {
            let metadata = try connection.client.metadata(timeout: timeout, clock: clock)
            learn(
                metadata.topics,
                Admin(connection.client, timeout: timeout, clock: clock),
                context
            )
            let partitions = metadata.topics.reduce(0) { $0 + $1.partitions.count }
            return .success(
                State(
                    problems: rules.problems(
                        of: metadata,
                        // The sandbox has none, and lacks none.
                        controller: connection.client.isSandbox
                            ? metadata.brokers.first?.id : connection.client.controllerID
                    ),
                    size: counted(metadata.brokers.count, "broker")
                        + ", " + counted(metadata.topics.count, "topic")
                        + ", " + counted(partitions, "partition")
                )
            )
        } catch {
            return .failure(error)
        }
    }

    /// Asks for `min.insync.replicas` where it is not known.
    private mutating func learn(_ topics: [Topic], _ admin: Admin, _ context: Context) {
        let unknown = topics.map(\.name).filter { rules.minimums[$0] == nil }
        var trouble: KafkaError?
        do throws(KafkaError) {
            let answers = try admin.topicConfigs(unknown)
            for name in unknown {
                switch answers[name] {
                case .success(let entries):
                    let entry = entries.first { $0.entry.name == "min.insync.replicas" }?.entry
                    rules.minimums[name] = entry?.value.flatMap { Int($0) }
                case .failure(let error): trouble = trouble ?? error
                case nil: break
                }
            }
        } catch {
            trouble = error
        }
        guard let trouble, !hasNoted else { return }
        hasNoted = true
        context.note("note: min.insync.replicas is not known everywhere: \(trouble.reason)")
    }
}
