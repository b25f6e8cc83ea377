// The worked example of CONTRIBUTING.md: the same file, compiled here, and the one line that a new
// command needs beside it. So the words of the document are true as long as these tests pass.

@testable import CommandKit
@testable import Commands
import KafkaCore
import TestSupport
import Testing

// Testing has an ExitStatus too.
private typealias ExitStatus = CommandKit.ExitStatus

// worked example
// How many topics there are, for scripts that wait until there are enough.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// `kctl topics count`: one number.
enum TopicsCount: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var includesInternal = false
    }

    static let spec = CommandSpec<Options>(
        "topics count",
        "Print the number of topics.",
        flags: [
            .toggle("internal", "i", "Count Kafka's internal topics too.", \.includesInternal)
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [Example("kctl topics count --json", "As JSON, for a script.")],
        sections: [ExitStatus.section],
        json: [TopicCountRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let topics = try connection.metadata().topics
        let count = topics.count { options.includesInternal || !$0.isInternal }
        try context.list([TopicCountRow(count: count)], as: options.output.format)
    }
}

/// The number as a table of one cell, or as an object.
struct TopicCountRow: Row {
    let count: Int

    static let columns = [Column("TOPICS", .right)]

    static let json = JSONShape(
        "count",
        "The number of topics.",
        [JSONField("topicCount", .integer, "Number of topics.")]
    )

    var cells: [String] { ["\(count)"] }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topicCount")
        json.number(count)
        json.endObject()
    }
}
// end

struct WorkedExampleTests {
    /// kctl with the one line more.
    private let extended = Program<AnyCommand>(
        name: program.name,
        summary: program.summary,
        sections: program.sections,
        nodes: program.nodes.map { node in
            guard case .group(let group, let commands) = node, group.name == "topics" else {
                return node
            }
            return .group(group, commands + [.leaf(TopicsCount.self)])
        }
    )

    @Test func theDocumentShowsThisVeryFile() throws {
        let document = try #require(Repository.text("CONTRIBUTING.md"))
        let source = try #require(Repository.text("Tests/CommandsTests/WorkedExampleTests.swift"))
        let shown = try #require(
            Self.part(of: document, from: "<!-- worked example -->\n", to: "<!-- end -->")
        )
        let compiled = try #require(
            Self.part(of: source, from: "// worked example\n", to: "// end\n")
        )
        #expect(shown == "```swift\n" + compiled + "```\n")
    }

    @Test func theDeclarationHasNoFaults() {
        #expect(extended.validationFaults() == [])
    }

    @Test func everythingMadeFromTheRowsHasIt() throws {
        #expect(
            try extended.help(for: ["topics"], long: false).contains("Print the number of topics.")
        )
        let help = try extended.help(for: ["topics", "count"], long: true)
        #expect(help.contains("usage: kctl topics count [options]"))
        #expect(help.contains("kctl topics count --json"))
        let pages = extended.manPages(version: "1").filter { $0.name == "kctl-topics.1" }
        #expect(pages.contains { $0.text.contains("Print the number of topics.") })
        #expect(extended.reference().contains("kctl topics count"))
        #expect(extended.helpJSON().contains("\"topics\",\"count\""))
        #expect(extended.bashCompletion() != program.bashCompletion())
        #expect(extended.zshCompletion().contains("Print the number of topics"))
        #expect(extended.fishCompletion().contains("Print the number of topics"))
    }

    @Test(arguments: [([], "TOPICS\n     2\n"), (["--json"], "{\"topicCount\":2}\n")])
    func runsAgainstACluster(_ words: [String], _ expected: String) throws {
        let cluster = try MockCluster(brokers: 1)
        for name in ["a", "b", "__consumer_offsets"] {
            try cluster.createTopic(name, partitions: 1, replicationFactor: 1)
        }
        let line = ["topics", "count", "-b", cluster.bootstrapServers] + words
        guard case .command(let command, _, let rest) = try extended.resolve(line) else {
            Issue.record("not a command")
            return
        }
        let outcome = World().with { context in
            do throws(CommandError) {
                _ = try command.run(rest, in: &context)
                return 0
            } catch { return error.status.number }
        }
        #expect(outcome == Outcome(status: 0, output: expected))
    }

    private static func part(of text: String, from start: String, to end: String) -> String? {
        // The markers stand alone on their lines, so this file's own literals are not taken.
        guard let first = text.ranges(of: "\n" + start).first,
            let last = text[first.upperBound...].ranges(of: end).first
        else { return nil }
        return String(text[first.upperBound..<last.lowerBound])
    }
}
