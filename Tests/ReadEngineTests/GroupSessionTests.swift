// Members of a group of a mock cluster, in process: assignment, revocation, commits and leaving.

import KafkaCore
import Reactor
import Testing

@testable import ReadEngine

struct GroupSessionTests {
    @Test func aMemberCommitsWhatIsSettledAndLeaves() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(4, to: [0])
        let client = try fixture.client(group: "one")
        var reader = try fixture.member(client, stopsAtEnd: true)
        try reader.turn { $0.reader.hasEnded }
        #expect(reader.events.filter { !$0.hasPrefix("end ") } == ["assigned [0]", "ended"])
        try reader.close()
        #expect(reader.events.last == "closed")
        #expect(try committed(fixture, "one") == [0: 4])
        // The next member goes on there.
        let next = try fixture.client(group: "one")
        var second = try fixture.member(next, stopsAtEnd: true)
        try second.turn { $0.reader.hasEnded }
        #expect(second.records.isEmpty)
        let knew = second.reader.wasUpToDate && second.reader.hadOffsets
        #expect(knew)
        try second.close()
    }

    @Test func nothingIsCommittedThatIsNotSettled() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(4, to: [0])
        let client = try fixture.client(group: "unsettled")
        var reader = try fixture.member(client)
        reader.settles = false
        try reader.turn { $0.records.count == 4 }
        let place = TopicPartition(Fixture.topic, 0)
        reader.reader.settle(
            .positions([PartitionOffset(place, 2)], metadata: "work order 2"),
            isUrgent: true
        )
        try reader.turn { $0.isCommitted }
        let commits = try client.commits(of: [place], timeout: .seconds(10))
        #expect(commits[place]?.position.offset == 2)
        #expect(commits[place]?.metadata == "work order 2")
        try reader.close()
        #expect(try committed(fixture, "unsettled") == [0: 2])
    }

    /// The clock is moved by hand: a commit waits for its interval, and goes at once when it is urgent.
    @Test func aCommitWaitsForItsTime() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(2, to: [0])
        let client = try fixture.client(group: "timed", [("auto.commit.interval.ms", "60000")])
        let clock = ManualClock()
        var reader = try fixture.member(client, clock: clock)
        try reader.turn { $0.records.count == 2 && $0.events.contains("end 0") }
        for _ in 0..<20 { try reader.turn() }
        let place = TopicPartition(Fixture.topic, 0)
        #expect(try client.committed(of: [place], timeout: .seconds(10)).isEmpty)
        clock.advance(by: .seconds(61))
        let limit = fixture.clock.now + .seconds(20)
        while try client.committed(of: [place], timeout: .seconds(10)) != [place: 2] {
            try reader.turn()
            try #require(fixture.clock.now < limit)
        }
        try fixture.send(1, to: [0])
        try reader.turn { $0.records.count == 3 }
        reader.reader.settle(isUrgent: true)
        try reader.turn { $0.isCommitted }
        #expect(try client.committed(of: [place], timeout: .seconds(10)) == [place: 3])
        try reader.close()
    }

    @Test func theWaitForPartitionsIsReportedAfterFiveSeconds() throws {
        let fixture = try Fixture()
        let client = try fixture.client(group: "waiting")
        let clock = ManualClock()
        var reader = try fixture.member(client, clock: clock)
        try reader.step()
        clock.advance(by: .seconds(4))
        try reader.step()
        #expect(reader.events.isEmpty)
        clock.advance(by: .seconds(2))
        try reader.step()
        try reader.step()
        #expect(reader.events == ["waiting"])
        try reader.close()
    }

    /// What each of two members reports, in order, while the second one comes and goes.
    @Test func twoMembersShareAndNothingIsTakenTwice() throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.send(20, to: [0, 1])
        // The mock takes no commit while members join: each waits until all is committed.
        let quick = [("auto.commit.interval.ms", "20")]
        let firstClient = try fixture.client(group: "two", quick)
        let secondClient = try fixture.client(group: "two", quick)
        var first = try fixture.member(firstClient)
        try first.turn { $0.records.count == 40 && $0.isCommitted }
        var second = try fixture.member(secondClient)
        let limit = fixture.clock.now + .seconds(40)
        while first.reader.assigned.count != 1 || second.reader.assigned.count != 1 {
            try first.turn()
            try second.turn()
            try #require(fixture.clock.now < limit, "\(first.events) \(second.events)")
        }
        try fixture.send(10, to: [0, 1])
        while first.records.count + second.records.count < 60 || !first.isCommitted
            || !second.isCommitted
        {
            try first.turn()
            try second.turn()
            try #require(fixture.clock.now < limit, "\(first.events) \(second.events)")
        }
        try second.close()
        try first.turn { $0.reader.assigned.count == 2 }
        try fixture.send(5, to: [0, 1])
        while first.records.count + second.records.count < 70 {
            try first.turn()
            try #require(fixture.clock.now < limit, "\(first.events)")
        }
        try first.close()
        let all = first.records + second.records
        #expect(all.count == 70)
        #expect(Set(all).count == 70)
        let own = first.events.filter { !$0.hasPrefix("end ") }
        #expect(
            own.prefix(3) == ["assigned [0, 1]", "revoking [0, 1]", "revoked [0, 1]"],
            "\(own)"
        )
        #expect(own[3].hasPrefix("assigned [") && own[3].count == "assigned [0]".count)
        #expect(own.last == "closed")
        #expect(!own.contains { $0.contains("], ") || $0.hasPrefix("lost") })
        #expect(try committed(fixture, "two") == [0: 35, 1: 35])
    }

    /// The caller that does not answer loses its say when half of `max.poll.interval.ms` is over.
    @Test func aRevocationThatIsNotReleasedEndsByItself() throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.send(3, to: [0, 1])
        let firstClient = try fixture.client(group: "held")
        let clock = ManualClock()
        var first = try fixture.member(firstClient, clock: clock)
        first.releases = false
        try first.turn { $0.records.count == 6 }
        first.reader.settle(isUrgent: true)
        try first.turn { $0.isCommitted }
        first.settles = false
        let secondClient = try fixture.client(group: "held")
        var second = try fixture.member(secondClient)
        let limit = fixture.clock.now + .seconds(40)
        while !first.events.contains("revoking [0, 1]") {
            try first.turn()
            try second.turn()
            try #require(fixture.clock.now < limit, "\(first.events)")
        }
        // Nothing is taken until the partitions are released.
        try fixture.send(1, to: [0, 1])
        for _ in 0..<10 { try first.turn() }
        #expect(first.records.count == 6)
        #expect(first.events.last == "revoking [0, 1]")
        clock.advance(by: .seconds(151))
        while first.records.count + second.records.count < 8 {
            try first.turn()
            try second.turn()
            try #require(fixture.clock.now < limit, "\(first.events) \(second.events)")
        }
        #expect(first.events.contains("revoked [0, 1]"))
        #expect(Set(first.records + second.records).count == 8)
        first.releases = true
        first.settles = true
        try second.close()
        try first.close()
    }

    /// The answer to a commit that has been sent is waited for, though the end is wanted at once.
    @Test func closingAtOnceCommitsWhatIsSettled() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(3, to: [0])
        let client = try fixture.client(group: "hurried", [("auto.commit.interval.ms", "60000")])
        var reader = try fixture.member(client)
        try reader.turn { $0.records.count == 3 }
        reader.reader.settle()
        try reader.close(by: fixture.clock.now)
        #expect(reader.events.last == "closed")
        #expect(try committed(fixture, "hurried") == [0: 3])
    }

    @Test func closingEndsThoughNobodyAnswers() throws {
        let fixture = try Fixture(partitions: 1)
        try fixture.send(3, to: [0])
        let client = try fixture.client(group: "alone")
        var reader = try fixture.member(client)
        try reader.turn { $0.records.count == 3 }
        fixture.cluster.setBroker(1, isUp: false)
        reader.reader.settle()
        let start = fixture.clock.now
        try reader.close(by: start + .milliseconds(300))
        #expect(fixture.clock.now - start < .seconds(9))
        #expect(reader.events.last?.hasPrefix("closed, ") == true)
    }

    /// The group's offsets, by partition.
    private func committed(_ fixture: borrowing Fixture, _ group: String) throws -> [Int32: Int64] {
        let client = try fixture.client(group: group)
        let places = try fixture.topic(client).partitions.map {
            TopicPartition(Fixture.topic, $0.id)
        }
        let offsets = try client.committed(of: places, timeout: .seconds(10))
        return Dictionary(uniqueKeysWithValues: offsets.map { ($0.key.partition, $0.value) })
    }
}
