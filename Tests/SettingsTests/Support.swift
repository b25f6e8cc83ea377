import Settings

extension SettingsWorld {
    /// A world of these files; commands print themselves.
    static func of(
        _ files: [String: String] = [:],
        environment: [String: String] = [:],
        runs: Bool = true
    ) -> SettingsWorld {
        SettingsWorld(
            environment: environment,
            read: { path throws(SettingsError) in
                guard let text = files[path] else {
                    throw SettingsError("cannot read '\(path)'")
                }
                return SettingsFile(path: path, bytes: Array(text.utf8))
            },
            run: runs ? { command in "ran \(command)\n" } : nil
        )
    }
}

extension Settings {
    /// Merges the layers that a test gives as text.
    static func resolve(
        role: ClientRole,
        flags: [Setting] = [],
        overrides: [String] = [],
        commandConfig: (path: String, text: String)? = nil,
        environment: [String: String] = [:],
        files: [SettingsFile] = [],
        context: String? = nil,
        defaults: [Setting],
        world: SettingsWorld? = nil
    ) throws(SettingsError) -> ClusterSettings {
        var sources = SettingsSources()
        sources.flags = flags
        sources.overrides = overrides
        sources.commandConfig = commandConfig.map {
            SettingsFile(path: $0.path, bytes: Array($0.text.utf8))
        }
        sources.environment = environment
        sources.files = files
        sources.context = context
        sources.defaults = defaults
        return try resolve(role: role, sources, in: world ?? .of(environment: environment))
    }
}
