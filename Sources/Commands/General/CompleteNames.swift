// Names for the completion scripts, asked from the cluster: quick, silent, and remembered for some
// seconds, since a shell asks anew at every press of the key.

import Arguments
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl complete topics -- WORDS`: one topic name a line, or nothing.
enum CompleteNames: Command {
    struct Options: CommandOptions {
        var kind: String?
        var words: [String] = []
    }

    static let spec = CommandSpec<Options>(
        "complete",
        "Print names for a completion script.",
        operands: [
            .required("KIND", "What to complete: topics.", \.kind),
            .trailing("WORDS", "The command line so far.", \.words),
        ],
        isHidden: true
    )

    private static let patience = Duration.milliseconds(250)
    private static let freshMilliseconds: Int64 = 10_000

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard options.kind == "topics" else { return }
        let key =
            connectionWords(options.words).joined(separator: "\n")
            + (context.environment["KCTL_BOOTSTRAP_SERVERS"] ?? "")
        let path = cachePath(key, context)
        if let names = path.flatMap({ remembered(at: $0, context) }) {
            return try context.print(names)
        }
        // Whatever goes wrong, a shell in the middle of a line is told nothing.
        guard let cluster = clusterOptions(options.words),
            let names = try? names(of: cluster, in: &context)
        else { return }
        if let path { remember(names, at: path, context) }
        try context.print(names)
    }

    private static func names(
        of cluster: ClusterOptions,
        in context: inout Context
    ) throws(CommandError) -> String {
        let quiet = Context(
            output: context.output,
            errors: OutputStream(MemorySink()),
            input: context.input,
            environment: context.environment,
            clock: context.clock,
            isInteractive: false
        )
        var world = quiet
        let connection = try world.connect(cluster)
        let topics = try connection.metadata().topics
        return topics.map { TerminalText.escaped($0.name) + "\n" }.joined()
    }

    /// The words of the command line that say which cluster is meant.
    private static func connectionWords(_ words: [String]) -> [String] {
        let flags: Set<String> = [
            "-b", "--bootstrap-server", "--bootstrap-servers", "-X", "--property",
            "--command-config",
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
        options.timeout = patience
        return options
    }

    private static func cachePath(_ key: String, _ context: Context) -> String? {
        let root: String
        if let cache = context.environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            root = cache
        } else if let home = context.environment["HOME"], home.hasPrefix("/") {
            root = home + "/.cache"
        } else {
            return nil
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(root)/kctl/topics-\(String(hash, radix: 16))"
    }

    /// The names in a cache file whose first line is a time not long ago.
    private static func remembered(at path: String, _ context: Context) -> String? {
        guard let file = try? Descriptor.reading(path),
            let bytes = try? file.readAll(limit: 1 << 24)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: "\n"), let time = Int64(text[..<end]) else {
            return nil
        }
        let age = context.clock.unixMilliseconds - time
        return (0..<freshMilliseconds).contains(age) ? String(text[text.index(after: end)...]) : nil
    }

    private static func remember(_ names: String, at path: String, _ context: Context) {
        guard let slash = path.lastIndex(of: "/") else { return }
        try? Files.makeDirectory(String(path[..<slash]))
        let text = "\(context.clock.unixMilliseconds)\n\(names)"
        try? Files.replace(path, with: Array(text.utf8))
    }
}
