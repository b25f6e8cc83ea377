// The book of a run: each record counted once, and a low-water mark that never lies.

import KafkaCore
import Reactor
import TestSupport
import Testing

@testable import SendEngine

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
    @Test func theRateIsKept() {
        var now = Instant(nanoseconds: 0)
        var limiter = RateLimiter(RecordRate(records: 100, period: .seconds(1)), now: now)
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
