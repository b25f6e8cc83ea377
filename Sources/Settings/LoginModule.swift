// Reads `sasl.jaas.config`: the one place where Java's clients are given a user and a password.

/// A login module with its options: `some.package.PlainLoginModule required username="u" ...;`.
///
/// No message of this type quotes the text: it holds a password.
struct LoginModule {
    /// The class without its package.
    let name: String
    /// The options in the order given.
    let options: [(name: String, value: String)]

    /// Reads one module with its final semicolon.
    init(parsing text: String) throws(SettingsError) {
        var words = LoginModuleWords(text)
        guard case .word(let module) = try words.next() else {
            throw LoginModule.malformed("it has no login module")
        }
        name = PropertyConversion.lastComponent(module)
        let flags = ["required", "requisite", "sufficient", "optional"]
        guard case .word(let flag) = try words.next(), flags.contains(flag.lowercased()) else {
            throw LoginModule.malformed("'required' is missing after the login module")
        }
        var options: [(name: String, value: String)] = []
        reading: while true {
            switch try words.next() {
            case .semicolon: break reading
            case .word(let option):
                guard try words.next() == .equals, case .word(let value) = try words.next() else {
                    throw LoginModule.malformed("an option is not of the form name=\"value\"")
                }
                options.append((name: option, value: value))
            case .equals: throw LoginModule.malformed("an '=' follows no option name")
            case .end: throw LoginModule.malformed("the ';' at its end is missing")
            }
        }
        guard try words.next() == .end else {
            throw LoginModule.malformed("it holds more than one login module")
        }
        self.options = options
    }

    /// Returns the librdkafka properties that say what `sasl.jaas.config` says.
    static func outcome(_ source: PropertySource) -> PropertyOutcome {
        do throws(SettingsError) {
            return try LoginModule(parsing: source.value).outcome()
        } catch {
            return .failed(target: source.name, error)
        }
    }

    private func outcome() throws(SettingsError) -> PropertyOutcome {
        switch name {
        case "PlainLoginModule", "ScramLoginModule":
            return try userAndPassword()
        case "Krb5LoginModule": return kerberos()
        case "OAuthBearerLoginModule": return try clientCredentials()
        case "IAMLoginModule":
            throw SettingsError(
                "AWS MSK IAM is not supported",
                hint: "use SCRAM-SHA-512 or TLS client certificates"
            )
        default:
            throw SettingsError(
                "login module '\(name)' is not supported",
                hint:
                    "PlainLoginModule, ScramLoginModule, OAuthBearerLoginModule and Krb5LoginModule are"
            )
        }
    }

    private func userAndPassword() throws(SettingsError) -> PropertyOutcome {
        if self["tokenauth"]?.lowercased() == "true" {
            throw SettingsError(
                "librdkafka does not support delegation tokens",
                hint: "log in as a user: remove tokenauth"
            )
        }
        guard let user = self["username"] else {
            throw LoginModule.malformed("it has no username")
        }
        guard let password = self["password"] else {
            throw LoginModule.malformed("it has no password")
        }
        return .set([
            (name: "sasl.username", value: user), (name: "sasl.password", value: password),
        ])
    }

    /// A keytab and a principal, or the tickets that there are already.
    private func kerberos() -> PropertyOutcome {
        var properties: [(name: String, value: String)] = []
        if let principal = self["principal"] {
            properties.append((name: "sasl.kerberos.principal", value: principal))
        }
        if let keytab = self["keyTab"], self["useKeyTab"]?.lowercased() != "false" {
            properties.append((name: "sasl.kerberos.keytab", value: keytab))
        } else {
            // librdkafka would call kinit with a keytab that there is none of.
            properties.append((name: "sasl.kerberos.min.time.before.relogin", value: "0"))
        }
        if let service = self["serviceName"] {
            properties.append((name: "sasl.kerberos.service.name", value: service))
        }
        return .set(properties)
    }

    /// The client credentials of OpenID Connect; where tokens come from is a property of its own.
    private func clientCredentials() throws(SettingsError) -> PropertyOutcome {
        guard let id = self["clientId"], let secret = self["clientSecret"] else {
            throw SettingsError(
                "sasl.jaas.config lacks clientId or clientSecret",
                hint: "OAuthBearerLoginModule required clientId=\"NAME\" clientSecret=\"SECRET\";"
            )
        }
        var properties = [
            (name: "sasl.oauthbearer.method", value: "oidc"),
            (name: "sasl.oauthbearer.client.id", value: id),
            (name: "sasl.oauthbearer.client.secret", value: secret),
        ]
        if let scope = self["scope"] {
            properties.append((name: "sasl.oauthbearer.scope", value: scope))
        }
        let extensions = options.filter { $0.name.hasPrefix("extension_") }.map {
            "\($0.name.dropFirst("extension_".count))=\($0.value)"
        }
        if !extensions.isEmpty {
            let value = extensions.joined(separator: ",")
            properties.append((name: "sasl.oauthbearer.extensions", value: value))
        }
        return .set(properties)
    }

    /// The value of an option, the last one if it is given twice.
    private subscript(option: String) -> String? {
        options.last { $0.name == option }?.value
    }

    fileprivate static func malformed(_ why: String) -> SettingsError {
        SettingsError(
            "sasl.jaas.config cannot be read: \(why)",
            hint: "org.apache.kafka.common.security.plain.PlainLoginModule required "
                + #"username="NAME" password="PASSWORD";"#
        )
    }
}

/// Cuts the text into words, quoted or bare, and signs; comments are skipped.
private struct LoginModuleWords {
    enum Word: Equatable {
        case word(String)
        case equals
        case semicolon
        case end
    }

    private var rest: Substring.UnicodeScalarView

    init(_ text: String) {
        rest = text[...].unicodeScalars
    }

    mutating func next() throws(SettingsError) -> Word {
        skipBlanksAndComments()
        guard let first = rest.first else { return .end }
        switch first {
        case "=":
            rest.removeFirst()
            return .equals
        case ";":
            rest.removeFirst()
            return .semicolon
        case "\"", "'":
            rest.removeFirst()
            return .word(try quoted(until: first))
        default:
            let end = rest.firstIndex { $0.value <= 0x20 || "=;\"'".unicodeScalars.contains($0) }
            let word = rest[..<(end ?? rest.endIndex)]
            rest = rest[word.endIndex...]
            return .word(String(word))
        }
    }

    private mutating func quoted(until quote: Unicode.Scalar) throws(SettingsError) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return String(text) }
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let escape = rest.popFirst() else { break }
            text.append(unescaped(escape))
        }
        throw LoginModule.malformed("a quotation mark is not closed")
    }

    private mutating func unescaped(_ escape: Unicode.Scalar) -> Unicode.Scalar {
        switch escape {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "a": return "\u{07}"
        case "v": return "\u{0B}"
        case "0"..."7":
            var value = escape.value - 0x30
            let most = value <= 3 ? 2 : 1
            for _ in 0..<most {
                guard let digit = rest.first, ("0"..."7").contains(digit) else { break }
                value = value << 3 | (digit.value - 0x30)
                rest.removeFirst()
            }
            return Unicode.Scalar(UInt8(truncatingIfNeeded: value))
        default: return escape
        }
    }

    private mutating func skipBlanksAndComments() {
        while true {
            rest = rest.drop { $0.value <= 0x20 }
            if rest.starts(with: "//".unicodeScalars) {
                rest = rest.drop { $0 != "\n" && $0 != "\r" }
            } else if rest.starts(with: "/*".unicodeScalars) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) { rest.removeFirst() }
                rest = rest.dropFirst(2)
            } else {
                return
            }
        }
    }
}
