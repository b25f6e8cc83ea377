// Puts the layers of settings together. Pure: the environment and the file are handed in.
//
// 1. A layer is a list of settings; of two with the same name in one layer the later one wins.
// 2. A higher layer wins over a lower one, name by name, aliases and Java's names included.
// 3. What is wrong with a setting that another one overrules is nobody's error.

/// Resolves where every property comes from.
public enum Settings {
    /// Settings from one source, in the order given there.
    struct Layer {
        var settings: [Setting] = []
        var notes: [String] = []
    }

    /// Merges all layers: flags over `-X` over the file over the environment over the defaults.
    ///
    /// Property names may be Java's or librdkafka's; the result has librdkafka's. Whether a
    /// property exists and takes its value is for librdkafka to say, later.
    /// - Parameters:
    ///   - role: what the client is made for.
    ///   - flags: properties that have a flag of their own, such as `bootstrap.servers`.
    ///   - overrides: the words given to `-X`, each `name=value`.
    ///   - commandConfig: the file given to `--command-config`: its name and its contents.
    ///   - environment: all environment variables; those of others are ignored.
    ///   - defaults: the lowest layer; see `PropertyDefaults`.
    /// - Returns: the effective properties, each with its origin.
    /// - Throws: the first thing that is wrong, in the order of the layers from the lowest.
    public static func resolve(
        role: ClientRole,
        flags: [Setting] = [],
        overrides: [String] = [],
        commandConfig: (path: String, bytes: [UInt8])? = nil,
        environment: [String: String] = [:],
        defaults: [Setting]
    ) throws(SettingsError) -> ClusterSettings {
        var layers = [Layer(settings: defaults), EnvironmentLayer.read(environment)]
        if let commandConfig {
            layers.append(try fileLayer(path: commandConfig.path, bytes: commandConfig.bytes))
        }
        layers.append(try overrideLayer(overrides))
        layers.append(Layer(settings: flags))
        return try merge(layers, role: role)
    }

    /// Merges layers, the lowest first.
    static func merge(_ layers: [Layer], role: ClientRole) throws(SettingsError) -> ClusterSettings
    {
        var merger = SettingsMerger(role: role)
        for layer in layers { merger.add(layer) }
        return try merger.finish()
    }

    private static func fileLayer(path: String, bytes: [UInt8]) throws(SettingsError) -> Layer {
        var layer = Layer()
        for entry in try PropertiesFile(parsing: bytes, path: path).entries {
            let origin = Origin.file(path: path, line: entry.line)
            guard !entry.name.isEmpty else {
                throw SettingsError("the name before '=' is missing", origin: origin)
            }
            // Java's clients trim what they read, so a blank at the end of a line is no password.
            layer.settings.append(Setting(entry.name, trimmed(entry.value), origin: origin))
        }
        return layer
    }

    private static func overrideLayer(_ words: [String]) throws(SettingsError) -> Layer {
        var layer = Layer()
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(parts.first ?? "")
            guard let value = parts.dropFirst().first, !name.isEmpty else {
                throw SettingsError(
                    name.isEmpty ? "the name before '=' is missing" : "'\(name)' has no '=value'",
                    origin: .property,
                    hint: "-X socket.timeout.ms=5000"
                )
            }
            if SecretNames.contains(name), !value.isEmpty {
                layer.notes.append(
                    "'\(name)' on the command line can be seen by other users of this machine "
                        + "(hint: --command-config FILE)"
                )
            }
            layer.settings.append(
                Setting(PropertyNames.withoutTopicPrefix(name), String(value), origin: .property)
            )
        }
        return layer
    }
}
