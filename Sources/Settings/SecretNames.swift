// Which properties hold secrets, so that nothing prints them.

/// Knows the properties whose values are never shown.
public enum SecretNames {
    /// Whether the property called `name` holds a secret.
    ///
    /// Generous towards names it has never seen: showing one password is worse than hiding a word.
    public static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        if exact.contains(name) { return true }
        return parts.contains { name.contains($0) }
    }

    private static let exact: Set<String> = [
        "ssl.key.pem", "ssl_key", "ssl.keystore.key", "sasl.oauthbearer.config",
        "sasl.oauthbearer.assertion.private.key.pem",
    ]

    private static let parts = [
        "password", "passwd", "passphrase", "secret", "jaas.config", "credential", "user.info",
        "api.key", "access.key", "auth.token",
    ]
}
