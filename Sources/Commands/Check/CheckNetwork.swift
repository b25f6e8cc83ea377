// Names, connections, TLS and the first words of the protocol, tried without the library: it would
// say of most that goes wrong here no more than that a broker is down.

import KafkaCore
import Output
import Probe
import Reactor
import Settings

/// The links below the library.
struct CheckNetwork {
    private let connection: Connection
    private let report: CheckReport
    private let usesTLS: Bool
    private let tls: TLSSettings

    /// A certificate that is valid for less than this is worth a note.
    private static let soon: Int64 = 14 * 86_400

    init(_ connection: Connection, _ report: CheckReport) {
        self.connection = connection
        self.report = report
        let settings = connection.settings
        let security = settings["security.protocol"]?.value.lowercased() ?? "plaintext"
        usesTLS = security.hasSuffix("ssl")
        var tls = TLSSettings()
        tls.authorityPath = settings["ssl.ca.location"]?.value
        tls.authorityText = settings["ssl.ca.pem"]?.value
        tls.certificatePath = settings["ssl.certificate.location"]?.value
        tls.keyPath = settings["ssl.key.location"]?.value
        tls.keyPassword = settings["ssl.key.password"]?.value
        tls.keystorePath = settings["ssl.keystore.location"]?.value
        tls.keystorePassword = settings["ssl.keystore.password"]?.value
        // librdkafka before 2.0 did not look at the name by default; 2.0 and later do.
        tls.checksHost = settings["ssl.endpoint.identification.algorithm"]?.value != "none"
        self.tls = tls
    }

    private func deadline() -> Instant { connection.clock.now + connection.timeout }

    /// From the name to the first words; what the broker takes.
    func walk() throws(CommandError) -> Greeting {
        let texts = connection.servers.split(separator: ",")
            .map { $0.drop { $0 == " " } }.map { String($0) }
        var reached: (endpoint: Endpoint, address: SocketAddress)?
        var names: [(Endpoint, [SocketAddress])] = []
        var lost: (CheckLink, ProbeError, Endpoint)?
        for text in texts {
            guard let endpoint = Endpoint(text) else {
                throw try report.broken(
                    .settings,
                    "'\(text)' is no HOST:PORT",
                    "--bootstrap-server",
                    .usage
                )
            }
            do throws(ProbeError) { names.append((endpoint, try endpoint.addresses())) } catch {
                lost = lost ?? (.name, error, endpoint)
                if texts.count > 1 { try report.note(.name, "\(endpoint.host): \(error.reason)") }
            }
        }
        guard !names.isEmpty else { throw try broken(lost) }
        let known = names.map { "\($0.0.host): \($0.1.map(\.description).joined(separator: " "))" }
        try report.ok(.name, known.joined(separator: ", "))
        for (endpoint, addresses) in names where reached == nil {
            for address in addresses where reached == nil {
                do throws(ProbeError) {
                    let start = connection.clock.now
                    _ = try TCPStream(to: address, until: deadline(), clock: connection.clock)
                    reached = (endpoint, address)
                    let time = milliseconds(connection.clock.now - start)
                    try? report.ok(.connection, "\(endpoint) at \(address), \(time)")
                } catch {
                    lost =
                        lost.flatMap { $0.0 == .name ? nil : $0 } ?? (.connection, error, endpoint)
                    let isAlone = names.count == 1 && addresses.count == 1
                    if !isAlone {
                        try report.note(.connection, "\(endpoint) at \(address): \(error.reason)")
                    }
                }
            }
        }
        guard let reached else { throw try broken(lost) }
        return try greet(reached.endpoint, reached.address)
    }

    private func broken(
        _ lost: (CheckLink, ProbeError, Endpoint)?
    ) throws(CommandError) -> CommandError {
        guard let (link, error, endpoint) = lost else { return .reported(.unreachable) }
        let remedy =
            switch error.kind {
            case .unknownName: "check the host's name in --bootstrap-server"
            case .refused: "nobody listens there: check the port, and whether the broker runs"
            case .timedOut: "a firewall may drop it: check address, port and route"
            default: "check --bootstrap-server"
            }
        return try report.broken(link, "\(endpoint): \(error.reason)", remedy, .unreachable)
    }

    // MARK: - TLS and protocol

    private func greet(
        _ endpoint: Endpoint,
        _ address: SocketAddress
    ) throws(CommandError) -> Greeting {
        let stream: any ByteStream
        do throws(ProbeError) {
            let plain = try TCPStream(to: address, until: deadline(), clock: connection.clock)
            stream = usesTLS ? try shake(plain, endpoint, address) : plain
        } catch {
            let remedy = try remedy(error, endpoint, address)
            throw try report.broken(.tls, "\(endpoint): \(error.reason)", remedy, .unreachable)
        }
        if let secure = stream as? TLSStream { try judge(secure.facts, endpoint) }
        do throws(ProbeError) {
            let greeting = try Greeting(over: stream, until: deadline())
            try? report.ok(.protocol, "speaks Kafka's, \(greeting.versions.count) requests")
            return greeting
        } catch {
            let isOurs = error.kind == .clientCertificate || usesTLS && error.kind == .closed
            let remedy = try remedy(error, endpoint, address)
            throw try report.broken(
                isOurs ? .tls : .protocol,
                "\(endpoint): \(error.reason)",
                remedy,
                .unreachable
            )
        }
    }

    private func shake(
        _ plain: TCPStream,
        _ endpoint: Endpoint,
        _ address: SocketAddress
    ) throws(ProbeError) -> TLSStream {
        try TLSStream(over: plain, host: endpoint.host, tls, until: deadline())
    }

    /// What is told of a certificate, and whether it is accepted.
    private func judge(_ facts: TLSFacts, _ endpoint: Endpoint) throws(CommandError) {
        let left = facts.notAfter - connection.clock.unixMilliseconds / 1000
        let certificate = "certificate of \(facts.subject) by \(facts.issuer)"
        guard let objection = facts.objection else {
            let days = "valid for \(left / 86_400) days more"
            try report.ok(.tls, "\(facts.version), \(certificate), \(days)")
            if left < Self.soon {
                try report.note(.tls, "the certificate expires soon", "renew it on the broker")
            }
            return
        }
        let remedy =
            switch objection.kind {
            case .unknownAuthority:
                "name the certificate of its authority: -X ssl.ca.location=FILE"
            case .expired: "renew it on the broker"
            case .notYetValid: "check the clocks"
            case .otherHost:
                "use a name that the certificate has, or -X"
                    + " ssl.endpoint.identification.algorithm=none"
            case .other: "check the certificate on the broker"
            }
        throw try report.broken(
            .tls,
            "\(endpoint): \(certificate): \(objection.reason)",
            remedy,
            .unreachable
        )
    }

    /// What to do, found out by trying the other way.
    private func remedy(
        _ error: ProbeError,
        _ endpoint: Endpoint,
        _ address: SocketAddress
    ) throws(CommandError) -> String {
        let security = connection.settings["security.protocol"]?.value.lowercased() ?? "plaintext"
        let isLogin = security.hasPrefix("sasl")
        switch error.kind {
        case .ownFile: return "check the file and its password"
        case .clientCertificate:
            return tls.certificatePath == nil && tls.keystorePath == nil
                ? "the broker wants a certificate: -X ssl.keystore.location=FILE"
                : "the broker does not take the certificate that it was shown"
        default: break
        }
        guard
            let other = try? TCPStream(to: address, until: deadline(), clock: connection.clock)
        else { return "check the broker" }
        if usesTLS {
            if (try? Greeting(over: other, until: deadline())) != nil {
                return "the port speaks plain text: -X security.protocol="
                    + (isLogin ? "sasl_plaintext" : "plaintext")
            }
        } else if (try? shake(other, endpoint, address)) != nil {
            return "the port speaks TLS: -X security.protocol=" + (isLogin ? "sasl_ssl" : "ssl")
        }
        return "check the port: is it one of a Kafka broker?"
    }

    // MARK: - Clock

    /// How far the controller's clock is ahead of ours; nil when it cannot be known.
    ///
    /// Where a login is wanted, only the library could ask, and it does not.
    func clockDifference(_ endpoint: Endpoint, _ greeting: Greeting) -> Duration? {
        let security = connection.settings["security.protocol"]?.value.lowercased() ?? "plaintext"
        guard !security.hasPrefix("sasl"), QuorumClock.isKnown(to: greeting),
            let address = try? endpoint.addresses().first,
            let plain = try? TCPStream(to: address, until: deadline(), clock: connection.clock)
        else { return nil }
        let stream: (any ByteStream)? = usesTLS ? try? shake(plain, endpoint, address) : plain
        guard let stream else { return nil }
        let before = connection.clock.unixMilliseconds
        guard let time = try? QuorumClock.milliseconds(over: stream, until: deadline()) else {
            return nil
        }
        let after = connection.clock.unixMilliseconds
        return .milliseconds(time - before - (after - before) / 2)
    }

    // MARK: - Other brokers

    /// Whether an advertised address can be reached from here; nil, or why not.
    func trouble(with endpoint: Endpoint) -> String? {
        do throws(ProbeError) {
            var last: ProbeError?
            for address in try endpoint.addresses() {
                do throws(ProbeError) {
                    let plain = try TCPStream(
                        to: address,
                        until: deadline(),
                        clock: connection.clock
                    )
                    guard usesTLS else { return nil }
                    return try shake(plain, endpoint, address).facts.objection?.reason
                } catch {
                    last = error
                }
            }
            return last?.reason ?? "no address"
        } catch {
            return error.reason
        }
    }

    private func milliseconds(_ duration: Duration) -> String {
        let tenths = duration.nanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
