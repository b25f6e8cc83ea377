// The book of a run: each record counted once, and a low-water mark that never lies.

import CommandKit
import KafkaCore
import Reactor
import TestSupport
import Testing

@testable import Commands

struct DeliveryTallyTests {
    @Test func recordsAreCountedOnce() {
        var tally = DeliveryTally()
        #expect(tally.summary == "sent 0, acked 0, failed 0")
        tally.read(1000)
        for _ in 0..<950 { tally.acknowledge(isProvisional: false) }
        for _ in 1...12 { tally.fail(.code("odd"), wasSent: true) }
        tally.fail(.code("too large"), wasSent: false)
        #expect(tally.failed == 13)
        #expect(tally.outstanding == 37)
        #expect(
            tally.summary
                == "read 1000, sent 999, acked 950, failed 13 (12 x odd, 1 x too large), unknown 37"
        )
    }

    @Test func anAbortedTransactionHasAcknowledgedNothing() {
        var tally = DeliveryTally()
        tally.read(5)
        for _ in 0..<3 { tally.acknowledge(isProvisional: true) }
        #expect(tally.acknowledged == 0)
        #expect(tally.outstanding == 2)
        tally.commit()
        #expect(tally.acknowledged == 3)
        for _ in 0..<2 { tally.acknowledge(isProvisional: true) }
        tally.abort()
        #expect(tally.summary == "sent 5, acked 3, failed 2 (2 x aborted)")
    }
}

struct LedgerTests {
    @Test func entriesLeaveInTheOrderOfTheInput() {
        for seed in 0..<50 as Range<UInt64> { settleAnyhow(seed) }
    }

    private func settleAnyhow(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = Ledger()
        var left: [Int] = []
        var pending: [Int] = []
        var line = 0
        for _ in 0..<3000 {
            if Bool.random(using: &random) || pending.isEmpty {
                line += 1
                let mark = InputMark(input: 0, byte: line * 10, line: line)
                pending.append(ledger.append(mark, topic: 0))
            } else {
                let index = Int.random(in: 0..<pending.count, using: &random)
                let serial = pending.remove(at: index)
                ledger.settle(serial, partition: 2, offset: Int64(serial))
            }
            while let entry = ledger.removeFirstSettled() { left.append(entry.line) }
            let first = pending.min() ?? ledger.next
            #expect(ledger.first == first, "seed \(seed)")
        }
        #expect(left == Array(1...max(left.count, 1)).prefix(left.count).map { $0 })
        #expect(ledger[ledger.first - 1] == nil)
        #expect(ledger[ledger.next] == nil)
    }
}

struct PartitionSpansTests {
    @Test func offsetsMayComeInAnyOrderOrNotAtAll() {
        var spans = PartitionSpans()
        for offset in [7, 5, 9] as [Int64] { spans.add(topic: 1, partition: 2, offset: offset) }
        var more = PartitionSpans()
        more.add(topic: 0, partition: 0, offset: nil)
        more.add(topic: 1, partition: 2, offset: 3)
        more.add(topic: 1, partition: -1, offset: 3)
        spans.add(more)
        var found: [String] = []
        spans.forEach { topic, partition, span in
            let range = "\(span.first ?? -1)-\(span.last ?? -1)"
            found.append("\(topic)/\(partition): \(span.records) \(range)")
        }
        #expect(found == ["0/0: 1 -1--1", "1/2: 4 3-9"])
    }
}

struct RateLimiterTests {
    @Test(arguments: [("100/s", 100, 1), ("30/m", 30, 60), ("7/h", 7, 3600), ("5", 5, 1)])
    func ratesAreRead(_ word: String, _ records: Int, _ seconds: Int) throws {
        let rate = try RecordRate(argument: word)
        #expect(rate.records == records)
        #expect(rate.period == .seconds(seconds))
    }

    @Test(arguments: ["", "0/s", "-1/s", "x", "5/d", "5/s/s", "1.5/s", "/s"])
    func othersAreRefused(_ word: String) {
        #expect(throws: (any Error).self) { try RecordRate(argument: word) }
    }

    @Test func theRateIsKept() throws {
        var now = Instant(nanoseconds: 0)
        var limiter = RateLimiter(try RecordRate(argument: "100/s"), now: now)
        var sent = 0
        while now < Instant(nanoseconds: 10_000_000_000) {
            let count = limiter.available(at: now)
            limiter.spend(count)
            sent += count
            now = max(limiter.next, now + .milliseconds(1))
        }
        #expect((990...1010).contains(sent), "\(sent)")
    }
}
