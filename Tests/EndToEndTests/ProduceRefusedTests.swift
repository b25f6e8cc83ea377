// A run that is refused changes nothing: no file of an earlier run, and not the cluster.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ProduceRefusedTests {
    private let folder: TemporaryFolder
    private let topic: String

    init() throws {
        folder = try TemporaryFolder()
        topic = try Kafka.topic("refused")
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private var arguments: [String] {
        ["produce", topic, "--checkpoint", path("state"), "--receipt", path("receipt")]
            + ["--failed-to", path("failed"), "-K", ":"]
    }

    /// The files that are there, with what they hold.
    private func files() throws -> [String: String] {
        var files: [String: String] = [:]
        for name in ["state", "receipt", "failed"] where access(path(name), F_OK) == 0 {
            files[name] = try folder.text(name)
        }
        let listed = try Kctl.bash("ls -A '\(folder.path)'").lines.map(String.init)
        #expect(listed.sorted() == files.keys.sorted(), "no other file is made")
        return files
    }

    /// What an earlier run kept; its last line is torn.
    private static let kept = "{\"value\":\"kept\"}\n{\"val"

    @Test(arguments: [false, true])
    func aRefusedRunChangesNoFile(isTransactional: Bool) throws {
        let more = isTransactional ? ["--transactional-id", topic] : []
        let first = try Kafka.run(arguments + more, input: .text("k:1\nk:2\n"))
        #expect(first.tally == Tally(2), "\(first.errors)")
        let other = try folder.text("state").replacing("\"\(topic)\"", with: "\"other\"")
        let refused = ["k:1\nl:2\nBAD\n", "k:1\n", "", "k:1\nk:2\nk:3\n"]
        for isThere in [true, false] {
            if isThere {
                _ = try folder.file("failed", Self.kept)
            } else {
                unlink(path("failed"))
                unlink(path("receipt"))
            }
            for input in refused {
                if input == refused.last { _ = try folder.file("state", other) }
                let before = try files()
                let outcome = try Kafka.run(arguments + more, input: .text(input))
                // A checkpoint of another topic is a mistake of the command line.
                let status: Int32 = input == refused.last ? 2 : 1
                #expect(outcome.ending == .exited(status), "\(outcome.errors)")
                #expect(try files() == before, "\(outcome.errors)")
            }
            _ = try folder.file("state", other.replacing("\"other\"", with: "\"\(topic)\""))
        }
        #expect(try Kafka.run(["consume", topic, "-e"]).lines == ["1", "2"])
        // The right input is gone on with: then each run of a transaction begins the file anew.
        _ = try folder.file("failed", Self.kept)
        let right = try Kafka.run(arguments + more, input: .text("k:1\nk:2\nk:3\n"))
        #expect(right.tally == Tally(1), "\(right.errors)")
        let begun = isTransactional ? "" : "{\"value\":\"kept\"}\n"
        #expect(try folder.text("failed") == begun)
        #expect(try folder.json("receipt")["acknowledged"]?.int64 == 1)
    }

    /// Until all that is done has been read again, the run may still be refused.
    @Test func aRunThatIsEndedBeforeItsInputIsKnownChangesNoFile() throws {
        let more = ["--transactional-id", topic]
        let first = try Kafka.run(arguments + more, input: .text("k:1\nk:2\n"))
        #expect(first.tally == Tally(2), "\(first.errors)")
        _ = try folder.file("failed", Self.kept)
        let before = try files()
        let run = try Kafka.start(arguments + more, input: .held)
        run.send("k:1\n")
        run.waitUntilInputIsTaken()
        run.signal(SIGTERM)
        #expect(run.finish().ending == .signalled(SIGTERM))
        #expect(try files() == before)
    }

    @Test func aRefusedRunMakesNoTopic() throws {
        let missing = Kafka.name("refused")
        let line = ["produce", missing, "--create-topic", "--checkpoint", path("state")]
        let first = try Kafka.run(
            ["produce", topic, "--checkpoint", path("state")],
            input: .text("1\n")
        )
        #expect(first.tally == Tally(1), "\(first.errors)")
        let outcome = try Kafka.run(line, input: .text("1\n"))
        #expect(outcome.ending == .exited(2), "\(outcome.errors)")
        #expect(outcome.errors.contains("is the checkpoint of topic '"))
        let folder = try Kafka.run(
            ["produce", missing, "--create-topic", "--failed-to", "/nowhere/failed"],
            input: .text("1\n")
        )
        #expect(folder.ending == .exited(3), "\(folder.errors)")
        #expect(folder.errors.contains("cannot write '/nowhere/failed'"), "\(folder.errors)")
        #expect(try Kafka.run(["topics", "describe", missing]).ending == .exited(3))
    }
}
