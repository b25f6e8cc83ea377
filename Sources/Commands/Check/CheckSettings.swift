// The first link and the last: the settings of kctl, and the features of its library.

import KafkaCore
import Probe
import Settings

/// Checks of the settings and the library.
enum CheckSettings {
    /// Returns the settings that say how a cluster is reached, with their origins.
    static func text(_ settings: ClusterSettings) -> String {
        let names = ["bootstrap.servers", "security.protocol", "sasl.mechanism", "sasl.username"]
        return names.compactMap { settings[$0] }
            .map { "\($0.name) \($0.shownValue) (\($0.origin))" }
            .joined(separator: ", ")
    }

    /// Returns the library's version, and what it cannot do.
    static func library(_ greeting: Greeting) -> String {
        let missing = Feature.allCases.filter { !Features.has($0) }.map(\.subject)
        let broker = greeting.isFour ? "Kafka 4 or newer" : "Kafka before 4"
        let lack = missing.isEmpty ? "" : "; too old for " + missing.joined(separator: ", ")
        return "librdkafka \(Features.libraryVersion), brokers run \(broker)\(lack)"
    }
}
