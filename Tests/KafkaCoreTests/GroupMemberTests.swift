import KafkaCore
import Reactor
import Testing

/// Members of a group of the mock cluster, which takes three seconds to share out.
struct GroupMemberTests {
    private let clock = SystemClock()

    /// One member with its own client.
    private struct Joined: ~Copyable {
        let client: Client
        let member: GroupMember
        var consumer: Consumer
        let wakeup: Wakeup
        var values: [Int64] = []
        var assigned: Set<TopicPartition> = []

        init(_ address: String) throws {
            let client = try Client(
                .consumer,
                bootstrapServers: address,
                properties: [
                    Property("group.id", "readers"), Property("session.timeout.ms", "6000"),
                    Property("heartbeat.interval.ms", "100"),
                ],
                required: [Property("enable.auto.commit", "false")],
                joinsGroup: true
            )
            let wakeup = try Wakeup()
            let member = try GroupMember(client, raising: wakeup)
            try member.subscribe(["orders"])
            self.client = client
            self.wakeup = wakeup
            self.member = member
            consumer = Consumer(client)
            consumer.know("orders")
            consumer.raise(wakeup)
        }

        /// Answers the group's news and takes records, for a moment.
        mutating func turn(from start: [TopicPartition: Int64] = [:]) throws {
            wakeup.clear()
            while let event = member.next() {
                switch event {
                case .assigned(let partitions):
                    for partition in partitions { consumer.receive(partition) }
                    try member.assign(
                        partitions.map {
                            (partition: $0, at: start[$0].map { .at($0) } ?? .beginning)
                        }
                    )
                    assigned.formUnion(partitions)
                case .revoked(let partitions, let isLost):
                    #expect(!isLost)
                    try member.unassign(partitions)
                    assigned.subtract(partitions)
                case .committed(let answers): #expect(answers.allSatisfy { $0.error == nil })
                case .failed(let error, _): Issue.record("\(error)")
                }
            }
            var values = values
            _ = consumer.take { record in
                if !record.isError { values.append(Int64(record.topicIndex) + record.offset) }
                return true
            }
            self.values = values
            var loop = Loop<Int>(clock: SystemClock())
            loop.watch(wakeup.number, for: .readable, as: 1)
            try loop.wait(until: SystemClock().now + .milliseconds(20))
        }
    }

    @Test func aMemberReadsCommitsSharesAndLeaves() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("orders", partitions: 2, replicationFactor: 1)
        let address = cluster.bootstrapServers
        let sender = try Client(.producer, bootstrapServers: address, properties: [])
        var producer = Producer(sender)
        _ = try producer.addTopic("orders")
        let bytes: [UInt8] = [120]
        let records = (0..<3).map { number in
            RecordSlice(partition: 0, key: nil, value: ByteSlice(0..<1), sequence: number)
        }
        _ = producer.send(records[...], of: bytes.span.bytes, and: bytes.span.bytes) { _, _ in }
        let limit = clock.now + .seconds(40)
        var delivered = 0
        while delivered < 3, clock.now < limit {
            sender.serve(waiting: .milliseconds(100)) { _ in delivered += 1 }
        }

        var first = try Joined(address)
        while first.values.count < 3, clock.now < limit { try first.turn() }
        #expect(first.values == [0, 1, 2])
        #expect(first.assigned.count == 2)
        #expect(!first.member.isCooperative)
        let place = TopicPartition("orders", 0)
        #expect(try first.client.committed(of: [place], timeout: .seconds(5)).isEmpty)
        try first.member.commit([PartitionOffset(place, 3)])
        let answers = try #require(first.member.commitAnswers(waiting: .seconds(5)))
        #expect(answers.map(\.offset) == [PartitionOffset(place, 3)])
        #expect(answers.allSatisfy { $0.error == nil })
        #expect(try first.client.committed(of: [place], timeout: .seconds(5)) == [place: 3])

        var second = try Joined(address)
        while first.assigned.count != 1 || second.assigned.count != 1, clock.now < limit {
            try first.turn(from: [place: 3])
            try second.turn(from: [place: 3])
        }
        #expect(first.assigned.isDisjoint(with: second.assigned))
        #expect(first.values == [0, 1, 2])
        #expect(first.member.heartbeats > 0)
        let started = clock.now
        second.member.leave(timeout: .seconds(5), clock: clock)
        first.member.leave(timeout: .seconds(5), clock: clock)
        #expect(clock.now - started < .seconds(9))
    }

    @Test func aClientWithoutAGroupIsNoMember() throws {
        let client = try Client(.consumer, bootstrapServers: "localhost:1", properties: [])
        let wakeup = try Wakeup()
        #expect(throws: KafkaError.self) { try GroupMember(client, raising: wakeup) }
    }
}
