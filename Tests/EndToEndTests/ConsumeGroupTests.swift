// `consume --group`, one member at a time: what is printed, what is committed, and what is said.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeGroupTests {
    private let group = Kafka.name("group")

    @Test func aGroupPrintsEachRecordOnceAndSaysWhyNothingIsLeft() throws {
        let topic = try Kafka.topic("group", partitions: 3)
        try Kafka.fill(topic, 0..<1000)
        let arguments = Kafka.member(topic, group, ["-e"])
        let first = try Kafka.run(arguments)
        #expect(first.ending == .exited(0))
        #expect(Set(first.lines.compactMap { Int($0) }) == Set(0..<1000))
        #expect(first.lines.count == 1000)
        #expect(first.errors == "kctl: group '\(group)': reading \(topic)[0-2] from offset 0\n")

        let second = try Kafka.run(arguments)
        #expect(second.ending == .exited(0))
        #expect(second.output.isEmpty)
        #expect(second.errors.contains("--offset-reset earliest has no effect"))
        #expect(
            second.errorLines.last
                == "kctl: nothing to print: group '\(group)' has committed the end of every partition"
        )

        try Kafka.fill(topic, 1000..<1005)
        let third = try Kafka.run(arguments)
        #expect(Set(third.lines.compactMap { Int($0) }) == Set(1000..<1005))
        #expect(try Kafka.committed(topic, group) == (try Kafka.ends(of: topic)))
    }

    @Test func whereItBeginsIsNotCalledCommittedInAnEmptyTopic() throws {
        let topic = try Kafka.topic("group-empty")
        let read = try Kafka.run(Kafka.member(topic, group, ["-e"]))
        #expect(read.ending == .exited(0))
        #expect(read.errors.contains("reading \(topic)[0] from offset 0"))
        #expect(!read.errors.contains("has no effect"))
    }

    @Test func twentyInterruptedReadersPrintEverythingOnce() throws {
        let topic = try Kafka.topic("group-interrupted", partitions: 4)
        try Kafka.fill(topic, 0..<300_000, ["--property", "batch.size=10000"])
        let folder = try TemporaryFolder()
        let writer = try Kctl.startBash(
            """
            exec kctl produce \(topic) --rate 5000/s -X batch.size=1000 < <(seq 300000 10000000)
            """,
            on: Kafka.servers,
            within: .seconds(200)
        )
        // What reads behind tee is slow enough that most runs are in the middle of a write when the
        // signal comes.
        let member = Kafka.member(topic, group, ["-f", #"'%p %o %v\n'"#]).joined(separator: " ")
        let line = """
            for run in $(seq 20); do
              timeout -s INT 1 kctl \(member) 2>>\(folder.path)/errors |
                tee -a \(folder.path)/records | while IFS= read -r line; do :; done
              status=${PIPESTATUS[0]}
              [ "$status" = 124 ] || echo "run $run: status $status"
            done
            """
        let ran = try Kctl.bash(line, on: Kafka.servers, within: .seconds(200))
        #expect(ran.ending == .exited(0), "\(ran.errors)")
        #expect(ran.text.isEmpty, "each was ended by its signal")
        writer.signal(SIGINT)
        let written = 300_000 + (try #require(writer.finish().tally).acked)

        // What is committed is what was printed, in each partition.
        let errors = try folder.text("errors")
        var printed = try records(folder.text("records").split(separator: "\n"))
        let committed = try Kafka.committed(topic, group)
        #expect(committed == next(printed), "\(errors)")
        let rest = try Kafka.run(Kafka.member(topic, group, ["-e", "-f", #"%p %o %v\n"#]))
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        printed += try records(rest.lines)
        #expect(printed.count == written, "\(errors)")
        #expect(Set(printed.map { $0[2] }) == Set(0..<written))
        #expect(next(printed) == (try Kafka.ends(of: topic)))
    }

    /// Lines of partition, offset and value.
    private func records(_ lines: [Substring]) throws -> [[Int]] {
        try lines.map { line in
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3 else { throw HarnessError("printed '\(line)'") }
            return numbers
        }
    }

    /// Per partition the offset behind what was printed, without gap or repetition.
    private func next(_ records: [[Int]]) -> [Int64] {
        var next: [Int] = [0, 0, 0, 0]
        for record in records {
            if record[1] != next[record[0]] { Issue.record("\(record) after \(next)") }
            next[record[0]] = record[1] + 1
        }
        return next.map { Int64($0) }
    }

    @Test func aFullDiskCommitsNothing() throws {
        let topic = try Kafka.topic("group-full")
        try Kafka.fill(topic, 0..<100)
        let outcome = try Kafka.run(
            Kafka.member(topic, group, ["-e"]),
            output: .file("/dev/full")
        )
        #expect(outcome.ending == .exited(1))
        let told = "cannot write to standard output: no space left on device"
        #expect(outcome.errors.contains(told), "\(outcome.errors)")
        let next = try Kafka.run(Kafka.member(topic, group, ["-e"]))
        #expect(next.lines.count == 100)
    }

    @Test func aReaderThatGoesAwayIsSuccessAndWhatItGotIsCommitted() throws {
        let topic = try Kafka.topic("group-head")
        try Kafka.fill(topic, 0..<400_000)
        let member = Kafka.member(topic, group, ["-e"]).joined(separator: " ")
        let line = "set -o pipefail; kctl \(member) | head -1"
        let head = try Kctl.bash(line, on: Kafka.servers)
        #expect(head.ending == .exited(0), "\(head.errors)")
        #expect(head.text == "0\n")
        // Some blocks were written before it went, and not all.
        let next = try Kafka.run(Kafka.member(topic, group, ["-e"]))
        let numbers = next.lines.compactMap { Int($0) }
        let start = try #require(numbers.first)
        #expect(numbers == Array(start..<400_000))
    }

    @Test func aSignalInTheMiddleOfAWriteLetsTheBlockBeFinished() throws {
        let topic = try Kafka.topic("group-stalled")
        // Many times what pipes and buffers hold, as JSON.
        let count = 100_000
        try Kafka.fill(topic, 0..<count)
        let reader = try Kafka.start(Kafka.member(topic, group, ["--json"]), output: .stalled)
        reader.waitUntilOutputIsFull()
        reader.signal(SIGINT)
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        let printed = try Place.all(in: outcome.output)
        #expect(outcome.output.last == 0x0a)
        let next = try Kafka.run(Kafka.member(topic, group, ["-e", "--json"]))
        let rest = try Place.all(in: next.output)
        #expect(printed.map(\.offset) + rest.map(\.offset) == Array(0..<Int64(count)))
    }

    @Test func aSignalDoesNotWaitForAReaderThatTakesNothing() throws {
        let topic = try Kafka.topic("group-stuck")
        let count = 100_000
        try Kafka.fill(topic, 0..<count)
        let reader = try Kafka.start(Kafka.member(topic, group, ["--json"]), output: .stalled)
        reader.waitUntilOutputIsFull()
        reader.signal(SIGINT)
        let outcome = reader.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        let printed = try Place.all(in: outcome.output)
        let next = try Kafka.run(Kafka.member(topic, group, ["-e", "--json"]))
        let rest = try Place.all(in: next.output)
        // Never more than was printed is committed; the block that was begun comes again.
        let start = try #require(rest.first)
        #expect(start.offset > 0)
        #expect(start.offset <= printed.count)
        #expect(rest.map(\.offset) == Array(start.offset..<Int64(count)))
    }

    @Test func aLimitCommitsWhatWasPrintedOnly() throws {
        let topic = try Kafka.topic("group-limit")
        try Kafka.fill(topic, 0..<100)
        for start in [0, 7, 14] {
            let some = try Kafka.run(Kafka.member(topic, group, ["-n", "7"]))
            #expect(some.lines.compactMap { Int($0) } == Array(start..<start + 7))
        }
        let rest = try Kafka.run(Kafka.member(topic, group, ["-e", "--grep", "9$"]))
        #expect(rest.lines == ["29", "39", "49", "59", "69", "79", "89", "99"])
        #expect(try Kafka.committed(topic, group) == [100])
    }

    @Test func nothingIsCommittedWhenNothingIsToBe() throws {
        let topic = try Kafka.topic("group-none")
        try Kafka.fill(topic, 0..<10)
        for _ in 0..<2 {
            let read = try Kafka.run(Kafka.member(topic, group, ["-e", "--commit", "none"]))
            #expect(read.lines.count == 10)
        }
        let auto = try Kafka.run(Kafka.member(topic, group, ["-e", "--commit", "auto"]))
        #expect(auto.lines.count == 10)
        #expect(try Kafka.committed(topic, group) == [10])
    }

    @Test func theLagIsNothingBehindTheMarkersOfTransactions() throws {
        let topic = try Kafka.topic("group-markers")
        try Kafka.fillInTransaction(topic, 10)
        // The broker writes the marker after it has answered.
        var ends = try Kafka.ends(of: topic)
        let limit = ContinuousClock.now + .seconds(20)
        while ends[0] <= 10, ContinuousClock.now < limit { ends = try Kafka.ends(of: topic) }
        #expect(ends[0] > 10)
        let read = try Kafka.run(Kafka.member(topic, group, ["-e"]))
        #expect(read.lines.count == 10)
        #expect(try Kafka.committed(topic, group) == ends)
    }

    @Test func withoutAnOffsetAGroupBeginsWhereItIsTold() throws {
        let topic = try Kafka.topic("group-reset")
        try Kafka.fill(topic, 0..<10)
        func start(_ reset: [String]) throws -> Outcome {
            let name = Kafka.name("group")
            return try Kafka.run(["consume", topic, "-e", "-g", name, "--summary", "json"] + reset)
        }
        for reset in [[], ["--offset-reset", "earliest"], ["--from-beginning"]] {
            #expect(try start(reset).lines.count == 10)
        }
        let latest = try start(["--offset-reset", "latest"])
        #expect(latest.ending == .exited(0))
        #expect(latest.output.isEmpty)
        let property = try start(["-X", "auto.offset.reset=latest"])
        #expect(property.output.isEmpty)
        #expect(try start(["--offset-reset", "-1h"]).lines.count == 10)
        #expect(try start(["--offset-reset", "2099-01-01"]).output.isEmpty)
        let error = try start(["--offset-reset", "error"])
        #expect(error.ending == .exited(1))
        #expect(
            error.errors.contains(
                "\(topic)[0]: no committed offset (--offset-reset earliest"
            )
        )
    }

    @Test func aGroupThatBeginsAtTheEndMissesNothingBetweenTwoMembers() throws {
        let topic = try Kafka.topic("group-latest")
        try Kafka.fill(topic, 0..<10)
        let words = ["consume", topic, "-g", group]
        let first = try Kafka.start(words)
        first.wait(forErrors: "reading \(topic)[0] from offset 10")
        first.signal(SIGINT)
        #expect(first.finish().output.isEmpty)
        // Written while nobody reads: the next member begins where the first did.
        try Kafka.fill(topic, 10..<15)
        let second = try Kafka.run(words + ["-e"])
        #expect(second.lines == ["10", "11", "12", "13", "14"])
    }

    @Test func deletedRecordsAreTold() throws {
        let topic = try Kafka.topic("group-deleted")
        try Kafka.fill(topic, 0..<10)
        #expect(try Kafka.run(Kafka.member(topic, group, ["-n", "3"])).lines.count == 3)
        let folder = try TemporaryFolder()
        let file = try folder.file(
            "offsets",
            #"{"partitions":[{"topic":"\#(topic)","partition":0,"offset":6}],"version":1}"#
        )
        let deleted = try Kafka.tool("delete-records", ["--offset-json-file", file])
        #expect(deleted.ending == .exited(0), "\(deleted.errors)")
        let rest = try Kafka.run(["consume", topic, "-g", group, "-e"])
        #expect(rest.lines == ["6", "7", "8", "9"])
        let told = "records from committed offset 3 to 5 were deleted; reading from offset 6"
        #expect(rest.errors.contains(told), "\(rest.errors)")
    }

    @Test func aStaticMemberIsFencedByItsSuccessor() throws {
        let topic = try Kafka.topic("group-fenced")
        try Kafka.fill(topic, 0..<10)
        let words = Kafka.member(topic, group, ["--instance-id", "one"])
        let first = try Kafka.start(words)
        first.watchState("ten records") { $0.lineCount == 10 }
        let second = try Kafka.start(words)
        let fenced = first.finish()
        #expect(fenced.ending == .exited(1))
        #expect(fenced.errors.contains("FENCED_INSTANCE_ID"), "\(fenced.errors)")
        second.wait(forErrors: "reading \(topic)[0]")
        second.signal(SIGINT)
        _ = second.finish()
    }
}
