// Waiting for runs, and the runs that go on: streams, and what they come to.

import AliECS
import Testing

@Suite
struct RunWaitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var goal: RunWait.Goal
        var run: UInt32?
        var facts: [EventFacts]
        /// The number of the record that says so, the run, and what told; nil when nothing does.
        var answer: String?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "the start of a run",
            goal: .start,
            run: 100,
            facts: Facts.whole(-90_000, run: 99) + Facts.whole(),
            answer: "4 100 0 START_ACTIVITY"
        ),
        Case(
            name: "a run that is found running has started",
            goal: .start,
            run: 100,
            facts: Array(Facts.whole().suffix(2)),
            answer: "0 100 60000 STOP_ACTIVITY"
        ),
        Case(
            name: "any start is none of a run that ends",
            goal: .start,
            facts: Array(Facts.whole().suffix(2)) + Facts.whole(90_000, run: 101),
            answer: "2 101 90000 START_ACTIVITY"
        ),
        Case(
            name: "any start whose first signal is lost",
            goal: .start,
            facts: Array(Facts.whole().dropFirst()),
            answer: "0 100 5000 START_ACTIVITY"
        ),
        Case(
            name: "the end of a run",
            goal: .end,
            run: 100,
            facts: Facts.whole(1_000, run: 101, in: two) + Facts.whole(),
            answer: "6 100 60000 STOP_ACTIVITY"
        ),
        Case(
            name: "an end by an error, and one by force",
            goal: .end,
            facts: [Facts.run(0, "START_ACTIVITY", .started), Facts.run(9, "TEARDOWN", .started)],
            answer: "1 100 9 TEARDOWN"
        ),
        Case(
            name: "the end of an environment, not of the one before the run",
            goal: .end,
            run: 100,
            facts: Array(Facts.whole().prefix(2)) + [
                Facts.environment(-5, "ERROR"), Facts.environment(70_000, "DONE", in: two),
                Facts.environment(80_000, "ERROR"),
            ],
            answer: "4 100 80000 aliecs.environment"
        ),
        Case(
            name: "another run of the environment",
            goal: .end,
            run: 100,
            facts: Array(Facts.whole().prefix(2)) + Facts.whole(90_000, run: 103),
            answer: "2 100 90000 superseded"
        ),
        Case(
            name: "era 1: entered, not announced",
            goal: .start,
            run: 100,
            facts: [
                Facts.state(.beforeStart, 0, "CONFIGURED"), Facts.state(.enteredState, 5_000),
            ],
            answer: "1 100 5000 aliecs.env_state.RUNNING"
        ),
        Case(
            name: "era 1: any start",
            goal: .start,
            facts: [
                Facts.state(.beforeStart, 0, "CONFIGURED", run: 99, in: two),
                Facts.state(.enteredState, 5_000),
            ],
            answer: "1 100 5000 aliecs.env_state.RUNNING"
        ),
        Case(
            name: "era 1: left",
            goal: .end,
            facts: [
                Facts.state(.enteredState, 5_000),
                Facts.state(.leftState, 9_000, "CONFIGURED", run: nil),
                Facts.state(.leftState, 60_000),
            ],
            answer: "2 100 60000 aliecs.env_leave_state.RUNNING"
        ),
        Case(
            name: "lists: a new run",
            goal: .start,
            facts: [
                Facts.list(0, [(100, one, 0)]), Facts.list(1, [(100, one, 0)]),
                Facts.list(2, [(100, one, 0), (101, two, 2)]),
            ],
            answer: "2 101 2 list"
        ),
        Case(
            name: "lists: a run that has gone, and an old list that comes late",
            goal: .end,
            run: 100,
            facts: [
                Facts.list(10, [(100, one, 0), (101, two, 2)]), Facts.list(5, []),
                Facts.list(20, [(100, one, 0)]), Facts.list(30, []),
            ],
            answer: "3 100 30 list"
        ),
        Case(
            name: "nothing of it",
            goal: .end,
            run: 7,
            facts: Facts.whole() + [Facts.list(0, []), Facts.environment(0, "ERROR")],
            answer: nil
        ),
    ]

    @Test(arguments: cases)
    func isReleasedByTheFirstSign(_ item: Case) {
        var wait = RunWait(for: item.goal, of: item.run)
        var answer: String?
        for (index, facts) in item.facts.enumerated() {
            guard let news = wait.take(facts, at: nil) else { continue }
            let time = news.milliseconds.map { "\($0 - origin)" } ?? "-"
            answer = "\(index) \(news.run) \(time) \(news.source)"
            break
        }
        #expect(answer == item.answer)
    }

    @Test
    func theNewestListWins() {
        var active = ActiveRuns()
        #expect(active.notes == nil)
        let facts = [
            Facts.list(5, [(101, two, 4), (100, one, 1)]), Facts.list(1, []), Facts.whole()[0],
        ]
        let taken = facts.map { active.take($0, at: nil) }
        #expect(taken == [true, false, false])
        #expect(active.notes?.compactMap(\.run) == [100, 101])
        #expect(active.milliseconds == origin + 5)
        active.take(Facts.list(9, []), at: nil)
        #expect(active.notes == [])
    }

    @Test
    func ofTwoListsOfOneMomentTheLaterRecordWins() {
        let early = RecordPlace(
            topic: "aliecs.env_list.RUNNING",
            partition: 0,
            offset: 7,
            milliseconds: origin,
            hasKey: false
        )
        var late = early
        late.offset = 8
        let lists = [(Facts.list(0, [(100, one, 0)]), early), (Facts.list(0, []), late)]
        for order in [lists, lists.reversed()] {
            var active = ActiveRuns()
            for (facts, place) in order { active.take(facts, at: place) }
            #expect(active.notes == [])
        }
    }
}
