// A mock cluster, clients of it, and a loop that drives a sender as a command does.

import KafkaCore
import Reactor
import Records
import Testing

@testable import SendEngine

/// A mock cluster with a topic `t`.
final class SendFixture {
    let cluster: MockCluster
    let clock = SystemClock()

    /// How long a test waits for progress before it fails.
    static let patience = Duration.seconds(30)

    init(brokers: Int = 1, partitions: Int32 = 1) throws {
        cluster = try MockCluster(brokers: brokers)
        try cluster.createTopic(
            "t",
            partitions: partitions,
            replicationFactor: Int32(brokers)
        )
    }

    deinit {
        // What a slow broker still owes would be waited for.
        for broker in 1...3 as ClosedRange<Int32> { cluster.setRoundTrip(broker, milliseconds: 0) }
    }

    /// Makes a producer client that does not wait: neither for batches nor before trying again.
    func client(_ properties: [(String, String)] = []) throws -> Client {
        let quick = [
            ("linger.ms", "0"), ("retry.backoff.ms", "10"), ("reconnect.backoff.ms", "10"),
            ("reconnect.backoff.max.ms", "20"),
            ("topic.metadata.refresh.fast.interval.ms", "10"),
        ]
        return try Client(
            .producer,
            bootstrapServers: cluster.bootstrapServers,
            properties: (quick + properties).map { Property($0.0, $0.1) }
        )
    }

    /// Makes a sender to the topic, which raises a descriptor of its own.
    func sender(
        _ client: Client,
        rate: RecordRate? = nil,
        at now: Instant? = nil
    ) throws -> Sender {
        var sender = Sender(client, raising: try Wakeup(), rate: rate, at: now ?? clock.now)
        #expect(try sender.addTopic("t") == 0)
        return sender
    }

    /// Makes a sender of batches to the topic.
    func batchSender(
        _ client: Client,
        _ request: BatchSender.Request = BatchSender.Request(),
        at now: Instant? = nil
    ) throws -> BatchSender {
        var sender = BatchSender(client, raising: try Wakeup(), request, at: now ?? clock.now)
        #expect(try sender.addTopic("t") == 0)
        return sender
    }

    /// Calls `step` now, and whenever the descriptor is raised, until it returns true.
    func drive(_ descriptor: Int32?, _ step: () throws -> Bool) throws {
        var loop = Loop<Int>(clock: clock)
        loop.watch(try #require(descriptor), for: .readable, as: 0)
        let limit = clock.now + Self.patience
        while try !step() {
            guard clock.now < limit else {
                Issue.record("no progress")
                return
            }
            // Retries and reconnections raise nothing, so that the library is looked at meanwhile.
            try loop.wait(until: clock.now + .milliseconds(50))
        }
    }
}

/// An outcome as a test compares it.
struct Seen: Equatable {
    var tag: Int
    var offset: Int64?
    var code: String?

    init(_ report: borrowing DeliveryReport) {
        tag = report.sequence
        offset = report.isAcknowledged ? report.offset : nil
        code = report.error?.codeName
    }

    init(_ tag: Int, at offset: Int64) {
        self.tag = tag
        self.offset = offset
    }
}
