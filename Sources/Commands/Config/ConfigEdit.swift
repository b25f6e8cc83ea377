// An edit of a file with contexts: which file it is, how it is written, and what is reported.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Settings

/// The options of commands that edit a file with contexts.
struct ConfigEditOptions: CommandOptions {
    var isProject = false
    var isDryRun = false
    var isQuiet = false
    var output = JSONOptions()
    var global = GlobalOptions()

    static let flags: [Flag<ConfigEditOptions>] =
        [
            .toggle(
                "project",
                "Change .kctl.yaml instead of your own file.",
                \.isProject,
                negatable: false
            ),
            .toggle(
                "dry-run",
                "Print the change, and change nothing.",
                \.isDryRun,
                negatable: false
            ),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
        + GlobalOptions.flags.map { $0.embedded(at: \.global) }

    /// Refuses a word that is not a key and its value.
    static func check(_ words: [String]) throws(UsageError) {
        for word in words where (try? ConfigArgument(argument: word)) == nil {
            throw UsageError("'\(word)' is not KEY=VALUE")
        }
    }
}

/// A context that was changed, as a JSON object.
struct ContextResultRow: Row {
    let context: String
    let path: String
    let isDone: Bool

    static let columns = [Column("CONTEXT"), Column("PATH")]

    var cells: [String] { [context, path] }

    static let json = JSONShape(
        "changed context",
        "A context of a configuration file that was changed.",
        [
            JSONField("context", .string, "Name of the context."),
            JSONField("path", .string, "Path of the file."),
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("context")
        json.string(context)
        json.key("path")
        json.string(path)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}

extension Context {
    /// Returns the file that has a context: the user's own, or the project's with `isProject` or
    /// when it alone has it.
    func contextFile(
        of name: String,
        isProject: Bool
    ) throws(CommandError) -> SettingsFile {
        let files = try contextFiles()
        let project = files.first { $0.file.isFound }
        let user = files.first { !$0.file.isFound }
        let chosen = isProject || user?[name] == nil ? project : user
        guard let chosen, chosen[name] != nil else {
            throw CommandError(ContextChoice.missing(name, in: files))
        }
        return chosen.file
    }

    /// Writes an edited file, unless nothing changes; a trusted one stays trusted.
    func write(_ bytes: [UInt8], in place: SettingsFile) throws(CommandError) {
        guard bytes != place.bytes else { return }
        do {
            try Files.replace(place.path, with: bytes, isDurable: true, keepsMode: true)
        } catch {
            throw CommandError(error, doing: "cannot write '\(place.path)'")
        }
        // The user's own edit of a file that they trust.
        if place.isFound, place.isTrusted {
            try trust(bytes, at: place.path, companions: place.companions)
        }
    }

    /// Writes and reports an edit of a context.
    func carryOut(
        _ bytes: [UInt8],
        in file: SettingsFile,
        of context: String,
        _ action: (done: String, planned: String),
        _ options: ConfigEditOptions
    ) throws(CommandError) {
        if !options.isDryRun { try write(bytes, in: file) }
        let verb = options.isDryRun ? action.planned : action.done
        try result(
            [ContextResultRow(context: context, path: file.path, isDone: !options.isDryRun)],
            ["\(verb) in '\(file.path)'"],
            as: options.output,
            isQuiet: options.isQuiet
        )
    }

    /// Refuses a context of the edited file that no client could use.
    func checkContext(_ name: String, _ bytes: [UInt8], _ file: SettingsFile) throws(CommandError) {
        var sources = SettingsSources()
        sources.showsUntrusted = true
        var edited = SettingsFile(path: file.path, bytes: bytes)
        edited.companions = file.companions
        sources.files = [edited]
        sources.context = name
        let settings: ClusterSettings
        do {
            settings = try Settings.resolve(role: .admin, sources, in: settingsWorld(runs: false))
        } catch { throw CommandError(error) }
        for setting in settings.properties where !setting.value.contains("${exec:") {
            do { try Properties.check([Property(setting.name, setting.value)]) } catch {
                throw CommandError(
                    settings.refusal(
                        of: setting.name,
                        reason: error.isUnknown ? nil : error.reason,
                        known: Properties.knownNames()
                    )
                )
            }
        }
    }
}
