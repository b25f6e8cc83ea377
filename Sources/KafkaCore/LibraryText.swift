// What librdkafka reports in words only, turned into cases: no other place compares its texts.
//
// 1. A text is looked at once, when it becomes an error or a complaint; its `Cause` goes with it.
// 2. Where a code says it, the code is compared: see `KafkaError.Kind`.

extension KafkaError {
    /// The cause of an error beyond its code.
    public enum Cause: CaseIterable, Equatable, Sendable {
        /// No process listens at the address.
        case connectionRefused
        /// The broker's certificate is not signed by an authority that is trusted.
        case untrustedCertificate
        /// There is no token to log in with.
        case noToken
        /// A login by SCRAM failed.
        case failedSCRAM
        /// The broker may want a login.
        case missingLogin
        /// The broker may speak TLS.
        case missingTLS
        /// The checksum of a batch of records is wrong.
        case checksumMismatch
        /// No broker said anything. kctl finds that itself: no text stands for it.
        case noAnswer

        /// Finds what a text of the library stands for; nil for nothing that is known.
        init?(in text: String) {
            let text = text.lowercased()
            guard let found = LibraryText.phrases.first(where: { text.contains($0.words) }) else {
                return nil
            }
            self = found.cause
        }
    }
}

/// librdkafka's texts.
enum LibraryText {
    /// Phrases in lower case, each with what it stands for; the first that a text holds decides.
    ///
    /// All of them were read in the sources of librdkafka 2.0.2 and 2.8.0, in the file that is named.
    static let phrases: [(words: String, cause: KafkaError.Cause)] = [
        // rdkafka_transport.c: `Connect to ipv4#… failed: ` and the C library's `Connection refused`.
        ("connection refused", .connectionRefused),
        // OpenSSL's own words; rdkafka_ssl.c looks for the same ones.
        ("certificate verify failed", .untrustedCertificate),
        // rdkafka_sasl_oauthbearer.c: `Failed to acquire SASL OAUTHBEARER token: `.
        ("failed to acquire sasl oauthbearer token", .noToken),
        // rdkafka_broker.c: `Disconnected: verify that security.protocol is correctly configured,
        // broker might require SASL authentication`.
        ("might require sasl authentication", .missingLogin),
        // rdkafka_broker.c: `Disconnected while requesting ApiVersion: might be caused by incorrect
        // security.protocol configuration (connecting to a SSL listener?)`.
        ("incorrect security.protocol configuration", .missingTLS),
        // rdkafka_msgset_reader.c: `… failed CRC32C check`, and `CRC32` of the old format.
        ("failed crc32", .checksumMismatch),
        // rdkafka_sasl_scram.c: `SASL SCRAM authentication failed: `; and brokers:
        // `… invalid credentials with SASL mechanism SCRAM-SHA-256`.
        ("scram", .failedSCRAM),
    ]

    /// Returns librdkafka's text for a code as kctl writes it: without the `Broker:` in front.
    static func plain(_ text: String) -> String {
        var text = Substring(text)
        for prefix in ["Broker: ", "Local: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        guard let first = text.first else { return "unknown error" }
        let second = text.dropFirst().first
        let isAcronym = second.map { $0.isUppercase } ?? false
        return (isAcronym ? String(first) : first.lowercased()) + text.dropFirst()
    }

    /// Returns a broker's sentence as part of ours: first letter small, no full stop at the end.
    ///
    /// Nil where the code says as much.
    static func brokersReason(_ text: String?) -> String? {
        guard var text, let first = text.first else { return nil }
        // The code says the same without what the library was about to do.
        if text.contains("Broker: ") || text.contains("Local: ") { return nil }
        // So do brokers that refuse, after all that they know of the request.
        // And a broker that says nothing is made to say this by the library.
        if text.hasPrefix("Request Request(") || text == "(null)" { return nil }
        while text.last == "." || text.last == " " { text.removeLast() }
        let second = text.dropFirst().first
        guard second?.isLowercase == true else { return text }
        return first.lowercased() + text.dropFirst()
    }

    /// Returns the library's text without what it was doing, as in `JoinGroup failed: …`.
    static func groupReason(_ text: String) -> String {
        var text = Substring(text)
        for prefix in ["FindCoordinator response error: ", "JoinGroup failed: "]
        where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        while text.hasSuffix(".") { text = text.dropLast() }
        return plain(String(text))
    }

    /// Cuts `name/id: reason (after 3ms in state X)` into the name and the reason.
    ///
    /// A whole one: `ssl://host:9092/bootstrap: SSL handshake failed: … (after 3ms in state
    /// SSL_HANDSHAKE)`.
    static func split(_ text: String) -> (broker: String?, reason: String) {
        var rest = Substring(text)
        var broker: String?
        if let slash = rest.firstIndex(of: "/"),
            let colon = Self.range(of: ": ", in: rest)?.lowerBound
        {
            let name = rest[..<colon]
            if slash < colon, !name.contains(" "), let end = name.lastIndex(of: "/") {
                var address = name[..<end]
                if let scheme = Self.range(of: "://", in: address) {
                    address = address[scheme.upperBound...]
                }
                broker = String(address)
                rest = rest[rest.index(colon, offsetBy: 2)...]
            }
        }
        if let after = Self.range(of: " (after ", in: rest) { rest = rest[..<after.lowerBound] }
        // `Connect to ipv4#127.0.0.1:1 failed: Connection refused`: the address is known by now.
        if rest.hasPrefix("Connect to "), let failed = Self.range(of: " failed: ", in: rest) {
            rest = rest[failed.upperBound...]
        }
        if rest.dropFirst().first?.isLowercase == true {
            rest = Substring(rest.prefix(1).lowercased() + rest.dropFirst())
        }
        var reason = String(rest)
        while reason.last == "." || reason.last == " " || reason.last == ":" { reason.removeLast() }
        return (broker, reason)
    }

    private static func range(of needle: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(needle) {
                return start..<text.index(start, offsetBy: needle.count)
            }
            start = text.index(after: start)
        }
        return nil
    }
}
