// Readers of a mock cluster, in process: what they take, and which events they report, in order.

import KafkaCore
import Reactor
import Testing

@testable import ReadEngine

struct ReaderTests {
    @Test func aBoundedReadTakesAllAndEnds() throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.send(3, to: [0, 1])
        let client = try fixture.client()
        var reader = try fixture.reader(client, .all(0..<2, to: 3))
        try reader.turn { $0.reader.hasEnded }
        #expect(reader.records.sorted() == ["0:0", "0:1", "0:2", "1:0", "1:1", "1:2"])
        #expect(reader.events.filter { $0 == "ended" }.count == 1)
        let isComplete = reader.reader.progress.isComplete
        #expect(isComplete)
        let isClosed = reader.reader.isClosed
        #expect(isClosed)
        // It goes on when more is to be read, with other ends.
        reader.reader.read([
            PartitionRead(partition: TopicPartition(Fixture.topic, 0), start: .at(1), end: 2)
        ])
        reader.records = []
        try reader.turn { $0.reader.hasEnded }
        #expect(reader.records == ["0:1"])
    }

    @Test func theCallerEndsAReadThatGoesOn() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(3, to: [0])
        let client = try fixture.client()
        var reader = try fixture.reader(client, .all(0..<1), isBounded: false)
        try reader.turn { $0.events.contains("end 0") }
        #expect(reader.events == ["end 0"])
        try fixture.send(2, to: [0])
        try reader.turn { $0.records.count == 5 && $0.events.count == 2 }
        reader.reader.finish()
        try reader.turn { $0.reader.hasEnded }
        #expect(reader.events == ["end 0", "end 0", "ended"])
        // Nothing is taken any more.
        try fixture.send(1, to: [0])
        for _ in 0..<5 { try reader.turn() }
        #expect(reader.records.count == 5)
    }

    @Test func aLimitLeavesTheRestToBeTaken() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(5, to: [0])
        let client = try fixture.client()
        var reader = try fixture.reader(client, .all(0..<1, to: 5))
        var offsets: [Int64] = []
        let limit = fixture.clock.now + .seconds(20)
        while offsets.count < 5, fixture.clock.now < limit {
            let before = offsets.count
            _ = reader.reader.take(upTo: 2, into: &offsets) { record, offsets in
                offsets.append(record.offset)
                return true
            }
            #expect(offsets.count - before <= 2)
            let none = reader.reader.take(upTo: 0, into: &offsets) { _, _ in true }
            #expect(none == 0)
            try reader.step()
        }
        #expect(offsets == [0, 1, 2, 3, 4])
    }

    @Test func anOffsetThatIsNotThereIsAnError() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(2, to: [0])
        let client = try fixture.client(group: nil, [("auto.offset.reset", "error")])
        let place = TopicPartition(Fixture.topic, 0)
        let read = PartitionRead(partition: place, start: .at(17))
        var reader = try fixture.reader(client, [read], isBounded: false, watchesTopics: false)
        let error = #expect(throws: ReaderError.self) { try reader.turn { _ in false } }
        #expect(error == .outOfRange(place, offset: 17, first: 0, last: 2))
    }

    @Test(arguments: [false, true])
    func whatIsPausedIsReadOnLater(isMember: Bool) throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.send(50, to: [0, 1])
        let client = try fixture.client(group: isMember ? "pausing" : nil)
        var reader =
            isMember
            ? try fixture.member(client)
            : try fixture.reader(client, .all(0..<2), isBounded: false)
        let place = TopicPartition(Fixture.topic, 0)
        for round in 1...10 {
            try reader.turn { $0.records.count >= round * 2 }
            reader.reader.pause(place)
            try fixture.send(1, to: [0, 1])
            let others = reader.records.filter { $0.hasPrefix("1:") }.count
            try reader.turn {
                $0.records.filter { $0.hasPrefix("1:") }.count > others || others >= 59
            }
            try reader.reader.resume(place)
        }
        try reader.turn { $0.records.count >= 120 }
        for partition in 0...1 {
            let own = reader.records.filter { $0.hasPrefix("\(partition):") }
            #expect(own == (0..<60).map { "\(partition):\($0)" })
        }
        if isMember { try reader.close() }
    }

    @Test func anOutageIsReportedOnceAndSoIsItsEnd() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(1, to: [0])
        let client = try fixture.client()
        var reader = try fixture.reader(client, .all(0..<1), isBounded: false)
        try reader.turn { $0.records.count == 1 }
        let silence1 = reader.reader.silence
        #expect(silence1 == .seconds(30))
        fixture.cluster.setBroker(1, isUp: false)
        try reader.turn { $0.events.contains("unreachable") }
        let silence2 = reader.reader.silence
        #expect(silence2 == .seconds(10))
        fixture.cluster.setBroker(1, isUp: true)
        try fixture.send(1, to: [0])
        try reader.turn { $0.records.count == 2 && $0.events.contains("outage over") }
        #expect(reader.events.filter { $0 == "unreachable" }.count == 1)
    }
}
