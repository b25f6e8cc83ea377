// The real Kafka that scripts/test has started.

import Glibc
import JSON
import Testing

/// Addresses of the real broker, and topics of a test's own on it.
enum Kafka {
    static let servers = Kctl.variable("KCTL_TEST_KAFKA")
    static let tlsServers = Kctl.variable("KCTL_TEST_KAFKA_SSL")
    static let saslServers = Kctl.variable("KCTL_TEST_KAFKA_SASL")
    static let saslTLSServers = Kctl.variable("KCTL_TEST_KAFKA_SASL_SSL")
    static let certificates = Kctl.variable("KCTL_TEST_KAFKA_TLS")
    static let script = Kctl.variable("KCTL_TEST_KAFKA_SCRIPT")
    static let version = Kctl.variable("KCTL_TEST_KAFKA_VERSION") ?? "4.3.1"

    /// A topic's name that no other test has.
    static func name(_ purpose: String) -> String {
        "e2e-\(purpose)-\(UInt32.random(in: 0 ... .max))"
    }

    /// Makes a topic; its name.
    static func topic(_ purpose: String, partitions: Int = 1, _ more: [String] = []) throws
        -> String
    {
        let name = name(purpose)
        // A busy machine takes its time for a thousand of them.
        let words = ["topics", "create", name, "--partitions", "\(partitions)", "--timeout", "50s"]
        let made = try run(words + more)
        guard made.ending == .exited(0) else { throw HarnessError(made.errors) }
        return name
    }

    /// Runs kctl on the broker.
    static func run(
        _ arguments: [String],
        input: InputStream = .bytes([]),
        output: OutputTarget = .pipe,
        within limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try Kctl.run(
            arguments,
            input: input,
            output: output,
            on: servers,
            within: limit,
            sourceLocation: sourceLocation
        )
    }

    /// Starts kctl on the broker.
    static func start(
        _ arguments: [String],
        input: InputStream = .bytes([]),
        output: OutputTarget = .pipe,
        within limit: Duration = .seconds(60)
    ) throws -> Program {
        try Kctl.start(arguments, input: input, output: output, on: servers, within: limit)
    }

    /// Runs one of Kafka's own tools, without its notes about logging.
    static func tool(
        _ name: String,
        _ arguments: [String],
        input: InputStream = .bytes([])
    ) throws -> Outcome {
        guard let script, let servers else { throw HarnessError("no Kafka") }
        let isOld = name == "get-offsets" && version.hasPrefix("2.")
        let address = [isOld ? "--broker-list" : "--bootstrap-server", servers]
        let words = ["tool", "--version", version, name] + address
        let line = ([script] + words + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try Kctl.bash(line, input: input)
    }

    /// Properties of the console producer's reader, as the version at hand wants them.
    static func readerProperty(_ properties: String...) -> [String] {
        properties.flatMap { [isBefore(4, 2) ? "--property" : "--reader-property", $0] }
    }

    /// Properties of the console consumer's formatter, as the version at hand wants them.
    static func formatterProperty(_ properties: String...) -> [String] {
        properties.flatMap { [isBefore(4, 2) ? "--property" : "--formatter-property", $0] }
    }

    /// Whether the version at hand is older.
    static func isBefore(_ major: Int, _ minor: Int) -> Bool {
        let parts = version.split(separator: ".").compactMap { Int($0) }
        return parts.count >= 2 && (parts[0], parts[1]) < (major, minor)
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs a real broker.
    static var needsKafka: ConditionTrait {
        .enabled(if: Kafka.servers != nil, "no real Kafka was started (scripts/test does)")
    }
}

/// Guards against a run that passes because everything was skipped.
struct KafkaPresenceTests {
    @Test(.enabled(if: Kctl.variable("KCTL_TEST_REQUIRE_KAFKA") == "1", "Kafka is not required"))
    func realKafkaIsThereWhenItIsRequired() {
        #expect(Kafka.servers != nil)
    }

    @Test(.needsKafka) func whatTestsWriteIsKeptHoweverOld() throws {
        // Else it goes when the broker looks, now and then, for what is older than a week.
        let topic = try Kafka.topic("kept")
        let configs = try Kafka.run(["configs", "describe", "topic", topic, "--all", "--json"])
        let retention = try configs.json().first { $0["config"]?.string == "retention.ms" }
        #expect(retention?["value"]?.string == "-1")
    }
}
