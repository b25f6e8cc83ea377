// What librdkafka said about its connections, boiled down to what a user can act on.
//
// Its texts look like `ssl://host:9092/bootstrap: SSL handshake failed: … (after 3ms in state
// SSL_HANDSHAKE)`. The broker's name and the reason are cut out; the same reason is kept once.

internal import CRdkafka

/// The connection errors of one client.
public struct Complaints: Equatable, Sendable {
    /// One broker's trouble.
    public struct Complaint: Equatable, Sendable {
        /// What kind it is.
        public let kind: KafkaError.Kind
        /// librdkafka's name of the code.
        public let codeName: String
        /// The broker's address, when the text names one.
        public let broker: String?
        /// Why, without names and timings.
        public let reason: String

        let code: rd_kafka_resp_err_t
    }

    /// Each different trouble once, oldest first; at most 100.
    public private(set) var all: [Complaint] = []

    /// Whether every broker known so far was down at some time.
    public private(set) var allBrokersDown = false

    mutating func add(_ code: rd_kafka_resp_err_t, _ text: String) {
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
            allBrokersDown = true
            return
        }
        let (broker, reason) = Self.split(text)
        let complaint = unsafe Complaint(
            kind: KafkaError.Kind(code),
            codeName: String(cString: rd_kafka_err2name(code)),
            broker: broker,
            reason: reason,
            code: code
        )
        guard !all.contains(complaint), all.count < 100 else { return }
        all.append(complaint)
    }

    /// The trouble that explains best why nothing was reached, if there was any.
    ///
    /// Being refused tells more than a TLS failure, and that more than a refused connection.
    public var telling: KafkaError? {
        func rank(_ complaint: Complaint) -> Int {
            switch complaint.code {
            case RD_KAFKA_RESP_ERR__AUTHENTICATION: 0
            case RD_KAFKA_RESP_ERR__SSL: 1
            case RD_KAFKA_RESP_ERR__RESOLVE: 2
            // Nobody there, rather than somebody who went away in the middle.
            case RD_KAFKA_RESP_ERR__TRANSPORT where complaint.reason.contains("refused"): 3
            case RD_KAFKA_RESP_ERR__TRANSPORT: 4
            default: 5
            }
        }
        guard let best = all.min(by: { rank($0) < rank($1) }) else { return nil }
        if best.code == RD_KAFKA_RESP_ERR__BAD_MSG { return Self.foreign }
        return KafkaError(best.code, reason: best.reason, remedy: Self.remedy(best))
    }

    /// The brokers whose connections broke off and that have refused new ones since.
    ///
    /// A refusal alone says nothing: `localhost` may be `::1` first. Nor does a connection that
    /// breaks off: the next one may hold.
    public var lostBrokers: [Complaint] {
        var broken: Set<String> = []
        return all.filter { complaint in
            guard let broker = complaint.broker, complaint.kind == .unreachable else {
                return false
            }
            if complaint.reason.contains("refused") { return broken.contains(broker) }
            broken.insert(broker)
            return false
        }
    }

    /// What was last said of a broker that could not be reached; nil when nothing was.
    func refusal(by broker: Broker) -> String? {
        let address = "\(broker.host):\(broker.port)"
        return all.last { $0.broker == address && $0.kind == .unreachable }?.reason
    }

    /// Whether trying on is of no use: credentials are wrong.
    public var isHopeless: Bool {
        all.contains { $0.code == RD_KAFKA_RESP_ERR__AUTHENTICATION }
    }

    /// A web server, say: its first bytes read as the size of a response that nobody would send.
    private static let foreign = KafkaError(
        RD_KAFKA_RESP_ERR__TRANSPORT,
        reason: "what answers there does not speak Kafka's protocol",
        remedy: .checkPort
    )

    private static func remedy(_ complaint: Complaint) -> KafkaError.Remedy? {
        let reason = complaint.reason.lowercased()
        switch complaint.code {
        case RD_KAFKA_RESP_ERR__RESOLVE: return .checkHostName
        case RD_KAFKA_RESP_ERR__SSL where reason.contains("certificate verify failed"):
            return .trustAuthority
        case RD_KAFKA_RESP_ERR__SSL: return .checkProtocol
        case RD_KAFKA_RESP_ERR__AUTHENTICATION where reason.contains("oauthbearer token"):
            return .checkTokenServer
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            // CVE-2024-56128: Kafka 4 refuses the final message that older libraries send.
            let isOld = reason.contains("scram") && !Features.has(.strictSCRAM)
            return isOld ? .checkLoginOrLibrary : .checkLogin
        case RD_KAFKA_RESP_ERR__TRANSPORT where reason.contains("sasl authentication"):
            return .logIn
        case RD_KAFKA_RESP_ERR__TRANSPORT where reason.contains("security.protocol"):
            return .useTLS
        case RD_KAFKA_RESP_ERR__TRANSPORT where reason.contains("refused"): return .startBroker
        default: return nil
        }
    }

    /// Cuts `name/id: reason (after 3ms in state X)` into the name and the reason.
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
