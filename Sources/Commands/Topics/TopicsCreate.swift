// Making topics, and waiting until they can be produced to.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics create`: makes topics named on the command line or described in a file.
enum TopicsCreate: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var names: [String] = []
        var layout = TopicLayout()
        var file: String?
        var model: String?
        var toleratesExisting = false
        var isDryRun = false
        var output = JSONOptions()
        var isQuiet = false
        var waits = true
    }

    static let spec = CommandSpec<Options>(
        "topics create",
        "Create topics and wait until they are ready.",
        operands: [.repeated("NAME", "Topics to create.", \.names)],
        flags: [
            .list(
                "topic",
                "t",
                "Topic name, instead of the argument.",
                \.names,
                placeholder: "NAME"
            )
            .advanced()
        ] + TopicLayout.flags.map { $0.embedded(at: \.layout) } + [
            .optional(
                "file",
                "f",
                "Create topics from a file; - is stdin.",
                \.file,
                placeholder: "FILE",
                completion: .files
            ),
            .optional(
                "like",
                "Copy partitions, replicas and configuration from this topic.",
                \.model,
                placeholder: "TOPIC",
                completion: .topics
            )
            .advanced(),
            .toggle(
                "if-not-exists",
                "Skip topics that already exist.",
                \.toleratesExisting,
                negatable: false
            ),
            .toggle(
                "dry-run",
                "Validate the topics, and create nothing.",
                \.isDryRun
            ),
            .toggle("wait", "Wait until every partition has a leader.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl topics create orders --partitions 6",
                "Create a topic with 6 partitions."
            ),
            Example(
                "kctl topics create a b --config retention.ms=60000",
                "Create two topics with a retention of a minute."
            ),
            Example("kctl topics create copy --like orders", "Copy the layout of another topic."),
            Example("kctl topics create --file topics.jsonl --dry-run", "Validate a file."),
        ],
        sections: [
            Section(
                "File",
                "--file reads topics as 'topics export' and 'topics describe --json' print them."
            ), ExitStatus.section,
        ],
        json: [CreatedTopicRow.json],
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        if options.names.isEmpty, options.file == nil {
            throw UsageError("missing NAME", hint: "or --file")
        }
        try options.layout.validate()
        if options.model != nil, options.names.isEmpty {
            throw UsageError("--like needs the NAME of the new topic")
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        var wanted: [NewTopic] = []
        if let file = options.file {
            let bytes = try context.read(file, as: "the topics file")
            wanted = try TopicFile.topics(in: bytes, path: file)
        }
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        let model = try options.model.map { name throws(CommandError) in
            try TopicModel.read(name, from: metadata, through: connection)
        }
        wanted += options.names.map { options.layout.topic($0, like: model) }
        let outcomes: [AdminOutcome]
        do {
            outcomes = try connection.admin.create(wanted, validateOnly: options.isDryRun)
        } catch {
            throw CommandError(error, on: connection.servers)
        }
        var batch = FailureCount("topics", total: outcomes.count)
        var made: [NewTopic] = []
        for outcome in outcomes {
            if let error = outcome.error {
                if error.kind == .alreadyExists, options.toleratesExisting {
                    if !options.isQuiet { context.note("topic '\(outcome.name)' already exists") }
                    continue
                }
                let failure = CommandError(error, topic: outcome.name, on: connection.servers)
                batch.fail(failure, in: context)
            } else if let topic = wanted.first(where: { $0.name == outcome.name }) {
                made.append(topic)
            }
        }
        var delay: CommandError?
        if options.waits, !options.isDryRun {
            do throws(CommandError) {
                try connection.waitUntilUsable(made.map { ($0.name, 1) })
                try Self.complete(&made, through: connection)
            } catch {
                delay = error
            }
        }
        try context.result(
            made.map { CreatedTopicRow(topic: $0, isDone: !options.isDryRun) },
            made.map { Self.line($0, isDryRun: options.isDryRun) },
            as: options.output,
            isQuiet: options.isQuiet
        )
        if let delay { throw delay }
        try batch.finish(in: context)
    }

    /// Fills in the layout that the cluster has given to topics that left it open.
    private static func complete(
        _ topics: inout [NewTopic],
        through connection: Connection
    ) throws(CommandError) {
        guard topics.contains(where: { $0.partitions == nil || $0.replicationFactor == nil })
        else { return }
        let known = try connection.metadata().topics
        for index in topics.indices {
            guard let found = known.first(where: { $0.name == topics[index].name }) else {
                continue
            }
            topics[index].partitions = Int32(clamping: found.partitions.count)
            topics[index].replicationFactor = Int32(clamping: found.replicationFactor)
        }
    }

    private static func line(_ topic: NewTopic, isDryRun: Bool) -> String {
        let layout = topic.partitions.map { " with \(counted(Int($0), "partition"))" } ?? ""
        return (isDryRun ? "would create" : "created") + " topic '\(topic.name)'" + layout
    }
}
