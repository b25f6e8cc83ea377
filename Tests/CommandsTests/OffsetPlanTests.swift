// What becomes of offsets, as tables.

import KafkaCore
import Output
import Reactor
import Testing

@testable import CommandKit
@testable import Commands

struct OffsetPlanTests {
    private let partition = TopicPartition("orders", 3)

    private func plan(
        _ request: OffsetPlan.Request,
        old: Int64? = 15,
        _ bounds: PartitionBounds = PartitionBounds(start: 10, end: 20)
    ) -> OffsetPlan {
        var plan = OffsetPlan()
        let committed = old.map { CommittedOffset(PartitionOffset(partition, $0)) }
        plan.add(request, for: partition, old: committed, bounds)
        return plan
    }

    private static let requests: [(OffsetPlan.Request, Int64)] = [
        (.earliest, 10), (.latest, 20), (.current, 15), (.offset(12), 12), (.offset(10), 10),
        (.offset(20), 20), (.shift(3), 18), (.shift(-3), 12), (.found(17), 17),
    ]

    @Test(arguments: requests)
    func withinBounds(_ request: OffsetPlan.Request, _ offset: Int64) {
        let plan = plan(request)
        #expect(plan.changes.map(\.new) == [offset])
        #expect(plan.notes.isEmpty)
        #expect(plan.failures.isEmpty)
    }

    private static let outOfBounds: [(OffsetPlan.Request, Int64, String)] = [
        (.offset(9), 10, "9 is before the start offset, using 10"),
        (.offset(21), 20, "21 is after the end offset, using 20"),
        (.shift(-6), 10, "9 is before the start offset, using 10"),
        (.shift(.max), 20, "9223372036854775807 is after the end offset, using 20"),
        (.shift(.min), 10, "before the start offset, using 10"),
        (.found(nil), 20, "no record at or after the time, using the end offset 20"),
    ]

    @Test(arguments: outOfBounds)
    func outOfBoundsIsSaid(_ request: OffsetPlan.Request, _ offset: Int64, _ note: String) {
        let plan = plan(request)
        #expect(plan.changes.map(\.new) == [offset])
        #expect(plan.notes.count == 1)
        #expect(plan.notes.first?.hasSuffix(note) == true, "\(plan.notes)")
        #expect(plan.notes.first?.hasPrefix("topic 'orders' partition 3: ") == true)
    }

    @Test func withoutAnOffset() {
        #expect(plan(.current, old: nil).changes.map(\.new) == [20])
        #expect(plan(.shift(1), old: nil).changes.isEmpty)
        #expect(plan(.shift(1), old: nil).failures.map(\.partition) == [partition])
        #expect(
            plan(.nothing("is not in the file")).failures.map(\.reason) == ["is not in the file"]
        )
        // What is committed may have been deleted since: it is not moved unasked.
        #expect(plan(.current, old: 5).changes.map(\.new) == [5])
        #expect(plan(.current, old: 5).notes.isEmpty)
    }
}

struct OffsetsCSVTests {
    private func read(_ text: String, for group: String = "g") throws -> [PartitionOffset] {
        try OffsetsCSV.offsets(in: Array(text.utf8), path: "f", for: group)
    }

    @Test func bothForms() throws {
        let one = [PartitionOffset(TopicPartition("t", 0), 5)]
        #expect(try read("t,0,5\n") == one)
        #expect(try read("t,0,5\r\n\r\n") == one)
        #expect(try read("t,0,5") == one)
        #expect(try read("\"t\",\"0\",\"5\"\n") == one)
        #expect(try read("g,t,0,5\nother,t,0,6\n") == one)
        #expect(try read("\"a,\"\"b\"\"\",t,0,5\n", for: "a,\"b\"") == one)
        #expect(try read("").isEmpty)
    }

    @Test func whatIsWrittenIsRead() throws {
        let offset = PartitionOffset(TopicPartition("t.x", 7), .max)
        for group in ["g", "a,b", "say \"hi\"", "line\nbreak", "ünï"] where !group.contains("\n") {
            #expect(try read(OffsetsCSV.line(group, offset), for: group) == [offset])
        }
        #expect(try read(OffsetsCSV.line(nil, offset)) == [offset])
    }

    @Test(arguments: [
        "t,0\n", "t,0,1,2,3\n", "t,0,x\n", "t,-1,5\n", "t,0,-5\n", "t,2147483648,5\n",
        "t,0,9223372036854775808\n", "t,0,5\nt,0,6\n", "t,0,5\ng,t,0,5\n", "\"t,0,5\n",
    ])
    func mistakesHaveAPlace(_ text: String) {
        let error = #expect(throws: CommandError.self) { try read(text) }
        #expect(error?.status == .badData)
        #expect(error?.report?.message.hasPrefix("f:") == true)
    }
}

struct SavedOffsetsTests {
    @Test func whatIsKeptIsReadBack() throws {
        let first = TopicPartition("t", 0)
        let saved = SavedOffsets(
            group: "a/b \"c\" ü",
            cluster: "id",
            time: 1_795_279_325_946,
            command: "groups reset",
            offsets: [
                (first, CommittedOffset(PartitionOffset(first, 42), metadata: "m\u{1}")),
                (TopicPartition("t", 1), nil),
            ]
        )
        #expect(SavedOffsets(saved.text) == saved)
        for length in 0..<(saved.text.count - 1) {
            #expect(SavedOffsets(Array(saved.text.prefix(length))) == nil)
        }
    }

    @Test(arguments: [
        ("plain-1.x", "plain-1.x"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("", "''"),
        ("-v", "-- '-v'"),
    ])
    func wordsForTheShell(_ word: String, _ quoted: String) {
        #expect(ShellWord.quoted(word) == quoted)
    }
}

struct AgeArgumentTests {
    @Test(arguments: [
        ("5m", 300), ("PT5M", 300), ("P1DT12H", 129_600), ("pt1h30m", 5_400), ("PT0S", 0),
        ("P7D", 604_800),
    ])
    func readsBothForms(_ text: String, _ seconds: Int64) throws {
        #expect(try AgeArgument(argument: text).duration == .seconds(seconds))
    }

    @Test(arguments: ["", "P", "PT", "5", "PT5", "PT5M3H", "P1H", "PTM", "P99999999999D", "-PT5M"])
    func refusesTheRest(_ text: String) {
        #expect(throws: (any Error).self) { try AgeArgument(argument: text) }
    }
}

struct LagHistoryTests {
    private func look(_ committed: Int64, _ end: Int64?) -> [PartitionLag] {
        let partition = TopicPartition("t", 0)
        return [
            PartitionLag(
                partition: partition,
                committed: CommittedOffset(PartitionOffset(partition, committed)),
                ends: end.map { PartitionEnds(endOffset: $0, lastStableOffset: $0) },
                problem: nil,
                member: nil
            )
        ]
    }

    private func history(_ looks: [(Int64, Int64?)]) -> LagHistory {
        var history = LagHistory()
        for (index, (committed, end)) in looks.enumerated() {
            let time = Instant(nanoseconds: Int64(index) * 2_000_000_000)
            history.add(look(committed, end), at: time)
        }
        return history
    }

    @Test func ratesAndTheTimeLeft() {
        let catching = history([(0, 100), (40, 120)])
        #expect(catching.consumed == 20)
        #expect(catching.produced == 10)
        #expect(catching.timeLeft == .seconds(8))
        #expect(catching.text.hasPrefix("  consumed 20/s, produced 10/s, caught up in 8s"))
        #expect(history([(0, 100), (10, 120)]).timeLeft == nil)
        #expect(history([(0, 100), (100, 100)]).text.contains("caught up  "))
        #expect(history([(0, 100)]).text.isEmpty)
        #expect(history([(0, nil), (0, nil)]).consumed == 0)
    }

    @Test func thePictureIsAsLongAsTheHistoryThatIsKept() {
        #expect(history([(0, 8), (4, 8), (8, 8)]).picture == "█▄▁")
        let long = history((0..<200).map { (Int64($0), 1000) })
        #expect(long.picture.count == 40)
    }

    @Test(arguments: [
        (Duration.seconds(59), "59s"), (.seconds(200), "3m 20s"), (.seconds(18_720), "5h 12m"),
        (.seconds(273_600), "3d 4h"), (.milliseconds(1), "1s"),
    ])
    func durations(_ duration: Duration, _ text: String) {
        #expect(DurationText.rough(duration) == text)
    }
}
