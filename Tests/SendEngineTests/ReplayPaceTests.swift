// When recorded records are due again.

import KafkaCore
import Reactor
import Testing

@testable import SendEngine

struct ReplayPaceTests {
    private func records(_ times: Int64?...) -> ArraySlice<RecordSlice> {
        times.map { RecordSlice(timestamp: $0, value: nil) }[...]
    }

    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
    }

    @Test func pausesAreAsTheyWere() {
        var pace = ReplayPace(factor: 1)
        let all = records(1000, 1000, nil, 1200, 1100, 1500)
        #expect(pace.due(all, at: at(0)) == 3)
        #expect(pace.next == at(200))
        #expect(pace.due(all.dropFirst(3), at: at(199)) == 0)
        // One that is older than the one before it comes with it.
        #expect(pace.due(all.dropFirst(3), at: at(200)) == 2)
        #expect(pace.next == at(500))
        #expect(pace.due(all.dropFirst(5), at: at(10_000)) == 1)
        #expect(pace.next == nil)
    }

    @Test func tenTimesAsFast() {
        var pace = ReplayPace(factor: 10)
        #expect(pace.due(records(0, 1000), at: at(0)) == 1)
        #expect(pace.next == at(100))
    }

    @Test func absurdTimesWaitAndDoNotTrap() {
        var pace = ReplayPace(factor: 0.000_001)
        #expect(pace.due(records(.min, .max), at: at(0)) == 1)
    }
}
