// Reads the layer of `KCTL_*` environment variables.

/// The variables that set properties.
public enum EnvironmentLayer {
    /// The variable with the broker addresses; empty is the same as not set.
    public static let bootstrapServers = "KCTL_BOOTSTRAP_SERVERS"

    /// The prefix of variables for properties: `KCTL_X_SOCKET_TIMEOUT_MS` is `socket.timeout.ms`.
    public static let propertyPrefix = "KCTL_X_"

    /// Returns the property that the variable called `variable` sets; nil when it sets none.
    public static func propertyName(of variable: String) -> String? {
        if variable == bootstrapServers { return "bootstrap.servers" }
        guard variable.hasPrefix(propertyPrefix) else { return nil }
        let rest = variable.dropFirst(propertyPrefix.count).lowercased()
        guard !rest.isEmpty else { return nil }
        return underscored[rest] ?? String(rest.map { $0 == "_" ? "." : $0 })
    }

    /// librdkafka's names that have an underscore of their own.
    private static let underscored: [String: String] = Dictionary(
        uniqueKeysWithValues: ["log_level", "enable_sasl_queue", "enabled_events"].map { ($0, $0) }
    )

    static func read(_ environment: [String: String]) -> Settings.Layer {
        var layer = Settings.Layer()
        // Sorted, for a dictionary has no order; the variable of its own wins over KCTL_X_.
        let names = environment.keys.filter { $0.hasPrefix("KCTL") && $0 != bootstrapServers }
        for variable in names.sorted() + [bootstrapServers] {
            guard let value = environment[variable] else { continue }
            if variable == bootstrapServers, trimmed(value).isEmpty { continue }
            if let name = propertyName(of: variable) {
                layer.settings.append(Setting(name, value, origin: .environment(variable)))
            } else if let note = note(about: variable) {
                layer.notes.append(note)
            }
        }
        return layer
    }

    private static func note(about variable: String) -> String? {
        if variable == propertyPrefix { return "environment \(variable) names no property" }
        if variable == ContextChoice.variable { return nil }
        let known = [bootstrapServers, ContextChoice.variable]
        guard let near = NameSuggestion.nearest(to: variable, among: known) else { return nil }
        return "environment \(variable) is not used: did you mean \(near)?"
    }
}
