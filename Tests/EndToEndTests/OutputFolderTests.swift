// `consume --output-dir`: each record once, however a run ends, and nothing outside the folder.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct OutputFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { "\(folder.path)/out" }

    private func words(_ topic: String, _ more: [String] = []) -> [String] {
        ["consume", topic, "-e", "--output-dir", path] + more
    }

    /// The numbers in the files of a topic's partitions, as they stand there.
    private func numbers(_ topic: String, partitions: Int, in path: String) throws -> [[Int]] {
        try (0..<partitions).map { partition in
            guard let text = try? folder.text("\(path)/\(topic)-\(partition)") else { return [] }
            return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { line in
                    guard let number = Int(line) else { throw HarnessError("a torn line: \(line)") }
                    return number
                }
        }
    }

    /// Compares the files with the topic, partition by partition.
    private func compare(_ topic: String, partitions: Int, in path: String = "out") throws {
        let found = try numbers(topic, partitions: partitions, in: path)
        for partition in 0..<partitions {
            let read = try Kafka.run(["consume", topic, "-e", "-p", "\(partition)"])
            #expect(read.lines.map { Int($0) ?? -1 } == found[partition])
        }
    }

    /// A run that is killed at any moment is gone on with: each record once, in order.
    @Test func fortyKillsLoseNothing() throws {
        let topic = try Kafka.topic("killed-files", partitions: 3)
        try Kafka.fill(topic, 0..<300_000)
        var kills = 0
        for series in 0..<5 {
            // Begun anew now and then: what counts is the time before the first state.
            let out = "out\(series)"
            for number in 0..<8 {
                let reader = try Kafka.start(
                    ["consume", topic, "-e", "--resume", "--output-dir", "\(folder.path)/\(out)"]
                )
                let pause = Duration.milliseconds(Int.random(in: 0...(number < 4 ? 60 : 300)))
                let start = ContinuousClock.now
                while !reader.hasEnded, ContinuousClock.now - start < pause { reader.look() }
                reader.signal(SIGKILL)
                if reader.finish().ending == .signalled(SIGKILL) { kills += 1 }
            }
            let last = try Kafka.run(
                ["consume", topic, "-e", "--resume", "--output-dir", "\(folder.path)/\(out)"]
            )
            #expect(last.ending == .exited(0), "\(last.errors)")
            let found = try numbers(topic, partitions: 3, in: out)
            #expect(found.joined().sorted().elementsEqual(0..<300_000), "series \(series)")
            #expect(found.allSatisfy { $0 == $0.sorted() })
        }
        #expect(kills >= 20, "\(kills) of 40 were killed")
    }

    /// A run that was killed has left files: another that is not told to go on does not add to them.
    @Test func aPlainRunBehindAKilledOneIsRefused() throws {
        let topic = try Kafka.topic("killed-plain")
        try Kafka.fill(topic, 0..<200_000)
        let reader = try Kafka.start(words(topic))
        reader.watchState("a first file") { _ in
            ((try? folder.text("out/\(topic)-0"))?.utf8.count ?? 0) > 0
        }
        reader.signal(SIGKILL)
        _ = reader.finish()
        let plain = try Kafka.run(words(topic))
        #expect(plain.ending == .exited(1))
        #expect(plain.errors.contains("an earlier run (--resume continues it"), "\(plain.errors)")
        let resumed = try Kafka.run(words(topic, ["--resume"]))
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        try compare(topic, partitions: 1)
    }

    /// No file may grow beyond a limit, which is a disk without room: records are torn there.
    @Test func aFullDiskIsGoneOnWithTwice() throws {
        let topic = try Kafka.topic("full-files", partitions: 2)
        try Kafka.fill(topic, 0..<300_000)
        for blocks in [100, 401] {
            let full = try Kctl.bash(
                """
                trap '' XFSZ; ulimit -f \(blocks)
                kctl consume \(topic) -e --resume --output-dir '\(path)'
                """,
                on: Kafka.servers
            )
            #expect(full.ending == .exited(1), "\(full.errors)")
            #expect(full.errors.contains("cannot write '\(path)/\(topic)-"), "\(full.errors)")
        }
        let resumed = try Kafka.run(words(topic, ["--resume"]))
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        try compare(topic, partitions: 2)
    }

    /// The same on a disk that is really full, where the test may mount one.
    @Test func aDiskWithoutRoomIsGoneOnWith() throws {
        let topic = try Kafka.topic("full-disk", partitions: 2)
        try Kafka.fill(topic, 0..<300_000)
        let outcome = try Kctl.bash(
            """
            cd '\(folder.path)' && mkdir disk || exit 2
            mount -t tmpfs -o size=600k tmpfs disk 2>/dev/null || exit 77
            trap 'umount disk' EXIT
            for size in 1200k 16m; do
              kctl consume \(topic) -e --resume --output-dir disk/out && exit 3
              mount -o remount,size=$size tmpfs disk
            done
            kctl consume \(topic) -e --resume --output-dir disk/out || exit 4
            cat disk/out/\(topic)-*
            """,
            on: Kafka.servers
        )
        if outcome.ending == .exited(77) { return }
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.errors.contains("no space left on device"), "\(outcome.errors)")
        #expect(outcome.lines.map { Int($0) ?? -1 }.sorted().elementsEqual(0..<300_000))
    }

    @Test func aSecondReaderIsRefused() throws {
        let topic = try Kafka.topic("two-files")
        try Kafka.fill(topic, 0..<10)
        let first = try Kafka.start(
            ["consume", topic, "--from-beginning", "--output-dir", path],
            within: .seconds(60)
        )
        first.watchState("ten lines") { _ in
            (try? folder.text("out/\(topic)-0"))?.split(separator: "\n").count == 10
        }
        for more in [[], ["--resume"]] {
            let second = try Kafka.run(words(topic, more))
            #expect(second.ending == .exited(1))
            #expect(
                second.errors.contains(
                    "another kctl is writing to '\(path)' (process \(first.pid))"
                ),
                "\(second.errors)"
            )
        }
        first.signal(SIGKILL)
        _ = first.finish()
        // The lock has ended with its process.
        let resumed = try Kafka.run(words(topic, ["--resume"]))
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        try compare(topic, partitions: 1)
    }

    @Test func dataWithoutAStateIsRefused() throws {
        let topic = try Kafka.topic("no-state")
        try Kafka.fill(topic, 0..<10)
        #expect(try Kafka.run(words(topic)).ending == .exited(0))
        unlink("\(path)/kctl-offsets.json")
        for more in [[], ["--resume"]] {
            let again = try Kafka.run(words(topic, more))
            #expect(again.ending == .exited(1))
            #expect(
                again.errors.contains("has '\(topic)-0' but no kctl-offsets.json"),
                "\(again.errors)"
            )
        }
    }

    @Test func aFileThatIsShorterThanItsStateIsRefused() throws {
        let topic = try Kafka.topic("short-file")
        try Kafka.fill(topic, 0..<10)
        #expect(try Kafka.run(words(topic)).ending == .exited(0))
        #expect(truncate("\(path)/\(topic)-0", 3) == 0)
        let again = try Kafka.run(words(topic, ["--resume"]))
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("20 bytes in kctl-offsets.json"), "\(again.errors)")
    }

    /// Partitions are gone on with where they were begun, even those of which nothing had come.
    @Test func aResumedFollowerMissesNothing() throws {
        let topic = try Kafka.topic("follow-files", partitions: 2)
        try Kafka.fill(topic, 0..<5, ["-p", "0"])
        let first = try Kafka.start(["consume", topic, "--output-dir", path])
        first.watchState("a state") { _ in
            (try? folder.text("out/kctl-offsets.json"))?.contains(#""next":5"#) == true
        }
        first.signal(SIGKILL)
        _ = first.finish()
        try Kafka.fill(topic, 5..<7, ["-p", "0"])
        try Kafka.fill(topic, 7..<9, ["-p", "1"])
        let grown = try Kafka.run(["topics", "alter", topic, "--partitions", "3"])
        #expect(grown.ending == .exited(0), "\(grown.errors)")
        try Kafka.fill(topic, 9..<11, ["-p", "2"])
        let second = try Kafka.run(
            ["consume", topic, "--resume", "--output-dir", path, "-n", "6"]
        )
        #expect(second.ending == .exited(0), "\(second.errors)")
        #expect(try numbers(topic, partitions: 3, in: "out") == [[5, 6], [7, 8], [9, 10]])
    }

    @Test(arguments: [10, 3000])
    func aTopicThatWasMadeAgainIsNoPartOfTheFiles(_ count: Int) throws {
        let topic = try Kafka.topic("remade-files")
        try Kafka.fill(topic, 0..<1000)
        #expect(try Kafka.run(words(topic)).ending == .exited(0))
        let before = try folder.text("out/\(topic)-0")
        try Kafka.remake(topic)
        try Kafka.fill(topic, 5000..<(5000 + count))
        let again = try Kafka.run(words(topic, ["--resume"]))
        #expect(again.ending == .exited(1))
        #expect(
            again.errors.contains("topic '\(topic)' was deleted and recreated since '\(path)'"),
            "\(again.errors)"
        )
        #expect(try folder.text("out/\(topic)-0") == before)
    }

    /// A topic that was deleted while it is read into files ends the run.
    @Test func aTopicThatIsMadeAgainUnderAReaderEndsIt() throws {
        let topic = try Kafka.topic("remade-under-files")
        try Kafka.fill(topic, 0..<100)
        let reader = try Kafka.start(
            ["consume", topic, "--from-beginning", "--output-dir", path]
        )
        reader.watchState("a hundred lines") { _ in
            (try? folder.text("out/\(topic)-0"))?.split(separator: "\n").count == 100
        }
        try Kafka.remake(topic)
        try Kafka.fill(topic, 1000..<1010)
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(
            outcome.errors.contains("topic '\(topic)' was deleted and recreated"),
            "\(outcome.errors)"
        )
        #expect(try numbers(topic, partitions: 1, in: "out") == [Array(0..<100)])
    }
}

/// Names from a cluster that is no friend.
struct OutputFolderNameTests {
    @Test(arguments: ["../../x", "..", ".", "a/b", "a b"])
    func aNameThatIsNoTopicsIsNoPath(_ name: String) throws {
        let sandbox = try SandboxServer()
        let folder = try TemporaryFolder()
        // The sandbox makes what is asked for, whatever its name is.
        _ = try Kctl.run(
            ["consume", name, "--timeout-ms", "1", "-X", "allow.auto.create.topics=true"],
            on: sandbox.address
        )
        let words = ["consume", "--regex", ".*", "-e", "--output-dir", "\(folder.path)/a/b/out"]
        let outcome = try Kctl.run(words, on: sandbox.address)
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(
            outcome.errors.contains("'\(name)' is neither a topic name nor a file name"),
            "\(outcome.errors)"
        )
        let found = try Kctl.bash("cd '\(folder.path)' && find . -type f")
        #expect(found.text == "./a/b/out/kctl.lock\n")
    }
}
