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

        init(_ address: String, group: String = "readers") throws {
            let client = try Client(
                .consumer,
                bootstrapServers: address,
                properties: [
                    Property("group.id", group), Property("session.timeout.ms", "6000"),
                    Property("heartbeat.interval.ms", "100"),
                    Property("fetch.wait.max.ms", "10"),
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
            var values = values
            try turn(from: start) { record in
                values.append(Int64(record.topicIndex) + record.offset)
            }
            self.values = values
        }

        /// Answers the group's events and lends each record of one batch.
        mutating func turn(
            from start: [TopicPartition: Int64] = [:],
            upTo limit: Int = .max,
            _ body: (borrowing Record) -> Void
        ) throws {
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
            let taken = consumer.take(upTo: limit) { record in
                if !record.isError { body(record) }
                return true
            }
            guard taken < limit else { return }
            var loop = Loop<Int>(clock: SystemClock())
            loop.watch(wakeup.number, for: .readable, as: 1)
            try loop.wait(until: SystemClock().now + .milliseconds(20))
        }
    }

    @Test func aMemberReadsCommitsSharesAndLeaves() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("orders", partitions: 2, replicationFactor: 1)
        let address = cluster.bootstrapServers
        let limit = clock.now + .seconds(40)
        try send(3, to: [0], at: address)

        var first = try Joined(address)
        while first.values.count < 3, clock.now < limit { try first.turn() }
        #expect(first.values == [0, 1, 2])
        #expect(first.assigned.count == 2)
        #expect(!first.member.isCooperative)
        let place = TopicPartition("orders", 0)
        #expect(try first.client.committed(of: [place], timeout: .seconds(5)).isEmpty)
        let note = "run 563112, größer"
        try first.member.commit([PartitionOffset(place, 3)], metadata: [place: note])
        let answers = try #require(first.member.commitAnswers(waiting: .seconds(5)))
        #expect(answers.map(\.offset) == [PartitionOffset(place, 3)])
        #expect(answers.allSatisfy { $0.error == nil })
        #expect(try first.client.committed(of: [place], timeout: .seconds(5)) == [place: 3])
        let commits = try first.client.commits(of: [place], timeout: .seconds(5))
        #expect(commits[place]?.metadata == note)

        // A pause ends with the assignment: whoever gets the partition next reads it.
        first.member.pause([place, TopicPartition("orders", 1)])
        var second = try Joined(address)
        while first.assigned.count != 1 || second.assigned.count != 1, clock.now < limit {
            try first.turn(from: [place: 3])
            try second.turn(from: [place: 3])
        }
        #expect(first.assigned.isDisjoint(with: second.assigned))
        #expect(first.values == [0, 1, 2])
        #expect(first.member.heartbeats > 0)
        try send(1, to: [0, 1], at: address)
        while first.values.count + second.values.count < 5, clock.now < limit {
            try first.turn(from: [place: 3])
            try second.turn(from: [place: 3])
        }
        #expect((first.values + second.values).sorted() == [0, 0, 1, 2, 3])
        let started = clock.now
        second.member.leave(timeout: .seconds(5), clock: clock)
        first.member.leave(timeout: .seconds(5), clock: clock)
        #expect(clock.now - started < .seconds(9))
    }

    /// Sends records of one byte to each of these partitions and waits for their acknowledgement.
    private func send(_ count: Int, to partitions: [Int32], at address: String) throws {
        let client = try Client(.producer, bootstrapServers: address, properties: [])
        var producer = Producer(client)
        _ = try producer.addTopic("orders")
        let bytes: [UInt8] = [120]
        var records: [RecordSlice] = []
        for partition in partitions {
            records += (0..<count).map { number in
                RecordSlice(
                    partition: partition,
                    key: nil,
                    value: ByteSlice(0..<1),
                    sequence: number
                )
            }
        }
        _ = producer.send(records[...], of: bytes.span.bytes, and: bytes.span.bytes) { _, _ in }
        let limit = clock.now + .seconds(20)
        var delivered = 0
        while delivered < records.count, clock.now < limit {
            client.serve(waiting: .milliseconds(100)) { _ in delivered += 1 }
        }
        try #require(delivered == records.count)
    }

    /// Records that are left aside in the middle of a batch, as by a reader that has no room for more
    /// of one partition, are read again after a pause; the others' are not.
    @Test func aPausedPartitionGoesOnWhereItsReaderIs() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("orders", partitions: 2, replicationFactor: 1)
        let count: Int64 = 700
        try send(Int(count), to: [0, 1], at: cluster.bootstrapServers)
        var reader = try Joined(cluster.bootstrapServers, group: "pausing")
        let slow = TopicPartition("orders", 0)
        var next: [Int64] = [0, 0]
        var pauses = 0
        var isPaused = false
        let limit = clock.now + .seconds(40)
        while next != [count, count], clock.now < limit {
            var room = 30
            try reader.turn(upTo: 100) { record in
                let index = Int(record.partition)
                if index == 0 {
                    #expect(!isPaused, "a record of a paused partition")
                    room -= 1
                    guard room >= 0 else { return }
                }
                #expect(record.offset == next[index])
                next[index] = record.offset + 1
            }
            if isPaused {
                reader.member.resume([PartitionOffset(slow, next[0])])
                isPaused = false
            } else if room < 0 {
                reader.member.pause([slow])
                isPaused = true
                pauses += 1
            }
        }
        #expect(next == [count, count])
        #expect(pauses >= 20)
        reader.member.leave(timeout: .seconds(5), clock: clock)
    }

    @Test func metadataThatNoBrokerKeepsIsRefusedByName() throws {
        let client = try Client(
            .consumer,
            bootstrapServers: "localhost:1",
            properties: [Property("group.id", "readers")]
        )
        let member = try GroupMember(client, raising: Wakeup())
        let place = TopicPartition("orders", 3)
        let longest = String(repeating: "x", count: GroupMember.maximumMetadataBytes)
        try member.commit([PartitionOffset(place, 1)], metadata: [place: longest])
        let error = #expect(throws: KafkaError.self) {
            try member.commit([PartitionOffset(place, 1)], metadata: [place: longest + "y"])
        }
        #expect(error?.kind == .tooLarge)
        #expect(
            error?.reason
                == "the metadata to commit for topic 'orders', partition 3 has 4097 bytes; "
                + "Kafka keeps at most 4096 (offset.metadata.max.bytes)"
        )
    }

    @Test func aClientWithoutAGroupIsNoMember() throws {
        let client = try Client(.consumer, bootstrapServers: "localhost:1", properties: [])
        let wakeup = try Wakeup()
        #expect(throws: KafkaError.self) { try GroupMember(client, raising: wakeup) }
    }
}
