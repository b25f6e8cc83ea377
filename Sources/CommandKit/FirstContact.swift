// The reason a cluster cannot be reached, where the library says no more than that it cannot.

package import KafkaCore
package import Probe
package import Settings

extension Connection {
    /// The time one wait of a walk takes that only explains an error.
    private static let walkTimeout = Duration.seconds(1)

    /// Returns the error of a first contact, with its cause found out where the library says
    /// little.
    package func firstContact(_ error: KafkaError) -> CommandError {
        let plain = CommandError(error, on: servers)
        guard error.kind == .unreachable, !error.isNoAnswer else { return plain }
        let walk = NetworkWalk(settings, timeout: min(timeout, Self.walkTimeout), clock: clock)
        do throws(NetworkWalk.Break) {
            _ = try walk.walk()
            return plain
        } catch {
            guard [.tls, .protocol, .login].contains(error.link) else { return plain }
            var explained = plain
            let reason = error.endpoint == servers ? error.reason : error.text
            explained.replaceMessage(
                "no broker reachable at \(servers): \(reason)",
                hint: error.remedy
            )
            return explained
        }
    }
}

extension TLSSettings {
    /// Reads what librdkafka's properties say about TLS.
    package init(_ settings: ClusterSettings) {
        self.init()
        authorityPath = settings["ssl.ca.location"]?.value
        authorityText = settings["ssl.ca.pem"]?.value
        certificatePath = settings["ssl.certificate.location"]?.value
        certificateText = settings["ssl.certificate.pem"]?.value
        keyText = settings["ssl.key.pem"]?.value
        keyPath = settings["ssl.key.location"]?.value
        keyPassword = settings["ssl.key.password"]?.value
        keystorePath = settings["ssl.keystore.location"]?.value
        keystorePassword = settings["ssl.keystore.password"]?.value
        checksHost = settings["ssl.endpoint.identification.algorithm"]?.value != "none"
    }

    /// Returns the reason a client could not be made, when a file is at fault.
    package func problem(_ settings: ClusterSettings) -> CommandError? {
        do throws(ProbeError) {
            try check()
            return nil
        } catch {
            guard case .ownFile(let property) = error.kind else { return nil }
            let origin = settings.origin(of: property).map { "\($0): " } ?? ""
            return CommandError(
                .unreachable,
                "\(origin)\(error.reason)",
                hint: "kctl needs this file to connect"
            )
        }
    }

    /// The remedy for a certificate by an authority that is not trusted.
    package var authorityRemedy: String {
        if let path = authorityPath, path != "probe" {
            return "no certificate in ssl.ca.location '\(path)' signed it: use the CA certificate"
                + " that did"
        }
        if authorityText != nil {
            return "no CA certificate given signed it: use the one that did"
        }
        return "set the CA certificate: -X ssl.ca.location=FILE"
    }

    /// True when a certificate of ours is shown.
    package var showsCertificate: Bool {
        certificatePath != nil || certificateText != nil || keystorePath != nil
    }
}
