// What librdkafka said about its connections, boiled down to what a user can act on.
//
// The broker's name and the reason are cut out of its texts; the same reason is kept once.

internal import CRdkafka

/// The connection errors of one client.
public struct Complaints: Equatable, Sendable {
    /// A complaint about one broker.
    public struct Complaint: Equatable, Sendable {
        /// The kind of the complaint.
        public let kind: KafkaError.Kind
        /// librdkafka's name of the code.
        public let codeName: String
        /// The broker's address, when the text names one.
        public let broker: String?
        /// The reason, without names and timings.
        public let reason: String
        /// The cause that the reason states beyond the code, where it is known.
        public let cause: KafkaError.Cause?

        let code: rd_kafka_resp_err_t
    }

    /// Each different complaint once, oldest first; at most 100.
    public private(set) var all: [Complaint] = []

    /// True when every broker known so far was down at some time.
    public private(set) var allBrokersDown = false

    mutating func add(_ code: rd_kafka_resp_err_t, _ text: String) {
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
            allBrokersDown = true
            return
        }
        let (broker, reason) = LibraryText.split(text)
        let complaint = unsafe Complaint(
            kind: KafkaError.Kind(code),
            codeName: String(cString: rd_kafka_err2name(code)),
            broker: broker,
            reason: reason,
            cause: KafkaError.Cause(in: reason),
            code: code
        )
        guard !all.contains(complaint), all.count < 100 else { return }
        all.append(complaint)
    }

    /// The error that explains best why nothing was reached, if there was any.
    ///
    /// Being refused explains more than a TLS failure, and that more than a refused connection.
    public var mainReason: KafkaError? {
        func rank(_ complaint: Complaint) -> Int {
            switch complaint.code {
            case RD_KAFKA_RESP_ERR__AUTHENTICATION: 0
            case RD_KAFKA_RESP_ERR__SSL: 1
            case RD_KAFKA_RESP_ERR__RESOLVE: 2
            // No broker there, rather than a peer that went away in the middle.
            case RD_KAFKA_RESP_ERR__TRANSPORT where complaint.cause == .connectionRefused: 3
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
            if complaint.cause == .connectionRefused { return broken.contains(broker) }
            broken.insert(broker)
            return false
        }
    }

    /// Returns the last reason given for a broker that could not be reached; nil when there is
    /// none.
    func refusal(by broker: Broker) -> String? {
        let address = "\(broker.host):\(broker.port)"
        return all.last { $0.broker == address && $0.kind == .unreachable }?.reason
    }

    /// True when trying on is of no use: credentials are wrong.
    public var isHopeless: Bool {
        all.contains { $0.code == RD_KAFKA_RESP_ERR__AUTHENTICATION }
    }

    /// A web server, say: its first bytes read as the size of a response that no broker would send.
    private static let foreign = KafkaError(
        RD_KAFKA_RESP_ERR__TRANSPORT,
        reason: "what answers there does not speak Kafka's protocol",
        remedy: .checkPort
    )

    private static func remedy(_ complaint: Complaint) -> KafkaError.Remedy? {
        switch complaint.code {
        case RD_KAFKA_RESP_ERR__RESOLVE: return .checkHostName
        case RD_KAFKA_RESP_ERR__SSL:
            return complaint.cause == .untrustedCertificate ? .trustAuthority : .checkProtocol
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            if complaint.cause == .noToken { return .checkTokenServer }
            // CVE-2024-56128: Kafka 4 refuses the final message that older libraries send.
            let isOld = complaint.cause == .failedSCRAM && !Features.has(.strictSCRAM)
            return isOld ? .checkLoginOrLibrary : .checkLogin
        case RD_KAFKA_RESP_ERR__TRANSPORT:
            switch complaint.cause {
            case .missingLogin: return .logIn
            case .missingTLS: return .useTLS
            case .connectionRefused: return .startBroker
            default: return nil
            }
        default: return nil
        }
    }
}
