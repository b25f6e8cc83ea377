// docs/tutorial.md as it stands: typed into two terminals, and what it says appears.

import Synchronization
import Testing

@Suite(.needsKafka)
struct TutorialTests {
    /// One block of the page.
    struct Block {
        enum Kind: String {
            /// Commands that are typed.
            case commands = "sh"
            /// What is typed into the program that runs; `Ctrl-C` and `Ctrl-D` are keys.
            case keys
            /// A part of what appears: each line within a line, in any order.
            case output = "text"
        }

        var kind: Kind
        var isSecond: Bool
        var lines: [String]
        var number: Int
    }

    /// A shell at a terminal.
    final class Terminal {
        private let program: Program
        private var mark = 0

        init(in folder: String, home: String) throws {
            program = try Kctl.startBash(
                """
                cd '\(folder)' && exec script -qec 'exec bash --norc --noprofile --noediting -i \(Plumbing.lifeline)>&-' /dev/null
                """,
                input: .held,
                environment: ["HOME": home, "TERM": "dumb"],
                within: .seconds(300)
            )
            program.wait(forOutput: "bash-")
        }

        func type(_ text: String) {
            program.look()
            mark = program.output.count
            program.send(text)
        }

        /// Types keys as a person would, who takes a moment between two of them.
        func press(_ keys: String) {
            program.keepApart()
            type(keys)
        }

        /// Waits until the lines have appeared since something was typed, or since the last time.
        func show(_ block: Block) -> Bool {
            var missing: [String] = []
            let isShown = program.wait(
                "line \(block.number) of the page",
                until: { program in
                    let text = String(decoding: program.output[self.mark...], as: UTF8.self)
                    missing = block.lines.filter { !text.contains($0) }
                    return missing.isEmpty
                }
            )
            if !isShown { Issue.record("line \(block.number): '\(missing)' did not appear") }
            mark = program.output.count
            return isShown
        }

        /// Whether the lines appear within a time.
        func shows(_ block: Block, within limit: Duration) -> Bool {
            let deadline = ContinuousClock.now + limit
            var isShown = false
            program.watchState(
                "line \(block.number) of the page, or the end of its time",
                until: { program in
                    let text = String(decoding: program.output[self.mark...], as: UTF8.self)
                    isShown = block.lines.allSatisfy { text.contains($0) }
                    return isShown || ContinuousClock.now > deadline
                }
            )
            return isShown
        }

        func leave() {
            program.send("\u{3}\nexit\n")
            program.endInput()
            _ = program.finish()
        }
    }

    @Test func thePageRunsAsItStands() throws {
        let script = try #require(Kafka.script)
        let repository = String(script.dropLast("/scripts/kafka".count))
        let home = try TemporaryFolder()
        var blocks = try Self.blocks(of: "\(repository)/docs/tutorial.md")
        #expect(blocks.count > 40)
        if try !Kctl.hasOldLibrary() {
            // A newer library says nothing of a connection with TLS that somebody else has closed.
            for index in blocks.indices {
                blocks[index].lines.removeAll { $0.hasPrefix("kctl: lost broker") }
            }
        }
        defer { _ = try? Kctl.bash("'\(script)' stop --dir '\(home.path)/kctl-tutorial/kafka'") }
        let first = try Terminal(in: repository, home: home.path)
        let second = try Terminal(in: repository, home: home.path)
        func run(_ blocks: some Sequence<Block>) {
            for block in blocks {
                let terminal = block.isSecond ? second : first
                switch block.kind {
                case .commands: terminal.type(block.lines.map { $0 + "\n" }.joined())
                case .keys: terminal.press(block.lines.map(Self.key).joined())
                case .output: guard terminal.show(block) else { return }
                }
            }
        }
        // Up to the first thing that appears: the cluster has started.
        let start = try #require(blocks.firstIndex { $0.kind == .output }) + 1
        KafkaCluster.starting.withLock { _ in
            run(blocks[..<(start - 1)])
            // On a machine with much else to do, a broker may not be let in by its controller in
            // time; whoever types would type it again.
            guard !first.shows(blocks[start - 1], within: .seconds(100)) else { return }
            first.type("\u{3}\n")
            first.type("cd '\(repository)'; scripts/kafka stop --dir ~/kctl-tutorial/kafka\n")
            first.type("rm -rf ~/kctl-tutorial\n")
            run(blocks[..<start])
        }
        run(blocks[start...])
        first.leave()
        second.leave()
    }

    private static func key(_ line: String) -> String {
        switch line {
        case "Ctrl-C": "\u{3}"
        case "Ctrl-D": "\u{4}"
        default: line + "\n"
        }
    }

    private static func blocks(of page: String) throws -> [Block] {
        let lines = try Kctl.bash("cat '\(page)'").text
            .split(separator: "\n", omittingEmptySubsequences: false)
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in lines.enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(String(line))
                continue
            }
            if let block = open {
                blocks.append(block)
                open = nil
                continue
            }
            let words = line.dropFirst(3).split(separator: " ")
            let kind = try #require(words.first.flatMap { Block.Kind(rawValue: String($0)) })
            let isSecond = words.dropFirst().first == "second"
            open = Block(kind: kind, isSecond: isSecond, lines: [], number: index + 2)
        }
        return blocks
    }
}
