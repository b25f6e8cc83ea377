// The estimate of `groups describe --watch`, its pictures and its colours.

import KafkaCore
import Output
import Reactor
import Testing

@testable import Commands

@Suite struct LagWatchTests {
    private func lag(_ committed: Int64, _ end: Int64) -> [PartitionLag] {
        let partition = TopicPartition("t", 0)
        return [
            PartitionLag(
                partition: partition,
                committed: CommittedOffset(PartitionOffset(partition, committed)),
                ends: PartitionEnds(endOffset: end, lastStableOffset: end),
                problem: nil,
                member: nil
            )
        ]
    }

    /// A group that commits every five seconds, and a lag that falls by 20 a second from 60,000.
    private func estimates(until seconds: Int) -> [(second: Int, left: Double?)] {
        var history = LagHistory()
        return stride(from: 0, through: seconds, by: 2).map { second in
            let committed = Int64(second / 5 * 5 * 120)
            // Writers are not quite even either.
            let end = 60_000 + Int64(second * 100 + (second % 6) * 17)
            history.add(
                lag(committed, end),
                at: Instant(nanoseconds: Int64(second) * 1_000_000_000)
            )
            return (second, history.timeLeft.map { $0 / .seconds(1) })
        }
    }

    @Test func theEstimateIsSteadyAtASteadyLoad() throws {
        for (second, left) in estimates(until: 600) where second >= 60 {
            let truth = 3000.0 - Double(second)
            let left = try #require(left, "second \(second)")
            #expect(abs(left - truth) < truth * 0.25, "second \(second): \(left)")
            if second >= 300 {
                #expect(abs(left - truth) < truth * 0.03, "second \(second): \(left)")
            }
        }
    }

    @Test func oldSamplesAreForgotten() {
        var history = LagHistory()
        for second in stride(from: Int64(0), through: 1000, by: 2) {
            // It reads 10 a second, then 100.
            let committed = second < 500 ? second * 10 : 5000 + (second - 500) * 100
            let time = Instant(nanoseconds: second * 1_000_000_000)
            history.add(lag(committed, 1_000_000), at: time)
        }
        #expect(history.consumed == 100)
    }

    @Test func anotherNumberOfPartitionsBeginsAnew() {
        var history = LagHistory()
        history.add(lag(0, 100), at: Instant(nanoseconds: 0))
        history.add(lag(10, 100), at: Instant(nanoseconds: 1_000_000_000))
        history.add([], at: Instant(nanoseconds: 2_000_000_000))
        #expect(history.consumed == nil)
    }

    @Test func aTopicHasABarAndASparkline() {
        var courses = TopicCourses()
        courses.add([(name: "a", partitions: 1, lag: 800), (name: "long", partitions: 1, lag: 0)])
        courses.add([(name: "a", partitions: 1, lag: 400), (name: "long", partitions: 1, lag: 0)])
        let full = String(repeating: "█", count: 20)
        let empty = String(repeating: "░", count: 20)
        #expect(
            courses.text(isColoured: false, escape: { $0 })
                == "  a         400  \(full)  █▄\n  long        0  \(empty)  ▁▁\n"
        )
        let coloured = courses.text(isColoured: true, escape: { $0 })
        #expect(coloured.contains("\u{1b}[32m\(empty)\u{1b}[0m"))
        #expect(coloured.contains("  \(full)  "))
    }

    @Test func lagsAreColouredByThreshold() {
        let table = """
            g: Stable, 1 member
              TOPIC  PARTITION  COMMITTED     END     LAG  MEMBER
              a              0          1       1       0  m-1
              a              1          1     500     499  m-1
              b              0          1    2001    2000  m-1
              b              1          0  200000  200000  -
              total lag 202499: a 499, b 202000
            """
        let painted = LagPaint.painted(table)
        #expect(painted.contains("       \u{1b}[32m0\u{1b}[0m  m-1"))
        #expect(painted.contains("     499  m-1"))
        #expect(painted.contains("    \u{1b}[33m2000\u{1b}[0m  m-1"))
        #expect(painted.contains("  \u{1b}[31m200000\u{1b}[0m  -"))
        #expect(painted.split(separator: "\u{1b}").count == 7)
    }
}
