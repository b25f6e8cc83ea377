// Elections of partition leaders: preferred, or unclean.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// The kind of election, as a word of the command line.
enum ElectionArgument: String, ArgumentChoice {
    case preferred
    case unclean

    /// The library's.
    var election: LeaderElection {
        switch self {
        case .preferred: .preferred
        case .unclean: .unclean
        }
    }

    /// Returns true when a partition needs this election.
    func concerns(_ partition: Partition) -> Bool {
        switch self {
        case .preferred: partition.leader != partition.replicas.first
        case .unclean: partition.leader == nil
        }
    }
}

/// `kctl topics elect-leaders`: one row per partition that gets another leader.
enum TopicsElectLeaders: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var selection = TopicSelection()
        var takesAll = false
        var partitions: PartitionNumbers?
        var election = ElectionArgument.preferred
        var isAgreed = false
        var isDryRun = false
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "topics elect-leaders",
        "Elect leaders of partitions: preferred or unclean.",
        operands: [
            .repeated("NAME", "Topics of the partitions.", \.selection.names, completion: .topics)
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("all", "Take all topics.", \.takesAll, negatable: false),
            .optional("partition", "p", "Take only these partitions.", \.partitions).advanced(),
            .value(
                "election",
                "Type of election.",
                \.election,
                default: .preferred
            ),
            .toggle(
                "yes",
                "y",
                "Run an unclean election without asking.",
                \.isAgreed,
                negatable: false
            )
            .advanced(),
            .toggle(
                "dry-run",
                "Print the partitions, and elect no leader.",
                \.isDryRun
            ),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl topics elect-leaders --all --dry-run",
                "Find partitions with another leader than the preferred one."
            ),
            Example(
                "kctl topics elect-leaders orders",
                "Elect the preferred leaders of one topic."
            ),
        ],
        sections: [
            Section(
                "Elections",
                "preferred: makes the first replica of each partition the leader again, if the"
                    + " replica is in sync. Partitions with that leader are skipped.",
                "unclean: makes an out-of-sync replica the leader of a partition without a leader."
                    + " Records that this replica lacks are lost, so kctl lists the partitions and"
                    + " asks for confirmation; without a terminal it requires --yes.",
                "An election requires librdkafka 2.6 or newer; --dry-run does not."
            ),
            ExitStatus.section,
        ],
        json: [ElectionRow.json],
        validate: { options throws(UsageError) in
            if options.selection.isEmpty, !options.takesAll {
                throw UsageError("missing NAME", hint: "or --glob, --regex or --all")
            }
            if !options.selection.isEmpty, options.takesAll {
                throw UsageError("--all cannot be used with topic names or a pattern")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        if !options.isDryRun {
            do { try Features.require(.electLeaders) } catch {
                throw CommandError(error, on: connection.servers)
            }
        }
        let metadata = try connection.metadata()
        var batch = FailureCount("partitions and topics", total: options.selection.names.count)
        var selection = options.selection
        if options.takesAll { selection.includesInternal = true }
        let topics = try selection.choose(from: metadata) { name in
            batch.fail(connection.absence(of: name), in: context)
        }
        var rows: [ElectionRow] = []
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            let chosen = options.partitions.partitions(of: topic) { batch.fail($0, in: context) }
            rows += chosen.filter(options.election.concerns)
                .map { ElectionRow(topic: topic.name, partition: $0) }
        }
        batch.total = max(batch.total, rows.count)
        if rows.isEmpty {
            if !batch.hasFailed, !options.isQuiet {
                context.note("no partition needs an election")
            }
        } else if !options.isDryRun {
            if options.election == .unclean {
                try context.confirm(
                    "elect unclean leaders of \(counted(rows.count, "partition"))",
                    items: rows.map(\.text),
                    isAgreed: options.isAgreed
                )
            }
            rows = try elect(rows, options, connection, &batch, in: context)
        }
        let verb = options.isDryRun ? "would elect" : "elected"
        try context.result(
            rows,
            rows.isEmpty ? nil : "\(verb) leaders of \(counted(rows.count, "partition"))",
            as: options.output,
            isQuiet: options.isQuiet
        )
        try batch.finish(in: context)
    }

    private static func elect(
        _ rows: [ElectionRow],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [ElectionRow] {
        let outcomes: [ElectionOutcome]
        do {
            outcomes = try connection.admin.electLeaders(
                of: rows.map(\.place),
                options.election.election
            )
        } catch {
            var failure = CommandError(error, on: connection.servers)
            if error.kind == .refused { failure.addHint("grant Alter on the cluster") }
            throw failure
        }
        var elected: Set<TopicPartition> = []
        for outcome in outcomes.sorted(by: { $0.partition < $1.partition }) {
            if let error = outcome.error {
                batch.fail(CommandError(error, of: outcome.partition), in: context)
            } else {
                elected.insert(outcome.partition)
            }
        }
        return rows.filter { elected.contains($0.place) }.map { row in
            var row = row
            row.isDone = true
            return row
        }
    }
}

/// A partition that needs another leader.
struct ElectionRow: Row {
    let topic: String
    let partition: Partition
    var isDone = false

    init(topic: String, partition: Partition) {
        self.topic = topic
        self.partition = partition
    }

    static let columns = [
        Column("TOPIC"), Column("PARTITION", .right), Column("LEADER", .right),
        Column("PREFERRED", .right), Column("IN-SYNC", need: .useful),
    ]

    var place: TopicPartition { TopicPartition(topic, partition.id) }

    var cells: [String] {
        [
            topic, "\(partition.id)", partition.leader.map { "\($0)" } ?? "none",
            partition.replicas.first.map { "\($0)" } ?? "",
            partition.inSync.map { "\($0)" }.joined(separator: ","),
        ]
    }

    /// The partition as the question for consent shows it.
    var text: String {
        let replicas = partition.replicas.map { "\($0)" }.joined(separator: ",")
        return "topic '\(topic)' partition \(partition.id), replicas \(replicas)"
    }

    static let json = JSONShape(
        "election",
        "A partition that its preferred leader does not lead.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("partition", .integer, "Number of the partition."),
            JSONField("leader", .integer, "Id of the leader.").orNull,
            JSONField("preferredLeader", .integer, "Id of the preferred leader.").orNull,
            JSONField("inSync", .list(.integer), "Ids of the brokers whose replicas are in sync."),
            JSONField("done", .boolean, "True when the preferred leader was elected."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topic")
        json.string(topic)
        json.key("partition")
        json.number(partition.id)
        json.key("leader")
        json.optional(partition.leader)
        json.key("preferredLeader")
        if let preferred = partition.replicas.first {
            json.number(preferred)
        } else {
            json.null()
        }
        json.key("inSync")
        json.beginArray()
        for broker in partition.inSync { json.number(broker) }
        json.endArray()
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}
