// Asking for metadata, which is also how a client learns whether anything answers at all.
//
// `rd_kafka_metadata` blocks. Until a broker is up it is called in short slices, so that a reason
// that will not pass (wrong password) or that all addresses share (connection refused) ends the
// wait early; once a broker is up the reply may take the whole time.

public import Reactor

internal import CRdkafka

/// The time every address may be down before the wait ends, though time would be left: long enough
/// for a second address of the same host (`::1`, then `127.0.0.1`) and a few attempts each.
private let allDownTimeout = Duration.milliseconds(1500)

extension Client {
    /// Returns the whole cluster's brokers and topics.
    ///
    /// Blocks for at most `timeout`. C: `rd_kafka_metadata`.
    /// - Throws: `KafkaError` of kind `unreachable`, `refused` or `timedOut`.
    public func metadata(timeout: Duration, clock: any Clock) throws(KafkaError) -> Metadata {
        try unsafe metadata(of: nil, timeout: timeout, clock: clock)
    }

    /// Returns the brokers and one topic, without making it.
    ///
    /// Blocks for at most `timeout`. C: `rd_kafka_metadata`.
    /// - Throws: `KafkaError`, of kind `notFound` when there is no such topic.
    public func topic(
        _ name: String,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> Topic {
        let handle = try TopicHandle(self, name)
        let metadata = try unsafe metadata(of: handle.raw, timeout: timeout, clock: clock)
        guard let topic = metadata.topics.first(where: { $0.name == name }) else {
            throw KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        }
        if let error = topic.error { throw error }
        return topic
    }

    /// The cluster's identifier, once metadata has been read.
    ///
    /// C: `rd_kafka_clusterid`.
    public var clusterID: String? {
        guard let text = unsafe rd_kafka_clusterid(raw, 0) else { return nil }
        defer { unsafe rd_kafka_mem_free(raw, text) }
        return unsafe String(cString: text)
    }

    /// The broker that administers the cluster, once metadata has been read.
    ///
    /// librdkafka's mock has none, and says 0, which is none of its brokers. C:
    /// `rd_kafka_controllerid`.
    public var controllerID: Int32? {
        guard !isSandbox else { return nil }
        let id = unsafe rd_kafka_controllerid(raw, 0)
        return id >= 0 ? id : nil
    }

    /// True when the cluster is librdkafka's mock, which answers no administrative call.
    public var isSandbox: Bool { clusterID?.hasPrefix("mockCluster") ?? false }

    private func metadata(
        of topic: OpaquePointer?,
        timeout: Duration,
        clock: any Clock
    ) throws(KafkaError) -> Metadata {
        let deadline = clock.now + timeout
        var allDownSince: Instant?
        var isAnswering = false
        while true {
            let left = deadline - clock.now
            let slice = isAnswering ? left : min(left, .milliseconds(200))
            var reply: UnsafePointer<rd_kafka_metadata>?
            let code = unsafe rd_kafka_metadata(
                raw,
                topic == nil ? 1 : 0,
                topic,
                &reply,
                max(slice.clampedMilliseconds, 1)
            )
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let reply = unsafe reply {
                defer { unsafe rd_kafka_metadata_destroy(reply) }
                serveUnwatched()
                return try unsafe Metadata(reply.pointee)
            }
            serve()
            if code == RD_KAFKA_RESP_ERR__TIMED_OUT { isAnswering = true }
            let isConnecting =
                code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT
            guard isConnecting else { throw KafkaError(code) }
            if complaints.isHopeless, let reason = complaints.mainReason { throw reason }
            if complaints.allBrokersDown, allDownSince == nil { allDownSince = clock.now }
            let isGivenUp = allDownSince.map { clock.now - $0 > allDownTimeout } ?? false
            guard clock.now < deadline else { throw unreachable(after: timeout) }
            guard !isGivenUp else { throw complaints.mainReason ?? Self.turnedAway }
        }
    }

    private func unreachable(after timeout: Duration) -> KafkaError {
        if let reason = complaints.mainReason { return reason }
        let seconds = Double(timeout.nanoseconds) / 1_000_000_000
        let text = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
        return KafkaError(
            RD_KAFKA_RESP_ERR__TRANSPORT,
            reason: "no answer within \(text) s",
            remedy: .checkAddressOrWaitLonger,
            cause: .noAnswer
        )
    }

    /// The error that newer libraries leave to guess: the connection was made, and closed without a
    /// word.
    private static let turnedAway = KafkaError(
        RD_KAFKA_RESP_ERR__TRANSPORT,
        reason: "connections are closed without an answer",
        remedy: .useTLSOrLogIn
    )
}

/// A topic as librdkafka's older calls want it; keeps its client alive.
@safe final class TopicHandle {
    let raw: OpaquePointer
    private let client: Client  // must outlive raw

    /// Makes a handle; sends nothing that could make the topic.
    ///
    /// C: `rd_kafka_topic_new`.
    init(_ client: Client, _ name: String) throws(KafkaError) {
        guard let raw = unsafe rd_kafka_topic_new(client.raw, name, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        unsafe self.raw = unsafe raw
        self.client = client
    }

    deinit {
        unsafe rd_kafka_topic_destroy(raw)
    }
}
