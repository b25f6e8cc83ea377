// `kctl groups reset` and its like on a real broker, with Kafka's own tool as the other side.

import JSON
import Testing

@Suite(.needsKafka)
struct GroupsResetTests {
    private let desk: Operator
    private let topic: String
    private let group: String

    init() throws {
        desk = try Operator()
        topic = try Kafka.topic("reset", partitions: 3)
        group = Kafka.name("reset")
        // A hundred records a second apart, the first in 2001.
        let lines = (0..<100).map { index in
            #"{"partition":\#(index % 3),"timestamp":\#(1_000_000_000_000 + index * 1000),"#
                + #""value":"\#(index)"}"# + "\n"
        }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        guard sent.ending == .exited(0) else { throw HarnessError(sent.errors) }
    }

    private func place(at offsets: [Int64]) throws {
        for (partition, offset) in offsets.enumerated() {
            let set = try desk.run(
                ["groups", "commit", group, "-t", topic, "-p", "\(partition)", "-o", "\(offset)"]
            )
            guard set.ending == .exited(0) else { throw HarnessError(set.errors) }
        }
    }

    private func expect(
        _ offsets: [Int64],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var wanted: [String: Int64] = [:]
        for (index, offset) in offsets.enumerated() { wanted["\(topic):\(index)"] = offset }
        #expect(try desk.committed(group) == wanted, sourceLocation: sourceLocation)
    }

    private func reset(_ words: [String]) throws -> Outcome {
        try desk.run(["groups", "reset", group] + words)
    }

    // MARK: - Goals

    /// The goals, as words of kctl's and of Kafka's own tool.
    private static let goals: [[String]] = [
        ["--to-earliest"], ["--to-latest"], ["--to-offset", "20"], ["--to-offset", "5000"],
        ["--shift-by", "-7"], ["--shift-by", "1000"], ["--to-current"],
        ["--to-datetime", "2001-09-09T01:47:10.000"], ["--to-datetime", "2035-01-01T00:00:00.000"],
        ["--by-duration", "PT1H"],
    ]

    @Test func everyGoalGivesThePlanOfKafkasOwnTool() throws {
        try place(at: [10, 11, 12])
        // Several at a time: each costs seconds to start.
        let script = try #require(Kafka.script)
        let calls = Self.goals.enumerated().map { index, goal in
            let words = goal.map { "'\($0)'" }.joined(separator: " ")
            return """
                '\(script)' tool --version \(Kafka.version) consumer-groups \
                --bootstrap-server \(Kafka.servers ?? "") --group \(group) --topic \(topic) \
                --reset-offsets --dry-run --export \(words) 2>/dev/null |
                grep , | sort > \(desk.folder.path)/apache-\(index) &
                """ + (index % 3 == 2 ? "\nwait" : "")
        }
        let told = try Kctl.bash(calls.joined(separator: "\n") + "\nwait", within: .seconds(120))
        #expect(told.ending == .exited(0))
        for (index, goal) in Self.goals.enumerated() {
            let planned = try reset(["--topic", topic, "--export"] + goal)
            #expect(planned.ending == .exited(0), "\(goal): \(planned.errors)")
            let apache = try desk.folder.text("apache-\(index)")
            #expect(planned.text == apache, "\(goal)")
            #expect(planned.errors.contains("no offset was changed"))
        }
        try expect([10, 11, 12])
    }

    @Test func aPlanIsDoneAndUndone() throws {
        try place(at: [10, 11, 12])
        let words = ["--topic", topic, "--to-datetime", "2001-09-09T01:46:50Z"]
        let plan = try reset(words + ["--json"])
        #expect(try plan.json().map { $0["oldOffset"]?.int64 } == [10, 11, 12])
        #expect(try plan.json().map { $0["newOffset"]?.int64 } == [4, 3, 3])
        #expect(try plan.json().map { $0["difference"]?.int64 } == [-6, -8, -9])
        try expect([10, 11, 12])

        let done = try reset(words + ["--execute"])
        #expect(done.ending == .exited(0), "\(done.errors)")
        try expect([4, 3, 3])
        #expect(try Kafka.committed(topic, group) == [4, 3, 3])
        let undo = try #require(done.errors.split(separator: "undo: kctl ").last)
        let back = try desk.run(undo.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(back.ending == .exited(0), "\(back.errors)")
        try expect([10, 11, 12])
        // A restore can be undone, too; the newest is what is there without a number.
        #expect(try desk.run(["groups", "restore", group, "--execute"]).ending == .exited(0))
        try expect([4, 3, 3])
        let kept = try desk.run(["groups", "restore", group, "--list", "--json"]).json()
        #expect(kept.count == 6)
        #expect(kept.first?["command"]?.string == "groups restore")
    }

    @Test func partitionsThatHadNoOffsetLoseItAgain() throws {
        let done = try reset(["--topic", "\(topic):0,2", "--to-latest", "--execute"])
        #expect(done.ending == .exited(0), "\(done.errors)")
        #expect(try desk.committed(group) == ["\(topic):0": 34, "\(topic):2": 33])
        let more = try reset(["--topic", "\(topic):1", "--to-earliest", "--execute"])
        #expect(more.ending == .exited(0))
        try expect([34, 0, 33])
        #expect(try desk.run(["groups", "restore", group, "--execute"]).ending == .exited(0))
        #expect(try desk.committed(group) == ["\(topic):0": 34, "\(topic):2": 33])
    }

    @Test func anotherGroupsOffsetsAreTaken() throws {
        try place(at: [1, 2, 3])
        let other = Kafka.name("other")
        let copy = try desk.run(
            ["groups", "reset", other, "--all-topics", "--to-group", group, "--execute"]
        )
        #expect(copy.ending == .exited(0), "\(copy.errors)")
        #expect(try desk.committed(other) == desk.committed(group))
        let again = try desk.run(["groups", "create", other, "--to-group", group])
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("group '\(other)' already exists: it has 3 offsets"))
    }

    // MARK: - Files

    @Test func filesGoToKafkasOwnToolAndBack() throws {
        try place(at: [10, 11, 12])
        let ours = try desk.folder.file(
            "ours.csv",
            try reset(["--all-topics", "--to-current", "--export"]).text
        )
        try place(at: [0, 0, 0])
        let base = ["--group", group, "--reset-offsets"]
        let taken = try Kafka.tool("consumer-groups", base + ["--from-file", ours, "--execute"])
        #expect(taken.ending == .exited(0))
        try expect([10, 11, 12])

        let written = try Kafka.tool(
            "consumer-groups",
            base + ["--topic", topic, "--shift-by", "-3", "--dry-run", "--export"]
        )
        let theirs = try desk.folder.file("theirs.csv", written.text)
        let read = try reset(["--from-file", theirs, "--execute"])
        #expect(read.ending == .exited(0), "\(read.errors)")
        try expect([7, 8, 9])
    }

    @Test func twoGroupsInOneFile() throws {
        try place(at: [10, 11, 12])
        let other = Kafka.name("second")
        let copy = try desk.run(["groups", "create", other, "--to-group", group])
        #expect(copy.ending == .exited(0), "\(copy.errors)")
        let plan = try desk.run(
            ["groups", "reset", group, other, "--all-topics", "--shift-by", "1", "--export"]
        )
        #expect(plan.lines.count == 6)
        let file = try desk.folder.file("both.csv", plan.text)
        let done = try desk.run(
            ["groups", "reset", group, other, "--from-file", file, "--execute"]
        )
        #expect(done.ending == .exited(0), "\(done.errors)")
        try expect([11, 12, 13])
        #expect(try desk.committed(other) == desk.committed(group))
    }

    @Test func aFileWithAMistakeChangesNothing() throws {
        try place(at: [10, 11, 12])
        for (text, reason) in [
            ("\(topic),0,5\n\(topic),x,5\n", ":2: 'x' is not a partition number"),
            ("\(topic),0,-5\n", ":1: '-5' is not an offset"),
            ("\(topic),0,5\n\(topic),0,6\n", ":2: repeats the partition of line 1"),
            ("\(topic),0\n", ":1: expected TOPIC,PARTITION,OFFSET"),
            ("\"\(topic),0,5\n", ":1:1: the quote is not closed"),
        ] {
            let file = try desk.folder.file("bad.csv", text)
            let refused = try reset(["--from-file", file, "--execute"])
            #expect(refused.ending == .exited(7), "\(refused.errors)")
            #expect(refused.errors.contains(reason), "\(refused.errors)")
        }
        try expect([10, 11, 12])
    }

    // MARK: - What is not there

    @Test func whatIsNotThereIsToldAndTheRestIsDone() throws {
        try place(at: [10, 11, 12])
        let missing = try reset(
            ["--topic", "\(topic):0,7", "--topic", "none", "--to-earliest", "--execute"]
        )
        #expect(missing.ending == .exited(3))
        #expect(
            missing.errors.contains("topic '\(topic)' has no partition 7 (it has 3 partitions)")
        )
        #expect(missing.errors.contains("topic 'none' not found"))
        try expect([0, 11, 12])
        let shifted = try desk.run(
            ["groups", "reset", Kafka.name("new"), "--topic", topic, "--shift-by", "1"]
        )
        #expect(shifted.ending == .exited(1))
        #expect(shifted.errors.contains("partition 0: the group has no offset to shift"))
    }

    @Test func nothingIsChangedWhenTheOldOffsetsCannotBeKept() throws {
        try place(at: [10, 11, 12])
        let words = ["groups", "reset", group, "--topic", topic, "--to-earliest", "--execute"]
        for environment in [["HOME": ""], ["XDG_STATE_HOME": "/dev/null/x"]] {
            let refused = try Kctl.run(words, on: Kafka.servers, environment: environment)
            #expect(refused.ending == .exited(1))
            #expect(refused.errors.contains("cannot save the old offsets"))
            #expect(refused.errors.contains("--no-save skips the backup"))
        }
        try expect([10, 11, 12])
        let done = try Kctl.run(words + ["--no-save"], on: Kafka.servers, environment: ["HOME": ""])
        #expect(done.ending == .exited(0))
        #expect(!done.errors.contains("undo"))
        try expect([0, 0, 0])
    }

    // MARK: - Deleting

    @Test func deletedGroupsAndOffsetsComeBack() throws {
        try place(at: [10, 11, 12])
        let cut = try desk.run(["groups", "delete-offsets", group, "--topic", "\(topic):1"])
        #expect(cut.ending == .exited(0), "\(cut.errors)")
        #expect(try Kafka.committed(topic, group) == [10, -1, 12])
        #expect(try desk.run(["groups", "restore", group, "--execute"]).ending == .exited(0))
        try expect([10, 11, 12])

        let two = [group, Kafka.name("none")]
        let dry = try desk.run(["groups", "delete", "--dry-run"] + two)
        #expect(dry.ending == .exited(3))
        #expect(dry.errors.contains("would delete group '\(group)'"))
        try expect([10, 11, 12])
        let unasked = try desk.run(["groups", "delete", "--regex", group])
        #expect(unasked.ending == .exited(2))
        #expect(unasked.errors.contains("use --yes or --dry-run"))
        let gone = try desk.run(["groups", "delete", group])
        #expect(gone.ending == .exited(0), "\(gone.errors)")
        #expect(try desk.run(["groups", "describe", group]).ending == .exited(3))
        #expect(try desk.run(["groups", "delete", group, "--if-exists"]).ending == .exited(0))
        #expect(try desk.run(["groups", "restore", group, "--execute"]).ending == .exited(0))
        try expect([10, 11, 12])
    }
}
