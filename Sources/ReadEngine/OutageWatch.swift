// Notices brokers that go away while a read goes on, or while it cannot.

import KafkaCore

/// Reports once each: that a broker has gone away, that none can be reached, that records arrive again.
struct OutageWatch {
    private var isUnreachable = false
    private var lost: Set<String> = []

    /// The number of call timeouts that records are waited for.
    ///
    /// Kafka itself takes nine seconds to see that a broker is gone (eighteen before 3.0), and then
    /// others have to take over what it led. Where no broker is left nobody takes over.
    var factor: Int { isUnreachable ? 1 : 3 }

    /// Returns what has changed, by what the library reported of its connections.
    mutating func check(_ client: Client, hasArrivals: Bool) -> Outage? {
        if hasArrivals, isUnreachable {
            isUnreachable = false
            client.forgetComplaints()
            return .over
        }
        guard !isUnreachable else { return nil }
        let complaints = client.complaints
        if complaints.allBrokersDown {
            // What had arrived before is printed first.
            guard !hasArrivals else { return nil }
            isUnreachable = true
            return .unreachable(reason: complaints.mainReason?.reason)
        }
        for complaint in complaints.lostBrokers {
            guard let broker = complaint.broker, lost.insert(broker).inserted else { continue }
            return .lost(broker: broker, reason: complaint.reason)
        }
        return nil
    }
}
