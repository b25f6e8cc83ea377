// Which properties hold secrets, so that nothing prints them: by their names, however misspelt.

/// Knows the properties whose values are never shown.
public enum SecretNames {
    /// Returns true when the property called `name` holds a secret.
    ///
    /// Generous towards names it has never seen: showing one password is worse than hiding a word.
    public static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        if exact.contains(name) { return true }
        if plain.contains(name) { return false }
        // Longer than any property: rather a line that went wrong.
        guard name.utf8.count <= 200 else { return true }
        if parts.contains(where: { name.contains($0) }) { return true }
        if name.hasPrefix("sasl") || name.hasPrefix("ssl.key") { return true }
        let words = name.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        return words.contains { short.contains(String($0)) } || misspelling(in: name) != nil
    }

    /// Returns as much of a property's name as may be printed: a name with a value run into it is
    /// cut.
    public static func shown(_ name: String) -> String {
        let word = name.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        let lowered = word.lowercased()
        let isKnown = plain.contains(lowered) || exact.contains(lowered)
        var end = word.utf8.count
        if !isKnown, let secret = secretEnd(in: lowered) { end = min(end, secret) }
        let bytes = Array(name.utf8)
        guard end < bytes.count else { return name }
        return String(decoding: bytes[..<end], as: UTF8.self) + "..."
    }

    /// Returns a key of any kind as it may be printed: whole, unless it is like a secret's name.
    static func shownKey(_ key: String) -> String { contains(key) ? shown(key) : key }

    /// Returns where the part of a name ends that says that it is a secret's.
    private static func secretEnd(in name: String) -> Int? {
        if known.contains(name) { return nil }
        var end: Int?
        for part in parts {
            var rest = name[...]
            while let range = rest.firstRange(of: part) {
                end = max(end ?? 0, range.upperBound.utf16Offset(in: name))
                rest = rest[range.upperBound...]
            }
        }
        return end ?? misspelling(in: name)
    }

    /// Returns where a word like `password` with a mistake in it ends; nil when there is none.
    private static func misspelling(in name: String) -> Int? {
        let letters = Array(name.utf8)
        var best: (distance: Int, end: Int)?
        for (word, limit) in misspelt {
            let wanted = Array(word.utf8)
            for length in (wanted.count - limit)...(wanted.count + limit)
            where length <= letters.count {
                for start in 0...(letters.count - length) {
                    let window = Array(letters[start..<start + length])
                    let distance = NameSuggestion.distance(window, wanted)
                    guard distance <= limit, distance < best?.distance ?? .max else { continue }
                    best = (distance, start + length)
                }
            }
        }
        return best?.end
    }

    private static let exact: Set<String> = [
        "ssl.key.pem", "ssl_key", "ssl.keystore.key", "sasl.oauthbearer.config",
        "sasl.oauthbearer.assertion.private.key.pem",
    ]

    private static let parts = [
        "password", "passwd", "passphrase", "secret", "jaas.config", "credential", "user.info",
        "api.key", "access.key", "auth.token",
    ]

    /// Whole names that end in one of `parts`.
    private static let known: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.truststore.password",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.client.credentials.client.secret",
        "sasl.oauthbearer.client.credentials.client.id", "sasl.jaas.config",
    ]

    /// Words of a name that are short for one of `parts`.
    private static let short: Set<String> = [
        "pass", "passw", "pw", "pwd", "pswd", "passwort", "jaas",
    ]

    /// Words that are recognised with this many mistakes.
    private static let misspelt = [("password", 2), ("passphrase", 2), ("secret", 1)]

    /// Names of logins that hold no secret; what is like them and not among them may.
    private static let plain: Set<String> = Set(
        PropertyRule.all.map(\.name).filter { name in
            !parts.contains { name.contains($0) } && !exact.contains(name)
        } + [
            "sasl.kerberos.keytab", "sasl.kerberos.kinit.cmd",
            "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.principal",
            "sasl.kerberos.service.name", "sasl.mechanism", "sasl.mechanisms",
            "sasl.oauthbearer.assertion.algorithm", "sasl.oauthbearer.assertion.claim.aud",
            "sasl.oauthbearer.assertion.claim.exp.seconds",
            "sasl.oauthbearer.assertion.claim.iss", "sasl.oauthbearer.assertion.claim.jti.include",
            "sasl.oauthbearer.assertion.claim.nbf.seconds",
            "sasl.oauthbearer.assertion.claim.sub", "sasl.oauthbearer.assertion.file",
            "sasl.oauthbearer.assertion.jwt.template.file",
            "sasl.oauthbearer.assertion.private.key.file", "sasl.oauthbearer.client.id",
            "sasl.oauthbearer.extensions", "sasl.oauthbearer.grant.type",
            "sasl.oauthbearer.metadata.authentication.type", "sasl.oauthbearer.method",
            "sasl.oauthbearer.scope", "sasl.oauthbearer.sub.claim.name",
            "sasl.oauthbearer.token.endpoint.url", "sasl.username", "ssl.key.location",
            "ssl.keystore.location", "ssl.keystore.type",
        ]
    )
}
