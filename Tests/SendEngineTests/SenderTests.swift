// The sender against a mock cluster: one that takes records, refuses, slows, and loses its leader.

import KafkaCore
import Reactor
import Testing

@testable import SendEngine

struct SenderTests {
    private func record(_ tag: Int) -> OutgoingRecord {
        OutgoingRecord(partition: 0, value: Array("\(tag)".utf8), sequence: tag)
    }

    /// Steps the sender with the real clock until it is done; the outcomes in their order.
    private func finish(_ sender: inout Sender, _ fixture: SendFixture) throws -> [Seen] {
        sender.finish(by: nil)
        return try outcomes(&sender, fixture) { $0.inFlight == 0 }
    }

    private func outcomes(
        _ sender: inout Sender,
        _ fixture: SendFixture,
        until isDone: (Sender.Counts) -> Bool
    ) throws -> [Seen] {
        var seen: [Seen] = []
        try fixture.drive(sender.descriptor) {
            _ = sender.step(at: fixture.clock.now) { seen.append(Seen($0)) }
            return isDone(sender.counts)
        }
        return seen
    }

    @Test func outcomesComeBackWithTheirTags() throws {
        let fixture = try SendFixture()
        var sender = try fixture.sender(try fixture.client())
        for tag in [7, 5, 9] {
            #expect(try sender.send(record(tag), to: 0, at: fixture.clock.now) == true)
        }
        #expect(sender.counts.inFlight == 3)
        #expect(sender.isDone(at: fixture.clock.now) == false)
        let seen = try finish(&sender, fixture)
        #expect(seen == [Seen(7, at: 0), Seen(5, at: 1), Seen(9, at: 2)])
        #expect(sender.counts.sent == 3)
        #expect(sender.counts.acknowledged == 3)
        #expect(sender.isDone(at: fixture.clock.now) == true)
    }

    /// Codes that brokers answer, and what each concerns.
    @Test(arguments: [
        (10 as Int32, "MSG_SIZE_TOO_LARGE", FailureScope.record, false),
        (17, "TOPIC_EXCEPTION", .record, false),
        (29, "TOPIC_AUTHORIZATION_FAILED", .cluster, false),
        (87, "INVALID_RECORD", .cluster, false),
    ])
    func aRefusalIsReportedWithItsScope(
        _ code: Int32,
        _ name: String,
        _ scope: FailureScope,
        _ isRetriable: Bool
    ) throws {
        let fixture = try SendFixture()
        fixture.cluster.refuse(.produce, with: [code])
        var sender = try fixture.sender(try fixture.client())
        #expect(try sender.send(record(1), to: 0, at: fixture.clock.now) == true)
        var error: KafkaError?
        try fixture.drive(sender.descriptor) {
            _ = sender.step(at: fixture.clock.now) { error = $0.error }
            return sender.counts.inFlight == 0
        }
        let refusal = try #require(error)
        #expect(refusal.codeName == name)
        #expect(refusal.isRetriable == isRetriable)
        let explained = sender.explanation(of: refusal)
        #expect(explained.scope == scope)
        #expect(explained.error == refusal)
        // After a topic's refusal the library takes nothing more for it.
        guard refusal.kind != .refused else { return }
        // The next one is taken: what was refused failed alone.
        #expect(try sender.send(record(2), to: 0, at: fixture.clock.now) == true)
        #expect(try finish(&sender, fixture) == [Seen(2, at: 0)])
        #expect(sender.counts.failed == 1)
        #expect(sender.counts.acknowledged == 1)
    }

    /// What passes by itself is tried again by the library, and never reported.
    @Test(arguments: [[6], [5, 6], [7], [3], [19]] as [[Int32]])
    func whatPassesByItselfIsNoOutcome(_ codes: [Int32]) throws {
        let fixture = try SendFixture()
        fixture.cluster.refuse(.produce, with: codes)
        var sender = try fixture.sender(try fixture.client())
        #expect(try sender.send(record(1), to: 0, at: fixture.clock.now) == true)
        #expect(try finish(&sender, fixture) == [Seen(1, at: 0)])
        #expect(sender.counts.failed == 0)
    }

    @Test func whatASlowBrokerOwesIsPurgedWhenTheTimeIsOver() throws {
        let fixture = try SendFixture()
        let manual = ManualClock()
        var sender = try fixture.sender(try fixture.client(), at: manual.now)
        // A first record, so that the connection is there.
        #expect(try sender.send(record(1), to: 0, at: manual.now) == true)
        #expect(try outcomes(&sender, fixture) { $0.inFlight == 0 } == [Seen(1, at: 0)])
        fixture.cluster.setRoundTrip(1, milliseconds: 600_000)
        #expect(try sender.send(record(2), to: 0, at: manual.now) == true)
        sender.finish(by: manual.now + .seconds(3))
        #expect(sender.deadline(isWaiting: false, at: manual.now) == manual.now + .seconds(3))
        manual.advance(by: .milliseconds(2999))
        let early = sender.step(at: manual.now) { _ in }
        #expect(early == nil)
        #expect(sender.isPurging == false)
        manual.advance(by: .milliseconds(1))
        _ = sender.step(at: manual.now) { _ in }
        #expect(sender.isPurging == true)
        var dropped: [Int] = []
        var error: KafkaError?
        try fixture.drive(sender.descriptor) {
            _ = sender.step(at: manual.now) { report in
                dropped.append(report.sequence)
                error = report.error
            }
            return sender.counts.inFlight == 0
        }
        #expect(dropped == [2])
        #expect(sender.explanation(of: try #require(error)).scope == .dropped)
        #expect(sender.isDone(at: manual.now) == true)
    }

    @Test func reportsThatNeverComeAreGivenUp() throws {
        let fixture = try SendFixture()
        fixture.cluster.setBroker(1, isUp: false)
        let manual = ManualClock()
        var sender = try fixture.sender(try fixture.client(), at: manual.now)
        #expect(try sender.send(record(1), to: 0, at: manual.now) == true)
        sender.finish(by: nil)
        sender.limit(to: manual.now + .seconds(10))
        sender.purge(at: manual.now)
        // A limit that comes too late changes nothing.
        sender.limit(to: manual.now + .seconds(60))
        #expect(sender.deadline(isWaiting: false, at: manual.now) == manual.now + Sender.purgeTime)
        #expect(sender.isDone(at: manual.now) == false)
        manual.advance(by: Sender.purgeTime)
        #expect(sender.isGivenUp(at: manual.now) == true)
        #expect(sender.isDone(at: manual.now) == true)
    }

    @Test func aBrokerThatGoesAndComesBackIsNoticed() throws {
        let fixture = try SendFixture()
        let manual = ManualClock()
        var sender = try fixture.sender(try fixture.client(), at: manual.now)
        #expect(try sender.send(record(1), to: 0, at: manual.now) == true)
        _ = try outcomes(&sender, fixture) { $0.inFlight == 0 }
        fixture.cluster.setBroker(1, isUp: false)
        manual.advance(by: .seconds(60))
        // Nothing was in flight: the watch begins with the step after.
        _ = sender.step(at: manual.now) { _ in }
        #expect(try sender.send(record(2), to: 0, at: manual.now) == true)
        #expect(
            sender.deadline(isWaiting: false, at: manual.now) == manual.now + StallWatch.noticeDelay
        )
        manual.advance(by: StallWatch.noticeDelay)
        let event = sender.step(at: manual.now) { _ in }
        guard case .stalled(.seconds(5), inFlight: 1, _) = event else {
            Issue.record("\(String(describing: event))")
            return
        }
        #expect(sender.deadline(isWaiting: false, at: manual.now) == nil)
        let again = sender.step(at: manual.now) { _ in }
        #expect(again == nil)
        fixture.cluster.setBroker(1, isUp: true)
        manual.advance(by: .seconds(2))
        var events: [StallWatch.Event] = []
        try fixture.drive(sender.descriptor) {
            if let event = sender.step(at: manual.now, { _ in }) { events.append(event) }
            return sender.counts.inFlight == 0
        }
        #expect(events == [.resumed(time: .seconds(7))])
    }

    @Test func recordsFollowTheirLeader() throws {
        let fixture = try SendFixture(brokers: 3)
        try fixture.cluster.setLeader(of: "t", 0, to: 1)
        var sender = try fixture.sender(try fixture.client([("enable.idempotence", "true")]))
        var seen: [Seen] = []
        // A leader that moves, one that is not there for a while, one that goes down.
        for (tag, leader) in [(0, 1), (1, 2), (2, nil), (3, 3)] as [(Int, Int32?)] {
            try fixture.cluster.setLeader(of: "t", 0, to: leader)
            #expect(try sender.send(record(tag), to: 0, at: fixture.clock.now) == true)
            guard leader != nil else { continue }
            seen += try outcomes(&sender, fixture) { $0.inFlight == 0 }
        }
        fixture.cluster.setBroker(3, isUp: false)
        #expect(try sender.send(record(4), to: 0, at: fixture.clock.now) == true)
        try fixture.cluster.setLeader(of: "t", 0, to: 1)
        seen += try finish(&sender, fixture)
        #expect(seen == (0..<5).map { Seen($0, at: Int64($0)) })
    }

    @Test func aFullQueueTakesNothing() throws {
        let fixture = try SendFixture()
        fixture.cluster.setBroker(1, isUp: false)
        let client = try fixture.client([("queue.buffering.max.messages", "2")])
        var sender = try fixture.sender(client)
        let now = fixture.clock.now
        #expect(try sender.send(record(1), to: 0, at: now) == true)
        #expect(try sender.send(record(2), to: 0, at: now) == true)
        #expect(try sender.send(record(3), to: 0, at: now) == false)
        #expect(sender.counts.sent == 2)
        fixture.cluster.setBroker(1, isUp: true)
        _ = try outcomes(&sender, fixture) { $0.inFlight == 0 }
        #expect(try sender.send(record(3), to: 0, at: now) == true)
        #expect(try finish(&sender, fixture) == [Seen(3, at: 2)])
    }

    @Test func aRecordThatTheLibraryRefusesIsNotInFlight() throws {
        let fixture = try SendFixture()
        let client = try fixture.client([("message.max.bytes", "1000")])
        var sender = try fixture.sender(client)
        let large = OutgoingRecord(value: [UInt8](repeating: 7, count: 2000), sequence: 1)
        #expect(throws: KafkaError.self) {
            try sender.send(large, to: 0, at: fixture.clock.now)
        }
        #expect(sender.counts == Sender.Counts())
        sender.finish(by: nil)
        #expect(sender.isDone(at: fixture.clock.now) == true)
    }

    @Test func theRateHoldsRecordsBack() throws {
        let fixture = try SendFixture()
        let manual = ManualClock()
        let rate = RecordRate(records: 1, period: .seconds(1))
        var sender = try fixture.sender(try fixture.client(), rate: rate, at: manual.now)
        var sent: [Int] = []
        for second in 0..<4 {
            var tag = second * 10
            while try sender.send(record(tag), to: 0, at: manual.now) {
                sent.append(tag)
                tag += 1
            }
            #expect(sender.deadline(isWaiting: true, at: manual.now) == manual.now + .seconds(1))
            manual.advance(by: .seconds(1))
        }
        #expect(sent == [0, 10, 20, 30])
    }

    /// A command that goes on for days makes many senders: each frees what it held.
    @Test func aSenderFreesItsClient() throws {
        let fixture = try SendFixture()
        weak var client: Client?
        do {
            let held = try fixture.client()
            client = held
            var sender = try fixture.sender(held)
            #expect(try sender.send(record(1), to: 0, at: fixture.clock.now) == true)
            #expect(try finish(&sender, fixture).count == 1)
            var batches = try fixture.batchSender(held)
            batches.finish(by: nil)
            _ = batches.step(at: fixture.clock.now, stored: { _ in }, failed: { _, _, _ in })
        }
        #expect(client == nil)
    }
}
