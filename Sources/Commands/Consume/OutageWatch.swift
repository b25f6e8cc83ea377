// Brokers that go away while a read goes on, or while it cannot.

import CommandKit
import KafkaCore

/// Says it, each once, when a broker has gone away, when none can be reached any more, and when
/// records come again.
struct OutageWatch {
    private var isSaid = false
    private var lost: Set<String> = []

    /// How many times as long as for an answer records are waited for.
    ///
    /// Kafka itself takes nine seconds to see that a broker is gone (eighteen before 3.0), and then
    /// others have to take over what it led. Where no broker is left nobody takes over.
    var patience: Int { isSaid ? 1 : 3 }

    /// Looks at what the library complained of.
    ///
    /// - Returns: what to say about it, if anything is new.
    mutating func look(at connection: Connection, hasArrivals: Bool) -> String? {
        let complaints = connection.client.complaints
        if hasArrivals, isSaid {
            isSaid = false
            connection.client.forgetComplaints()
            return "reading goes on"
        }
        guard !isSaid else { return nil }
        if complaints.allBrokersDown {
            // What had arrived before is printed first.
            guard !hasArrivals else { return nil }
            isSaid = true
            let reason = complaints.telling.map { ": \($0.reason)" } ?? ""
            return "no broker reachable at \(connection.servers)\(reason); still trying"
        }
        for complaint in complaints.lostBrokers {
            guard let broker = complaint.broker, lost.insert(broker).inserted else { continue }
            return "lost broker \(broker): \(complaint.reason); still trying"
        }
        return nil
    }
}
