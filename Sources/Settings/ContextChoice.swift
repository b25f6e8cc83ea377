// Which context is used, and the layers that it consists of.
//
// `-` in place of a name is no context. `--context` wins over KCTL_CONTEXT, that over the `current-context` of the highest file that has
// one. The context is then looked for in every file: where two have it, both are layers, and the
// higher file wins name by name.

/// The context that settings are taken from.
public struct ContextChoice: Sendable {
    /// Its name.
    public let name: String
    /// The origin of the choice.
    public let origin: Origin
    /// True when a file that came with a folder chose it.
    public let isFromFolder: Bool

    /// The variable with a context's name; empty is the same as not set.
    public static let variable = "KCTL_CONTEXT"

    /// In place of a name: no context, whatever the files say.
    public static let none = "-"

    /// Returns the choice; nil when nothing chooses.
    ///
    /// `files` are all files with contexts, the highest first.
    /// - Throws: when the configuration files have no context of that name.
    static func choose(
        _ sources: SettingsSources,
        among files: [ContextFile]
    ) throws(SettingsError) -> ContextChoice? {
        let chosen: Setting
        if let name = sources.context {
            chosen = Setting("context", name, origin: .flag("--context"))
        } else if let name = sources.environment[variable], !name.isEmpty {
            chosen = Setting("context", name, origin: .environment(variable))
        } else if let current = files.compactMap(\.current).first {
            chosen = current
        } else {
            return nil
        }
        if chosen.value == none { return nil }
        let names = files.flatMap { $0.contexts.map(\.name) }
        guard names.contains(chosen.value) else {
            throw missing(chosen.value, among: names, files, chosen)
        }
        return ContextChoice(
            name: chosen.value,
            origin: chosen.origin,
            isFromFolder: chosen.isFromFolder
        )
    }

    /// Returns the error for a context that is in no file.
    public static func missing(_ name: String, in files: [ContextFile]) -> SettingsError {
        missing(name, among: files.flatMap { $0.contexts.map(\.name) }, files, nil)
    }

    private static func missing(
        _ name: String,
        among names: [String],
        _ files: [ContextFile],
        _ chosen: Setting?
    ) -> SettingsError {
        let hint: String
        if let near = NameSuggestion.nearest(to: name, among: names) {
            hint = "did you mean '\(near)'?"
        } else if names.isEmpty {
            hint =
                files.isEmpty
                ? "kctl config init creates a file" : "the configuration files have no context"
        } else {
            var seen: Set<String> = []
            hint = "contexts: " + names.filter { seen.insert($0).inserted }.joined(separator: ", ")
        }
        var error = SettingsError(
            "no context '\(name)'",
            origin: chosen?.origin,
            hint: hint,
            excerpt: chosen?.source?.excerpt
        )
        error.isMissing = true
        return error
    }
}
