// What a run of `produce` holds is freed with it.

import Reactor
import Records
import Testing

@testable import CommandKit
@testable import Commands

struct RunReportsTests {
    /// A command that goes on for days may send many times.
    @Test func theReportsOfARunAreFreedWithIt() {
        weak var reports: RunReports?
        _ = World().with { context in
            var request = ProduceRequest(reader: JSONLineReader(limit: 100, needsTopic: true))
            request.reports.prints = true
            request.reports.failedTo = "failed.jsonl"
            request.reports.checkpoint = "checkpoint"
            do {
                let held = RunReports(
                    request,
                    isResumed: false,
                    inputs: InputQueue([], standardInput: -1),
                    context: context
                )
                reports = held
                #expect(!held.isOpen)
            }
            return 0
        }
        #expect(reports == nil)
    }
}
