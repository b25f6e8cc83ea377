// The contexts that there are.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Settings

/// `kctl config contexts`: one row per context, the current one marked.
enum ConfigContexts: Command {
    struct Options: CommandOptions {
        var output = ListOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config contexts",
        "List the contexts of the configuration files.",
        aliases: ["list", "ls"],
        flags: ListOptions.flags(for: ContextRow.columns).map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config contexts", "List all contexts; * marks the current one."),
            Example("kctl config contexts --json", "Print the contexts as JSON."),
        ],
        sections: [ConfigHelp.file, ConfigHelp.trust, ExitStatus.section],
        json: [ContextRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let files = try context.contextFiles()
        let current = Self.current(in: files, context.environment)
        var seen: Set<String> = []
        var rows: [ContextRow] = []
        for (file, entry) in files.flatMap({ file in file.contexts.map { (file, $0) } })
        where seen.insert(entry.name).inserted {
            let addresses = files.lazy.compactMap { $0[entry.name]?.bootstrapServers }.first
            rows.append(
                ContextRow(
                    name: entry.name,
                    isCurrent: entry.name == current,
                    servers: addresses?.value,
                    origin: entry.origin,
                    path: file.file.path
                )
            )
        }
        rows.sort { $0.name < $1.name }
        try context.list(rows, as: options.output.format, none: "no contexts")
    }

    /// Returns the name of the context that a command without options would use.
    static func current(in files: [ContextFile], _ environment: [String: String]) -> String? {
        if let name = environment[ContextChoice.variable], !name.isEmpty { return name }
        return files.lazy.compactMap(\.current).first?.value
    }
}

/// One context.
struct ContextRow: Row {
    let name: String
    let isCurrent: Bool
    let servers: String?
    let origin: Origin
    let path: String

    static let columns = [
        Column("CURRENT"), Column("NAME"), Column("BOOTSTRAP-SERVERS", need: .useful),
        Column("ORIGIN", need: .extra),
    ]

    var identity: String { name }

    var cells: [String] { [isCurrent ? "*" : "", name, servers ?? "", origin.description] }

    static let json = JSONShape(
        "context",
        "A context of the configuration files.",
        [
            JSONField("name", .string, "Name of the context."),
            JSONField("current", .boolean, "True for the current context."),
            JSONField("bootstrapServers", .string, "Broker addresses.").orNull,
            JSONField("path", .string, "Path of the file."),
            JSONField("line", .integer, "Line of the file, from 1."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(name)
        json.key("current")
        json.bool(isCurrent)
        json.key("bootstrapServers")
        json.optional(servers)
        json.key("path")
        json.string(path)
        json.key("line")
        json.number(origin.place?.line ?? 0)
        json.endObject()
    }
}
