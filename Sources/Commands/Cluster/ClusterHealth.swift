// The health of a cluster, now or within a time.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// `kctl cluster health`: one row per problem, and status 1 when there is one.
enum ClusterHealth: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var waitLimit: Duration?
        var brokers: Int?
    }

    static let spec = CommandSpec<Options>(
        "cluster health",
        "Check the cluster for offline brokers and partitions.",
        flags: [
            .optional(
                "wait",
                "w",
                "Wait up to this long for the cluster to be healthy.",
                \.waitLimit
            ),
            .optional(
                "brokers",
                "Report a problem if fewer than N brokers are online.",
                \.brokers,
                placeholder: "N",
                range: 1...100_000
            ),
        ] + ListOptions.flags(for: HealthProblem.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl cluster health", "List the current problems."),
            Example("kctl cluster health --brokers 3 --wait 1m", "Wait for three brokers."),
        ],
        sections: [
            Section(
                "Problems",
                "missing-broker: a broker is offline but hosts replicas. offline: a partition has no"
                    + " leader. under-min-isr: fewer in-sync replicas than min.insync.replicas, so"
                    + " that writes with acks=all fail. under-replicated: a replica is out of sync."
                    + " A partition is listed once, with its worst problem.",
                "With --json, a healthy cluster is one object: healthy (true) and the numbers of"
                    + " brokers, topics and partitions.",
                "The exit status is 0 for a healthy cluster, 1 if there is a problem, and 6 if"
                    + " there still is one after --wait."
            ),
            Section(
                "Permissions",
                "Requires Describe and DescribeConfigs on all topics. If a broker refuses one of"
                    + " them, an error names the topic and the exit status is 5. Brokers hide topics"
                    + " without Describe permission: kctl neither checks nor reports them."
            ),
            ExitStatus.section,
        ],
        json: [HealthProblem.json, HealthyRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        var watch = HealthWatch(connection, brokers: options.brokers ?? 0)
        let deadline = options.waitLimit.map { connection.clock.now + $0 }
        while true {
            let state = watch.poll(until: deadline, in: context)
            let isOver = deadline.map { connection.clock.now >= $0 } ?? true
            switch state {
            case .success(let state):
                guard !state.problems.isEmpty, !isOver else {
                    return try report(state, options, in: context)
                }
            case .failure(let error):
                guard error.kind == .unreachable || error.kind == .timedOut, !isOver else {
                    var failure = connection.firstContact(error)
                    if options.waitLimit != nil, failure.status == .unreachable {
                        failure.status = .incomplete
                    }
                    throw failure
                }
            }
            connection.client.serve(waiting: .milliseconds(200))
        }
    }

    private static func report(
        _ state: HealthWatch.State,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        try context.list(state.problems, as: options.output.format)
        if state.problems.isEmpty {
            if let unseen = state.unseen { throw unseen }
            if options.output.isJSON { return try context.list([state.size], as: .json) }
            return context.note("healthy: " + state.size.text)
        }
        if let unseen = state.unseen { context.report(unseen) }
        let words = state.problems.map(\.word)
        var kinds: [String] = []
        for word in words where !kinds.contains(word) { kinds.append(word) }
        let counts = kinds.map { kind in "\(words.count { $0 == kind }) x \(kind)" }
        let time = options.waitLimit == nil ? "" : "still "
        context.note("\(time)not healthy: \(counts.joined(separator: ", ")) (\(state.size.text))")
        throw .reported(options.waitLimit == nil ? .failure : .incomplete)
    }
}

/// Polls the health of a cluster.
struct HealthWatch {
    /// The findings of one poll.
    struct State {
        let problems: [HealthProblem]
        /// The size of the cluster.
        let size: HealthyRow
        /// The error for facts that may not be seen, and are therefore unknown.
        let unseen: CommandError?
    }

    private let connection: Connection
    private var rules: HealthRules
    private var hasNoted = false

    init(_ connection: Connection, brokers: Int) {
        self.connection = connection
        rules = HealthRules(brokers: brokers)
    }

    /// Polls once, and for no longer than until `deadline`.
    mutating func poll(until deadline: Instant?, in context: Context) -> Result<State, KafkaError> {
        let clock = connection.clock
        let left = deadline.map { max($0 - clock.now, .milliseconds(100)) } ?? connection.timeout
        let timeout = min(left, connection.timeout)
        do throws(KafkaError) {
            let metadata = try connection.client.metadata(timeout: timeout, clock: clock)
            let admin = Admin(connection.client, timeout: timeout, clock: clock)
            let refused = learn(metadata, admin, context)
            let partitions = metadata.topics.reduce(0) { $0 + $1.partitions.count }
            return .success(
                State(
                    problems: rules.problems(
                        of: metadata,
                        // The sandbox has none, and lacks none.
                        controller: connection.client.isSandbox
                            ? metadata.brokers.first?.id : connection.client.controllerID
                    ),
                    size: HealthyRow(
                        brokers: metadata.brokers.count,
                        topics: metadata.topics.count,
                        partitions: partitions
                    ),
                    unseen: metadata.topics.isEmpty
                        ? hiddenTopics(metadata.brokers, admin) : hiddenConfigs(refused)
                )
            )
        } catch {
            return .failure(error)
        }
    }

    /// Asks for `min.insync.replicas` where it is not known.
    ///
    /// - Returns: the topics of which it may not be read.
    private mutating func learn(
        _ metadata: Metadata,
        _ admin: Admin,
        _ context: Context
    ) -> [String] {
        let unknown = metadata.topics.map(\.name).filter { rules.minimums[$0] == nil }
        var firstError: KafkaError?
        var refused: [String] = []
        do throws(KafkaError) {
            let answers = try admin.topicConfigs(
                unknown,
                reportedByAnyOf: metadata.brokers.map(\.id)
            )
            for name in unknown {
                switch answers[name] {
                case .success(let entries):
                    let entry = entries.first { $0.entry.name == "min.insync.replicas" }?.entry
                    rules.minimums[name] = entry?.value.flatMap { Int($0) }
                case .failure(let error) where error.kind == .refused: refused.append(name)
                case .failure(let error): firstError = firstError ?? error
                case nil: break
                }
            }
        } catch {
            firstError = error
        }
        if let firstError, !hasNoted {
            hasNoted = true
            context.note(
                "note: cannot read min.insync.replicas of some topics: \(firstError.reason)"
            )
        }
        return refused
    }

    /// Returns the error for topics whose configurations may not be read.
    private func hiddenConfigs(_ topics: [String]) -> CommandError? {
        guard let first = topics.first else { return nil }
        let names = topics.count == 1 ? "topic '\(first)'" : "\(topics.count) topics"
        return CommandError(
            .refused,
            "health is unknown: no permission to read min.insync.replicas of \(names)",
            hint: "grant DescribeConfigs on topic '\(first)'"
        )
    }

    /// Returns the error for a cluster that shows no topic: it has none, or none may be seen.
    ///
    /// A list of topics leaves out what may not be seen and does not say so. A client that may not
    /// ask about the cluster either is taken to be refused.
    private func hiddenTopics(_ brokers: [Broker], _ admin: Admin) -> CommandError? {
        guard let broker = brokers.first else { return nil }
        let thing = ConfigResource(.broker, "\(broker.id)")
        guard case .failure(let error)? = try? admin.configs(of: [thing])[thing],
            error.kind == .refused
        else { return nil }
        return CommandError(
            .refused,
            "health is unknown: no permission to see topics of \(connection.servers)",
            hint: "grant Describe and DescribeConfigs on topics"
        )
    }
}
