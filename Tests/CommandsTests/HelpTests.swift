// The help of every command, word for word, and what holds for all of it.

import Arguments
import JSON
import TestSupport
import Testing

@testable import CommandKit
@testable import Commands

struct HelpTests {
    /// The words that call each command and group that help shows, and those of the program itself.
    private static let pages: [[String]] = [[], ["help"]] + program.nodes.flatMap(calls)

    private static func calls(_ node: CommandTree<AnyCommand>) -> [[String]] {
        switch node {
        case .command(let command, _): command.isHidden ? [] : [command.path]
        case .group(let group, let nodes): [[group.name]] + nodes.flatMap(calls)
        }
    }

    private static func commands(_ node: CommandTree<AnyCommand>) -> [CommandDescription] {
        switch node {
        case .command(let command, _): [command]
        case .group(_, let nodes): nodes.flatMap(commands)
        }
    }

    private let world = World()

    @Test func theDeclarationHasNoFaults() {
        #expect(program.validationFaults() == [])
    }

    @Test(arguments: pages)
    func isAsRecorded(_ words: [String]) {
        let name = words.isEmpty ? "kctl" : words.joined(separator: "-")
        for (flag, ending) in [("--help", "help"), ("-h", "h")] {
            let outcome = world.run(words + [flag])
            #expect(outcome.status == 0)
            #expect(outcome.errors == "")
            #expect(Golden.difference(outcome.output, "\(name).\(ending).txt") == nil)
        }
    }

    @Test(arguments: pages)
    func isTheSameByEveryWay(_ words: [String]) {
        let long = world.run(words + ["--help"])
        #expect(world.run(["help"] + words) == long)
        // Mistakes elsewhere do not keep anyone from help.
        if !words.isEmpty { #expect(world.run(words + ["--nonsense", "--help"]) == long) }
    }

    @Test(arguments: pages)
    func fitsTheScreen(_ words: [String]) {
        let short = world.run(words + ["-h"]).output.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        // The last element is what follows the last line end: nothing.
        #expect(short.count - 1 <= 24)
        for line in world.run(words + ["--help"]).output.split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test(arguments: [["topic", "list"], ["topics", "ls"], ["topic", "ls"]])
    func otherWordsCallTheSame(_ words: [String]) {
        #expect(world.run(words + ["--help"]) == world.run("topics list --help"))
    }

    @Test func theDocumentIsOneLineOfJSON() throws {
        let outcome = world.run("help --json")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasSuffix("}\n"))
        #expect(outcome.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        let document = try JSONValue(parsing: outcome.output)
        let paths = document["commands"]?.array?.map { command in
            command["path"]?.array?.compactMap(\.string).joined(separator: " ")
        }
        let nouns = program.nodes.compactMap { node -> [String]? in
            if case .group(let group, _) = node { [group.name] } else { nil }
        }
        let commands = Self.pages.filter { !$0.isEmpty && !nouns.contains($0) }
        #expect(Set(paths ?? []) == Set(commands.map { $0.joined(separator: " ") }))
    }

    @Test func everyCommandNamesTheExitStatuses() {
        for command in program.nodes.flatMap(Self.commands) where !command.isHidden {
            let help = world.run(command.path + ["--help"]).output
            let page = (["kctl"] + command.path).joined(separator: "-")
            #expect(
                help.hasSuffix(
                    "\nExit status: 0 on success, 1-7 on failure; see man \(page).\n"
                ),
                "\(command.call)"
            )
            let manual = program.manPages(version: "1").first { $0.name == page + ".1" }?.text
            #expect(manual?.contains("128+n") == true, "\(command.call)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsArePrinted(_ shell: String) {
        let outcome = world.run("completion \(shell)")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.contains("bootstrap-server"))
        #expect(outcome.output.hasSuffix("\n"))
    }

    @Test func theVersionNamesTheLibrary() throws {
        let text = world.run("version")
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("kctl \(Version.current)\nlibrdkafka "))
        let json = try JSONValue(parsing: world.run("version --json").output)
        #expect(json["kctl"]?.string == Version.current)
        #expect(json["librdkafka"]?.string?.isEmpty == false)
        #expect(json["features"]?.array?.isEmpty == false)
    }
}
