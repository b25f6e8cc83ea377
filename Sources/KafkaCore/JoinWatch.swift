// Whether a member is just now asking to join its group anew, and whether it has heard from the
// group since, which only librdkafka's threads know.
//
// While it is joining, the coordinator answers nothing else on the same connection, and then no longer
// takes the generation that a commit was sent with. librdkafka (2.0.2) takes that answer for the
// loss of all partitions. A member of a cooperative group keeps its partitions meanwhile, so it is
// to hold its commits back: nothing else tells it when. The answer to a heartbeat says whether the group
// is about to share out anew.
//
// The one place where librdkafka's threads call us. They only set a flag, and count.

internal import CRdkafka
internal import Synchronization

/// Knows whether a request to join a group is under way.
///
/// Whoever installs it holds it longer than the client.
final class JoinWatch: Sendable {
    private let flag = Atomic(false)
    private let beats = Atomic(0)

    /// Whether a request to join has been sent and not answered.
    var isJoining: Bool { flag.load(ordering: .acquiring) }

    /// How many heartbeats have been answered.
    var heartbeats: Int { beats.load(ordering: .acquiring) }

    // The numbers of requests in Kafka's protocol.
    private static let joinGroup: Int16 = 11
    private static let heartbeat: Int16 = 12

    /// Has the client that is made from `configuration` tell.
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
        if key == joinGroup {
            watch.flag.store(isSent, ordering: .releasing)
        } else if !isSent {
            watch.beats.add(1, ordering: .releasing)
        }
        return RD_KAFKA_RESP_ERR_NO_ERROR
    }
}
