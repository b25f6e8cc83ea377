// A librdkafka client instance, and everything that arrives on its main queue.
//
// Invariants:
// 1. Nothing but the destroyed handle outlives `deinit`: children (queues, topic handles) keep the
//    client alive and are destroyed first.
// 2. librdkafka's threads never call us, but for `JoinWatch` and `FaultSignals`: logs, errors,
//    delivery reports and admin results are events that `serve` takes on the caller's thread.

public import Reactor

internal import CRdkafka

/// The half of librdkafka that a client uses.
public enum ClientKind: Sendable {
    /// Produces, and administers: the cheaper kind.
    case producer
    /// Consumes.
    case consumer
}

/// A client of one cluster.
///
/// Used from one thread. C: `rd_kafka_t`.
@safe public final class Client {
    /// The addresses that were asked for, as given: for messages.
    public let bootstrapServers: String

    /// The complaints of the library so far, newest last.
    public private(set) var complaints = Complaints()

    /// Called for each log line when set; without it they are dropped.
    public var logSink: ((LogLine) -> Void)?

    let raw: OpaquePointer
    private let mainQueue: OpaquePointer
    private var wakeup: Wakeup?  // released after deinit's body: the library writes to it
    private let credentials: (username: String, password: String)
    let tokens: TokenSource?
    /// The fetch of a token in flight.
    var tokenFetch: TokenFetch?
    /// True from when the first fetch of a token has ended.
    var hasHadToken = false
    /// The last token that was fetched.
    var lastToken: LoginToken?
    private let clock = SystemClock()
    /// The time the library may take to end its threads.
    private static let destroyTimeout = Duration.seconds(2)

    let joinWatch: JoinWatch?  // released after deinit's body: the library's threads write to it
    /// A client of the same properties that reads transactions the other way, once it was needed.
    private var otherIsolation: Client?

    /// Makes a client; nothing is sent before the first call.
    ///
    /// `properties` are set in the order given, so that a later one wins. `required` are set last:
    /// without them the caller would wait for events that never come. `joinsGroup` has changes of a
    /// group's assignment arrive as events, for a `GroupMember`. `tokens` begins to fetch a token
    /// whenever the library wants one and events are served: see `nextServe`. C: `rd_kafka_new`.
    /// - Throws: `ClientError.property` when a property is wrong, `ClientError.kafka` when the
    ///   combination is.
    public init(
        _ role: ClientKind,
        bootstrapServers: String,
        properties: [Property],
        required: [Property] = [],
        joinsGroup: Bool = false,
        tokens: TokenSource? = nil
    ) throws(ClientError) {
        let configuration = Configuration()
        do {
            try configuration.set("bootstrap.servers", bootstrapServers)
            for property in properties { try configuration.set(property.name, property.value) }
            try configuration.set("log.queue", "true")
            for property in required { try configuration.set(property.name, property.value) }
        } catch {
            throw .property(error)
        }
        // Events for errors, logs, delivery reports and statistics; admin results come unasked.
        let events = RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_DR
        let ofLogins = tokens == nil ? 0 : RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH
        let ofGroups = RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT
        unsafe rd_kafka_conf_set_events(
            configuration.raw,
            (joinsGroup ? events | ofGroups : events) | ofLogins
        )
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        unsafe text.pointee = 0
        let kind = role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        // rd_kafka_new takes the configuration over when it succeeds, hence the copy.
        let copy = unsafe rd_kafka_conf_dup(configuration.raw)
        joinWatch = joinsGroup ? JoinWatch() : nil
        unsafe joinWatch?.install(copy)
        unsafe FaultSignals.unblock(copy)
        guard let raw = unsafe rd_kafka_new(kind, copy, text, 512) else {
            // Left to leak: on failure the library has freed the interceptors that are in it, and
            // destroying it would free them again.
            throw unsafe .kafka(KafkaError(.invalid, String(cString: text)))
        }
        unsafe self.raw = unsafe raw
        self.bootstrapServers = bootstrapServers
        self.tokens = tokens
        credentials = (
            properties.last { $0.name == "sasl.username" }?.value ?? "",
            properties.last { $0.name == "sasl.password" }?.value ?? ""
        )
        unsafe mainQueue = unsafe rd_kafka_queue_get_main(raw)
        unsafe rd_kafka_set_log_queue(raw, nil)
    }

    /// Makes a consumer with the properties of another client that reads transactions by `isolation`.
    ///
    /// It belongs to no group. C: `rd_kafka_conf_dup`, `rd_kafka_new`.
    private init(like other: Client, _ isolation: IsolationLevel) throws(KafkaError) {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        unsafe text.pointee = 0
        let copy = unsafe rd_kafka_conf_dup(rd_kafka_conf(other.raw))
        // Clearing one that is not set is no error: what is wrong with the rest `rd_kafka_new`
        // says.
        for name in ["group.id", "group.instance.id", "transactional.id"] {
            unsafe _ = rd_kafka_conf_set(copy, name, nil, nil, 0)
        }
        unsafe _ = rd_kafka_conf_set(copy, "isolation.level", isolation.rawValue, nil, 0)
        let ofLogins = other.tokens == nil ? 0 : RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH
        unsafe rd_kafka_conf_set_events(copy, RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | ofLogins)
        guard let raw = unsafe rd_kafka_new(RD_KAFKA_CONSUMER, copy, text, 512) else {
            if let copy = unsafe copy { unsafe rd_kafka_conf_destroy(copy) }
            throw unsafe KafkaError(.invalid, String(cString: text))
        }
        unsafe self.raw = unsafe raw
        bootstrapServers = other.bootstrapServers
        tokens = other.tokens
        logSink = other.logSink
        credentials = other.credentials
        joinWatch = nil
        unsafe mainQueue = unsafe rd_kafka_queue_get_main(raw)
        unsafe rd_kafka_set_log_queue(raw, nil)
    }

    /// Returns the client of the same properties that reads transactions the other way.
    func sibling() throws(KafkaError) -> Client {
        if let otherIsolation { return otherIsolation }
        let isCommitted = isolationLevel == .readCommitted
        let made = try Client(like: self, isCommitted ? .readUncommitted : .readCommitted)
        made.logIn(like: self)
        otherIsolation = made
        return made
    }

    deinit {
        unsafe rd_kafka_queue_destroy(mainQueue)
        let handle = unsafe LastHandle(raw, wakeup, joinWatch)
        // librdkafka (2.0.2, 2.1.5) aborts the process when it destroys a cooperative member that has
        // joined and was assigned nothing yet: the assignor's state is not there.
        let strategy = property("partition.assignment.strategy") ?? ""
        if joinWatch?.awaitsFirstAssignment == true, strategy.contains("cooperative") {
            unsafe handle.leave()
        } else {
            unsafe handle.destroy(within: Self.destroyTimeout)
        }
    }

    /// Raises `wakeup` whenever the main queue stops being empty; holds it from now on.
    ///
    /// C: `rd_kafka_queue_io_event_enable`.
    public func raise(_ wakeup: Wakeup) {
        self.wakeup = wakeup
        unsafe enableEvents(mainQueue, wakeup)
    }

    /// Takes every event that is waiting on the main queue, without waiting for more.
    ///
    /// `onDelivery` gets each delivery report; logs and errors are kept for `complaints`.
    public func serve(_ onDelivery: (borrowing DeliveryReport) -> Void = { _ in }) {
        while let event = unsafe rd_kafka_queue_poll(mainQueue, 0) {
            unsafe take(event, onDelivery)
            unsafe rd_kafka_event_destroy(event)
        }
        continueFetch()
    }

    /// Takes every event that is waiting, unless a loop takes them: it wants the delivery reports.
    ///
    /// For calls that wait on something else, so that the library's log is shown meanwhile.
    func serveUnwatched() {
        if wakeup == nil { serve() }
    }

    /// Takes events for at most `timeout`, or until one has been taken.
    public func serve(
        waiting timeout: Duration,
        _ onDelivery: (borrowing DeliveryReport) -> Void = { _ in }
    ) {
        let deadline = clock.now + timeout
        repeat {
            let slice = slice(of: max(deadline - clock.now, .zero))
            if let event = unsafe rd_kafka_queue_poll(mainQueue, slice.clampedMilliseconds) {
                unsafe take(event, onDelivery)
                unsafe rd_kafka_event_destroy(event)
                return serve(onDelivery)
            }
            continueFetch()
        } while clock.now < deadline
    }

    /// Returns the value of a property as this client has it; nil when it has none or there is no
    /// such.
    ///
    /// C: `rd_kafka_conf_get`.
    public func property(_ name: String) -> String? {
        var size = 512
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: size)
        defer { unsafe text.deallocate() }
        let result = unsafe rd_kafka_conf_get(rd_kafka_conf(raw), name, text, &size)
        return result == RD_KAFKA_CONF_OK ? unsafe String(cString: text) : nil
    }

    /// The reason the client can do no more, once it cannot: its order is broken, or it was fenced
    /// off.
    ///
    /// C: `rd_kafka_fatal_error`.
    public var fatalError: KafkaError? {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        let code = unsafe rd_kafka_fatal_error(raw, text, 512)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return unsafe KafkaError(code, reason: LibraryText.plain(String(cString: text)))
    }

    /// Forgets what the library complained of: for a new attempt after things went well.
    public func forgetComplaints() {
        complaints = Complaints()
    }

    /// Has the threads that talk to brokers check for something to do.
    ///
    /// A thread that found a full queue sleeps for up to a second, and librdkafka before 2.2 does
    /// not notice when there is room again. Giving it the credentials that it has is the call that
    /// does nothing else. C: `rd_kafka_sasl_set_credentials`.
    func wakeBrokerThreads() {
        let error = unsafe rd_kafka_sasl_set_credentials(
            raw,
            credentials.username,
            credentials.password
        )
        if let error = unsafe error { unsafe rd_kafka_error_destroy(error) }
    }

    private func take(
        _ event: OpaquePointer,
        _ onDelivery: (borrowing DeliveryReport) -> Void
    ) {
        switch unsafe rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            while let message = unsafe rd_kafka_event_message_next(event) {
                unsafe onDelivery(DeliveryReport(message))
            }
        case RD_KAFKA_EVENT_ERROR:
            let text =
                unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) } ?? ""
            unsafe complaints.add(rd_kafka_event_error(event), text)
        case RD_KAFKA_EVENT_LOG:
            unsafe takeLog(event)
        case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
            beginFetch()
        default:
            break  // Statistics, throttling and the like were not asked for.
        }
    }

    private func takeLog(_ event: OpaquePointer) {
        guard let logSink else { return }
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard unsafe rd_kafka_event_log(event, &facility, &text, &level) == 0 else { return }
        unsafe logSink(
            LogLine(
                level: level,
                facility: facility.map { unsafe String(cString: $0) } ?? "",
                text: unsafe text.map { unsafe String(cString: $0) } ?? ""
            )
        )
    }
}

/// The reason no client could be made.
public enum ClientError: Error, Equatable {
    /// A property's name or value is wrong.
    case property(PropertyError)
    /// The properties do not go together, or the library refused for another reason.
    case kafka(KafkaError)
}

/// One line of librdkafka's log.
public struct LogLine: Equatable, Sendable {
    /// The severity as in syslog(3): 3 is an error, 7 is debugging.
    public let level: Int32
    /// librdkafka's short name for the kind of line, such as `FAIL`.
    public let facility: String
    /// The text, with the client's and broker's names in front.
    public let text: String
}

/// Makes `queue` raise `wakeup` when it stops being empty.
func enableEvents(_ queue: OpaquePointer, _ wakeup: Wakeup) {
    var payload = Wakeup.payload
    unsafe rd_kafka_queue_io_event_enable(queue, wakeup.number, &payload, 8)
}
