// From a broker's name to its first words, tried without the library.
// It would say of most that goes wrong here no more than that a broker is down.

package import Probe
package import Reactor
package import Settings

/// The links below the library.
package struct NetworkWalk {
    /// A link of the chain.
    package enum Link: String {
        case name, connection, tls, `protocol`, login
    }

    /// The link that is broken, and what to do.
    package struct Break: Error {
        package var link: Link
        package var endpoint: String
        package var reason: String
        package var remedy: String

        /// Both where and what.
        package var text: String { "\(endpoint): \(reason)" }
    }

    /// A finding on the way.
    package enum Finding {
        /// A link that holds.
        case ok(Link, String)
        /// A finding that is not a fault, but useful to know.
        case note(Link, String, remedy: String?)
    }

    private let servers: String
    private let security: String
    private let tls: TLSSettings
    private let timeout: Duration
    private let clock: any Clock

    /// A certificate that is valid for less than this gets a note.
    private static let soon: Int64 = 14 * 86_400

    /// Prepares to walk; each wait takes at most `timeout`.
    package init(_ settings: ClusterSettings, timeout: Duration, clock: any Clock) {
        servers = settings.bootstrapServers
        security = settings["security.protocol"]?.value.lowercased() ?? "plaintext"
        tls = TLSSettings(settings)
        self.timeout = timeout
        self.clock = clock
    }

    private var usesTLS: Bool { security.hasSuffix("ssl") }
    private var wantsLogin: Bool { security.hasPrefix("sasl") }
    private func deadline() -> Instant { clock.now + timeout }

    /// Walks; what the first broker that can be connected to takes.
    package func walk(reporting report: (Finding) -> Void = { _ in }) throws(Break) -> Greeting {
        let (endpoint, address, plain) = try connect(try resolve(report), report)
        let stream: any ByteStream
        do throws(ProbeError) {
            stream = usesTLS ? try shake(plain, endpoint) : plain
        } catch {
            throw Break(
                link: .tls,
                endpoint: "\(endpoint)",
                reason: error.reason,
                remedy: remedy(error, endpoint, address)
            )
        }
        if let secure = stream as? TLSStream { try judge(secure.facts, endpoint, report) }
        let greeting: Greeting
        do throws(ProbeError) {
            greeting = try Greeting(over: stream, until: deadline())
        } catch {
            let isOfTLS = error.kind == .clientCertificate || usesTLS && error.kind == .closed
            throw Break(
                link: isOfTLS ? .tls : .protocol,
                endpoint: "\(endpoint)",
                reason: error.reason,
                remedy: remedy(error, endpoint, address)
            )
        }
        report(
            .ok(.protocol, "Kafka protocol, \(counted(greeting.versions.count, "request type"))")
        )
        if !wantsLogin, (try? greeting.wantsLogin(over: stream, until: deadline())) == true {
            throw Break(
                link: .login,
                endpoint: "\(endpoint)",
                reason: "the port requires a login",
                remedy: "set -X security.protocol=sasl_\(security), and sasl.mechanism, user and"
                    + " password"
            )
        }
        return greeting
    }

    // MARK: - Names and connections

    private func resolve(
        _ report: (Finding) -> Void
    ) throws(Break) -> [(endpoint: Endpoint, addresses: [SocketAddress])] {
        let texts = servers.split(separator: ",").map { String($0.drop { $0 == " " }) }
        var found: [(endpoint: Endpoint, addresses: [SocketAddress])] = []
        var lost: Break?
        for text in texts {
            guard let endpoint = Endpoint(text) else {
                throw Break(
                    link: .name,
                    endpoint: text,
                    reason: "not HOST:PORT",
                    remedy: "check --bootstrap-server"
                )
            }
            do throws(ProbeError) {
                found.append((endpoint, try endpoint.addresses()))
            } catch {
                lost = lost ?? Self.lost(.name, error, endpoint)
                if texts.count > 1 {
                    report(.note(.name, "\(endpoint.host): \(error.reason)", remedy: nil))
                }
            }
        }
        if found.isEmpty, let lost { throw lost }
        let known = found.map { item in
            "\(item.endpoint.host): \(item.addresses.map(\.description).joined(separator: " "))"
        }
        report(.ok(.name, known.joined(separator: ", ")))
        return found
    }

    private func connect(
        _ found: [(endpoint: Endpoint, addresses: [SocketAddress])],
        _ report: (Finding) -> Void
    ) throws(Break) -> (Endpoint, SocketAddress, TCPStream) {
        var lost: Break?
        let isAlone = found.count == 1 && found[0].addresses.count == 1
        for (endpoint, addresses) in found {
            for address in addresses {
                do throws(ProbeError) {
                    let start = clock.now
                    let stream = try TCPStream(to: address, until: deadline(), clock: clock)
                    let time = Self.milliseconds(clock.now - start)
                    report(.ok(.connection, "\(endpoint) at \(address), \(time)"))
                    return (endpoint, address, stream)
                } catch {
                    lost = lost ?? Self.lost(.connection, error, endpoint)
                    let text = "\(endpoint) at \(address): \(error.reason)"
                    if !isAlone { report(.note(.connection, text, remedy: nil)) }
                }
            }
        }
        let nothing = Break(
            link: .name,
            endpoint: servers,
            reason: "no address",
            remedy: "check --bootstrap-server"
        )
        throw lost ?? nothing
    }

    private static func lost(_ link: Link, _ error: ProbeError, _ endpoint: Endpoint) -> Break {
        let remedy =
            switch error.kind {
            case .unknownName: "check the host name in --bootstrap-server"
            case .refused: "no process listens there: check the port, and that the broker runs"
            case .timedOut: "a firewall may drop the connection: check address, port and route"
            default: "check --bootstrap-server"
            }
        return Break(
            link: link,
            endpoint: "\(endpoint)",
            reason: error.reason,
            remedy: remedy
        )
    }

    // MARK: - TLS

    private func shake(_ plain: TCPStream, _ endpoint: Endpoint) throws(ProbeError) -> TLSStream {
        try TLSStream(over: plain, host: endpoint.host, tls, until: deadline())
    }

    /// Reports the facts of a certificate, and throws when it is not accepted.
    private func judge(
        _ facts: TLSFacts,
        _ endpoint: Endpoint,
        _ report: (Finding) -> Void
    ) throws(Break) {
        let left = facts.notAfter - clock.unixMilliseconds / 1000
        let certificate = "certificate of \(facts.subject) by \(facts.issuer)"
        guard let objection = facts.objection else {
            let days = "valid for \(counted(Int(left / 86_400), "more day"))"
            report(.ok(.tls, "\(facts.version), \(certificate), \(days)"))
            if left < Self.soon {
                let remedy = "renew the certificate on the broker"
                report(.note(.tls, "the certificate expires soon", remedy: remedy))
            }
            return
        }
        let remedy =
            switch objection.kind {
            case .unknownAuthority: tls.authorityRemedy
            case .expired: "renew the certificate on the broker"
            case .notYetValid: "check the clocks"
            case .otherHost:
                "use a host name of the certificate, or -X"
                    + " ssl.endpoint.identification.algorithm=none"
            case .other: "check the certificate on the broker"
            }
        throw Break(
            link: .tls,
            endpoint: "\(endpoint)",
            reason: "\(certificate): \(objection.reason)",
            remedy: remedy
        )
    }

    /// Returns the remedy, found out by trying the other way.
    private func remedy(
        _ error: ProbeError,
        _ endpoint: Endpoint,
        _ address: SocketAddress
    ) -> String {
        switch error.kind {
        case .ownFile: return "check the file and its password"
        case .clientCertificate:
            return tls.showsCertificate
                ? "the broker rejects the client certificate"
                : "the broker requires a client certificate: -X ssl.keystore.location=FILE"
        default: break
        }
        let nothing = "check the port"
        guard let other = try? TCPStream(to: address, until: deadline(), clock: clock) else {
            return nothing
        }
        if usesTLS {
            guard (try? Greeting(over: other, until: deadline())) != nil else { return nothing }
            let name = wantsLogin ? "sasl_plaintext" : "plaintext"
            return "the port speaks plain text: -X security.protocol=\(name)"
        }
        guard (try? shake(other, endpoint)) != nil else { return nothing }
        let name = wantsLogin ? "sasl_ssl" : "ssl"
        return "the port speaks TLS: -X security.protocol=\(name)"
    }

    // MARK: - Beside the way

    /// Returns how far the controller's clock is ahead of ours; nil when it cannot be known.
    ///
    /// A broker that wants a login could be asked by the library only, which does not.
    package func clockDifference(_ endpoint: Endpoint, _ greeting: Greeting) -> Duration? {
        guard !wantsLogin, QuorumClock.isKnown(to: greeting),
            let address = try? endpoint.addresses().first,
            let plain = try? TCPStream(to: address, until: deadline(), clock: clock)
        else { return nil }
        let stream: (any ByteStream)? = usesTLS ? try? shake(plain, endpoint) : plain
        guard let stream else { return nil }
        let before = clock.unixMilliseconds
        guard let time = try? QuorumClock.milliseconds(over: stream, until: deadline()) else {
            return nil
        }
        let after = clock.unixMilliseconds
        return .milliseconds(time - before - (after - before) / 2)
    }

    /// The facts a broker reports before a login.
    package struct BrokerFacts {
        /// The requests it takes.
        package var greeting: Greeting
        /// The controller of the cluster; nil where that is reported after a login only, and by
        /// ZooKeeper.
        package var controller: Int32?
    }

    /// Returns the facts that the broker at an address reports before a login.
    package func facts(of endpoint: Endpoint) throws(ProbeError) -> BrokerFacts {
        try ask(endpoint) { stream, greeting throws(ProbeError) in
            var facts = BrokerFacts(greeting: greeting)
            if !wantsLogin, QuorumClock.isKnown(to: greeting) {
                facts.controller = try? QuorumClock.leader(over: stream, until: deadline())
            }
            return facts
        }
    }

    /// Returns the kinds of share and streams groups that a broker leads, by name; empty where that
    /// is reported after a login only, or not at all.
    package func groupKinds(of endpoint: Endpoint) -> [String: String] {
        guard !wantsLogin else { return [:] }
        let kinds = try? ask(endpoint) { stream, greeting throws(ProbeError) in
            GroupKinds.areKnown(to: greeting)
                ? try GroupKinds.read(over: stream, until: deadline()) : [:]
        }
        return kinds ?? [:]
    }

    /// Asks the broker at the first of its addresses that answers.
    private func ask<Answer>(
        _ endpoint: Endpoint,
        _ question: (any ByteStream, Greeting) throws(ProbeError) -> Answer
    ) throws(ProbeError) -> Answer {
        var last = ProbeError(.unknownName, "no address")
        for address in try endpoint.addresses() {
            do throws(ProbeError) {
                let plain = try TCPStream(to: address, until: deadline(), clock: clock)
                let stream: any ByteStream = usesTLS ? try shake(plain, endpoint) : plain
                if let objection = (stream as? TLSStream)?.facts.objection {
                    throw ProbeError(.other, objection.reason)
                }
                return try question(stream, try Greeting(over: stream, until: deadline()))
            } catch {
                last = error
            }
        }
        throw last
    }

    /// Returns the reason an advertised address cannot be reached from here; nil when it can.
    package func problem(with endpoint: Endpoint) -> String? {
        var last: ProbeError?
        do throws(ProbeError) {
            for address in try endpoint.addresses() {
                do throws(ProbeError) {
                    let plain = try TCPStream(to: address, until: deadline(), clock: clock)
                    guard usesTLS else { return nil }
                    return try shake(plain, endpoint).facts.objection?.reason
                } catch {
                    last = error
                }
            }
        } catch {
            last = error
        }
        return last?.reason ?? "no address"
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = duration.nanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
