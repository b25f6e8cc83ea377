// What texts of ours tell a user to type: each command line is one that kctl takes.

import TestSupport
import Testing

@testable import Arguments
@testable import CommandKit
@testable import Commands

struct HintTests {
    /// A command line within a text, and the file it stands in.
    private struct Line: CustomStringConvertible {
        let words: [String]
        let file: String

        var description: String { "\(file): kctl \(words.joined(separator: " "))" }
    }

    /// Every text of the sources: hints, messages, help.
    ///
    /// Examples are checked with the declaration.
    @Test func everyCommandLineInATextIsTaken() throws {
        var count = 0
        for line in try Self.lines() {
            count += 1
            let node = try Self.command(line)
            guard let node else { continue }
            for word in line.words.dropFirst(node.path.count) {
                guard !["|", "<", ">", "--", "&&"].contains(word) else { break }
                // A value may be a negative number.
                guard word.hasPrefix("-"), let next = word.dropFirst().first, !next.isNumber
                else { continue }
                let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
                let isKnown = node.flags.contains { flag in
                    word.hasPrefix("--")
                        ? flag.long == name || flag.aliases.contains(String(name))
                        : flag.short.map { name.hasPrefix(String($0)) } ?? false
                }
                #expect(isKnown, "\(line): \(word)")
            }
        }
        #expect(count > 80)
    }

    /// Every option that a text of a command names is one of some command, or of another program.
    @Test func everyOptionInATextIsThere() throws {
        let flags = program.nodes.flatMap(Self.commands).flatMap(\.flags)
        var known = Set(flags.flatMap { [$0.long] + $0.aliases })
        known.formUnion(flags.map { "no-" + $0.long })
        // Of the program, not of a command.
        known.formUnion(["version", "no-pager"])
        // Of Kafka's own tools, which are answered with the command to use.
        known.formUnion(["describe", "create", "alter", "delete"])
        let pattern = /--([a-z][a-z0-9-]*)/
        var count = 0
        for path in Self.paths() where path.hasPrefix("Sources/Command") {
            let source = try #require(Repository.text(path))
            for text in Self.texts(in: source) {
                for match in text.matches(of: pattern) {
                    // A name that is put in.
                    if match.1 == "x" || match.1.hasSuffix("-x") { continue }
                    count += 1
                    #expect(known.contains(String(match.1)), "\(path): --\(match.1)")
                }
            }
        }
        #expect(count > 200)
    }

    private static func commands(_ node: CommandTree<AnyCommand>) -> [CommandDescription] {
        switch node {
        case .command(let command, _): [command]
        case .group(_, let nodes): nodes.flatMap(commands)
        }
    }

    /// The command that a line calls; nil for a group alone.
    private static func command(_ line: Line) throws -> CommandDescription? {
        var level = program.nodes
        for word in line.words {
            let node = level.first { $0.name == word || $0.aliases.contains(word) }
            switch node {
            case .command(let command, _): return command
            case .group(_, let children): level = children
            case nil:
                Issue.record("\(line): no command '\(word)'")
                return nil
            }
        }
        return nil
    }

    private static func paths() -> [String] {
        Repository.files(in: "Sources").filter { $0.hasSuffix(".swift") }
    }

    private static func lines() throws -> [Line] {
        let nouns = Set(program.nodes.flatMap { [$0.name] + $0.aliases })
        var lines: [Line] = []
        for path in paths() {
            let source = try #require(Repository.text(path))
            for text in texts(in: source) {
                for part in parts(of: text, after: "kctl ") {
                    let words = part.split(separator: " ").map { word in
                        String(word.prefix { !",;:".contains($0) })
                    }
                    guard let noun = words.first, nouns.contains(noun) else { continue }
                    lines.append(Line(words: words, file: path))
                }
            }
        }
        return lines
    }

    /// What follows each `mark` in a text, up to where a command line within a sentence ends.
    private static func parts(of text: String, after mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            var end = rest.startIndex
            while end < rest.endIndex, !"'\"(;\n".contains(rest[end]) {
                // A sentence's end.
                if rest[end] == ".", rest.index(after: end) == rest.endIndex { break }
                if rest[end...].hasPrefix(". ") { break }
                end = rest.index(after: end)
            }
            parts.append(rest[..<end])
        }
        return parts
    }

    /// The texts of a source file, those that are joined with + as one; what is put in is `x`.
    private static func texts(in source: String) -> [String] {
        let code = source.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .joined(separator: "\n")
        var texts: [String] = []
        var text = ""
        var isInside = false
        var depth = 0
        var gap = ""
        var characters = Array(code)[...]
        while let next = characters.popFirst() {
            guard isInside else {
                guard next == "\"" else {
                    gap.append(next)
                    continue
                }
                isInside = true
                let isJoined = gap.allSatisfy { $0 == " " || $0 == "\n" || $0 == "+" }
                if !isJoined || !gap.contains("+") {
                    texts.append(text)
                    text = ""
                }
                gap = ""
                continue
            }
            if depth > 0 {
                depth += next == "(" ? 1 : next == ")" ? -1 : 0
            } else if next == "\\" {
                if characters.popFirst() == "(" {
                    depth = 1
                    text.append("x")
                }
            } else if next == "\"" {
                isInside = false
            } else {
                text.append(next)
            }
        }
        return texts + [text]
    }
}
