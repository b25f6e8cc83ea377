// The rows for TLS and for signing in: stores, PEM texts, JAAS.

extension PropertyRule {
    static let security: [PropertyRule] =
        [
            converted("ssl.endpoint.identification.algorithm") { source in
                .set(source.name, source.value.isEmpty ? "none" : source.value)
            },
            converted("ssl.truststore.location", trustStore),
            converted("ssl.truststore.certificates") {
                .set("ssl.ca.pem", PropertyConversion.pem($0.value))
            },
            converted("ssl.keystore.location", keyStore),
            converted("ssl.keystore.key") { .set("ssl.key.pem", PropertyConversion.pem($0.value)) },
            converted("ssl.keystore.certificate.chain") {
                .set("ssl.certificate.pem", PropertyConversion.pem($0.value))
            },
            converted("sasl.jaas.config", LoginModule.outcome),
            converted("sasl.mechanism", mechanism),
            converted("sasl.mechanisms", mechanism),
            converted("sasl.kerberos.kinit.cmd") { source in
                // Java's is a path, librdkafka's a whole command line.
                source.value.contains(" ")
                    ? .set(source.name, source.value)
                    : .dropped("librdkafka requires a complete command line")
            },
            converted("sasl.login.callback.handler.class", callbackHandler),
            converted("sasl.client.callback.handler.class", callbackHandler),
            converted("sasl.login.class", callbackHandler),
            converted("sasl.oauthbearer.jwt.retriever.class", callbackHandler),
        ]
        + dropped(
            "brokers validate tokens",
            [
                "sasl.oauthbearer.clock.skew.seconds", "sasl.oauthbearer.expected.audience",
                "sasl.oauthbearer.expected.issuer", "sasl.oauthbearer.header.urlencode",
                "sasl.oauthbearer.jwks.endpoint.refresh.ms",
                "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
                "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
                "sasl.oauthbearer.jwks.endpoint.url", "sasl.oauthbearer.jwt.validator.class",
                "sasl.oauthbearer.scope.claim.name",
            ]
        )
        + dropped("it belongs to the store", ["ssl.truststore.password"])
        + dropped("it belongs to the store", ["ssl.truststore.type", "ssl.keystore.type"])
        + dropped(
            "OpenSSL has no such setting",
            [
                "ssl.protocol", "ssl.enabled.protocols", "ssl.provider", "ssl.engine.factory.class",
                "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm",
                "ssl.secure.random.implementation",
            ]
        )
        + dropped(
            "librdkafka has no such setting",
            [
                "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor",
                "sasl.login.refresh.buffer.seconds", "sasl.login.refresh.min.period.seconds",
                "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter",
                "sasl.login.connect.timeout.ms", "sasl.login.read.timeout.ms",
                "sasl.login.retry.backoff.ms", "sasl.login.retry.backoff.max.ms",
            ]
        )

    /// Returns the kind of the store that `source` names: by its first bytes, as Java's clients do
    /// since 9; where it cannot be read, by the type given with it, else by the end of its name.
    private static func kind(_ source: PropertySource, type: String?) -> StoreKind? {
        if let file = try? source.world.read(source.value),
            let kind = source.world.kind(file.bytes)
        {
            return kind
        }
        switch type?.uppercased() {
        case "PEM": return .pem
        case "PKCS12": return .pkcs12
        case .some: return .java
        case nil: break
        }
        switch PropertyConversion.lastComponent(source.value).lowercased() {
        case "pem", "crt", "cer": return .pem
        case "p12", "pfx", "pkcs12": return .pkcs12
        case "jks": return .java
        default: return nil
        }
    }

    private static func trustStore(_ source: PropertySource) -> PropertyOutcome {
        let path = source.value
        if path.isEmpty { return .dropped("it has no file name") }
        // A file that is missing is named as such where the paths are checked.
        do throws(SettingsError) { _ = try source.world.read(path) } catch {
            if error.isMissing { return .set("ssl.ca.location", path) }
        }
        switch kind(source, type: source.given["ssl.truststore.type"]) {
        case .pem: return .set("ssl.ca.location", path)
        case .pkcs12:
            do throws(SettingsError) {
                let file = try source.world.read(path)
                let password = source.given["ssl.truststore.password"] ?? ""
                return .set("ssl.ca.pem", try source.world.certificates(file.bytes, password))
            } catch {
                return .failed(
                    "ssl.ca.location",
                    "trust store '\(path)': \(error.reason)",
                    hint: error.hint
                        ?? "openssl pkcs12 -in \(shellQuoted(path)) -nokeys -out ca.pem, "
                        + "then ssl.ca.location=ca.pem"
                )
            }
        case .java, nil:
            return .failed(
                "ssl.ca.location",
                "trust store '\(path)' is a JKS file, which only Java can read",
                hint: "keytool -list -rfc -keystore \(shellQuoted(path)) > ca.pem, "
                    + "then ssl.ca.location=ca.pem"
            )
        }
    }

    private static func keyStore(_ source: PropertySource) -> PropertyOutcome {
        let path = source.value
        if path.isEmpty { return .dropped("it has no file name") }
        switch kind(source, type: source.given["ssl.keystore.type"]) {
        case .pem:
            // Java's PEM key store holds the key and its certificates in one file.
            return .set([
                (name: "ssl.key.location", value: path),
                (name: "ssl.certificate.location", value: path),
            ])
        case .pkcs12, nil: return .set(source.name, path)
        case .java:
            return .failed(
                source.name,
                "key store '\(path)' is a JKS file, which only Java can read",
                hint: "keytool -importkeystore -srckeystore \(shellQuoted(path)) "
                    + "-destkeystore client.p12 -deststoretype PKCS12, "
                    + "then ssl.keystore.location=client.p12"
            )
        }
    }

    private static func mechanism(_ source: PropertySource) -> PropertyOutcome {
        guard source.value.uppercased() == "AWS_MSK_IAM" else {
            return .set(source.name, source.value)
        }
        return .failed(
            source.name,
            "AWS MSK IAM is not supported",
            hint: "use SCRAM-SHA-512 or TLS client certificates"
        )
    }

    private static func callbackHandler(_ source: PropertySource) -> PropertyOutcome {
        let standard = [
            "OAuthBearerLoginCallbackHandler", "AbstractLogin", "DefaultLogin",
            "DefaultJwtRetriever", "ClientCredentialsJwtRetriever",
        ]
        if source.value.isEmpty || standard.contains(PropertyConversion.lastComponent(source.value))
        {
            return .dropped("librdkafka has its own login")
        }
        return .failed(
            source.name,
            "'\(source.name)' names '\(source.value)', Java code that cannot run here",
            hint: "sasl.mechanism=PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 with sasl.username and "
                + "sasl.password"
        )
    }
}
