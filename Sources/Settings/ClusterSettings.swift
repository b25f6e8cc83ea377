// What resolving the layers comes to: frozen, ready to be handed to a client.

/// The effective settings of one client.
public struct ClusterSettings: Sendable {
    /// The broker addresses, `host[:port]` separated by commas; the same text is in `properties`.
    public let bootstrapServers: String
    /// librdkafka properties in the order in which they are to be set, each name once.
    public private(set) var properties: [Setting]
    /// The notes for the user on stderr, a line each.
    public private(set) var notes: [String]
    /// The notes only for those who ask for more (`-v`), a line each.
    public let details: [String]
    /// The context that they were taken from.
    public let context: ContextChoice?

    /// Returns the settings without what a Java file sets and the library in use is too old for.
    ///
    /// Java's clients ignore what they do not know. What is about security stays, and is refused; so
    /// does what was set in another place, where it was meant for librdkafka.
    /// - Parameter known: the names that librdkafka knows; asked for only when it matters.
    /// - Returns: the settings, with a note for each that is left out.
    public func withoutYoungNames(known: () -> [String]) -> ClusterSettings {
        let young = properties.filter { setting in
            guard case .file = setting.origin,
                PropertyNames.librdkafkaVersion(introducing: setting.name) != nil
            else { return false }
            return !["sasl.", "ssl.", "https."].contains { setting.name.hasPrefix($0) }
        }
        guard !young.isEmpty else { return self }
        let known = Set(known())
        var result = self
        for setting in young where !known.contains(setting.name) {
            let version = PropertyNames.librdkafkaVersion(introducing: setting.name) ?? ""
            result.properties.removeAll { $0.name == setting.name }
            result.notes.append(
                oneLine(
                    "\(setting.origin): '\(setting.name)' is ignored: "
                        + "it requires librdkafka \(version) or newer"
                )
            )
        }
        return result
    }

    /// Returns the settings with some of them in place of others.
    public func replacing(_ names: Set<String>, with settings: [Setting]) -> ClusterSettings {
        var result = self
        result.properties.removeAll { names.contains($0.name) }
        result.properties += settings
        return result
    }

    /// The property called `name` or by an alias of it; nil when no layer sets it.
    public subscript(name: String) -> Setting? {
        let canonical = PropertyNames.canonical(name)
        return properties.first { PropertyNames.canonical($0.name) == canonical }
    }

    /// The reason a login with these settings cannot work, when that can be seen from them alone.
    public var loginProblem: SettingsError? {
        guard let security = self["security.protocol"],
            security.value.lowercased().hasPrefix("sasl")
        else { return nil }
        let mechanisms = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI"
        guard let mechanism = self["sasl.mechanism"] else {
            return SettingsError(
                "security.protocol=\(security.value) requires sasl.mechanism",
                origin: security.origin,
                hint: mechanisms
            )
        }
        guard mechanism.value.uppercased() == "GSSAPI" else { return nil }
        return SettingsError(
            "sasl.mechanism=GSSAPI requires sasl.kerberos.keytab or sasl.kerberos.kinit.cmd",
            origin: mechanism.origin,
            hint: "or use another mechanism: \(mechanisms)"
        )
    }

    /// Returns where the value of the property called `name` was given, so that an error can say
    /// so.
    public func origin(of name: String) -> Origin? {
        self[name]?.origin
    }

    /// Returns librdkafka's refusal as an error that names the place it came from.
    ///
    /// - Parameters:
    ///   - name: the property as it stands in `properties`.
    ///   - reason: why it was refused; nil when its name is unknown.
    ///   - known: the names that librdkafka knows, for a suggestion.
    /// - Returns: a usage error for the caller to throw or to turn into a note.
    public func refusal(
        of name: String,
        reason: String?,
        known: some Sequence<String>
    ) -> SettingsError {
        let excerpt = self[name]?.source?.excerpt
        let shown = SecretNames.shown(name)
        if let reason {
            return SettingsError(
                "property '\(shown)': \(reason)",
                origin: origin(of: name),
                excerpt: excerpt
            )
        }
        let unknown = "unknown property '\(shown)'"
        if let version = PropertyNames.librdkafkaVersion(introducing: name) {
            let needs = "property '\(name)' needs librdkafka \(version) or newer"
            return SettingsError(needs, origin: origin(of: name), excerpt: excerpt)
        }
        let hint = suggestion(for: name, among: known).map { "did you mean '\($0)'?" }
        return SettingsError(unknown, origin: origin(of: name), hint: hint, excerpt: excerpt)
    }

    /// Returns the name that the unknown property `name` was meant to be; nil when none is near.
    public func suggestion(for name: String, among known: some Sequence<String>) -> String? {
        PropertyNames.nearest(to: name, among: known)
    }
}
