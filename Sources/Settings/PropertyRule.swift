// From Java's property names to librdkafka's, as rows of data.
// A name without a row means the same to both, or is unknown to both: librdkafka has the last word
// on it.

/// The outcome for one property.
enum PropertyOutcome {
    /// These names and values take its place, in this order.
    case set([(name: String, value: String)])
    /// It has no counterpart and nothing is lost without it; the text says why.
    case dropped(String)
    /// It takes the place of `target` but cannot be used as it is.
    case failed(target: String, SettingsError)

    static func set(_ name: String, _ value: String) -> PropertyOutcome {
        .set([(name: name, value: value)])
    }

    static func failed(_ target: String, _ reason: String, hint: String) -> PropertyOutcome {
        .failed(target: target, SettingsError(reason, hint: hint))
    }
}

/// A property to be turned, with what the turning may depend on.
struct PropertySource {
    let name: String
    let value: String
    let role: ClientRole
    /// The effective values of all names as they were given.
    let given: [String: String]
    /// Answers about the files that values name.
    let world: SettingsWorld
}

/// A row: a name that librdkafka knows by another name, in another form, or not at all.
struct PropertyRule: Sendable {
    let name: String
    let convert: @Sendable (PropertySource) -> PropertyOutcome

    static func outcome(of source: PropertySource) -> PropertyOutcome {
        guard let rule = byName[source.name] else { return .set(source.name, source.value) }
        return rule.convert(source)
    }

    /// Every row.
    static let all: [PropertyRule] = names + values + security + dropped

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    static func renamed(_ name: String, to other: String) -> PropertyRule {
        PropertyRule(name: name) { .set(other, $0.value) }
    }

    static func converted(
        _ name: String,
        _ convert: @escaping @Sendable (PropertySource) -> PropertyOutcome
    ) -> PropertyRule {
        PropertyRule(name: name, convert: convert)
    }

    static func dropped(_ why: String, _ names: [String]) -> [PropertyRule] {
        names.map { name in PropertyRule(name: name) { _ in .dropped(why) } }
    }

    private static let names: [PropertyRule] = [
        renamed("fetch.max.wait.ms", to: "fetch.wait.max.ms"),
        renamed("max.request.size", to: "message.max.bytes"),
        converted("bootstrap.controllers") { source in
            // Without an address of a broker, the default one would be asked instead.
            source.value.isEmpty || source.given["bootstrap.servers"] != nil
                ? .dropped("librdkafka asks brokers")
                : .failed(
                    "bootstrap.servers",
                    "'bootstrap.controllers' names controllers, and librdkafka asks brokers",
                    hint: "bootstrap.servers"
                )
        },
        converted("request.timeout.ms") { source in
            // To librdkafka this is the producer's alone; other clients wait by the socket.
            .set(source.role == .producer ? source.name : "socket.timeout.ms", source.value)
        },
    ]

    private static let values: [PropertyRule] = [
        converted("buffer.memory", PropertyConversion.kibibytes),
        converted("send.buffer.bytes") { .set("socket.send.buffer.bytes", systemDefault($0)) },
        converted("receive.buffer.bytes") {
            .set("socket.receive.buffer.bytes", systemDefault($0))
        },
        converted("connections.max.idle.ms") { .set($0.name, systemDefault($0)) },
        converted("partitioner.class", PropertyConversion.partitioner),
        converted("partitioner.ignore.keys") { source in
            source.value.lowercased() == "true"
                ? .set("partitioner", "random") : .dropped("it is kctl's default")
        },
        converted("partition.assignment.strategy", PropertyConversion.assignors),
        converted("auto.offset.reset", PropertyConversion.offsetReset),
        converted("group.protocol") { source in
            // Libraries before 2.4 do not know the name, and do exactly this.
            source.value.lowercased() == "classic"
                ? .dropped("it is librdkafka's default") : .set(source.name, source.value)
        },
        converted("client.dns.lookup") { source in
            ["use_all_dns_ips", "default", ""].contains(source.value)
                ? .dropped("it is librdkafka's default") : .set(source.name, source.value)
        },
    ]

    private static let dropped: [PropertyRule] =
        dropped(
            "kctl does not use serializers",
            ["key.serializer", "value.serializer", "key.deserializer", "value.deserializer"]
        )
        + dropped(
            "it is for Java classes",
            [
                "interceptor.classes", "metric.reporters", "config.providers", "security.providers",
                "auto.include.jmx.reporter", "metrics.num.samples", "metrics.recording.level",
                "metrics.sample.window.ms",
            ]
        )
        + dropped(
            "librdkafka has no such setting",
            [
                "default.api.timeout.ms", "exclude.internal.topics", "max.block.ms",
                "max.poll.records", "metadata.max.idle.ms",
                "socket.connection.setup.timeout.max.ms",
                "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms",
                "transaction.two.phase.commit.enable",
                "internal.throw.on.fetch.stable.offset.unsupported",
            ]
        )
        + dropped(
            "librdkafka does not support share groups",
            ["share.acknowledgement.mode", "share.acquire.mode"]
        )
        + dropped(
            "set compression.level instead",
            ["compression.gzip.level", "compression.lz4.level", "compression.zstd.level"]
        )

    /// Java writes -1 for "as the system has it", librdkafka 0.
    private static func systemDefault(_ source: PropertySource) -> String {
        source.value == "-1" ? "0" : source.value
    }
}
