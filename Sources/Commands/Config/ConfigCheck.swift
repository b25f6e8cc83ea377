// A check of the configuration files, without a connection to a cluster.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config check`: every context is resolved as a client would, and no client is made.
enum ConfigCheck: Command {
    struct Options: CommandOptions {
        var names: [String] = []
        var output = OutputOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config check",
        "Check the configuration files offline.",
        operands: [
            .repeated(
                "NAME",
                "Contexts to check (default: all).",
                \.names,
                completion: .contexts
            )
        ],
        flags: OutputOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config check", "Check every context."),
            Example("kctl config check prod --json", "Check one context, for scripts."),
        ],
        sections: [
            Section(
                "Checks",
                "kctl parses the files, validates each property and value with librdkafka, and"
                    + " checks that variables in values are set and that the files named exist."
                    + " Commands in values are not run. A context in an untrusted .kctl.yaml that"
                    + " requires trust is listed, and is an error."
            ), ExitStatus.section,
        ],
        json: [CheckedRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let files = try context.contextFiles()
        var names = options.names
        if names.isEmpty {
            names = Set(files.flatMap { $0.contexts.map(\.name) }).sorted()
            if let current = files.compactMap(\.current).first, !names.contains(current.value) {
                names.append(current.value)
            }
        }
        guard !names.isEmpty else {
            throw CommandError(
                .notFound,
                files.isEmpty
                    ? "no configuration file found" : "the configuration files have no context",
                hint: "kctl config init"
            )
        }
        var batch = FailureCount("contexts", total: names.count)
        var rows: [CheckedRow] = []
        for name in names {
            do throws(CommandError) {
                rows.append(try check(name, in: context))
                let need: SettingsError?
                do { need = try Settings.trustNeed(of: name, in: files) } catch {
                    throw CommandError(error)
                }
                if let need { throw CommandError(need) }
            } catch {
                batch.fail(error, in: context)
            }
        }
        try context.list(rows, as: options.output.format)
        try batch.finish(in: context)
    }

    private static func check(
        _ name: String,
        in context: Context
    ) throws(CommandError) -> CheckedRow {
        let settings = try context.contextSettings(name, runs: false, showsUntrusted: true)
        for setting in settings.properties {
            // The library gets no setting that needs trust: it would load the file that is named.
            if setting.isUntrusted, FolderRule.objection(to: setting) != nil { continue }
            do {
                try Properties.check([Property(setting.name, setting.value)])
            } catch {
                let refusal = settings.refusal(
                    of: setting.name,
                    reason: error.isUnknown ? nil : error.reason,
                    known: Properties.knownNames()
                )
                // A value that is only shown is no value.
                if !error.isUnknown, setting.value.contains("${exec:") { continue }
                throw CommandError(refusal)
            }
            if PathNames.all.contains(setting.name), !setting.value.contains("${exec:"),
                setting.value != "probe", Files.facts(of: setting.value) == nil
            {
                throw CommandError(
                    .notFound,
                    "\(setting.origin): \(setting.name): no file '\(setting.value)'"
                )
            }
        }
        for note in settings.notes { context.note("note: " + note) }
        return CheckedRow(
            name: name,
            servers: settings.bootstrapServers,
            protocolName: settings["security.protocol"]?.value ?? "plaintext"
        )
    }
}

/// One context that can be used.
private struct CheckedRow: Row {
    let name: String
    let servers: String
    let protocolName: String

    static let columns = [
        Column("CONTEXT"), Column("BOOTSTRAP-SERVERS", need: .useful), Column("PROTOCOL"),
    ]

    var cells: [String] { [name, servers, protocolName] }

    static let json = JSONShape(
        "context",
        "A context that was checked.",
        [
            JSONField("name", .string, "Name of the context."),
            JSONField("bootstrapServers", .string, "Broker addresses."),
            JSONField("securityProtocol", .string, "Security protocol."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(name)
        json.key("bootstrapServers")
        json.string(servers)
        json.key("securityProtocol")
        json.string(protocolName)
        json.endObject()
    }
}
