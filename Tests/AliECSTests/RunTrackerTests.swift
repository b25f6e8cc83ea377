// The run tracker as tables: what a stream says, and the runs that come out.

import AliECS
import Testing

@Suite
struct RunTrackerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var facts: [EventFacts]
        var lines: [String]
        var oddities: [String] = []
        var testDescription: String { name }
    }

    static let era2: [Case] = [
        Case(
            name: "four signals",
            facts: Facts.whole(),
            lines: ["100 0 5000 60000 64000 STOP_ACTIVITY"]
        ),
        Case(
            name: "a start that fails",
            facts: [
                Facts.run(0, "START_ACTIVITY", .started),
                Facts.run(3_000, "GO_ERROR", .started, state: "CONFIGURED"),
                Facts.run(3_500, "GO_ERROR", .doneOK, state: "ERROR"),
            ],
            lines: ["100 0 - 3000 3500 GO_ERROR"]
        ),
        Case(
            name: "a start that is over with an error",
            facts: [
                Facts.run(0, "START_ACTIVITY", .started),
                Facts.run(4_000, "START_ACTIVITY", .doneError),
                Facts.run(6_000, "STOP_ACTIVITY", .started),
                Facts.run(7_000, "STOP_ACTIVITY", .doneError),
            ],
            lines: ["100 0 4000 6000 7000 STOP_ACTIVITY"]
        ),
        Case(
            name: "a stop that fails",
            facts: Array(Facts.whole().dropLast()) + [
                Facts.run(66_000, "GO_ERROR", .doneOK, state: "ERROR")
            ],
            lines: ["100 0 5000 60000 66000 STOP_ACTIVITY"]
        ),
        Case(
            name: "a forced teardown says STARTED twice",
            facts: Array(Facts.whole().prefix(2)) + [
                Facts.run(60_000, "TEARDOWN", .started, user: ""),
                Facts.run(61_000, "TEARDOWN", .started, user: ""),
            ],
            lines: ["100 0 5000 60000 61000 TEARDOWN"]
        ),
        Case(
            name: "a forced teardown, delivered again",
            facts: Array(Facts.whole().prefix(2)) + [
                Facts.run(60_000, "TEARDOWN", .started, user: ""),
                Facts.run(60_000, "TEARDOWN", .started, user: ""),
                Facts.run(61_000, "TEARDOWN", .started, user: ""),
                Facts.run(61_000, "TEARDOWN", .started, user: ""),
            ],
            lines: ["100 0 5000 60000 61000 TEARDOWN"]
        ),
        Case(
            name: "a forced teardown of a run that is being stopped",
            facts: Array(Facts.whole().prefix(3)) + [
                Facts.run(90_000, "TEARDOWN", .started),
                Facts.run(91_000, "TEARDOWN", .started),
            ],
            lines: ["100 0 5000 60000 91000 STOP_ACTIVITY"]
        ),
        Case(
            name: "joined in the middle",
            facts: Array(Facts.whole().dropFirst(2)),
            lines: ["100 - - 60000 64000 STOP_ACTIVITY"],
            oddities: ["end-without-start"]
        ),
        Case(
            name: "the first half of the end is lost",
            facts: Array(Facts.whole().prefix(2)) + Array(Facts.whole().suffix(1)),
            lines: ["100 0 5000 - 64000 STOP_ACTIVITY"],
            oddities: ["missing-SOEOR"]
        ),
        Case(
            name: "the end is lost, and another run follows",
            facts: Array(Facts.whole().prefix(2)) + Array(Facts.whole(90_000, run: 102).prefix(2)),
            lines: ["100 0 5000 - - superseded", "102 90000 95000 - - running"],
            oddities: ["missing-SOEOR", ""]
        ),
        Case(
            name: "another environment's run supersedes nothing",
            facts: Array(Facts.whole().prefix(2))
                + Array(Facts.whole(90_000, run: 102, in: two).prefix(2)),
            lines: ["100 0 5000 - - running", "102 90000 95000 - - running"]
        ),
        Case(
            name: "the environment goes into ERROR, and no record of the run says so",
            facts: Array(Facts.whole().prefix(2)) + [
                Facts.environment(-1_000, "ERROR"),
                Facts.environment(70_000, "ERROR", error: "boom"),
                Facts.environment(80_000, "ERROR"),
            ] + Facts.whole(90_000, run: 101),
            lines: [
                "100 0 5000 70000 - aliecs.environment",
                "101 90000 95000 150000 154000 STOP_ACTIVITY",
            ],
            oddities: ["missing-SOEOR", ""]
        ),
        Case(
            name: "the environment's own records, with those of the run",
            facts: Facts.whole() + [
                Facts.environment(4_000, "RUNNING", run: 100, transition: "START_ACTIVITY"),
                Facts.environment(59_000, "RUNNING", run: 100, transition: "STOP_ACTIVITY"),
                Facts.environment(100_000, "DONE"),
            ],
            lines: ["100 0 5000 60000 64000 STOP_ACTIVITY"]
        ),
        Case(
            name: "the environment's own records alone",
            facts: [
                Facts.environment(4_000, "RUNNING", run: 100, transition: "START_ACTIVITY"),
                Facts.environment(30_000, "RUNNING", run: 100),
                Facts.environment(59_000, "RUNNING", run: 100, transition: "STOP_ACTIVITY"),
            ],
            lines: ["100 - 4000 59000 - aliecs.environment"]
        ),
    ]

    static let era1: [Case] = [
        Case(
            name: "entered and left",
            facts: [
                Facts.state(.beforeStart, 0, "CONFIGURED"),
                Facts.state(.leftState, 10, "CONFIGURED", run: nil),
                Facts.state(.enteredState, 5_000, entered: 4_990),
                Facts.state(.leftState, 60_000, entered: 4_990),
                Facts.state(.enteredState, 64_000, "CONFIGURED", run: nil),
            ],
            lines: ["100 - 5000 60000 - aliecs.env_leave_state.RUNNING"]
        ),
        Case(
            name: "left twice, by a stop that fails",
            facts: [
                Facts.state(.enteredState, 5_000),
                Facts.state(.leftState, 60_000),
                Facts.state(.leftState, 66_000),
                Facts.state(.enteredState, 67_000, "ERROR", run: nil),
            ],
            lines: ["100 - 5000 60000 - aliecs.env_leave_state.RUNNING"],
            oddities: ["doubled-SOEOR"]
        ),
        Case(
            name: "a record of leaving tells when the run began",
            facts: [Facts.state(.leftState, 60_000, entered: 4_990)],
            lines: ["100 - 4990 60000 - aliecs.env_leave_state.RUNNING"]
        ),
        Case(
            name: "an announced start that fails is no run",
            facts: [
                Facts.state(.beforeStart, 0, "CONFIGURED"),
                Facts.state(.enteredState, 3_000, "ERROR", run: nil),
            ],
            lines: []
        ),
        Case(
            name: "before leaving was told, another state entered ends a run",
            facts: [
                Facts.state(.enteredState, 5_000),
                Facts.state(.enteredState, 64_000, "CONFIGURED", run: nil),
            ],
            lines: ["100 - 5000 64000 - aliecs.env_state.CONFIGURED"],
            oddities: ["missing-SOEOR"]
        ),
        Case(
            name: "lists alone",
            facts: [
                Facts.list(0, []),
                Facts.list(5_000, [(100, one, 4_990)]),
                Facts.list(7_000, [(100, one, 4_990), (101, two, 6_990)]),
                Facts.list(60_000, [(101, two, 6_990)]),
                Facts.list(90_000, []),
            ],
            lines: ["100 - 4990 60000 - list", "101 - 6990 90000 - list"]
        ),
        Case(
            name: "two lists of one moment",
            facts: [
                Facts.list(5_000, [(100, one, 4_990)]),
                Facts.list(60_000, [(101, two, 59_990)]),
                Facts.list(60_000, [(100, one, 4_990), (101, two, 59_990)]),
                Facts.list(61_000, [(101, two, 59_990)]),
            ],
            lines: ["100 - 4990 60000 - list", "101 - 59990 - - running"]
        ),
        Case(
            name: "states and lists",
            facts: [
                Facts.state(.enteredState, 5_000, entered: 4_990),
                Facts.list(5_000, [(100, one, 4_990)]),
                Facts.state(.leftState, 60_000),
                Facts.list(64_000, []),
            ],
            lines: ["100 - 5000 60000 - aliecs.env_leave_state.RUNNING"]
        ),
        Case(
            name: "both eras at once",
            facts: Facts.whole() + [
                Facts.state(.beforeStart, -20, "CONFIGURED"),
                Facts.state(.enteredState, 5_040, entered: 5_010),
                Facts.list(5_040, [(100, one, 5_010)]),
                Facts.state(.leftState, 59_980),
                Facts.list(64_100, []),
            ],
            lines: ["100 0 5000 60000 64000 STOP_ACTIVITY"]
        ),
        Case(
            name: "both eras, and the end of era 2 is lost",
            facts: Array(Facts.whole().prefix(2)) + [
                Facts.state(.enteredState, 5_040), Facts.state(.leftState, 59_980),
            ],
            lines: ["100 0 5000 59980 - aliecs.env_leave_state.RUNNING"],
            oddities: ["missing-SOEOR"]
        ),
        Case(
            name: "listed as active long after its end",
            facts: Facts.whole() + [
                Facts.list(5_040, [(100, one, 5_010)]), Facts.list(90_000, [(100, one, 5_010)]),
            ],
            lines: ["100 0 5000 60000 64000 STOP_ACTIVITY"],
            oddities: ["listed-after-end"]
        ),
    ]

    @Test(arguments: era2 + era1)
    func tellsTheRunsOfAStream(_ item: Case) {
        let runs = runs(of: item.facts)
        #expect(runs.map(\.line) == item.lines)
        let expected = item.oddities.isEmpty ? item.lines.map { _ in "" } : item.oddities
        #expect(runs.map(\.oddities) == expected)
    }

    @Test(arguments: era2 + era1)
    func orderAndRepetitionDoNotMatter(_ item: Case) {
        let expected = runs(of: item.facts)
        #expect(runs(of: item.facts.reversed()) == expected)
        #expect(runs(of: item.facts + item.facts) == expected)
        #expect(runs(of: item.facts.flatMap { [$0, $0] }) == expected)
    }

    @Test
    func namesTypeDetectorsAndPeople() {
        var loaded = Facts.environment(-60_000, "STANDBY")
        loaded.runType = "PHYSICS"
        loaded.detectors = ["TPC", "ITS"]
        var stop = Facts.whole()
        stop[2].user = ""
        stop[2].userNumber = 60
        stop[3].user = "Somebody else"
        let run = runs(of: [loaded] + stop).first
        #expect(run?.type == "PHYSICS")
        #expect(run?.detectors == ["ITS", "TPC"])
        #expect(run?.startedBy == "Ada")
        #expect(run?.stoppedBy == "LHC")
        #expect(run?.milliseconds == 60_000)
    }

    @Test
    func explainsAnErrorByTheEnvironmentsRecordNearIt() {
        let run = runs(of: [
            Facts.run(0, "START_ACTIVITY", .started), Facts.run(5_000, "START_ACTIVITY", .doneOK),
            Facts.environment(1_000, "RUNNING", run: 100, error: "an earlier trouble"),
            Facts.environment(29_990, "RUNNING", run: 100, error: "task readout died"),
            Facts.environment(30_000, "ERROR", error: "nobody's"),
            Facts.environment(30_001, "CONFIGURED", run: 99, error: "another run's"),
            Facts.run(30_000, "GO_ERROR", .started), Facts.run(30_500, "GO_ERROR", .doneOK),
        ]).first
        #expect(run?.endedBy == .goError)
        #expect(run?.error == "task readout died")
        #expect(run?.stoppedBy == nil)
    }

    @Test
    func takesTheErrorOfARunsOwnRecordFirst() {
        let facts =
            Array(Facts.whole().dropLast()) + [
                Facts.run(64_000, "STOP_ACTIVITY", .doneError, error: "cannot stop"),
                Facts.environment(64_000, "ERROR", run: 100, error: "something else"),
            ]
        #expect(runs(of: facts).first?.error == "cannot stop")
    }

    @Test
    func aHealthyRunHasNoError() {
        let facts = Facts.whole() + [Facts.environment(60_000, "RUNNING", run: 100, error: "x")]
        #expect(runs(of: facts).first?.error == nil)
    }

    @Test
    func ordersByKafkasTimeWhereARecordHasNone() {
        var tracker = RunTracker()
        for (index, facts) in Facts.whole().enumerated() {
            var facts = facts
            let time = facts.milliseconds
            facts.time = nil
            facts.milliseconds = nil
            let place = RecordPlace(
                topic: "aliecs.run",
                partition: 0,
                offset: Int64(index),
                milliseconds: time,
                hasKey: true
            )
            tracker.take(facts, at: place)
        }
        #expect(tracker.finish().map(\.line) == ["100 0 5000 60000 64000 STOP_ACTIVITY"])
        tracker.take(Facts.run(0, "START_ACTIVITY", .started).timeless, at: nil)
        #expect(tracker.takeWarnings().map(\.code) == ["no-time"])
    }
}

extension EventFacts {
    var timeless: EventFacts {
        var facts = self
        facts.time = nil
        facts.milliseconds = nil
        return facts
    }
}
