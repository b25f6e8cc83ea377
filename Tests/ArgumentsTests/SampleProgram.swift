// A small program with one of everything, which the tests parse and render.

import Arguments

/// How much to say.
enum SampleLevel: String, ArgumentChoice {
    case quiet, normal, loud
}

/// Options that several commands share.
struct SampleCluster: Sendable, Equatable {
    var servers = ""
    var timeout = Duration.zero
    var properties: [String] = []

    static let flags = rows.map { $0.grouped("Connection") }

    private static let rows: [Flag<SampleCluster>] = [
        .value(
            "bootstrap-server",
            "b",
            "Broker to ask first.",
            \.servers,
            placeholder: "HOST:PORT",
            default: "localhost:9092"
        ),
        .value("timeout", "Give up after this long.", \.timeout, default: .seconds(10))
            .alias("timeout-ms").advanced(),
        .list(
            "property",
            "X",
            "Set a client property.",
            \.properties,
            placeholder: "NAME=VALUE"
        ).advanced(),
    ]
}

/// The options of `create`, which has every kind of them.
struct SampleCreate: CommandOptions, Equatable {
    var cluster = SampleCluster()
    var names: [String] = []
    var partitions = 0
    var replication: Int32?
    var configs: [String] = []
    var level = SampleLevel.quiet
    var waits = true
    var isDry = false
    var isForced = false
    var offset: Int64?
    var file: String?

    static let spec = CommandSpec<SampleCreate>(
        "topics create",
        "Create topics.",
        aliases: ["new"],
        operands: [
            .repeated(
                "NAME",
                "Topics to create.",
                \.names,
                minimum: 1,
                orFlag: "file",
                completion: .topics
            )
        ],
        flags: SampleCluster.flags.map { $0.embedded(at: \.cluster) } + [
            .value(
                "partitions",
                "n",
                "Partitions of each topic.",
                \.partitions,
                range: 1...10_000,
                default: 1
            ),
            .optional(
                "replication-factor",
                "Copies of each partition.",
                \.replication,
                range: 1...Int.max,
                defaultText: "the broker's"
            ),
            .list("config", "c", "Set a topic property.", \.configs, placeholder: "NAME=VALUE"),
            .value("level", "How much to say.", \.level, default: .normal),
            .toggle("wait", "Wait until the topics can be produced to.", \.waits),
            .toggle("dry-run", "i", "Check, but change nothing.", \.isDry),
            .toggle("force", "j", "Do not ask.", \.isForced, negatable: false),
            .optional("offset", "o", "Where to begin.", \.offset),
            .optional(
                "file",
                "f",
                "Read the topics from a file.",
                \.file,
                placeholder: "FILE",
                completion: .files
            ),
        ],
        examples: [
            Example("kctl topics create orders --partitions 3", "A topic of three partitions."),
            Example("kctl topics create --file topics.json", "What describe --json printed."),
        ],
        sections: [
            Section("Output", "One line a topic.", "  NAME  the topic\n  -     nothing\\else"),
            sampleStatus,
        ],
        validate: { options throws(UsageError) in
            guard options.isDry, options.isForced else { return }
            throw UsageError("--dry-run and --force exclude each other")
        }
    )
}

/// The options of `produce`: one argument, or an option in its place.
struct SampleProduce: CommandOptions, Equatable {
    var cluster = SampleCluster()
    var topic: String?
    var input: String?

    static let spec = CommandSpec<SampleProduce>(
        "produce",
        "Write records to a topic.",
        operands: [
            .required("TOPIC", "Topic to write to.", \.topic, orFlag: "topic", completion: .topics),
            .optional("FILE", "File to read, else standard input.", \.input, completion: .files),
        ],
        flags: [
            .optional(
                "topic",
                "t",
                "Topic to write to.",
                \.topic,
                placeholder: "TOPIC",
                completion: .topics
            )
        ] + SampleCluster.flags.map { $0.embedded(at: \.cluster) },
        examples: [Example("kctl produce orders", "Lines of standard input as records.")]
    )
}

/// The options of `sandbox`: everything after `--` is a command to run.
struct SampleSandbox: CommandOptions, Equatable {
    var port: Int?
    var folder: String?
    var command: [String] = []

    static let spec = CommandSpec<SampleSandbox>(
        "sandbox",
        "Run a cluster in memory.",
        operands: [.trailing("COMMAND ARGUMENT", "Command to run with it.", \.command)],
        flags: [
            .optional("port", "p", "Port to listen on.", \.port, range: 0...65_535),
            .optional(
                "folder",
                "Where to write its log.",
                \.folder,
                placeholder: "FOLDER",
                completion: .directories
            ),
        ],
        examples: [Example("kctl sandbox -- make test", "Run the tests against it.")]
    )
}

/// The options of a command that nothing lists.
struct SampleComplete: CommandOptions, Equatable {
    var kind: String?
    var words: [String] = []

    static let spec = CommandSpec<SampleComplete>(
        "complete",
        "Print names for a shell.",
        operands: [
            .required("KIND", "What to list.", \.kind),
            .trailing("WORD", "The command line so far.", \.words),
        ],
        isHidden: true
    )
}

/// The options of `list`, in a group of its own and beside `create`.
struct SampleList: CommandOptions, Equatable {
    var cluster = SampleCluster()
    var asJSON = false

    static func spec(_ path: String, _ summary: String) -> CommandSpec<SampleList> {
        CommandSpec(
            path,
            summary,
            flags: [.toggle("json", "Print JSON lines.", \.asJSON)]
                + SampleCluster.flags.map { $0.embedded(at: \.cluster) },
            examples: [Example("kctl \(path) --json", "One object a line.")]
        )
    }
}

/// What the program and one of its commands say alike.
let sampleStatus = Section(
    "Exit status",
    "  0  everything was done\n  2  usage: nothing was attempted",
    helpLine: "Exit status: 0 on success, 2 on failure"
)

/// The program of these commands; a leaf is the command's path.
let sample = Program<String>(
    name: "kctl",
    summary: "Work with a cluster from the shell.",
    sections: [
        sampleStatus
    ],
    habits: [
        Habit("-L", "topics list"), Habit("-P", "produce"), Habit("--list", "topics list"),
    ],
    nodes: [
        .group(
            GroupDescription("topics", aliases: ["topic"], "List and create topics."),
            [
                node(SampleList.spec("topics list", "List topics.")),
                node(SampleCreate.spec),
            ]
        ),
        .group(
            GroupDescription("groups", aliases: ["group"], "List consumer groups."),
            [node(SampleList.spec("groups list", "List groups."))]
        ),
        node(SampleProduce.spec),
        node(SampleSandbox.spec),
        node(SampleComplete.spec),
    ]
)

private func node<Options>(_ spec: CommandSpec<Options>) -> CommandTree<String> {
    .command(spec.description, spec.description.path.joined(separator: " "))
}
