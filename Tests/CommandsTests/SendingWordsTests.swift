// The words for what the send engine counts and notices, and the rates that it is asked for.

import KafkaCore
import Reactor
import Testing

@testable import Commands
@testable import SendEngine

struct TallyWordsTests {
    @Test func recordsAreCountedOnce() {
        var tally = DeliveryTally()
        #expect(tally.summary == "sent 0, acknowledged 0, failed 0")
        tally.read(1000)
        for _ in 0..<950 { tally.acknowledge(isProvisional: false) }
        for _ in 1...12 { tally.fail(.code("odd"), wasSent: true) }
        tally.fail(.code("too large"), wasSent: false)
        #expect(tally.failed == 13)
        #expect(tally.outstanding == 37)
        #expect(
            tally.summary
                == "read 1000, sent 999, acknowledged 950, failed 13 (12 x odd, 1 x too large), unknown 37"
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
        #expect(tally.summary == "sent 5, acknowledged 3, failed 2 (2 x aborted)")
    }
}

struct StallWordsTests {
    @Test func aStallAndItsEndAreNoticed() {
        let events: [(StallWatch.Event, String)] = [
            (
                .stalled(time: .milliseconds(5100), inFlight: 1, reason: nil),
                "no acknowledgement for 5 s, 1 record in flight; still trying"
            ),
            (
                .stalled(
                    time: .seconds(6),
                    inFlight: 7,
                    reason: KafkaError(.unreachable, "connection refused")
                ),
                "no acknowledgement for 6 s, 7 records in flight; still trying: connection refused"
            ),
            (.resumed(time: .seconds(12)), "acknowledged again after 12 s"),
        ]
        for (event, text) in events { #expect(event.text == text) }
    }
}

struct RateArgumentTests {
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
}
