// The checks that need the library: login, metadata, and what a topic and a group allow.

import CommandKit
import KafkaCore
import Probe
import Reactor
import Settings

/// The links above the protocol.
struct CheckCluster {
    private let connection: Connection
    private let report: CheckReport
    private let network: NetworkWalk

    init(_ connection: Connection, _ report: CheckReport, _ network: NetworkWalk) {
        self.connection = connection
        self.report = report
        self.network = network
    }

    /// Clocks that differ by less do no harm.
    private static let tolerance = Duration.seconds(5)

    /// From the login to the group.
    func walk(_ greeting: Greeting, topic: String?, group: (name: String, asking: Connection)?)
        throws(CommandError)
    {
        let metadata: Metadata
        do { metadata = try connection.metadata() } catch {
            throw try report.broken(.login, error)
        }
        try report.ok(.login, login)
        // A quorum's metadata names any broker as the controller.
        let named = greeting.isOfQuorum ? nil : connection.client.controllerID
        let controller = named.map { ", controller \($0)" } ?? ""
        let id = connection.client.clusterID.map { "id \($0), " } ?? ""
        let count =
            counted(metadata.brokers.count, "broker")
            + ", " + counted(metadata.topics.count, "topic")
        try report.ok(.cluster, id + count + controller)
        try brokers(metadata)
        try clock(metadata, greeting)
        if let topic { try self.topic(topic) }
        if let group { try self.group(group.name, group.asking) }
    }

    private var login: String {
        let settings = connection.settings
        guard settings["security.protocol"]?.value.lowercased().hasPrefix("sasl") == true else {
            return "not required"
        }
        let user = settings["sasl.username"].map { " as \($0.value)" } ?? ""
        return "accepted\(user) with \(settings["sasl.mechanism"]?.value ?? "GSSAPI")"
    }

    /// Returns the advice for an administrator: the user and the right to grant.
    private func grant(_ what: String) -> String {
        let user = connection.settings["sasl.username"].map { "User:\($0.value)" } ?? "this client"
        return "grant \(what) to \(user)"
    }

    private func brokers(_ metadata: Metadata) throws(CommandError) {
        var bad: [String] = []
        for broker in metadata.brokers {
            guard let port = UInt16(exactly: broker.port) else { continue }
            let endpoint = Endpoint(host: broker.host, port: port)
            if let problem = network.problem(with: endpoint) {
                bad.append("broker \(broker.id) at \(endpoint): \(problem)")
            }
        }
        guard bad.isEmpty else {
            throw try report.broken(
                .brokers,
                bad.joined(separator: "; "),
                "clients connect to advertised.listeners: correct that setting, or the route to it",
                .unreachable
            )
        }
        let all = metadata.brokers.map { "\($0.id) at \($0.host):\($0.port)" }
        try report.ok(.brokers, all.joined(separator: ", "))
    }

    private func clock(_ metadata: Metadata, _ greeting: Greeting) throws(CommandError) {
        guard let broker = metadata.brokers.first, let port = UInt16(exactly: broker.port) else {
            return
        }
        let endpoint = Endpoint(host: broker.host, port: port)
        guard let ahead = network.clockDifference(endpoint, greeting) else {
            return try report.note(.clock, "the broker does not report the controller's time")
        }
        let text = "controller \(Self.seconds(ahead)) s ahead"
        if ahead < Self.tolerance, .zero - ahead < Self.tolerance {
            return try report.ok(.clock, text)
        }
        try report.note(.clock, text, "timestamps and offsets by time will be wrong: use NTP")
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.nanoseconds / 1_000_000
        let digits = "\(abs(milliseconds % 1000) + 1000)".dropFirst()
        return "\(milliseconds < 0 ? "-" : "")\(abs(milliseconds) / 1000).\(digits)"
    }

    private func topic(_ name: String) throws(CommandError) {
        do throws(CommandError) {
            let topic = try connection.topic(name)
            let partitions = topic.partitions.map { TopicPartition(name, $0.id) }
            let headless = topic.partitions.filter { $0.leader == nil }.map(\.id)
            let answers = try connection.offsets(of: partitions, at: .latest)
            if let error = answers.lazy.compactMap(\.error).first {
                throw CommandError(error, topic: name, on: connection.servers)
            }
            let lack = headless.isEmpty ? "" : ", without a leader: \(headless)"
            try report.ok(.topic, "'\(name)': " + counted(partitions.count, "partition") + lack)
        } catch {
            var reported = error
            if error.status == .refused { reported.addHint(grant("Read on topic '\(name)'")) }
            throw try report.broken(.topic, reported)
        }
    }

    /// Asks the group as one of its members would, without joining it.
    ///
    /// An administrator's call would be plainer, but librdkafka 2.0.2 crashes on a coordinator that
    /// says to ask again later.
    private func group(_ name: String, _ asking: Connection) throws(CommandError) {
        // Any partition will do: the question is whether the group answers.
        let some = [TopicPartition("__consumer_offsets", 0)]
        let wakeup = try asking.makeWakeup()
        let member: GroupMember
        do { member = try GroupMember(asking.client, raising: wakeup) } catch {
            throw try report.broken(.group, CommandError(error, "group '\(name)'"))
        }
        let deadline = asking.clock.now + asking.timeout
        while true {
            var problem: KafkaError?
            do throws(KafkaError) {
                _ = try asking.client.committed(of: some, timeout: .milliseconds(500))
            } catch {
                problem = error
            }
            guard problem != nil else {
                return try report.ok(.group, "'\(name)': offsets are readable")
            }
            asking.client.serve()
            while let event = member.next() {
                if case .failed(let error, _) = event, error.kind == .refused { problem = error }
            }
            // A coordinator that has just begun reads first what it is to know.
            guard let problem else { continue }
            if problem.isRetriable, asking.clock.now < deadline { continue }
            var reported = CommandError(problem, "group '\(name)'")
            if problem.kind == .refused { reported.addHint(grant("Read on group '\(name)'")) }
            throw try report.broken(.group, reported)
        }
    }
}
