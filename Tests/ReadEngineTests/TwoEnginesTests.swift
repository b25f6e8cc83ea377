// A program of its own on both engines: a reader and a sender in one loop, with a commit point of theirs.

import KafkaCore
import ReadEngine
import Reactor
import SendEngine
import Testing

/// What a copy waits for.
private enum Source { case records, outcomes }

struct TwoEnginesTests {
    /// Copies a topic: an offset is committed when the copies of all records before it are stored.
    private func copy(
        _ count: Int,
        _ reading: consuming Reader,
        _ sending: consuming Sender,
        clock: SystemClock
    ) throws {
        var reader = reading
        var sender = sending
        let topic = try sender.addTopic("copies")
        var loop = Loop<Source>(clock: clock)
        loop.watch(reader.descriptor, for: .readable, as: .records)
        if let descriptor = sender.descriptor {
            loop.watch(descriptor, for: .readable, as: .outcomes)
        }
        var (stored, waiting): (Int64, [OutgoingRecord]) = (0, [])
        let limit = clock.now + .seconds(30)
        while !reader.isClosed {
            let room = waiting.isEmpty && sender.counts.inFlight < 100 ? 50 : 0
            _ = reader.take(upTo: room, into: &waiting) { record, waiting in
                var copy = OutgoingRecord(value: nil, sequence: Int(record.offset))
                if let value = record.value { copy.value = value.withUnsafeBytes { Array($0) } }
                waiting.append(copy)
                return true
            }
            while let next = waiting.first, try sender.send(next, to: topic, at: clock.now) {
                waiting.removeFirst()
            }
            _ = sender.step(at: clock.now) { report in
                if report.isAcknowledged { stored = max(stored, Int64(report.sequence) + 1) }
            }
            let place = TopicPartition(Fixture.topic, 0)
            reader.settle(.positions([PartitionOffset(place, stored)], metadata: "copied"))
            for event in try reader.step() { if case .revoking = event { reader.release() } }
            if stored == count { reader.close() }
            try #require(clock.now < limit)
            try loop.wait(until: min(reader.deadline, clock.now + .milliseconds(20)))
        }
    }

    @Test func aTopicIsCopiedAndCommittedByWhatIsStored() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.cluster.createTopic("copies", partitions: 1, replicationFactor: 1)
        try fixture.send(500, to: [0])
        let client = try fixture.client(group: "copying")
        let rule = GroupRule(reset: .earliest, partitionCounts: [Fixture.topic: 1])
        let request = ReadRequest(
            [try fixture.topic(client)],
            .group(GroupRequest(commits: true, rule: rule)),
            isBounded: false
        )
        let access = ClusterAccess(client, timeout: .seconds(10), clock: fixture.clock)
        let producer = try Client(.producer, bootstrapServers: fixture.address, properties: [])
        try copy(
            500,
            Reader(request, through: access, raising: Wakeup()),
            Sender(producer, raising: Wakeup(), at: fixture.clock.now),
            clock: fixture.clock
        )
        let again = try fixture.client(group: "copying")
        let place = TopicPartition(Fixture.topic, 0)
        let commits = try again.commits(of: [place], timeout: .seconds(10))
        #expect(commits[place]?.position.offset == 500)
        #expect(commits[place]?.metadata == "copied")
        let ends = try again.offsets(
            of: [TopicPartition("copies", 0)],
            at: .latest,
            timeout: .seconds(10),
            clock: fixture.clock
        )
        #expect(ends.first?.offset == 500)
    }
}
