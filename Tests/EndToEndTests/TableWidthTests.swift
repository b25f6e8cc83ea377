// Tables at the widths of terminals: nothing wraps, nothing is lost without a word.

import JSON
import Testing

/// A terminal of some width.
private func terminal(_ columns: Int) -> [String: String] { ["COLUMNS": "\(columns)"] }

struct TableWidthTests {
    private let long = String(repeating: "a-topic-with-a-long-name.", count: 5)

    @Test(arguments: [40, 60, 80, 100, 132])
    func noLineIsWiderThanTheTerminal(_ columns: Int) throws {
        let sandbox = try SandboxServer(["--topic", "\(long):12", "--topic", "t:1"])
        let shown = try Kctl.run(
            ["topics", "list"],
            output: .terminal,
            on: sandbox.address,
            environment: terminal(columns)
        )
        #expect(shown.ending == .exited(0))
        for line in shown.lines {
            #expect(line.count <= columns, "\(line)")
        }
        // The number of partitions is there, and the name as far as there is room.
        #expect(shown.text.contains("…  "), "\(shown.text)")
        #expect(shown.text.contains("TOPIC  "))
        #expect(shown.errors.contains("shortened"), "\(shown.errors)")
        #expect(shown.errors.hasSuffix(": TOPIC (--wide shows all)\n"), "\(shown.errors)")
    }

    @Test func wideShowsAllAndAPipeIsNeverCut() throws {
        let sandbox = try SandboxServer(["--topic", "\(long):12", "--topic", "t:1"])
        let piped = try Kctl.run(
            ["topics", "list"],
            on: sandbox.address,
            environment: terminal(40)
        )
        #expect(piped.text.contains(long))
        #expect(piped.errors == "")
        let wide = try Kctl.run(
            ["topics", "list", "--wide"],
            output: .terminal,
            on: sandbox.address,
            environment: terminal(40)
        )
        #expect(wide.text == piped.text)
    }

    @Test(arguments: ["", "x", "0", "-5"])
    func aWidthThatIsNoneIsIgnored(_ columns: String) throws {
        let sandbox = try SandboxServer(["--topic", "\(long):1"])
        let shown = try Kctl.run(
            ["topics", "list"],
            output: .terminal,
            on: sandbox.address,
            environment: ["COLUMNS": columns]
        )
        #expect(shown.text.contains(long))
    }
}

/// Tables that only a real cluster with an active group can fill.
@Suite(.needsKafka)
struct TableWidthKafkaTests {
    @Test func nothingWrapsAt80ColumnsWithAnActiveGroup() throws {
        let topic = try Kafka.topic("table-width", partitions: 3)
        let group = Kafka.name("table-width-group")
        let sent = try Kafka.run(["produce", topic], input: .text("a\nb\n"))
        #expect(sent.ending == .exited(0))
        let reader = try Kafka.start(["consume", topic, "--group", group, "--from-beginning"])
        reader.wait(forOutput: "b\n")
        for words in [
            ["groups", "describe", group], ["groups", "describe", group, "--members"],
            ["groups", "describe", group, "--state"], ["groups", "list"],
            ["topics", "describe", topic], ["topics", "list"], ["topics", "offsets", topic],
            ["configs", "describe", "topic", topic], ["configs", "describe", "broker", "--all"],
            ["cluster", "describe"], ["cluster", "health"], ["cluster", "api-versions"],
            ["config", "explain"],
        ] {
            let shown = try Kctl.run(
                words,
                output: .terminal,
                on: Kafka.servers,
                environment: terminal(80)
            )
            for line in shown.lines {
                // Colours take no room.
                let letters = line.replacing("\u{1b}[0m", with: "")
                    .replacing("\u{1b}[32m", with: "")
                #expect(letters.count <= 80, "\(words): \(line)")
            }
        }
        let shown = try Kctl.run(
            ["groups", "describe", group],
            output: .terminal,
            on: Kafka.servers,
            environment: terminal(80)
        )
        #expect(shown.text.contains("LAG"), "\(shown.text)")
        #expect(shown.errors.contains("(--wide shows all)"), "\(shown.errors)")
        reader.signal(2)
        _ = reader.finish()
    }
}
