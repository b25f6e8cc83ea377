// The tracker against the documented rule, written down once more as plainly as it is told: sort by
// time, drop what comes twice, and take the first of each.

import AliECS
import TestSupport
import Testing

@Suite
struct RunRuleTests {
    /// The four signals and how it ended, of the records of one run.
    static func rule(_ records: [EventFacts]) -> String {
        var seen: Set<String> = []
        let sorted = records.sorted { ($0.milliseconds ?? 0) < ($1.milliseconds ?? 0) }
        let once = sorted.filter {
            seen.insert("\($0.milliseconds ?? 0) \($0.transition) \($0.status?.name ?? "")")
                .inserted
        }
        let enders = ["STOP_ACTIVITY", "GO_ERROR", "TEARDOWN"]
        let start = once.first { $0.transition == "START_ACTIVITY" && $0.status == .started }
        let started = once.first {
            $0.transition == "START_ACTIVITY" && $0.status?.isDone == true
        }
        let end = once.first { enders.contains($0.transition) && $0.status == .started }
        let dones = once.filter {
            enders.prefix(2).contains($0.transition) && $0.status?.isDone == true
        }
        let teardowns = once.filter { $0.transition == "TEARDOWN" && $0.status == .started }
        let ended = (dones.prefix(1) + teardowns.dropFirst().prefix(1)).min {
            ($0.milliseconds ?? 0) < ($1.milliseconds ?? 0)
        }
        let times = [start, started, end, ended].map {
            ($0?.milliseconds).map { "\($0 - origin)" } ?? "-"
        }
        return times.joined(separator: " ") + " " + (end?.transition ?? "")
    }

    @Test(arguments: 0..<40)
    func givesWhatTheRuleGives(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let transitions = ["START_ACTIVITY", "STOP_ACTIVITY", "GO_ERROR", "TEARDOWN"]
        for _ in 0..<100 {
            var time: Int64 = 0
            var records: [EventFacts] = []
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                time += .random(in: 1...9_000, using: &generator)
                let transition = transitions.randomElement(using: &generator) ?? ""
                let status =
                    transition == "TEARDOWN"
                    ? .started
                    : [OpStatus.started, .doneOK, .doneError].randomElement(using: &generator)
                records.append(Facts.run(time, transition, status ?? .started))
                if Int.random(in: 0...3, using: &generator) == 0, let last = records.last {
                    records.append(last)
                }
            }
            let expected = Self.rule(records)
            let run = runs(of: records.shuffled(using: &generator)).first
            let times = [run?.sosor, run?.eosor, run?.soeor, run?.eoeor].map {
                $0.map { "\($0 - origin)" } ?? "-"
            }
            // Where only the second half of an end has come, its transition is told all the same.
            let end = run?.soeor == nil ? "" : run?.endedBy?.name ?? ""
            #expect(times.joined(separator: " ") + " " + end == expected)
        }
    }
}
