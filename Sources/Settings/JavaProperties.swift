// librdkafka's properties in Java's terms: the way back of `PropertyRule`.

extension PropertiesTranslation {
    /// Effective settings as Java's clients understand them.
    public init(toJava settings: ClusterSettings) {
        var values: [String: String] = [:]
        for setting in settings.properties {
            values[PropertyNames.canonical(setting.name)] = setting.value
        }
        var used: Set<String> = []
        for setting in settings.properties {
            let name = PropertyNames.canonical(setting.name)
            guard !used.contains(name) else { continue }
            if let group = Self.group(of: name, values) {
                used.formUnion(group.names)
                properties += group.properties
                if let failure = group.failure { failures.append(failure) }
            } else if let (other, convert) = Self.renamed[name] {
                if let value = convert(setting.value) {
                    properties.append((name: other, value: value))
                } else {
                    omit(setting, "Java has no counterpart of this value")
                }
            } else if Self.same.contains(name) {
                properties.append((name: Self.javaName[name] ?? name, value: setting.value))
            } else {
                omit(setting, "Java's clients have no such property")
            }
        }
    }

    private mutating func omit(_ setting: Setting, _ why: String) {
        omitted.append("\(setting.origin): '\(setting.name)' is ignored: \(why)")
    }

    /// Several properties that Java says with one, or with others.
    private struct Group {
        var names: Set<String>
        var properties: [(name: String, value: String)] = []
        var failure: SettingsError?
    }

    private static func group(of name: String, _ values: [String: String]) -> Group? {
        switch name {
        case "sasl.username", "sasl.password": return password(values)
        case "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret",
            "sasl.oauthbearer.scope", "sasl.oauthbearer.method":
            return token(values)
        case "sasl.kerberos.keytab", "sasl.kerberos.principal": return kerberos(values)
        case "ssl.ca.location", "ssl.ca.pem":
            let (java, value) =
                name == "ssl.ca.location"
                ? ("ssl.truststore.location", values[name])
                : ("ssl.truststore.certificates", values[name])
            return Group(
                names: [name],
                properties: [
                    (name: "ssl.truststore.type", value: "PEM"), (name: java, value: value ?? ""),
                ]
            )
        case "ssl.key.location", "ssl.certificate.location":
            let names: Set = ["ssl.key.location", "ssl.certificate.location"]
            guard let key = values["ssl.key.location"],
                key == values["ssl.certificate.location"]
            else {
                let failure = SettingsError(
                    "Java requires the key and its certificate in one file",
                    hint: "put both into one PEM file: ssl.keystore.type=PEM, ssl.keystore.location"
                )
                return Group(names: names, failure: failure)
            }
            return Group(
                names: names,
                properties: [
                    (name: "ssl.keystore.type", value: "PEM"),
                    (name: "ssl.keystore.location", value: key),
                ]
            )
        case "ssl.key.pem", "ssl.certificate.pem":
            var group = Group(
                names: ["ssl.key.pem", "ssl.certificate.pem"],
                properties: [(name: "ssl.keystore.type", value: "PEM")]
            )
            if let key = values["ssl.key.pem"] {
                group.properties.append((name: "ssl.keystore.key", value: key))
            }
            if let chain = values["ssl.certificate.pem"] {
                group.properties.append((name: "ssl.keystore.certificate.chain", value: chain))
            }
            return group
        case "ssl.keystore.location":
            return Group(
                names: [name],
                properties: [
                    (name: "ssl.keystore.type", value: "PKCS12"),
                    (name: name, value: values[name] ?? ""),
                ]
            )
        default: return nil
        }
    }

    private static func password(_ values: [String: String]) -> Group {
        let mechanism = values["sasl.mechanisms"]?.uppercased() ?? ""
        let module =
            mechanism.hasPrefix("SCRAM") ? "scram.ScramLoginModule" : "plain.PlainLoginModule"
        return Group(
            names: ["sasl.username", "sasl.password"],
            properties: [
                login(
                    "org.apache.kafka.common.security.\(module)",
                    [("username", values["sasl.username"]), ("password", values["sasl.password"])]
                )
            ]
        )
    }

    private static func token(_ values: [String: String]) -> Group {
        Group(
            names: [
                "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret",
                "sasl.oauthbearer.scope", "sasl.oauthbearer.method",
            ],
            properties: [
                login(
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                    [
                        ("clientId", values["sasl.oauthbearer.client.id"]),
                        ("clientSecret", values["sasl.oauthbearer.client.secret"]),
                        ("scope", values["sasl.oauthbearer.scope"]),
                    ]
                ),
                (
                    name: "sasl.login.callback.handler.class",
                    value: "org.apache.kafka.common.security.oauthbearer"
                        + ".OAuthBearerLoginCallbackHandler"
                ),
            ]
        )
    }

    private static func kerberos(_ values: [String: String]) -> Group {
        let keytab = values["sasl.kerberos.keytab"]
        return Group(
            names: ["sasl.kerberos.keytab", "sasl.kerberos.principal"],
            properties: [
                login(
                    "com.sun.security.auth.module.Krb5LoginModule",
                    [
                        ("useKeyTab", keytab == nil ? nil : "true"),
                        ("storeKey", keytab == nil ? nil : "true"),
                        ("useTicketCache", keytab == nil ? "true" : nil), ("keyTab", keytab),
                        ("principal", values["sasl.kerberos.principal"]),
                    ]
                )
            ]
        )
    }

    private static func login(
        _ module: String,
        _ options: [(name: String, value: String?)]
    ) -> (name: String, value: String) {
        var text = "\(module) required"
        for (name, value) in options {
            guard let value else { continue }
            var quoted = ""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { quoted += "\\" }
                quoted.unicodeScalars.append(scalar)
            }
            text += " \(name)=\"\(quoted)\""
        }
        return (name: "sasl.jaas.config", value: text + ";")
    }

    /// Names that both have and that mean the same, as `PropertyNames.canonical` has them.
    private static let same: Set<String> = [
        "bootstrap.servers", "client.id", "client.rack", "security.protocol", "sasl.mechanisms",
        "sasl.kerberos.service.name", "request.required.acks", "queue.buffering.max.ms",
        "batch.size", "compression.codec", "message.send.max.retries", "retry.backoff.ms",
        "retry.backoff.max.ms", "message.timeout.ms", "enable.idempotence", "transactional.id",
        "transaction.timeout.ms", "max.in.flight.requests.per.connection", "metadata.max.age.ms",
        "connections.max.idle.ms", "group.id", "group.instance.id", "group.protocol",
        "session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms",
        "enable.auto.commit", "auto.commit.interval.ms", "fetch.min.bytes", "fetch.max.bytes",
        "fetch.message.max.bytes", "isolation.level", "check.crcs", "allow.auto.create.topics",
        "client.dns.lookup", "ssl.key.password", "ssl.keystore.password", "ssl.cipher.suites",
        "reconnect.backoff.ms", "reconnect.backoff.max.ms", "request.timeout.ms",
        "sasl.oauthbearer.token.endpoint.url", "enable.metrics.push",
    ]

    /// Java's name where it is the alias.
    private static let javaName = [
        "sasl.mechanisms": "sasl.mechanism", "request.required.acks": "acks",
        "queue.buffering.max.ms": "linger.ms", "compression.codec": "compression.type",
        "message.send.max.retries": "retries", "message.timeout.ms": "delivery.timeout.ms",
        "fetch.message.max.bytes": "max.partition.fetch.bytes",
    ]

    private static let renamed: [String: (String, @Sendable (String) -> String?)] = [
        "fetch.wait.max.ms": ("fetch.max.wait.ms", { $0 }),
        "message.max.bytes": ("max.request.size", { $0 }),
        "socket.timeout.ms": ("request.timeout.ms", { $0 }),
        "queue.buffering.max.kbytes": ("buffer.memory", { Int($0).map { "\($0 * 1024)" } }),
        "socket.send.buffer.bytes": ("send.buffer.bytes", { $0 == "0" ? "-1" : $0 }),
        "socket.receive.buffer.bytes": ("receive.buffer.bytes", { $0 == "0" ? "-1" : $0 }),
        "ssl.endpoint.identification.algorithm": (
            "ssl.endpoint.identification.algorithm", { $0 == "none" ? "" : $0 }
        ),
        "auto.offset.reset": (
            "auto.offset.reset",
            { value in
                switch value {
                case "smallest", "earliest", "beginning": "earliest"
                case "largest", "latest", "end": "latest"
                case "error": "none"
                default: nil
                }
            }
        ),
        "partitioner": (
            "partitioner.class",
            { $0 == "random" ? "org.apache.kafka.clients.producer.RoundRobinPartitioner" : nil }
        ),
        "partition.assignment.strategy": (
            "partition.assignment.strategy",
            { value in
                let classes = [
                    "range": "RangeAssignor", "roundrobin": "RoundRobinAssignor",
                    "cooperative-sticky": "CooperativeStickyAssignor",
                ]
                let names = value.split(separator: ",").map { classes[trimmed($0)] }
                guard !names.contains(nil) else { return nil }
                return names.compactMap { $0.map { "org.apache.kafka.clients.consumer.\($0)" } }
                    .joined(separator: ",")
            }
        ),
    ]
}
