// The first link and the last: what kctl is told, and what its library can do.

import KafkaCore
import Probe
import Settings

/// What is told of settings and library.
enum CheckSettings {
    /// The settings that say how a cluster is reached, with their origins.
    static func text(_ settings: ClusterSettings) -> String {
        let names = ["bootstrap.servers", "security.protocol", "sasl.mechanism", "sasl.username"]
        return names.compactMap { settings[$0] }
            .map { "\($0.name) \($0.shownValue) (\($0.origin))" }
            .joined(separator: ", ")
    }

    /// The library's version, and what it cannot do.
    static func library(_ greeting: Greeting) -> String {
        let missing = Feature.allCases.filter { !Features.has($0) }.map(\.subject)
        let broker = greeting.isFour ? "Kafka 4 or newer" : "Kafka before 4"
        let lack = missing.isEmpty ? "" : "; too old for " + missing.joined(separator: ", ")
        return "librdkafka \(Features.libraryVersion), brokers of \(broker)\(lack)"
    }
}
