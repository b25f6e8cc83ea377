// What must hold for any stream: order and repetition within the lateness change nothing, no stream
// traps, and memory does not grow with it.

import AliECS
import Glibc
import TestSupport
import Testing

@Suite
struct RunTrackerPropertyTests {
    /// What a stream came to: runs without their warnings, and all warnings.
    struct Outcome: Equatable {
        var runs: [Run]
        var warnings: Set<String>

        init(_ runs: [Run], _ others: [RunWarning]) {
            // A number left out is told when the next one starts; whether a run whose start is lost
            // has given another sign by then is a matter of order.
            let all = (runs.flatMap(\.warnings) + others).filter { $0.code != "run-gap" }
            warnings = Set(all.map { "\($0.run ?? 0) \($0.environment) \($0.short)" })
            self.runs = runs.map {
                var run = $0
                run.warnings = []
                return run
            }
            self.runs.sort { ($0.number, $0.environment) < ($1.number, $1.environment) }
        }
    }

    /// Runs of several environments, told by either era or both, with all their ways to end.
    static func stream(_ generator: inout SeededGenerator) -> [EventFacts] {
        var facts: [EventFacts] = []
        var active: [(time: Int64, run: UInt32, environment: String, isIn: Bool)] = []
        var free: [String: Int64] = ["a": 0, "b": 700, "c": 1_300]
        var number: UInt32 = 100
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            guard let environment = free.keys.sorted().randomElement(using: &generator) else {
                break
            }
            let start = free[environment, default: 0] + .random(in: 100...20_000, using: &generator)
            let stop = start + .random(in: 6_000...90_000, using: &generator)
            let end = stop + .random(in: 100...9_000, using: &generator)
            free[environment] = end + 1_000
            let era = Int.random(in: 0...2, using: &generator)
            if era != 0 {
                var signals = Facts.whole(run: number, in: environment)
                let way = Int.random(in: 0...5, using: &generator)
                let times = [start, start + 5_000, stop, end]
                for (index, time) in times.enumerated() {
                    signals[index].milliseconds = origin + time
                    signals[index].time = EventTime(milliseconds: origin + time)
                }
                if way == 1 { signals[3].transition = "GO_ERROR" }
                if way == 2 {
                    for index in 2...3 {
                        signals[index].transition = "TEARDOWN"
                        signals[index].status = .started
                    }
                }
                if way == 3 { signals.removeLast(2) }
                if way == 4 { signals.removeFirst(2) }
                if way == 5 {
                    signals[2].transition = "GO_ERROR"
                    let error = Facts.environment(
                        stop - 3,
                        "RUNNING",
                        in: environment,
                        run: number,
                        error: "boom"
                    )
                    facts.append(error)
                    facts.append(Facts.environment(end, "ERROR", in: environment))
                }
                facts += signals
            }
            if era != 1 {
                facts += [
                    Facts.state(.beforeStart, start, "CONFIGURED", run: number, in: environment),
                    Facts.state(.enteredState, start + 5_000, run: number, in: environment),
                    Facts.state(.leftState, stop, run: number, in: environment),
                ]
                if Bool.random(using: &generator) {
                    facts.append(
                        Facts.state(.leftState, stop + 50, run: number, in: environment)
                    )
                }
                active.append((start + 5_000, number, environment, true))
                active.append((end, number, environment, false))
            }
            number += UInt32.random(in: 1...2, using: &generator)
        }
        var running: [(run: UInt32, environment: String, entered: Int64)] = []
        for change in active.sorted(by: { $0.time < $1.time }) {
            if change.isIn {
                running.append((change.run, change.environment, change.time))
            } else {
                running.removeAll { $0.run == change.run }
            }
            facts.append(Facts.list(change.time, running))
        }
        return facts.sorted { ($0.milliseconds ?? 0) < ($1.milliseconds ?? 0) }
    }

    /// Reads a stream as it comes, telling runs as early as they are sure.
    static func follow(_ facts: [EventFacts]) -> Outcome {
        var tracker = RunTracker()
        var runs: [Run] = []
        var warnings: [RunWarning] = []
        for item in facts {
            tracker.take(item, at: nil)
            if let time = tracker.newestTime { runs += tracker.advance(to: time) }
            warnings += tracker.takeWarnings()
        }
        runs += tracker.finish()
        return Outcome(runs, warnings + tracker.takeWarnings())
    }

    /// The same records, each up to the lateness later than it should come.
    static func shuffled(
        _ facts: [EventFacts],
        _ generator: inout SeededGenerator
    ) -> [EventFacts] {
        let timed = facts.map { item in
            (at: (item.milliseconds ?? 0) + .random(in: 0...5_000, using: &generator), item: item)
        }
        return timed.shuffled(using: &generator).sorted { $0.at < $1.at }.map(\.item)
    }

    @Test(arguments: 0..<200)
    func orderWithinTheLatenessDoesNotMatter(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let facts = Self.stream(&generator)
        let expected = Self.follow(facts)
        for _ in 0..<5 {
            #expect(Self.follow(Self.shuffled(facts, &generator)) == expected)
        }
        let twice = Self.shuffled(facts + facts, &generator)
        #expect(Self.follow(twice) == expected)
    }

    @Test(arguments: 0..<50)
    func readingToTheEndTellsTheSameRunsAsFollowing(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 1_000)
        let facts = Self.stream(&generator)
        let followed = Self.follow(facts).runs.map(\.line)
        #expect(runs(of: facts.shuffled(using: &generator)).map(\.line) == followed)
    }

    @Test
    func anyPrefixAndAnyNonsenseIsTaken() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            var facts = Self.stream(&generator)
            for index in facts.indices where Int.random(in: 0...3, using: &generator) == 0 {
                Self.damage(&facts[index], &generator)
            }
            let prefix = facts.prefix(Int.random(in: 0...facts.count, using: &generator))
            let outcome = Self.follow(prefix.shuffled(using: &generator))
            let keys = outcome.runs.map { "\($0.number) \($0.environment)" }
            #expect(Set(keys).count == keys.count)
        }
    }

    private static func damage(_ facts: inout EventFacts, _ generator: inout SeededGenerator) {
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        switch Int.random(in: 0...6, using: &generator) {
        case 0:
            facts.time = extremes.randomElement(using: &generator).map {
                EventTime(nanoseconds: $0)
            }
        case 1: facts.milliseconds = extremes.randomElement(using: &generator)
        case 2: facts.run = [0, 1, .max].randomElement(using: &generator)
        case 3: facts.enteredMilliseconds = .max
        case 4: facts.environment = ""
        case 5: facts.kind = EventKind.allCases.randomElement(using: &generator) ?? .other
        default:
            facts.status = [nil, .ongoing, .doneTimeout].randomElement(using: &generator) ?? nil
        }
    }

    @Test
    func memoryStaysFlatOverAMillionEvents() {
        var tracker = RunTracker()
        var told = 0
        var most = 0
        var number: UInt32 = 1
        var before = 0
        for round in 0..<73_000 {
            let time = Int64(round) * 100_000
            let environment = "environment-\(round)"
            var loaded = Facts.environment(time - 10, "STANDBY", in: environment)
            loaded.runType = "PHYSICS"
            loaded.detectors = ["ITS", "TPC"]
            var facts = [loaded] + Facts.whole(time, run: number, in: environment)
            facts += [
                Facts.environment(time + 20_000, "RUNNING", in: environment, error: "a warning"),
                Facts.state(.enteredState, time + 5_000, run: number, in: environment),
                Facts.list(time + 5_000, [(number, environment, time)]),
                Facts.state(.leftState, time + 60_000, run: number, in: environment),
                Facts.list(time + 64_000, []),
                Facts.environment(time + 65_000, "ERROR", in: environment),
                Facts.environment(time + 66_000, "DONE", in: environment),
                Facts.environment(time + 66_000, "DONE", in: environment),
                Facts.environment(time + 67_000, "DONE", in: environment),
            ]
            for item in facts {
                let place = RecordPlace(
                    topic: "aliecs.run",
                    partition: 0,
                    offset: Int64(round),
                    milliseconds: item.milliseconds,
                    hasKey: true
                )
                tracker.take(item, at: place)
            }
            told += tracker.advance(to: EventTime(milliseconds: origin + time + 67_000)).count
            _ = tracker.takeWarnings()
            most = max(most, tracker.openRuns)
            number += 1
            if round == 30_000 { before = Self.residentKilobytes() }
        }
        told += tracker.finish().count
        #expect(told == 73_000)
        #expect(most <= 2)
        // Other tests run beside this one; what is kept of each record would come to more.
        #expect(Self.residentKilobytes() - before < 32_768)
    }

    /// What the process has in memory, as the second number of `/proc/self/statm` counts it.
    private static func residentKilobytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = fread(&bytes, 1, bytes.count, file)
        let numbers = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
        return (numbers.dropFirst().first.flatMap { Int($0) } ?? 0) * 4
    }
}
