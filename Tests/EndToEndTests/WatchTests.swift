// `groups describe --watch` on a terminal: the alternate screen, and colours where they belong.

import Glibc
import Testing

@Suite(.needsKafka)
struct WatchTests {
    private static let enter = "\u{1b}[?1049h"
    private static let leave = "\u{1b}[?1049l"
    private let topic: String
    private let group = Kafka.name("screen")
    private let desk: Operator

    init() throws {
        topic = try Kafka.topic("screen")
        desk = try Operator()
        let made = try desk.run(["groups", "create", group, "-t", topic, "--to-earliest", "-q"])
        #expect(made.ending == .exited(0), "\(made.errors)")
    }

    private func watch(_ environment: [String: String] = [:]) throws -> Program {
        try Kctl.startBash(
            "exec script -qec \"kctl groups describe \(group) --watch 200ms\" /dev/null",
            input: .held,
            on: Kafka.servers,
            environment: ["TERM": "xterm", "LINES": "30", "COLUMNS": "80"]
                .merging(environment) { _, new in new }
        )
    }

    @Test func theScreenIsGivenBackOnCtrlC() throws {
        let program = try watch()
        program.wait(forOutput: "Ctrl-C to stop")
        program.wait(forOutput: "caught up")
        program.send("\u{3}")
        program.wait(forOutput: Self.leave)
        let text = program.finish().text
        #expect(text.contains(Self.enter))
        #expect(text.contains("Every 200ms, "))
        #expect(text.contains("\u{1b}[32m0\u{1b}[0m"))
    }

    @Test func theScreenIsGivenBackOnQuit() throws {
        let program = try watch()
        program.wait(forOutput: "caught up")
        program.send("\u{1c}")
        program.wait(forOutput: Self.leave)
        _ = program.finish()
    }

    @Test func nothingIsColouredWithNoColor() throws {
        let program = try watch(["NO_COLOR": "1"])
        program.wait(forOutput: "caught up")
        program.send("\u{3}")
        program.wait(forOutput: Self.leave)
        #expect(!program.finish().text.contains("\u{1b}[32m"))
    }

    @Test func aPipeGetsNoControls() throws {
        let watch = try Kafka.start(["groups", "describe", group, "--watch", "100ms"])
        watch.wait(forOutput: "caught up")
        watch.signal(SIGINT)
        #expect(!watch.finish().text.contains("\u{1b}"))
    }

    @Test func checksAndDifferencesAreColouredOnATerminal() throws {
        let file = try desk.folder.file("topics.jsonl", #"{"topic":"\#(topic)-new"}"# + "\n")
        func run(_ line: String, _ environment: [String: String] = [:]) throws -> String {
            let program = try Kctl.startBash(
                "exec script -qec \"\(line)\" /dev/null",
                input: .held,
                on: Kafka.servers,
                environment: ["TERM": "xterm"].merging(environment) { _, new in new }
            )
            program.endInput()
            return program.finish().text
        }
        #expect(try run("kctl check").contains("\u{1b}[32mok"))
        #expect(try !run("kctl check", ["NO_COLOR": "1"]).contains("\u{1b}"))
        #expect(try run("kctl check -b 127.0.0.1:1").contains("\u{1b}[31mbroken"))
        #expect(try run("kctl topics diff '\(file)'").contains("\u{1b}[32m\(topic)-new"))
    }
}
