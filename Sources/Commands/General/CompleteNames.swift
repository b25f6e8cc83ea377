// Names for the completion scripts, asked from the cluster.
// Quick, silent, and remembered for some seconds, since a shell asks anew at every press of the
// key.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl complete topics -- WORDS`: one name a line, or nothing.
enum CompleteNames: Command {
    struct Options: CommandOptions {
        var kind: String?
        var words: [String] = []
    }

    static let spec = CommandSpec<Options>(
        "complete",
        "Print names for a completion script.",
        operands: [
            .required("KIND", "Kind of names to complete.", \.kind),
            .trailing("WORDS", "Words of the command line so far.", \.words),
        ],
        isHidden: true
    )

    private static let clusterTimeout = Duration.milliseconds(200)

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.kind == "contexts" { return try contexts(in: context) }
        if let names = Self.fixed(options) { return try context.print(names) }
        guard let kind = Self.kind(options) else { return }
        // Nothing is asked, read or run for a file that the user has not trusted.
        if isUntrusted(options.words, context) { return }
        let key = kind + "\n" + key(options.words, context)
        let cache = NameCache(key, context)
        if let names = cache?.names { return try context.print(names) }
        // Whatever goes wrong, a shell in the middle of a line gets no message.
        guard let cluster = clusterOptions(options.words),
            let names = try? names(kind, of: cluster, in: &context)
        else { return }
        cache?.remember(names)
        try context.print(names)
    }

    /// Returns names that no cluster is asked for; nil when it is another kind.
    private static func fixed(_ options: Options) -> String? {
        let names: [String]
        switch options.kind {
        case "properties": names = Properties.knownNames().filter(isPlain).map { $0 + "=" }
        case "topic-configs": names = TopicConfigNames.all.map { $0 + "=" }
        case "configs" where resource(options.words) == .topic:
            names = TopicConfigNames.all.map { $0 + "=" }
        case "config-names" where resource(options.words) == .topic: names = TopicConfigNames.all
        default: return nil
        }
        return names.map { $0 + "\n" }.joined()
    }

    /// Returns the kind of names to ask the cluster for; nil when there is nothing to ask.
    private static func kind(_ options: Options) -> String? {
        switch options.kind {
        case "topics", "groups": return options.kind
        case "resources":
            switch resource(options.words) {
            case .topic: return "topics"
            case .group: return "groups"
            case .broker: return "brokers"
            case .clientMetrics, nil: return nil
            }
        case "configs", "config-names":
            return resource(options.words) == .broker ? options.kind : nil
        default: return nil
        }
    }

    /// Returns the type of resource that the words name.
    private static func resource(_ words: [String]) -> ConfigResource.Kind? {
        words.lazy.compactMap { ConfigTarget(word: $0).kind }.first
    }

    /// Prints the contexts: they need no cluster; a file that cannot be read has none.
    private static func contexts(in context: Context) throws(CommandError) {
        let files = (try? quiet(context).contextFiles()) ?? []
        let names = Set(
            files.flatMap { file in
                file.contexts.map(\.name).filter { !file.file.isUntrusted || isPlain($0) }
            }
        )
        try context.print(names.sorted().map { TerminalText.escaped($0) + "\n" }.joined())
    }

    /// Returns true for a name of letters, digits and `._-` alone, which no shell interprets.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "._-".utf8.contains(byte)
        }
    }

    /// True when a folder's file that is not trusted has a say in which cluster is meant.
    private static func isUntrusted(_ words: [String], _ context: Context) -> Bool {
        guard let cluster = clusterOptions(words),
            let files = try? quiet(context).configurationFiles()
        else { return true }
        var sources = SettingsSources()
        sources.files = files
        sources.context = cluster.context
        sources.environment = context.environment
        return (try? Settings.dependsOnUntrusted(sources)) ?? true
    }

    /// Returns the key of a cluster: the words and all other sources of settings.
    private static func key(_ words: [String], _ context: Context) -> String {
        let files = (try? quiet(context).configurationFiles()) ?? []
        let variables = context.environment.filter { $0.key.hasPrefix("KCTL_") }
        let parts =
            connectionWords(words) + variables.map { "\($0.key)=\($0.value)" }.sorted()
            + files.map { $0.path + String(decoding: $0.bytes, as: UTF8.self) }
        return parts.joined(separator: "\n")
    }

    /// Returns the same context without error output.
    private static func quiet(_ context: Context) -> Context {
        Context(
            output: context.output,
            errors: OutputStream(MemorySink()),
            input: context.input,
            environment: context.environment,
            clock: context.clock,
            isInteractive: false
        )
    }

    private static func names(
        _ kind: String,
        of cluster: ClusterOptions,
        in context: inout Context
    ) throws(CommandError) -> String {
        var world = quiet(context)
        let names: [String]
        switch kind {
        case "groups":
            let connection = try world.connect(cluster, toAskAbout: nil)
            names = try connection.groups(fail: { _ in }).map(\.id)
        case "brokers": names = try world.connect(cluster).metadata().brokers.map { "\($0.id)" }
        case "configs", "config-names":
            let connection = try world.connect(cluster)
            guard let broker = try connection.metadata().brokers.first else { return "" }
            let resource = ConfigResource(.broker, "\(broker.id)")
            let configs = try? connection.admin.configs(of: [resource])[resource]?.get()
            let end = kind == "configs" ? "=" : ""
            names = (configs ?? []).filter { !$0.isReadOnly }.map { $0.entry.name + end }
        default:
            // Internal topics come last.
            let topics = try world.connect(cluster).metadata().topics
            names = (topics.filter { !$0.isInternal } + topics.filter(\.isInternal)).map(\.name)
        }
        return names.map { TerminalText.escaped($0) + "\n" }.joined()
    }

    /// Returns the words of the command line that say which cluster is meant.
    private static func connectionWords(_ words: [String]) -> [String] {
        let flags: Set<String> = [
            "-b", "--bootstrap-server", "--bootstrap-servers", "-X", "--property",
            "--command-config", "-F", "--kcat-config", "--context",
        ]
        var kept: [String] = []
        for (index, word) in words.enumerated() {
            if flags.contains(word), index + 1 < words.count {
                kept += [word, words[index + 1]]
            } else if word.hasPrefix("-"), let equals = word.firstIndex(of: "="),
                flags.contains(String(word[..<equals]))
            {
                kept.append(word)
            }
        }
        return kept
    }

    private static func clusterOptions(_ words: [String]) -> ClusterOptions? {
        let spec = CommandSpec<ClusterOptions>("complete", "Reads.", flags: ClusterOptions.flags)
        guard case .run(var options) = try? spec.parse(connectionWords(words)) else { return nil }
        options.timeout = clusterTimeout
        return options
    }
}

/// The configuration entries of topics.
enum TopicConfigNames {
    static let all = [
        "cleanup.policy", "compression.gzip.level", "compression.lz4.level", "compression.type",
        "compression.zstd.level", "delete.retention.ms", "file.delete.delay.ms", "flush.messages",
        "flush.ms", "follower.replication.throttled.replicas", "index.interval.bytes",
        "leader.replication.throttled.replicas", "local.retention.bytes", "local.retention.ms",
        "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.after.max.ms",
        "message.timestamp.before.max.ms", "message.timestamp.type", "min.cleanable.dirty.ratio",
        "min.compaction.lag.ms", "min.insync.replicas", "preallocate", "remote.log.copy.disable",
        "remote.log.delete.on.disable", "remote.storage.enable", "retention.bytes",
        "retention.ms", "segment.bytes", "segment.index.bytes", "segment.jitter.ms", "segment.ms",
        "unclean.leader.election.enable",
    ]
}
