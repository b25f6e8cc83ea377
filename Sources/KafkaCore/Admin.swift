// Administrative calls: what they share.
// Each is sent once, waits for its own result event, and is bounded by its own time-out.

public import Reactor

internal import CRdkafka

/// The outcome for one of several things asked for in one call.
public struct AdminOutcome: Equatable, Sendable {
    /// The thing: a topic's name.
    public let name: String
    /// The reason it was not done; nil when it was.
    public let error: KafkaError?
}

/// Administers a cluster through a client.
public struct Admin {
    let client: Client
    let timeout: Duration
    let clock: any Clock

    /// Makes an administrator whose calls take at most `timeout` each.
    ///
    /// Read metadata first: an administrative call to a cluster that cannot be reached would use up
    /// its whole time before it says so.
    public init(_ client: Client, timeout: Duration, clock: any Clock) {
        self.client = client
        self.timeout = timeout
        self.clock = clock
    }

    /// Throws when the cluster is a sandbox, which would leave the call unanswered.
    func requireRealCluster(_ call: String) throws(KafkaError) {
        guard client.isSandbox else { return }
        throw KafkaError(
            .unsupported,
            "the sandbox does not answer \(call)",
            remedy: call == "CreateTopics" ? .startSandboxWithTopics : .useRealCluster
        )
    }

    /// Sends a request and waits for its result event.
    ///
    /// `submit` gets the options and the queue for the reply; `read` gets the event and must copy
    /// what it needs. `hasFaultyErrors`: see `finish`. `isForCoordinator`: whether a group's
    /// coordinator is to be found first.
    func call<Result>(
        _ operation: rd_kafka_admin_op_t,
        validateOnly: Bool = false,
        waitForCompletion: Bool = true,
        hasFaultyErrors: Bool = false,
        isForCoordinator: Bool = false,
        submit: (OpaquePointer, OpaquePointer) -> Void,
        read: (OpaquePointer) -> Result
    ) throws(KafkaError) -> Result {
        let pending = try unsafe begin(
            operation,
            validateOnly: validateOnly,
            waitForCompletion: waitForCompletion,
            isForCoordinator: isForCoordinator,
            submit: submit
        )
        return try unsafe finish(pending, hasFaultyErrors: hasFaultyErrors, read)
    }

    /// Sends a request whose answer `finish` waits for; several may be in flight at a time.
    ///
    /// `broker`: who is asked, in place of whom the library would ask.
    func begin(
        _ operation: rd_kafka_admin_op_t,
        validateOnly: Bool = false,
        waitForCompletion: Bool = true,
        isForCoordinator: Bool = false,
        broker: Int32? = nil,
        submit: (OpaquePointer, OpaquePointer) -> Void
    ) throws(KafkaError) -> AdminCall {
        guard let options = unsafe rd_kafka_AdminOptions_new(client.raw, operation) else {
            throw KafkaError(.other, "no options for an administrative call")
        }
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        let milliseconds = max(timeout.clampedMilliseconds, 1)
        // A request that times out before its coordinator is found is freed, and used once more
        // when it is: the library is given an hour, its longest, and is not waited for.
        let limit = isForCoordinator ? 3_600_000 : milliseconds
        unsafe rd_kafka_AdminOptions_set_request_timeout(options, limit, nil, 0)
        if waitForCompletion {
            unsafe rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, nil, 0)
        }
        if validateOnly { unsafe rd_kafka_AdminOptions_set_validate_only(options, 1, nil, 0) }
        if let broker { unsafe rd_kafka_AdminOptions_set_broker(options, broker, nil, 0) }
        guard let pending = AdminCall(client) else {
            throw KafkaError(.other, "no queue for an administrative call")
        }
        unsafe submit(options, pending.queue)
        return pending
    }

    /// Waits for the answer to a request.
    ///
    /// `hasFaultyErrors` says that the library would free the text of a broker's error that it never
    /// allocated: then the event is left to leak, and its text unread.
    func finish<Result>(
        _ pending: AdminCall,
        hasFaultyErrors: Bool = false,
        _ read: (OpaquePointer) -> Result
    ) throws(KafkaError) -> Result {
        // The library ends the call itself at its time-out; the second on top is for its reply.
        let event = unsafe wait(
            for: [pending],
            milliseconds: max(timeout.clampedMilliseconds, 1) &+ 1000
        )
        guard let event = unsafe event?.event else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        return try unsafe take(event, hasFaultyErrors: hasFaultyErrors, read)
    }

    /// Waits until one of several requests is answered, and serves the client's log meanwhile.
    ///
    /// C: `rd_kafka_queue_poll`.
    /// - Returns: the event, to be given to `take`, and the index of its request; nil when the time
    ///   is over.
    func wait(
        for calls: [AdminCall],
        milliseconds: Int32
    ) -> (event: OpaquePointer, index: Int)? {
        var left = milliseconds
        defer { client.serveUnwatched() }
        while left > 0 {
            // Log lines and errors are on a queue of their own.
            client.serveUnwatched()
            let slice = min(left, calls.count > 1 ? 10 : 100)
            for (index, call) in calls.enumerated() {
                if let event = unsafe rd_kafka_queue_poll(call.queue, slice) {
                    return unsafe (event, index)
                }
                left -= slice
            }
        }
        return nil
    }

    /// Reads the answer to a request and destroys it; `hasFaultyErrors`: see `finish`.
    func take<Result>(
        _ event: OpaquePointer,
        hasFaultyErrors: Bool = false,
        _ read: (OpaquePointer) -> Result
    ) throws(KafkaError) -> Result {
        let code = unsafe rd_kafka_event_error(event)
        // What a broker says has a number above 0; what the library says itself is in order.
        let isFaulty = hasFaultyErrors && code.rawValue > 0
        defer { if !isFaulty { unsafe rd_kafka_event_destroy(event) } }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            if isFaulty { throw KafkaError(code) }
            let text = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
            throw KafkaError(code, reason: LibraryText.brokersReason(text))
        }
        return unsafe read(event)
    }

    /// Returns an outcome per topic result.
    static func outcomes(
        _ results: UnsafeMutablePointer<OpaquePointer?>?,
        _ count: Int
    ) -> [AdminOutcome] {
        (0..<count).compactMap { index in
            guard let result = unsafe results?[index] else { return nil }
            let code = unsafe rd_kafka_topic_result_error(result)
            let text = unsafe rd_kafka_topic_result_error_string(result).map {
                unsafe String(cString: $0)
            }
            return unsafe AdminOutcome(
                name: String(cString: rd_kafka_topic_result_name(result)),
                error: code == RD_KAFKA_RESP_ERR_NO_ERROR
                    ? nil : KafkaError(code, reason: LibraryText.brokersReason(text))
            )
        }
    }
}

/// A request in flight: the queue that its answer arrives on.
@safe final class AdminCall {
    let queue: OpaquePointer
    private let client: Client  // must outlive the queue

    init?(_ client: Client) {
        guard let queue = unsafe rd_kafka_queue_new(client.raw) else { return nil }
        self.client = client
        unsafe self.queue = unsafe queue
    }

    deinit {
        unsafe rd_kafka_queue_destroy(queue)
    }
}
