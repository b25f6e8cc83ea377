// The one error type of this target, and the one place where librdkafka's codes are looked at.

internal import CRdkafka

/// Something that librdkafka or a broker refused, or that did not happen in time.
public struct KafkaError: Error, Equatable, Sendable {
    /// The kind of an error: what a caller decides on.
    public enum Kind: Sendable {
        /// A topic, partition or group does not exist.
        case notFound
        /// The thing to be made is already there.
        case alreadyExists
        /// No broker could be reached, or the connection was lost.
        case unreachable
        /// Authentication or authorisation failed.
        case refused
        /// The time given was over.
        case timedOut
        /// The request, or a property's name or value, is wrong.
        case invalid
        /// The library or the broker is too old for it.
        case unsupported
        /// A record is larger than a limit.
        case tooLarge
        /// Anything else.
        case other
    }

    /// Its kind.
    public let kind: Kind

    /// librdkafka's name of the code, such as `UNKNOWN_TOPIC_OR_PART`; empty when kctl found it.
    public let codeName: String

    /// Kafka's number of the code; negative for librdkafka's own, 0 when kctl found it.
    public let code: Int32

    /// The reason, in lower case, without a full stop, without the code.
    public let reason: String

    /// The remedy, or nil.
    public let remedy: Remedy?

    /// The cause beyond the code where it is known, or nil: `reason` is for people only.
    public let cause: Cause?

    /// Makes an error that kctl itself found.
    public init(_ kind: Kind, _ reason: String, remedy: Remedy? = nil, cause: Cause? = nil) {
        self.kind = kind
        self.reason = reason
        self.remedy = remedy
        self.cause = cause
        codeName = ""
        code = 0
    }

    /// The error of a partition without a leader, as a broker reports it.
    public static var leaderNotAvailable: KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
    }

    /// Makes an error of a broker's or the library's code.
    ///
    /// `reason`: the text to show in place of the library's own for the code, if there is a better.
    /// `cause`: what is known beyond the code; looked for in `reason` when it is not given.
    init(
        _ code: rd_kafka_resp_err_t,
        reason: String? = nil,
        remedy: Remedy? = nil,
        cause: Cause? = nil
    ) {
        self.code = code.rawValue
        codeName = unsafe String(cString: rd_kafka_err2name(code))
        kind = Kind(code)
        self.remedy = remedy
        if let reason, !reason.isEmpty {
            self.reason = reason
        } else {
            self.reason = unsafe LibraryText.plain(String(cString: rd_kafka_err2str(code)))
        }
        self.cause = cause ?? Cause(in: self.reason)
    }

    /// True when trying again later may succeed.
    public var isRetriable: Bool {
        switch kind {
        case .unreachable, .timedOut: true
        case .notFound, .alreadyExists, .refused, .invalid, .unsupported, .tooLarge: false
        case .other: Self.transient.contains(code)
        }
    }

    /// True when a record was dropped by `Producer.purge`: never sent, or sent without an answer.
    public var isPurged: Bool {
        code == RD_KAFKA_RESP_ERR__PURGE_QUEUE.rawValue
            || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT.rawValue
    }

    /// True when the broker that was asked did not answer, so that another one may.
    public var isMissingAnswer: Bool { kind == .unreachable || kind == .timedOut }

    /// True when no broker said anything, so that there is nothing to explain.
    public var isNoAnswer: Bool { cause == .noAnswer }

    /// True for records whose checksum is wrong.
    public var isChecksumMismatch: Bool { cause == .checksumMismatch }

    /// True when the topic is there and the partition is not.
    public var isMissingPartition: Bool {
        code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION.rawValue
    }

    /// True when the topic is not there, or not known to the broker that was asked.
    public var isUnknownTopic: Bool {
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC.rawValue
    }

    /// True when a broker refused a record, or another one of its batch, for what it consists of:
    /// for instance one without a key that was sent to a compacted topic.
    public var isInvalidRecord: Bool { code == RD_KAFKA_RESP_ERR_INVALID_RECORD.rawValue }

    /// True when the offset to be read next is not there, and nothing says where to go from it.
    public var isOffsetGone: Bool {
        code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue
    }

    /// True when records are damaged: their checksum is wrong, or they cannot be read.
    public var isCorrupt: Bool {
        code == RD_KAFKA_RESP_ERR__BAD_MSG.rawValue
            || code == RD_KAFKA_RESP_ERR__BAD_COMPRESSION.rawValue
            || code == RD_KAFKA_RESP_ERR_INVALID_MSG.rawValue
    }

    /// True when a rule of the broker forbids it, such as deleting records of a compacted topic.
    public var isPolicyViolation: Bool { code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION.rawValue }

    /// True when the group revoked its partitions, because nothing was taken from the library for
    /// longer than `max.poll.interval.ms`.
    public var isPollIntervalExceeded: Bool {
        code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED.rawValue
    }

    /// True when the group's members have no common assignment protocol
    /// (INCONSISTENT_GROUP_PROTOCOL).
    public var isInconsistentProtocol: Bool {
        code == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL.rawValue
    }

    /// True when a group's coordinator has still to be found, or to read what it is to know.
    public var isAwaitingCoordinator: Bool {
        code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR.rawValue
            || code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE.rawValue
            || code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS.rawValue
            || code == RD_KAFKA_RESP_ERR__WAIT_COORD.rawValue
    }

    /// True when a group has members, and what was asked for wants it to have none.
    public var isGroupInUse: Bool {
        code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP.rawValue
            || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID.rawValue
            || code == RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC.rawValue
    }

    private static let transient: Set<Int32> = [
        RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE.rawValue,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION.rawValue,
        RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE.rawValue,
        RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE.rawValue,
        RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH.rawValue,
        RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH.rawValue,
        RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR.rawValue,
        RD_KAFKA_RESP_ERR_NOT_COORDINATOR.rawValue,
        RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE.rawValue,
        RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS.rawValue,
        RD_KAFKA_RESP_ERR_NOT_CONTROLLER.rawValue,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS.rawValue,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND.rawValue,
        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS.rawValue,
        RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT.rawValue,
    ]
}

extension KafkaError.Kind {
    init(_ code: rd_kafka_resp_err_t) {
        switch code {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND,
            RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, RD_KAFKA_RESP_ERR_RESOURCE_NOT_FOUND:
            self = .notFound
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
            self = .alreadyExists
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__SSL,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
            self = .unreachable
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            self = .refused
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__WAIT_COORD:
            self = .timedOut
        case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR,
            RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
            RD_KAFKA_RESP_ERR_INVALID_REQUEST, RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
            RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, RD_KAFKA_RESP_ERR_INVALID_GROUP_ID,
            RD_KAFKA_RESP_ERR_UNACCEPTABLE_CREDENTIAL, RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT,
            RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED:
            self = .invalid
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
            RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
            self = .unsupported
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            self = .tooLarge
        case destroyedBroker:
            self = .unreachable
        default:
            self = .other
        }
    }
}

/// `_DESTROY_BROKER`, which newer libraries answer when a broker is gone; the header that kctl is
/// built with lacks it.
private let destroyedBroker = rd_kafka_resp_err_t(rawValue: -137)

/// Throws what `code` means unless it means success.
func check(_ code: rd_kafka_resp_err_t, _ reason: String? = nil) throws(KafkaError) {
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw KafkaError(code, reason: reason)
}

/// Throws what an error object says, and frees it; a pointer to `rd_kafka_error_t` or nil.
func check(_ error: OpaquePointer?) throws(KafkaError) {
    guard let error = unsafe error else { return }
    defer { unsafe rd_kafka_error_destroy(error) }
    throw unsafe KafkaError(
        rd_kafka_error_code(error),
        reason: LibraryText.plain(String(cString: rd_kafka_error_string(error)))
    )
}
