// A mock cluster with records, and readers of it that go round as a command does.

import KafkaCore
import Reactor
import Testing

@testable import ReadEngine

/// A mock cluster with one topic.
struct Fixture: ~Copyable {
    static let topic = "orders"

    let cluster: MockCluster
    let clock = SystemClock()

    /// The address for clients.
    let address: String

    init(partitions: Int32 = 3) throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic(Self.topic, partitions: partitions, replicationFactor: 1)
        address = cluster.bootstrapServers
        self.cluster = cluster
    }

    /// Sends `count` records to each of these partitions.
    func send(_ count: Int, to partitions: [Int32]) throws {
        let client = try Client(.producer, bootstrapServers: address, properties: [])
        var producer = Producer(client)
        let topic = try producer.addTopic(Self.topic)
        var delivered = 0
        for partition in partitions {
            for number in 0..<count {
                _ = try producer.send(
                    OutgoingRecord(partition: partition, value: Array("\(number)".utf8)),
                    to: topic
                )
            }
        }
        let limit = clock.now + .seconds(20)
        while delivered < count * partitions.count, clock.now < limit {
            client.serve(waiting: .milliseconds(100)) { _ in delivered += 1 }
        }
        try #require(delivered == count * partitions.count)
    }

    /// A client that reads, as a member of a group where one is named.
    func client(group: String? = nil, _ properties: [(String, String)] = []) throws -> Client {
        var own = [
            Property("fetch.wait.max.ms", "10"), Property("reconnect.backoff.max.ms", "100"),
        ]
        if let group {
            own += [
                Property("group.id", group), Property("session.timeout.ms", "6000"),
                Property("heartbeat.interval.ms", "100"),
            ]
        }
        let client = try Client(
            .consumer,
            bootstrapServers: address,
            properties: own + properties.map { Property($0.0, $0.1) },
            required: [
                Property("enable.auto.commit", "false"), Property("enable.partition.eof", "true"),
            ],
            joinsGroup: group != nil
        )
        _ = try client.topic(Self.topic, timeout: .seconds(10), clock: clock)
        return client
    }

    /// The topic as it is.
    func topic(_ client: Client) throws -> Topic {
        try client.topic(Self.topic, timeout: .seconds(10), clock: clock)
    }

    /// A reader of all records that there are, or that come.
    func reader(
        _ client: Client,
        _ reads: [PartitionRead],
        isBounded: Bool = true,
        watchesTopics: Bool = true,
        clock: (any Clock)? = nil
    ) throws -> TestReader {
        let topic = try topic(client)
        var request = ReadRequest([topic], .partitions(reads), isBounded: isBounded)
        request.watchesTopics = watchesTopics
        return try TestReader(request, client, clock ?? self.clock)
    }

    /// A member of the group of the client.
    func member(
        _ client: Client,
        stopsAtEnd: Bool = false,
        commits: Bool = true,
        clock: (any Clock)? = nil
    ) throws -> TestReader {
        let topic = try topic(client)
        let rule = GroupRule(
            reset: .earliest,
            stopsAtEnd: stopsAtEnd,
            partitionCounts: [topic.name: topic.partitions.count]
        )
        let request = ReadRequest(
            [topic],
            .group(GroupRequest(commits: commits, rule: rule)),
            isBounded: stopsAtEnd
        )
        return try TestReader(request, client, clock ?? self.clock)
    }
}

/// A reader, what it took and what it reported.
struct TestReader: ~Copyable {
    let client: Client
    var reader: Reader
    /// The records taken, as `partition:offset`.
    var records: [String] = []
    /// The names of the events, in order.
    var events: [String] = []
    /// True to settle what is taken.
    var settles = true
    /// True to release what is revoked at once.
    var releases = true

    private var loop: Loop<Int>
    private let system = SystemClock()

    init(_ request: ReadRequest, _ client: Client, _ clock: any Clock) throws {
        let access = ClusterAccess(client, timeout: .seconds(10), clock: clock)
        let reader = try Reader(request, through: access, raising: Wakeup())
        self.client = client
        loop = Loop(clock: system)
        loop.watch(reader.descriptor, for: .readable, as: 0)
        self.reader = reader
    }

    /// Takes, settles, steps, and waits for a moment.
    mutating func turn() throws {
        while reader.take(
            into: &records,
            { record, records in
                records.append("\(record.partition):\(record.offset)")
                return true
            }
        ) > 0 {}
        if settles { reader.settle() }
        try step()
        guard !reader.mayHaveMore else { return }
        try loop.wait(until: system.now + .milliseconds(10))
    }

    /// Steps, and notes the events.
    mutating func step() throws {
        for event in try reader.step() {
            if case .revoking = event, releases { reader.release() }
            events.append(Self.name(event))
        }
    }

    /// Goes round until `condition` holds; fails after half a minute.
    mutating func turn(until condition: (borrowing TestReader) -> Bool) throws {
        let limit = system.now + .seconds(30)
        while !condition(self) {
            try turn()
            try #require(system.now < limit, "\(events), \(records.count) records")
        }
    }

    /// Leaves the group.
    mutating func close(by limit: Instant? = nil) throws {
        reader.close(by: limit)
        let end = system.now + .seconds(30)
        while !reader.isClosed {
            try step()
            try loop.wait(until: system.now + .milliseconds(10))
            try #require(system.now < end, "\(events)")
        }
    }

    /// True when the reader has ended its read.
    var hasEnded: Bool { reader.hasEnded }

    /// True when everything settled is committed.
    var isCommitted: Bool { reader.isCommitted }

    /// An event in one word or two.
    static func name(_ event: ReaderEvent) -> String {
        switch event {
        case .assigned(let starts): "assigned \(starts.map(\.partition.partition).sorted())"
        case .revoking(let partitions, _): "revoking \(partitions.map(\.partition).sorted())"
        case .revoked(let partitions, let failure):
            "revoked \(partitions.map(\.partition).sorted())\(failure.map { ", \($0.reason)" } ?? "")"
        case .lost(let partitions): "lost \(partitions.map(\.partition).sorted())"
        case .commitFailed: "commitFailed"
        case .partitionEnd(_, let partition): "end \(partition)"
        case .outage(.lost): "broker lost"
        case .outage(.unreachable): "unreachable"
        case .outage(.over): "outage over"
        case .topicReplaced(let name, _): "replaced \(name)"
        case .topicsFound(let topics): "found \(topics.map(\.name))"
        case .groupError: "groupError"
        case .pollIntervalExceeded: "pollIntervalExceeded"
        case .waitingForAssignment: "waiting"
        case .waitingToCommit: "waitingToCommit"
        case .ended: "ended"
        case .closed(let failure): failure.map { "closed, \($0.reason)" } ?? "closed"
        }
    }
}

extension [PartitionRead] {
    /// Reads of partitions of the topic, from their first records.
    static func all(_ partitions: Range<Int32>, to end: Int64? = nil) -> [PartitionRead] {
        partitions.map {
            PartitionRead(partition: TopicPartition(Fixture.topic, $0), start: .at(0), end: end)
        }
    }
}
