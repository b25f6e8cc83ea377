// The README's commands, run as they stand, and what they print compared with it.

import Testing
import TestSupport

@Suite(.needsKafka)
struct ReadmeTests {
    /// A command of the page, and the lines that follow it there.
    private struct Step {
        var command: String
        var output: [String] = []
    }

    /// The lines of the blocks that begin with three backticks and `console`.
    private static func steps(of page: String) -> [Step] {
        var steps: [Step] = []
        var isOpen = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isOpen = line == "```console"
            } else if isOpen, line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if isOpen, !steps.isEmpty {
                steps[steps.count - 1].output.append(String(line))
            }
        }
        return steps
    }

    /// Replaces numbers that are times, which differ from run to run.
    private static func stable(_ line: some StringProtocol) -> String {
        var text = ""
        var digits = ""
        for letter in line + " " {
            if letter.isNumber {
                digits.append(letter)
            } else {
                text += digits.count > 9 ? "TIME" : digits
                digits = ""
                text.append(letter)
            }
        }
        return String(text.dropLast())
    }

    @Test func itsCommandsPrintWhatItSays() throws {
        let topic = try Kafka.topic("readme")
        let gone = try Kafka.run(["topics", "delete", topic])
        #expect(gone.ending == .exited(0), "\(gone.errors)")
        // Other tests use the same broker.
        let page = try #require(Repository.text("README.md"))
            .replacing("orders", with: topic).replacing("billing", with: "\(topic)-group")
        let steps = Self.steps(of: page)
        #expect(steps.count >= 8)
        let folder = try TemporaryFolder()
        let script = steps.map { "\($0.command)\necho '@@'\n" }.joined()
        let outcome = try Kctl.bash(
            "cd '\(folder.path)'; exec 2>&1\n\(script)",
            on: Kafka.servers,
            within: .seconds(120)
        )
        let printed = outcome.text.split(separator: "@@\n", omittingEmptySubsequences: false)
        for (step, text) in zip(steps, printed) {
            let lines = text.split(separator: "\n").map { Self.stable($0) }
            #expect(lines == step.output.map { Self.stable($0) }, "\(step.command)")
        }
        #expect(printed.count == steps.count + 1)
    }
}
