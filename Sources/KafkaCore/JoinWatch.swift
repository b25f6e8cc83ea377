// Knows whether a member asks to join its group anew, or is about to.
// And whether it has heard from the group since. Only librdkafka's threads know either.
//
// While it is joining, the coordinator answers nothing else on the same connection, and then no
// longer takes the generation that a commit was sent with. librdkafka (2.0.2) takes that answer for
// the loss of all partitions. A member of a cooperative group keeps its partitions meanwhile, so it
// is to hold its commits back: nothing else reports when. The answer to a heartbeat says whether
// the group is about to rebalance; then the library asks to join, at once or a second after the
// last time.
//
// The one place where librdkafka's threads call us. They only note what was sent and heard, and when.

internal import CRdkafka
internal import Reactor
internal import Synchronization

/// Knows whether a request to join a group is in flight.
///
/// Its installer holds it longer than the client.
final class JoinWatch: Sendable {
    private let joining = Atomic(false)
    private let joins = Atomic(0)
    private let lastJoin = Atomic(Int64(0))
    private let beating = Atomic(false)
    private let beats = Atomic(0)
    private let lastBeat = Atomic(Int64(0))
    private let assigned = Atomic(false)

    /// True while a request to join has been sent and not answered.
    var isJoining: Bool { joining.load(ordering: .acquiring) }

    /// The number of requests to join sent.
    var joinCount: Int { joins.load(ordering: .acquiring) }

    /// The number of heartbeats answered.
    var heartbeats: Int { beats.load(ordering: .acquiring) }

    /// Enters that the group has assigned something, or nothing.
    func noteAssignment() { assigned.store(true, ordering: .releasing) }

    /// True when the member has asked to join and was assigned nothing yet, not even nothing.
    var awaitsFirstAssignment: Bool { joinCount > 0 && !assigned.load(ordering: .acquiring) }

    /// The time the library may take from an answer to the request that follows from it.
    private static let handling = Duration.milliseconds(50)
    /// The time the library may put off a request to join, of which it sends one a second.
    private static let postponement = Duration.milliseconds(2200)

    /// Returns true when a request to join may be in flight, or follow from what has been heard by
    /// `now`.
    func mayJoin(at now: Instant) -> Bool {
        guard !isJoining, !beating.load(ordering: .acquiring) else { return true }
        let beat = Instant(nanoseconds: lastBeat.load(ordering: .acquiring))
        let join = Instant(nanoseconds: lastJoin.load(ordering: .acquiring))
        return now < beat + Self.handling || join < beat && now < join + Self.postponement
    }

    // The numbers of requests in Kafka's protocol.
    private static let joinGroup: Int16 = 11
    private static let heartbeat: Int16 = 12

    /// Has the client that is made from `configuration` report its requests to join.
    ///
    /// C: `rd_kafka_conf_interceptor_add_on_new`, `rd_kafka_interceptor_add_on_request_sent`,
    /// `rd_kafka_interceptor_add_on_response_received`.
    func install(_ configuration: OpaquePointer?) {
        // The client's owner keeps self until the client's threads have ended.
        let opaque = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe rd_kafka_conf_interceptor_add_on_new(
            configuration,
            "kctl",
            { client, _, opaque, _, _ in
                unsafe rd_kafka_interceptor_add_on_request_sent(
                    client,
                    "kctl",
                    { _, _, _, _, key, _, _, _, opaque in
                        unsafe JoinWatch.note(key, isSent: true, opaque)
                    },
                    opaque
                )
                return unsafe rd_kafka_interceptor_add_on_response_received(
                    client,
                    "kctl",
                    { _, _, _, _, key, _, _, _, _, _, opaque in
                        unsafe JoinWatch.note(key, isSent: false, opaque)
                    },
                    opaque
                )
            },
            opaque
        )
    }

    private static func note(
        _ key: Int16,
        isSent: Bool,
        _ opaque: UnsafeMutableRawPointer?
    ) -> rd_kafka_resp_err_t {
        guard key == joinGroup || key == heartbeat, let opaque = unsafe opaque else {
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
        let watch = unsafe Unmanaged<JoinWatch>.fromOpaque(opaque).takeUnretainedValue()
        let now = SystemClock().now.nanoseconds
        switch (key, isSent) {
        case (joinGroup, true):
            watch.lastJoin.store(now, ordering: .releasing)
            watch.joining.store(true, ordering: .releasing)
            watch.joins.add(1, ordering: .releasing)
        case (joinGroup, false): watch.joining.store(false, ordering: .releasing)
        case (_, true): watch.beating.store(true, ordering: .releasing)
        case (_, false):
            watch.lastBeat.store(now, ordering: .releasing)
            watch.beats.add(1, ordering: .releasing)
            watch.beating.store(false, ordering: .releasing)
        }
        return RD_KAFKA_RESP_ERR_NO_ERROR
    }
}
