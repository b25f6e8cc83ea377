// `consume --output-dir --resume`: by the options that the files were begun with.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct OutputFolderResumeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { "\(folder.path)/out" }

    private func run(_ topic: String, _ more: [String]) throws -> Outcome {
        try Kafka.run(["consume", topic, "--output-dir", path] + more)
    }

    private func text(_ topic: String, _ partition: Int) -> String? {
        try? folder.text("out/\(topic)-\(partition)")
    }

    /// Five records in each of three partitions, the newest ones in the last.
    private func filled(_ purpose: String, from first: Int = 0) throws -> String {
        let topic = try Kafka.topic(purpose, partitions: 4)
        try fill(topic, from: first)
        return topic
    }

    private func fill(_ topic: String, from first: Int) throws {
        let lines = (0..<15).map { number in
            let time = 1_700_000_000_000 + number
            return
                #"{"partition":\#(number / 5),"timestamp":\#(time),"value":"\#(first + number)"}"#
        }
        let sent = try Kafka.run(
            ["produce", topic, "--json"],
            input: .text(lines.joined(separator: "\n") + "\n")
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
    }

    // MARK: By other options

    @Test(arguments: [
        (["--json"], ["-f", "%v\\n"], #"format: --json then, -f '%v\n' now"#),
        ([], ["--json"], "format: no option then, --json now"),
        ([], ["--print-timestamp"], "format: no option then, --print-timestamp now"),
        (["--grep", "1"], ["--key", "k"], "filter: --grep 1 then, --key k now"),
        (["-p", "0"], [], "partitions: -p 0 then, no option now"),
        (
            [], ["--isolation-level", "read_uncommitted"],
            "isolation: --isolation-level read_committed then, --isolation-level read_uncommitted"
        ),
        (["-o", "-2"], ["--from-beginning"], "start: -o end-2 then, --from-beginning now"),
    ])
    func otherOptionsAreRefused(
        _ then: [String],
        _ now: [String],
        _ difference: String
    ) throws {
        let topic = try filled("other-options")
        #expect(try run(topic, ["-e"] + then).ending == .exited(0))
        let before = (0..<4).map { text(topic, $0) }
        try Kafka.fill(topic, 50..<60, ["-p", "1"])
        let other = try run(topic, ["-e", "--resume"] + now)
        #expect(other.ending == .exited(2))
        #expect(
            other.errors.hasPrefix(
                "kctl: cannot resume '\(path)': it was begun with other options: \(difference)"
            ),
            "\(other.errors)"
        )
        #expect((0..<4).map { text(topic, $0) } == before)
        let same = try run(topic, ["-e", "--resume"] + then)
        #expect(same.ending == .exited(0), "\(same.errors)")
    }

    /// A state of before says nothing of options; from then on it does.
    @Test func aStateWithoutOptionsIsGoneOnWith() throws {
        let topic = try filled("no-options")
        #expect(try run(topic, ["-e", "--json"]).ending == .exited(0))
        let old = try folder.text("out/kctl-offsets.json")
        let older = old.replacing(#/"options":\{[^}]*\},/#, with: "")
        #expect(older != old)
        let file = try folder.file("out/kctl-offsets.json", older)
        #expect(file == "\(path)/kctl-offsets.json")
        try Kafka.fill(topic, 50..<60, ["-p", "1"])
        let resumed = try run(topic, ["-e", "--json", "--resume"])
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        #expect(text(topic, 1)?.split(separator: "\n").count == 15)
        #expect(try run(topic, ["-e", "--resume"]).ending == .exited(2))
    }
}
