// Values of a context set and deleted, and a context renamed.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config set`: values of one context.
enum ConfigSet: Command {
    struct Options: CommandOptions {
        var name: String?
        var words: [String] = []

        /// The words as names and values; a word without '=' is refused by `validate`.
        var settings: [ConfigEntry] { words.compactMap { try? ConfigArgument(argument: $0).entry } }
        var deletes: [String] = []
        var edit = ConfigEditOptions()
    }

    static let spec = CommandSpec<Options>(
        "config set",
        "Set and delete values of a context.",
        operands: [
            .required("NAME", "Context to change.", \.name, completion: .contexts),
            .repeated("KEY=VALUE", "Keys to set.", \.words),
        ],
        flags: [
            .list("delete", "Delete a key.", \.deletes, placeholder: "KEY")
        ] + ConfigEditOptions.flags.map { $0.embedded(at: \.edit) },
        examples: [
            Example(
                "kctl config set prod bootstrap-servers=kafka1:9093,kafka2:9093",
                "Change the broker addresses."
            ),
            Example(
                "kctl config set prod sasl.username=alice 'sasl.password=${env:PW}'",
                "Set a user, and a reference to a password."
            ),
            Example("kctl config set prod --delete linger.ms", "Delete a property."),
        ],
        sections: [
            Section(
                "Keys",
                "A key is bootstrap-servers, properties-file, or a property by its librdkafka or Java"
                    + " name. Comments, order and permissions of the file stay."
            ), ExitStatus.section,
        ],
        json: [ContextResultRow.json],
        validate: { options throws(UsageError) in
            try ConfigEditOptions.check(options.words)
            if options.words.isEmpty, options.deletes.isEmpty {
                throw UsageError("missing KEY=VALUE", hint: "or --delete KEY")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let name = options.name ?? ""
        let file = try context.contextFile(of: name, isProject: options.edit.isProject)
        var edited = file
        do throws(SettingsError) {
            for setting in options.settings {
                edited.bytes = try ContextEdit.set(
                    setting.name,
                    to: setting.value ?? "",
                    ofContext: name,
                    in: edited
                )
            }
            for key in options.deletes {
                edited.bytes = try ContextEdit.set(key, to: nil, ofContext: name, in: edited)
            }
        } catch {
            throw CommandError(error)
        }
        try context.checkContext(name, edited.bytes, file)
        context.noteSecrets(options.settings)
        try context.carryOut(
            edited.bytes,
            in: file,
            of: name,
            (done: "changed context '\(name)'", planned: "would change context '\(name)'"),
            options.edit
        )
    }
}

/// `kctl config rename`: another name for a context.
enum ConfigRename: Command {
    struct Options: CommandOptions {
        var old: String?
        var new: String?
        var edit = ConfigEditOptions()
    }

    static let spec = CommandSpec<Options>(
        "config rename",
        "Rename a context.",
        aliases: ["mv"],
        operands: [
            .required("NAME", "Context to rename.", \.old, completion: .contexts),
            .required("NEW-NAME", "New name of the context.", \.new),
        ],
        flags: ConfigEditOptions.flags.map { $0.embedded(at: \.edit) },
        examples: [Example("kctl config rename test staging", "Rename a context.")],
        sections: [
            Section(
                "Current context",
                "If the context is the current one of the file, it stays the current one."
            ), ExitStatus.section,
        ],
        json: [ContextResultRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let (old, new) = (options.old ?? "", options.new ?? "")
        let file = try context.contextFile(of: old, isProject: options.edit.isProject)
        let bytes: [UInt8]
        do { bytes = try ContextEdit.rename(old, to: new, in: file) } catch {
            throw CommandError(error)
        }
        let change = "context '\(old)' to '\(new)'"
        try context.carryOut(
            bytes,
            in: file,
            of: new,
            (done: "renamed \(change)", planned: "would rename \(change)"),
            options.edit
        )
    }
}
