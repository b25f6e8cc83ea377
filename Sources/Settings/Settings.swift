// Puts the layers of settings together.
// Pure: the environment and the files are handed in.
//
// 1. A layer is a list of settings; of two with the same name in one layer the later one wins.
// 2. A higher layer wins over a lower one, name by name, aliases and Java's names included.
// 3. What is wrong with a setting that another one overrules is no error.

/// Resolves where every property comes from.
public enum Settings {
    /// Settings from one source, in the order given there.
    struct Layer {
        var settings: [Setting] = []
        var notes: [String] = []

        /// Notes that `file` holds a secret which others can read.
        mutating func noteSecrets(in file: SettingsFile) {
            guard file.isReadableByOthers else { return }
            let secret = settings.first {
                SecretNames.contains($0.name) && !$0.value.isEmpty && !$0.isReference
            }
            guard let secret else { return }
            notes.append(
                "\(secret.origin): '\(SecretNames.shown(secret.name))' is readable by other users "
                    + "(chmod 600 \(file.path))"
            )
        }
    }

    /// Merges all layers: flags over `-X` over the files given by option over the environment over
    /// the contexts of the files over the defaults.
    ///
    /// Property names may be Java's or librdkafka's; the result has librdkafka's. Whether a
    /// property exists and takes its value is for librdkafka to say, later. References in the values
    /// of files and of `-X` are resolved through `world`.
    /// - Parameters:
    ///   - role: what the client is made for.
    ///   - sources: everything that settings are taken from.
    ///   - world: answers to what values refer to.
    /// - Returns: the effective properties, each with its origin.
    /// - Throws: the first thing that is wrong, in the order of the layers from the lowest.
    public static func resolve(
        role: ClientRole,
        _ sources: SettingsSources,
        in world: SettingsWorld
    ) throws(SettingsError) -> ClusterSettings {
        var files: [ContextFile] = []
        for file in sources.files { files.append(try ContextFile(parsing: file)) }
        var given: ContextFile?
        if let file = sources.commandConfig, isContextFile(file.path) {
            given = try ContextFile(parsing: file)
        }
        let all = (given.map { [$0] } ?? []) + files
        let choice = try ContextChoice.choose(sources, among: all)
        if !sources.showsUntrusted {
            if let choice, let need = try trustNeed(of: choice.name, in: all) { throw need }
        }
        var merger = SettingsMerger(
            role: role,
            world: world,
            showsUntrusted: sources.showsUntrusted
        )
        merger.add(Layer(settings: sources.defaults))
        var context: [Setting] = []
        for file in files.reversed() {
            for layer in try layers(of: choice, in: file, world) {
                context += layer.settings
                merger.add(layer)
            }
        }
        let environment = EnvironmentLayer.read(sources.environment)
        let overrides = try overrideLayer(sources.overrides)
        merger.add(environment)
        if let file = sources.kcatConfig { merger.add(try KcatFile.layer(file)) }
        if let given {
            for layer in try layers(of: choice, in: given, world) { merger.add(layer) }
        } else if let file = sources.commandConfig {
            merger.add(try propertiesLayer(file))
        }
        merger.add(overrides)
        var flags = Layer(settings: sources.flags)
        let above = environment.settings + overrides.settings + flags.settings
        if !sources.showsUntrusted, choice == nil || !above.contains(where: isAddress),
            let need = redirection(sources, all)
        {
            throw need
        }
        if let note = overruled(choice, context, by: above) { flags.notes.append(note) }
        if let note = redirected(choice, files) { flags.notes.append(note) }
        merger.add(flags)
        return try merger.finish(context: choice)
    }

    /// Returns true when a file holds contexts, by its name.
    public static func isContextFile(_ path: String) -> Bool {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    }

    /// Returns the layers of the chosen context in one file, the lowest first: the properties file
    /// that it builds on, and what it says itself.
    private static func layers(
        of choice: ContextChoice?,
        in file: ContextFile,
        _ world: SettingsWorld
    ) throws(SettingsError) -> [Layer] {
        guard let choice, let context = file[choice.name] else { return [] }
        var layers: [Layer] = []
        if let named = context.propertiesFile {
            layers.append(try propertiesLayer(propertiesFile(named, of: file, world)))
        }
        var own = Layer(settings: context.settings)
        own.noteSecrets(in: file.file)
        return layers + [own]
    }

    /// Returns the error of a command that needs the context `name`; nil when no file that is not
    /// trusted says anything in it that needs trust.
    public static func trustNeed(
        of name: String,
        in files: [ContextFile]
    ) throws(SettingsError) -> SettingsError? {
        let own = ContextFile.Own(in: files)
        for file in files {
            if let need = try file.trustNeed(of: name, against: own) { return need }
        }
        return nil
    }

    /// Returns true when a file that is not trusted has a say in what a client is made with.
    public static func dependsOnUntrusted(_ sources: SettingsSources) throws(SettingsError) -> Bool
    {
        var files: [ContextFile] = []
        for file in sources.files { files.append(try ContextFile(parsing: file)) }
        guard let choice = try ContextChoice.choose(sources, among: files) else {
            return redirection(sources, files) != nil
        }
        return files.contains { file in
            file.file.isUntrusted && (choice.isFromFolder || file[choice.name] != nil)
        }
    }

    /// Returns the error where the `current-context` of a file that is not trusted is what counts,
    /// and turns commands away from the user's own.
    private static func redirection(
        _ sources: SettingsSources,
        _ files: [ContextFile]
    ) -> SettingsError? {
        guard sources.context == nil, (sources.environment[ContextChoice.variable] ?? "").isEmpty,
            let file = files.first(where: { $0.current != nil }), file.file.isUntrusted,
            let what = file.redirection(from: ContextFile.Own(in: files))
        else { return nil }
        return .untrusted(what, at: file.current?.origin, in: file.file)
    }

    /// Returns a word about a context that a file chose which is not trusted, in place of the
    /// user's own.
    private static func redirected(_ choice: ContextChoice?, _ files: [ContextFile]) -> String? {
        guard let choice, choice.isFromFolder,
            let folder = files.first(where: \.file.isUntrusted)?.file.folder,
            let own = files.first(where: { !$0.file.isFound })?.current, own.value != choice.name
        else { return nil }
        return "\(choice.origin) selects context '\(choice.name)' instead of your "
            + "'\(own.value)' (\(SettingsError.trustCommand(folder)))"
    }

    /// Reads the properties file that a context names.
    static func propertiesFile(
        _ named: Setting,
        of file: ContextFile,
        _ world: SettingsWorld
    ) throws(SettingsError) -> SettingsFile {
        // What was looked at when it was decided whether to trust the file, and not read again.
        if let companion = file.file.companions[named.value] { return companion }
        if file.file.isUntrusted {
            return SettingsFile(path: named.value, bytes: [], isFound: true)
        }
        if file.file.isFound {
            // Its bytes are no part of what was trusted.
            throw SettingsError(
                "properties-file '\(named.value)' could not be read when the file was trusted",
                origin: named.origin,
                hint: "name an existing file without ${exec:}, then run kctl config trust"
            )
        }
        let path = try file.path(of: named, in: world)
        do throws(SettingsError) {
            let read = try world.read(path)
            return SettingsFile(
                path: read.path,
                bytes: read.bytes,
                isReadableByOthers: read.isReadableByOthers,
                isFound: file.file.isFound
            )
            .trusted(file.file.isTrusted)
        } catch {
            var error = error
            error.origin = named.origin
            error.excerpt = named.source?.excerpt
            throw error
        }
    }

    private static func isAddress(_ setting: Setting) -> Bool {
        PropertyNames.canonical(setting.name) == "bootstrap.servers"
    }

    /// Returns a word about an address that goes over that of the context: where the context's
    /// login would be shown to another party, and where a context that was chosen by hand is not
    /// the one reached.
    private static func overruled(
        _ choice: ContextChoice?,
        _ context: [Setting],
        by above: [Setting]
    ) -> String? {
        guard let choice, context.contains(where: isAddress),
            let address = above.last(where: isAddress)
        else { return nil }
        let what = "\(address.origin) overrides the addresses of context '\(choice.name)'"
        if context.contains(where: { $0.name.hasPrefix("sasl.") }) {
            return what + "; kctl sends the context's login there (--context - uses no context)"
        }
        if case .environment = address.origin, choice.origin == .flag("--context") { return what }
        return nil
    }

    /// Returns the settings of a file with Java's properties.
    static func propertiesLayer(_ file: SettingsFile) throws(SettingsError) -> Layer {
        var layer = Layer()
        for entry in try PropertiesFile(parsing: file.bytes, path: file.path).entries {
            let origin = Origin.file(path: file.path, line: entry.line)
            guard !entry.name.isEmpty else {
                throw SettingsError("the name before '=' is missing", origin: origin)
            }
            // Java's clients trim what they read, so a blank at the end of a line is no password.
            var setting = Setting(entry.name, trimmed(entry.value), origin: origin)
            setting.source = ValueSource(
                folder: file.folder,
                isFound: file.isFound,
                isUntrusted: file.isUntrusted
            )
            layer.settings.append(setting)
        }
        layer.noteSecrets(in: file)
        return layer
    }

    private static func overrideLayer(_ words: [String]) throws(SettingsError) -> Layer {
        var layer = Layer()
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(parts.first ?? "")
            guard let value = parts.dropFirst().first, !name.isEmpty else {
                let shown = SecretNames.shown(name)
                throw SettingsError(
                    name.isEmpty ? "the name before '=' is missing" : "'\(shown)' has no '=value'",
                    origin: .property,
                    hint: "-X socket.timeout.ms=5000"
                )
            }
            var setting = Setting(
                PropertyNames.withoutTopicPrefix(name),
                String(value),
                origin: .property
            )
            setting.source = ValueSource(folder: ".")
            if SecretNames.contains(name), !value.isEmpty, !setting.isReference {
                layer.notes.append(
                    "'\(SecretNames.shown(name))' on the command line is visible to other users of "
                        + "this machine "
                        + "(hint: --command-config FILE)"
                )
            }
            layer.settings.append(setting)
        }
        return layer
    }
}
