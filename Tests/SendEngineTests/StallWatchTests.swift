// A stall and its end are each noticed once, by a clock that the test moves.

import KafkaCore
import Reactor
import Testing

@testable import SendEngine

struct StallWatchTests {
    /// A step at a time in milliseconds: was anything acknowledged, and what is in flight.
    private struct Step {
        var time: Int64
        var isAcknowledged = false
        var inFlight = 0
        var event: StallWatch.Event?
        /// When the next notice is due, in milliseconds.
        var due: Int64?
    }

    private func play(_ steps: [Step]) {
        let start = Instant(nanoseconds: 0)
        var watch = StallWatch(now: start)
        for step in steps {
            let event = watch.tick(
                at: start + .milliseconds(step.time),
                isAcknowledged: step.isAcknowledged,
                inFlight: step.inFlight,
                reason: nil
            )
            #expect(event == step.event, "at \(step.time) ms")
            #expect(watch.due == step.due.map { start + .milliseconds($0) }, "at \(step.time) ms")
        }
    }

    @Test func aStallIsNoticedOnceAndItsEndToo() {
        play([
            Step(time: 0, inFlight: 3, due: 5000),
            Step(time: 4999, inFlight: 3, due: 5000),
            Step(
                time: 5000,
                inFlight: 3,
                event: .stalled(time: .seconds(5), inFlight: 3, reason: nil)
            ),
            Step(time: 9000, inFlight: 3),
            Step(
                time: 12_000,
                isAcknowledged: true,
                inFlight: 2,
                event: .resumed(time: .seconds(12)),
                due: 17_000
            ),
            Step(time: 13_000, isAcknowledged: true, inFlight: 0, due: 18_000),
        ])
    }

    @Test func withoutRecordsInFlightNothingStalls() {
        play([
            Step(time: 20_000, due: 25_000),
            Step(time: 24_000, inFlight: 1, due: 25_000),
            // What was dropped says nothing of whether it goes on.
            Step(time: 24_500, due: 29_500),
            Step(time: 29_000, inFlight: 1, due: 29_500),
            Step(
                time: 30_000,
                inFlight: 1,
                event: .stalled(time: .milliseconds(5500), inFlight: 1, reason: nil)
            ),
        ])
    }

    @Test func theReasonIsAskedForWithTheNoticeOnly() {
        var watch = StallWatch(now: Instant(nanoseconds: 0))
        var asked = 0
        func reason() -> KafkaError? {
            asked += 1
            return KafkaError(.unreachable, "gone")
        }
        for second in 0...9 as ClosedRange<Int64> {
            _ = watch.tick(
                at: Instant(nanoseconds: second * 1_000_000_000),
                isAcknowledged: false,
                inFlight: 1,
                reason: reason()
            )
        }
        #expect(asked == 1)
    }
}
