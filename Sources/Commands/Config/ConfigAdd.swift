// Contexts added to a file and removed from it.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config add`: one more context in an existing file.
enum ConfigAdd: Command {
    struct Options: CommandOptions {
        var name: String?
        var servers: String?
        var words: [String] = []

        /// The words as names and values; a word without '=' is refused by `validate`.
        var settings: [ConfigEntry] { words.compactMap { try? ConfigArgument(argument: $0).entry } }
        var edit = ConfigEditOptions()
    }

    static let spec = CommandSpec<Options>(
        "config add",
        "Add a context to the configuration file.",
        operands: [
            .required("NAME", "Name of the new context.", \.name),
            .repeated("PROPERTY=VALUE", "Properties of the context.", \.words),
        ],
        flags: [
            .optional(
                "bootstrap-server",
                "b",
                "Broker addresses, separated by commas.",
                \.servers,
                placeholder: "HOST:PORT",
                defaultText: "localhost:9092"
            )
            .alias("bootstrap-servers")
        ] + ConfigEditOptions.flags.map { $0.embedded(at: \.edit) },
        examples: [
            Example("kctl config add test -b kafka:9092", "Add a context."),
            Example(
                "kctl config add prod -b kafka1:9093 security.protocol=SSL",
                "Add a context with TLS."
            ),
        ],
        sections: [
            Section(
                "Files",
                "kctl adds the context to your own file, or to .kctl.yaml with --project. Comments,"
                    + " order and permissions stay. 'kctl config init' creates a first file."
            ), ExitStatus.section,
        ],
        json: [ContextResultRow.json],
        validate: { options throws(UsageError) in try ConfigEditOptions.check(options.words) }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let name = options.name ?? ""
        let files = try context.configurationFiles()
        guard let file = files.first(where: { $0.isFound == options.edit.isProject }) else {
            throw CommandError(
                .notFound,
                options.edit.isProject
                    ? "no \(ConfigurationFiles.projectName) here or above"
                    : "no configuration file found",
                hint: "kctl config init" + (options.edit.isProject ? " --project" : "")
            )
        }
        let template = ContextTemplate(
            name: name,
            bootstrapServers: options.servers ?? PropertyDefaults.bootstrapServers,
            properties: options.settings.map { (name: $0.name, value: $0.value ?? "") }
        )
        let bytes: [UInt8]
        do { bytes = try ContextEdit.add(template, to: file) } catch { throw CommandError(error) }
        try context.checkContext(name, bytes, file)
        context.noteSecrets(options.settings)
        try context.carryOut(
            bytes,
            in: file,
            of: name,
            (done: "added context '\(name)'", planned: "would add context '\(name)'"),
            options.edit
        )
        guard !options.edit.isQuiet, !options.edit.isDryRun, !options.edit.output.isJSON else {
            return
        }
        context.note("try: kctl --context \(ShellWord.quoted(name)) check")
    }
}

/// `kctl config remove`: a file without a context.
enum ConfigRemove: Command {
    struct Options: CommandOptions {
        var name: String?
        var edit = ConfigEditOptions()
    }

    static let spec = CommandSpec<Options>(
        "config remove",
        "Remove a context from the configuration file.",
        aliases: ["rm", "delete"],
        operands: [.required("NAME", "Context to remove.", \.name, completion: .contexts)],
        flags: ConfigEditOptions.flags.map { $0.embedded(at: \.edit) },
        examples: [Example("kctl config remove test", "Remove a context.")],
        sections: [ExitStatus.section],
        json: [ContextResultRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let name = options.name ?? ""
        let file = try context.contextFile(of: name, isProject: options.edit.isProject)
        let bytes: [UInt8]
        do {
            if try ContextFile(parsing: file).current?.value == name {
                throw CommandError(
                    .failure,
                    "context '\(name)' is the current context of '\(file.path)'",
                    hint: "use another one first: kctl config use NAME"
                )
            }
            bytes = try ContextEdit.remove(name, from: file)
        } catch let error as SettingsError {
            throw CommandError(error)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.failure, "\(error)")
        }
        try context.carryOut(
            bytes,
            in: file,
            of: name,
            (done: "removed context '\(name)'", planned: "would remove context '\(name)'"),
            options.edit
        )
    }
}

extension Context {
    /// Notes secrets that were given as arguments.
    func noteSecrets(_ settings: [ConfigEntry]) {
        for setting in settings where SecretNames.contains(setting.name) {
            guard setting.value?.contains("${") != true else { continue }
            note(
                "note: '\(SecretNames.shown(setting.name))' on the command line is visible to"
                    + " other users (use '${env:NAME}' or '${file:PATH}')"
            )
        }
    }
}
