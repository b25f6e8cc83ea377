// Which command a line is for, and what is said when it is for none.

import Testing

@testable import Arguments

struct ResolverTests {
    @Test(arguments: [
        ("topics list", "topics list", ""),
        ("topic list --json", "topics list", "--json"),
        ("topics new a", "topics create", "a"),
        ("produce topics", "produce", "topics"),
        ("-b h topics list", "topics list", "-b h"),
        ("-bh topics list", "topics list", "-bh"),
        ("--bootstrap-server=h topics list --json", "topics list", "--bootstrap-server=h --json"),
        ("--bootstrap-server h topics -X a=b list", "topics list", "--bootstrap-server h -X a=b"),
        ("-b topics topics list", "topics list", "-b topics"),
        ("--json topics list", "topics list", "--json"),
        ("-ib h topics create a", "topics create", "-ib h a"),
        ("-h topics list", "topics list", "-h"),
        ("--nonsense topics list", "topics list", "--nonsense"),
        ("sandbox -- topics list", "sandbox", "-- topics list"),
        ("complete topics -- a", "complete", "topics -- a"),
    ])
    func command(line: String, leaf: String, rest: String) throws {
        let words = line.split(separator: " ").map(String.init)
        guard case .command(let found, let command, let left) = try sample.resolve(words) else {
            Issue.record("took \(line) for help")
            return
        }
        #expect(found == leaf)
        #expect(command.path.joined(separator: " ") == leaf)
        #expect(left.joined(separator: " ") == rest)
    }

    @Test(arguments: [
        ("", "", false), ("topics", "topics", false), ("topic", "topics", false),
        ("-h", "", false), ("--help", "", true), ("help", "", true), ("-h --help", "", true),
        ("topics -h", "topics", false), ("topics --help", "topics", true),
        ("--help topics", "topics", true), ("-h topics", "topics", false),
        ("help topics", "topics", true), ("help topic", "topic", true),
        ("help topics create", "topics create", true), ("topics help", "topics", true),
        ("topics help create", "topics create", true), ("help produce", "produce", true),
        ("help help", "help", true), ("help -h", "help", false), ("help --help", "help", true),
        ("-b h --help", "", true), ("help complete", "complete", true),
    ])
    func help(line: String, page: String, long: Bool) throws {
        let words = line.split(separator: " ").map(String.init)
        guard case .help(.page(let found), let isLong) = try sample.resolve(words) else {
            Issue.record("took \(line) for a command")
            return
        }
        #expect(found.joined(separator: " ") == page)
        #expect(isLong == long)
        #expect(throws: Never.self) { try sample.help(for: found, long: isLong) }
    }

    @Test(arguments: [
        ("topics --list", "topics list"), ("topics --list -b h", "topics list -b h"),
        ("topic --create --partitions 3 a", "topics create --partitions 3 a"),
        ("topics produce a -b h", "produce a -b h"), ("topic -b h produce a", "produce -b h a"),
        ("list topics", "topics list"), ("-b h list topic --json", "topics list -b h --json"),
        ("create topic a", "topics create a"), ("get topics", "topics list"),
        ("get --json topics", "topics list --json"), ("topics get", "topics list"),
        ("-L", "topics list"), ("-L -b h", "topics list -b h"), ("-P a", "produce a"),
        ("-P -b h a", "produce -b h a"), ("--list", "topics list"),
        ("produce topics", nil), ("get nothing", nil), ("topics get a", nil),
    ])
    func wordsOfOtherToolsAreTranslated(line: String, command: String?) throws {
        let words = line.split(separator: " ").map(String.init)
        do {
            guard case .command = try sample.resolve(words) else {
                Issue.record("took \(line) for help")
                return
            }
            #expect(command == nil)
        } catch {
            #expect(error.hint?.hasPrefix("use '") == (command != nil), "\(error.hint ?? "")")
            if let command { #expect(error.hint == "use 'kctl \(command)'") }
        }
    }

    @Test func theDocumentIsAskedForByAnOptionOfHelp() throws {
        guard case .help(.document, _) = try sample.resolve(["help", "--json"]) else {
            Issue.record("took help --json for something else")
            return
        }
    }

    @Test(arguments: [
        ("--produce", "unknown option '--produce'", "did you mean 'kctl produce'?", ""),
        ("-Z", "unknown option '-Z'", "commands: topics, groups, produce, sandbox, help", ""),
        ("-b h", "missing command", "commands: topics, groups, produce, sandbox, help", ""),
        ("topic -b h", "missing command after 'topics'", "commands: list, create", "topics "),
        ("topcs list", "unknown command 'topcs'", "did you mean 'kctl topics'?", ""),
        (
            "topics lst", "unknown command 'topics lst'", "did you mean 'kctl topics list'?",
            "topics "
        ),
        (
            "topics nwe", "unknown command 'topics nwe'", "did you mean 'kctl topics create'?",
            "topics "
        ),
        ("prod", "unknown command 'prod'", "did you mean 'kctl produce'?", ""),
        (
            "list", "unknown command 'list'",
            "did you mean 'kctl topics list' or 'kctl groups list'?", ""
        ),
        (
            "frobnicate", "unknown command 'frobnicate'",
            "commands: topics, groups, produce, sandbox, help", ""
        ),
        ("help topcs", "unknown command 'topcs'", "did you mean 'kctl topics'?", ""),
        ("help produce x", "unknown command 'produce x'", "try 'kctl help produce'", "-"),
        ("topcs --help", "unknown command 'topcs'", "did you mean 'kctl topics'?", ""),
        ("help --jsn", "unknown option '--jsn' for 'kctl help'", "did you mean --json?", "-"),
    ])
    func mistake(line: String, text: String, hint: String, place: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let error = try #require(throws: UsageError.self) { _ = try sample.resolve(words) }
        #expect(error.message == text)
        #expect(error.hint ?? "" == hint)
        if place != "-" { #expect(error.usage == "usage: kctl \(place)COMMAND [options]") }
    }
}
