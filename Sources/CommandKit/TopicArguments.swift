// Values of topic options: configuration entries and replica assignments.

package import Arguments
package import KafkaCore

/// A topic configuration entry: `retention.ms=60000`.
package struct ConfigArgument: ArgumentValue {
    package static let placeholder = "NAME=VALUE"

    package let argumentText: String
    package let entry: ConfigEntry

    package init(argument: String) throws(InvalidValue) {
        argumentText = argument
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, !name.isEmpty else {
            throw InvalidValue("not NAME=VALUE")
        }
        entry = ConfigEntry(String(name), String(parts[1]))
    }
}

/// The brokers of each partition: `0:1,1:2` puts partition 0 on 0 and 1, partition 1 on 1 and 2.
package struct ReplicaAssignment: ArgumentValue {
    package static let placeholder = "B:B,B:B"

    package let argumentText: String
    package let brokers: [[Int32]]

    package init(argument: String) throws(InvalidValue) {
        argumentText = argument
        var brokers: [[Int32]] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            var replicas: [Int32] = []
            for word in part.split(separator: ":", omittingEmptySubsequences: false) {
                guard let broker = Int32(word), broker >= 0 else {
                    throw InvalidValue("'\(word)' is not a broker number")
                }
                guard !replicas.contains(broker) else {
                    throw InvalidValue("broker \(broker) is named twice for one partition")
                }
                replicas.append(broker)
            }
            guard brokers.first.map({ $0.count == replicas.count }) ?? true else {
                throw InvalidValue("every partition needs the same number of brokers")
            }
            brokers.append(replicas)
        }
        self.brokers = brokers
    }
}
