// Records with everything they can have, queues that fill up, and brokers that go and come back.

import Reactor
import Testing

@testable import KafkaCore

/// A mock cluster with one topic of one partition, and clients of it.
private final class Fixture {
    let cluster: MockCluster
    let clock = SystemClock()

    init() throws {
        cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1, replicationFactor: 1)
    }

    func client(_ kind: ClientKind, _ properties: [(String, String)] = []) throws -> Client {
        try Client(
            kind,
            bootstrapServers: cluster.bootstrapServers,
            properties: properties.map { Property($0.0, $0.1) }
        )
    }

    /// Takes delivery reports until there are `count`, or the time is over.
    func reports(_ count: Int, from client: Client) -> [(sequence: Int, error: KafkaError?)] {
        var reports: [(sequence: Int, error: KafkaError?)] = []
        let limit = clock.now + .seconds(20)
        while reports.count < count, clock.now < limit {
            client.serve(waiting: .milliseconds(100)) { reports.append(($0.sequence, $0.error)) }
        }
        return reports
    }

    /// Reads `count` records of the partition from `offset` on, as values of `body`.
    func records<Value>(
        _ count: Int,
        from consumer: inout Consumer,
        raising wakeup: borrowing Wakeup,
        _ body: (borrowing Record) -> Value
    ) throws -> [Value] {
        var loop = Loop<Int>(clock: clock)
        loop.watch(wakeup.number, for: .readable, as: 1)
        var values: [Value] = []
        let limit = clock.now + .seconds(20)
        while values.count < count, clock.now < limit {
            try loop.wait(until: limit)
            wakeup.clear()
            var taken = 1
            while taken > 0 {
                taken = consumer.take { record in
                    if !record.isError { values.append(body(record)) }
                    return true
                }
            }
        }
        return values
    }
}

private func bytes(_ span: RawSpan?) -> [UInt8]? {
    guard let span else { return nil }
    return span.withUnsafeBytes { [UInt8]($0) }
}

struct SendingTests {
    @Test func recordsKeepHeadersTimesAndNulls() throws {
        let fixture = try Fixture()
        let name = Array("h".utf8)
        let sent = [
            OutgoingRecord(
                partition: 0,
                timestamp: 1_732_150_000_123,
                key: [0, 0xff, 10],
                value: [0],
                headers: [
                    RecordHeader(name: name, value: [1, 0, 2]),
                    RecordHeader(name: name, value: nil),
                    RecordHeader(name: name, value: []), RecordHeader(name: [], value: [3]),
                    RecordHeader(name: [0xfe, 0xff], value: [0xff]),
                ],
                sequence: 1
            ),
            OutgoingRecord(partition: 0, timestamp: 1, key: [], value: [], sequence: 2),
            OutgoingRecord(partition: 0, timestamp: 2, key: nil, value: nil, sequence: 3),
            OutgoingRecord(
                partition: 0,
                timestamp: 3,
                key: nil,
                value: [UInt8](repeating: 7, count: 100_000),
                sequence: 4
            ),
        ]
        let sender = try fixture.client(.producer)
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        for record in sent {
            let isQueued = try producer.send(record, to: 0)
            #expect(isQueued)
        }
        let reports = fixture.reports(4, from: sender)
        #expect(reports.map(\.sequence) == [1, 2, 3, 4])
        #expect(reports.allSatisfy { $0.error == nil })

        let reader = try fixture.client(.consumer)
        _ = try reader.topic("t", timeout: .seconds(10), clock: fixture.clock)
        var consumer = Consumer(reader)
        let wakeup = try Wakeup()
        consumer.raise(wakeup)
        try consumer.start(TopicPartition("t", 0), at: .beginning)
        let read = try fixture.records(4, from: &consumer, raising: wakeup) { record in
            var headers: [RecordHeader] = []
            record.forEachHeader { name, value in
                headers.append(RecordHeader(name: bytes(name) ?? [], value: bytes(value)))
            }
            #expect(record.timestamp.type == .create)
            return OutgoingRecord(
                partition: record.partition,
                timestamp: record.timestamp.milliseconds,
                key: bytes(record.key),
                value: bytes(record.value),
                headers: headers,
                sequence: Int(record.offset) + 1
            )
        }
        #expect(read == sent)
    }

    @Test func aRecordThatIsTooLargeIsRefusedAtOnce() throws {
        let fixture = try Fixture()
        let sender = try fixture.client(.producer, [("message.max.bytes", "1000")])
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        let value = [UInt8](repeating: 7, count: 2000)
        do {
            let isQueued = try producer.send(OutgoingRecord(value: value), to: 0)
            Issue.record("queued: \(isQueued)")
        } catch {
            #expect(error.kind == .tooLarge)
        }
        var refused: [Int] = []
        let records = [
            RecordSlice(value: ByteSlice(0..<10), sequence: 1),
            RecordSlice(value: ByteSlice(0..<2000), sequence: 2),
            RecordSlice(value: ByteSlice(0..<10), sequence: 3),
        ]
        let done = producer.send(records[...], of: value.span.bytes) { record, error in
            refused.append(record.sequence)
            #expect(error.kind == .tooLarge)
        }
        #expect(done == 3)
        #expect(refused == [2])
        #expect(Set(fixture.reports(2, from: sender).map(\.sequence)) == [1, 3])
    }

    @Test func aFullQueueTakesNothingBehindWhatItRefused() throws {
        let fixture = try Fixture()
        fixture.cluster.setBroker(1, isUp: false)
        let sender = try fixture.client(.producer, [("queue.buffering.max.messages", "10")])
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        let block = [UInt8](repeating: 7, count: 100)
        let records = (1...25).map { RecordSlice(value: ByteSlice(0..<4), sequence: $0) }
        let first = producer.send(records[...], of: block.span.bytes) { _, _ in
            Issue.record("a full queue is no refusal")
        }
        #expect(first == 10)
        let again = producer.send(records[first...], of: block.span.bytes) { _, _ in
            Issue.record("a full queue is no refusal")
        }
        #expect(again == 0)
        let isQueued = try producer.send(OutgoingRecord(value: [1]), to: 0)
        #expect(!isQueued)
        producer.purge()
        let reports = fixture.reports(10, from: sender)
        #expect(reports.map(\.sequence).sorted() == Array(1...10))
        #expect(reports.allSatisfy { $0.error?.codeName == "_PURGE_QUEUE" })
        // With room again the rest is taken.
        let rest = producer.send(records[first...], of: block.span.bytes) { _, _ in }
        #expect(rest == 10)
        producer.purge()
    }

    @Test func aSmallRecordDoesNotOvertakeALargeOneThatFoundNoRoom() throws {
        let fixture = try Fixture()
        fixture.cluster.setBroker(1, isUp: false)
        // One KiB in all: the second record finds no room, the third would.
        let sender = try fixture.client(.producer, [("queue.buffering.max.kbytes", "1")])
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        let block = [UInt8](repeating: 7, count: 1000)
        let records = [
            RecordSlice(value: ByteSlice(0..<600), sequence: 1),
            RecordSlice(value: ByteSlice(0..<600), sequence: 2),
            RecordSlice(value: ByteSlice(0..<10), sequence: 3),
        ]
        let done = producer.send(records[...], of: block.span.bytes) { _, _ in }
        #expect(done == 1)
        producer.purge()
        #expect(fixture.reports(1, from: sender).map(\.sequence) == [1])
        // Were the third in the queue, it would be reported before this one.
        _ = producer.send(
            [RecordSlice(value: ByteSlice(0..<10), sequence: 4)],
            of: block.span.bytes
        ) { _, _ in }
        producer.purge()
        #expect(fixture.reports(1, from: sender).map(\.sequence) == [4])
    }

    @Test func offsetsOfAClusterThatWentAwayAreUnreachable() throws {
        let fixture = try Fixture()
        let client = try fixture.client(.consumer, [("reconnect.backoff.ms", "10")])
        let partitions = [TopicPartition("t", 0)]
        _ = try client.topic("t", timeout: .seconds(10), clock: fixture.clock)
        fixture.cluster.setBroker(1, isUp: false)
        do {
            let answers = try client.offsets(
                of: partitions,
                at: .latest,
                timeout: .milliseconds(300),
                clock: fixture.clock
            )
            Issue.record("answered \(answers)")
        } catch {
            #expect([.unreachable, .timedOut].contains(error.kind))
            #expect(error.isRetriable)
        }
        fixture.cluster.setBroker(1, isUp: true)
        let answers = try client.offsets(
            of: partitions,
            at: .latest,
            timeout: .seconds(10),
            clock: fixture.clock
        )
        #expect(answers.map(\.offset) == [0])
    }

    /// What passes by itself: leaders that change, catch up or are not known yet, busy brokers.
    @Test(arguments: [3, 5, 6, 7, 8, 9, 56, 74, 75, 78] as [Int32])
    func offsetsAreAskedAgainWhereItHelps(_ code: Int32) throws {
        let fixture = try Fixture()
        let client = try fixture.client(.consumer)
        let partitions = [TopicPartition("t", 0)]
        _ = try client.topic("t", timeout: .seconds(10), clock: fixture.clock)
        // More often than the library tries by itself.
        fixture.cluster.refuseOffsets(Array(repeating: code, count: 8))
        let answers = try client.offsets(
            of: partitions,
            at: .latest,
            timeout: .seconds(30),
            clock: fixture.clock
        )
        #expect(answers.map(\.offset) == [0])
        #expect(answers.allSatisfy { $0.error == nil })
    }

    @Test func offsetsThatAreRefusedForGoodAreNotAskedForAgain() throws {
        let fixture = try Fixture()
        let client = try fixture.client(.consumer)
        _ = try client.topic("t", timeout: .seconds(10), clock: fixture.clock)
        fixture.cluster.refuseOffsets([29, 29])
        #expect(throws: KafkaError.self) {
            try client.offsets(
                of: [TopicPartition("t", 0)],
                at: .latest,
                timeout: .seconds(30),
                clock: fixture.clock
            )
        }
    }

    @Test func partitionsThatAreNotThereAreNamed() throws {
        let fixture = try Fixture()
        let client = try fixture.client(.consumer)
        #expect(
            try client.offsets(of: [], at: .latest, timeout: .seconds(1), clock: fixture.clock)
                .isEmpty
        )
        _ = try client.topic("t", timeout: .seconds(10), clock: fixture.clock)
        let asked = [TopicPartition("t", 0)]
        let answers = try client.offsets(
            of: asked,
            at: .earliest,
            timeout: .seconds(10),
            clock: fixture.clock
        )
        #expect(answers.map(\.partition) == asked)
        #expect(answers.map(\.offset) == [0])
        #expect(answers.allSatisfy { $0.error == nil })
    }

    @Test func readingGoesOnWhenTheBrokerIsBack() throws {
        let fixture = try Fixture()
        let quick = [("reconnect.backoff.ms", "10"), ("reconnect.backoff.max.ms", "20")]
        let sender = try fixture.client(.producer, quick + [("linger.ms", "0")])
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        func send(_ value: UInt8) throws {
            let isQueued = try producer.send(OutgoingRecord(partition: 0, value: [value]), to: 0)
            #expect(isQueued)
            #expect(fixture.reports(1, from: sender).allSatisfy { $0.error == nil })
        }
        try send(1)
        let reader = try fixture.client(.consumer, quick + [("fetch.wait.max.ms", "10")])
        _ = try reader.topic("t", timeout: .seconds(10), clock: fixture.clock)
        var consumer = Consumer(reader)
        let wakeup = try Wakeup()
        consumer.raise(wakeup)
        try consumer.start(TopicPartition("t", 0), at: .beginning)
        let before = try fixture.records(1, from: &consumer, raising: wakeup) { bytes($0.value) }
        #expect(before == [[1]])
        fixture.cluster.setBroker(1, isUp: false)
        fixture.cluster.setBroker(1, isUp: true)
        try send(2)
        let after = try fixture.records(1, from: &consumer, raising: wakeup) { bytes($0.value) }
        #expect(after == [[2]])
    }

    @Test func aPartitionIsReadOnceAndCanBeStartedAgain() throws {
        let fixture = try Fixture()
        let sender = try fixture.client(.producer, [("linger.ms", "0")])
        var producer = Producer(sender)
        _ = try producer.addTopic("t")
        for value in 1...3 as ClosedRange<UInt8> {
            _ = try producer.send(OutgoingRecord(partition: 0, value: [value]), to: 0)
        }
        #expect(fixture.reports(3, from: sender).count == 3)
        let reader = try fixture.client(.consumer, [("fetch.wait.max.ms", "10")])
        _ = try reader.topic("t", timeout: .seconds(10), clock: fixture.clock)
        var consumer = Consumer(reader)
        let wakeup = try Wakeup()
        consumer.raise(wakeup)
        let partition = TopicPartition("t", 0)
        try consumer.start(partition, at: .at(1))
        do {
            try consumer.start(partition, at: .beginning)
            Issue.record("started twice")
        } catch {
            #expect(error.kind == .invalid)
            #expect(error.reason.contains("'t'"))
        }
        let first = try fixture.records(2, from: &consumer, raising: wakeup) { bytes($0.value) }
        #expect(first == [[2], [3]])
        consumer.stop(partition)
        consumer.stop(partition)
        try consumer.start(partition, at: .beginning)
        let all = try fixture.records(3, from: &consumer, raising: wakeup) { bytes($0.value) }
        #expect(all == [[1], [2], [3]])
    }
}
