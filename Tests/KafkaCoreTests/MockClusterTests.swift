import KafkaCore
import Reactor
import Testing

/// The whole client path against librdkafka's mock cluster: metadata, producing, offsets, reading.
struct MockClusterTests {
    private let clock = SystemClock()

    @Test func recordsComeBackAsTheyWent() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("orders", partitions: 2, replicationFactor: 1)
        let address = cluster.bootstrapServers

        let sender = try Client(.producer, bootstrapServers: address, properties: [])
        var producer = Producer(sender)
        _ = try producer.addTopic("orders")
        let block = Array("keyvalue".utf8)
        let records = [
            RecordSlice(partition: 0, key: ByteSlice(0..<3), value: ByteSlice(3..<8), sequence: 1),
            RecordSlice(partition: 0, key: nil, value: ByteSlice(0..<0), sequence: 2),
            RecordSlice(partition: 0, key: ByteSlice(0..<0), value: nil, sequence: 3),
        ]
        let sent = producer.send(records[...], of: block.span.bytes, and: block.span.bytes) {
            _,
            error in
            Issue.record("refused: \(error)")
        }
        #expect(sent == 3)
        var reported: [Int] = []
        let limit = clock.now + .seconds(20)
        while reported.count < 3, clock.now < limit {
            sender.serve(waiting: .milliseconds(100)) { report in
                #expect(report.error == nil)
                reported.append(report.sequence)
            }
        }
        #expect(reported == [1, 2, 3])

        let reader = try Client(.consumer, bootstrapServers: address, properties: [])
        let topic = try reader.topic("orders", timeout: .seconds(10), clock: clock)
        #expect(topic.partitions.map(\.id) == [0, 1])
        let partitions = topic.partitions.map { TopicPartition("orders", $0.id) }
        let ends = try reader.offsets(
            of: partitions,
            at: .latest,
            timeout: .seconds(10),
            clock: clock
        )
        #expect(ends.map(\.offset) == [3, 0])
        let both = try reader.ends(of: partitions, timeout: .seconds(10), clock: clock)
        #expect(
            both.map(\.ends) == [
                PartitionEnds(endOffset: 3, lastStableOffset: 3),
                PartitionEnds(endOffset: 0, lastStableOffset: 0),
            ]
        )
        #expect(reader.fetchedHighWatermark(of: partitions[0]) == nil)

        var consumer = Consumer(reader)
        let wakeup = try Wakeup()
        consumer.raise(wakeup)
        try consumer.start(partitions[0], at: .beginning)
        var loop = Loop<Int>(clock: clock)
        loop.watch(wakeup.number, for: .readable, as: 1)
        var seen: [String] = []
        while seen.count < 3, clock.now < limit {
            try loop.wait(until: limit)
            wakeup.clear()
            while true {
                let taken = consumer.take { record in
                    guard !record.isError else { return true }
                    seen.append("\(text(record.key))=\(text(record.value))@\(record.offset)")
                    return true
                }
                if taken == 0 { break }
            }
        }
        #expect(seen == ["key=value@0", "nil=@1", "=nil@2"])
    }

    @Test func anAdministrativeCallToTheSandboxFailsAtOnce() throws {
        let cluster = try MockCluster(brokers: 1)
        let client = try Client(
            .producer,
            bootstrapServers: cluster.bootstrapServers,
            properties: []
        )
        _ = try client.metadata(timeout: .seconds(10), clock: clock)
        let admin = Admin(client, timeout: .seconds(10), clock: clock)
        do {
            _ = try admin.create([NewTopic(name: "t")], validateOnly: false)
            Issue.record("the mock has no CreateTopics")
        } catch {
            #expect(error.kind == .unsupported)
            #expect(error.reason.contains("CreateTopics"))
        }
    }

    @Test func aClosedPortIsUnreachableWithItsReason() throws {
        let client = try Client(.producer, bootstrapServers: "127.0.0.1:1", properties: [])
        do {
            _ = try client.metadata(timeout: .seconds(10), clock: clock)
            Issue.record("nothing listens on port 1")
        } catch {
            #expect(error.kind == .unreachable)
            #expect(error.reason.contains("refused"))
        }
    }

    @Test func aWrongPropertyIsNamed() {
        do {
            try Properties.check([Property("linger.ms", "5"), Property("no.such.thing", "1")])
            Issue.record("an unknown property was taken")
        } catch {
            #expect(error.name == "no.such.thing")
            #expect(error.isUnknown)
        }
        #expect(Properties.knownNames().contains("linger.ms"))
        #expect(Properties.knownNames().contains("request.required.acks"))
    }

    private func text(_ bytes: RawSpan?) -> String {
        guard let bytes else { return "nil" }
        return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// What librdkafka says of a property, without the name it chose.
struct PropertyReasonTests {
    @Test(arguments: [
        ("linger.ms", "abc", "invalid value"),
        ("linger.ms", "-5", "value -5 is outside allowed range 0..900000"),
        ("compression.type", "foo", "invalid value \"foo\""),
    ])
    func theReasonDoesNotNameAnAlias(name: String, value: String, reason: String) {
        do {
            try Properties.check([Property(name, value)])
            Issue.record("a wrong value was taken")
        } catch {
            #expect(error.name == name)
            #expect(error.reason == reason)
        }
    }
}
