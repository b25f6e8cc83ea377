// The warnings that no other tool gives: each from the least stream that earns it.

import AliECS
import Testing

@Suite
struct RunWarningTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var entries: [Entry]
        var texts: [String]
        var testDescription: String { name }
    }

    /// A place on a topic; Kafka's time is a little after the record's own.
    static func entry(
        _ facts: EventFacts,
        _ topic: String = "aliecs.run",
        offset: Int64 = 0,
        key: Bool = true,
        later: Int64 = 7
    ) -> Entry {
        let place = RecordPlace(
            topic: topic,
            partition: 0,
            offset: offset,
            milliseconds: facts.milliseconds.map { $0 + later },
            hasKey: key
        )
        return Entry(facts: facts, place: place)
    }

    static func entries(_ facts: [EventFacts], key: Bool = true) -> [Entry] {
        facts.enumerated().map { entry($0.element, offset: Int64($0.offset), key: key) }
    }

    static let cases: [Case] = [
        Case(name: "a healthy run", entries: entries(Facts.whole()), texts: []),
        Case(
            name: "healthy runs without keys, before v1.28.0",
            entries: entries(Facts.whole() + Facts.whole(70_000, run: 101), key: false),
            texts: []
        ),
        Case(
            name: "numbers left out",
            entries: entries(
                Facts.whole() + Facts.whole(70_000, run: 102) + Facts.whole(140_000, run: 105)
            ),
            texts: [
                "run 101 is missing: no record mentions it",
                "runs 103 to 104 are missing: no record mentions them",
            ]
        ),
        Case(
            name: "a number whose start is lost is not left out",
            entries: entries(
                Facts.whole() + Array(Facts.whole(20_000, run: 101, in: two).suffix(1))
                    + Facts.whole(90_000, run: 102)
            ),
            texts: [
                "run 101 of environment \(two): it ended, and no record reports its start",
                "run 101 of environment \(two): SOEOR is missing",
            ]
        ),
        Case(
            name: "a signal doubled",
            entries: entries(
                Array(Facts.whole().dropLast())
                    + [Facts.run(61_000, "STOP_ACTIVITY", .started)]
                    + Array(Facts.whole().suffix(1))
            ),
            texts: [
                "run 100 of environment \(one): SOEOR came more than once, with different times"
            ]
        ),
        Case(
            name: "the second signal of the start left out",
            entries: entries(Facts.whole().filter { $0.milliseconds != origin + 5_000 }),
            texts: ["run 100 of environment \(one): EOSOR is missing"]
        ),
        Case(
            name: "the last signal left out, which the next start shows",
            entries: entries(Array(Facts.whole().dropLast()) + Facts.whole(90_000, run: 101)),
            texts: ["run 100 of environment \(one): EOEOR is missing"]
        ),
        Case(
            name: "a run of era 1 that was announced only",
            entries: [
                entry(Facts.state(.beforeStart, 0, "CONFIGURED"), "aliecs.before_start_activity")
            ],
            texts: ["run 100 of environment \(one): it was announced, and never reached RUNNING"]
        ),
        Case(
            name: "a record behind a later one",
            entries: entries(Facts.whole().reversed()),
            texts: [
                "run 100 of environment \(one) (aliecs.run, partition 0, offset 1):"
                    + " 4.000 s earlier than a record before it"
            ]
        ),
        Case(
            name: "the core started twice",
            entries: [
                entry(Facts.timed(.coreStart, 0, ""), "aliecs.core", key: false),
                entry(Facts.timed(.coreStart, 0, ""), "aliecs.core", offset: 1, key: false),
                entry(Facts.timed(.coreStart, 90_500, ""), "aliecs.core", offset: 2, key: false),
            ],
            texts: [
                "the core started again, 90.500 s after it had started"
                    + " (aliecs.core, partition 0, offset 2)"
            ]
        ),
        Case(
            name: "no key on one record of a core that sets keys",
            entries: entries(Array(Facts.whole().dropLast()))
                + [entry(Facts.run(64_000, "STOP_ACTIVITY", .doneOK), offset: 3, key: false)],
            texts: [
                "a record has no key, though this core sets keys (aliecs.run, partition 0, offset 3)"
            ]
        ),
        Case(
            name: "Kafka's time far from the record's",
            entries: Facts.whole().enumerated().map {
                entry($0.element, offset: Int64($0.offset), later: 3_600_000)
            },
            texts: [
                "a record's time is 3600.000 s from the time in it (aliecs.run, partition 0, offset 0)"
            ]
        ),
    ]

    @Test(arguments: cases)
    func tellsWhatIsOdd(_ item: Case) {
        var tracker = RunTracker()
        for entry in item.entries { tracker.take(entry.facts, at: entry.place) }
        let ofRuns = tracker.finish().flatMap(\.warnings)
        let texts = (ofRuns + tracker.takeWarnings()).map(\.text)
        let expected = item.texts
        #expect(texts.sorted() == expected.sorted())
    }

    @Test
    func aRunIsToldOnceWhateverComesLate() {
        var tracker = RunTracker()
        for facts in Facts.whole() { tracker.take(facts, at: nil) }
        let early = tracker.advance(to: EventTime(milliseconds: origin + 69_000))
        #expect(early == [])
        let told = tracker.advance(before: EventTime(milliseconds: origin + 64_001))
        #expect(told.map(\.line) == ["100 0 5000 60000 64000 STOP_ACTIVITY"])
        // The same once more is nothing; another time of it is late.
        tracker.take(Facts.whole()[0], at: nil)
        #expect(tracker.takeWarnings() == [])
        tracker.take(Facts.run(2_000, "START_ACTIVITY", .started), at: nil)
        tracker.take(Facts.run(3_000, "START_ACTIVITY", .started), at: nil)
        #expect(tracker.takeWarnings().map(\.code) == ["late"])
        #expect(tracker.finish() == [])
    }

    @Test
    func aRunThatHasBeenToldIsListedStill() {
        var tracker = RunTracker()
        for facts in Facts.whole() { tracker.take(facts, at: nil) }
        #expect(tracker.advance(to: EventTime(milliseconds: origin + 70_000)).count == 1)
        tracker.take(Facts.list(66_000, [(100, one, 5_000)]), at: nil)
        tracker.take(Facts.list(90_000, [(100, one, 5_000)]), at: nil)
        #expect(tracker.finish() == [])
        #expect(tracker.takeWarnings().map(\.code) == ["listed-after-end"])
    }

    @Test
    func waitsForARunThatIsBeingStoppedAndNotForever() {
        var tracker = RunTracker()
        for facts in Facts.whole().dropLast() { tracker.take(facts, at: nil) }
        #expect(tracker.advance(to: EventTime(milliseconds: origin + 600_000)) == [])
        let told = tracker.advance(to: EventTime(milliseconds: origin + 665_001))
        #expect(told.map(\.line) == ["100 0 5000 60000 - STOP_ACTIVITY"])
        #expect(told.map(\.oddities) == ["missing-EOEOR"])
    }

    @Test
    func countsNoGapsWhereRunsAreSelected() {
        var tracker = RunTracker(watchesGaps: false)
        for facts in Facts.whole() + Facts.whole(90_000, run: 110) { tracker.take(facts, at: nil) }
        #expect(tracker.finish().count == 2)
        #expect(tracker.takeWarnings() == [])
    }
}
