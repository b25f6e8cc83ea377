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
            .required("KIND", "Names to complete: topics, groups or contexts.", \.kind),
            .trailing("WORDS", "Words of the command line so far.", \.words),
        ],
        isHidden: true
    )

    private static let clusterTimeout = Duration.milliseconds(200)

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.kind == "contexts" { return try contexts(in: context) }
        guard let kind = options.kind, kind == "topics" || kind == "groups" else { return }
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
        if kind == "groups" {
            let connection = try world.connect(cluster, toAskAbout: nil)
            names = try connection.groups(fail: { _ in }).map(\.id)
        } else {
            names = try world.connect(cluster).metadata().topics.map(\.name)
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
