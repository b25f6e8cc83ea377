// Fuzzes the argument parser: any words, separated by newlines, are read or refused in one line,
// with the same outcome each time, and no word is lost on the way.

import Arguments

private struct Options: CommandOptions, Equatable {
    var name: String?
    var others: [String] = []
    var isDry = false
    var waits = true
    var count = 0
    var copies: Int32?
    var pairs: [String] = []
    var timeout = Duration.zero
    var size: ByteCount?
    var level = Level.low
    var command: [String] = []

    static let flags: [Flag<Options>] = [
        .optional("name", "The first.", \.name),
        .toggle("dry-run", "d", "Change nothing.", \.isDry),
        .toggle("wait", "Wait until it is done.", \.waits),
        .value("partitions", "n", "Partitions.", \.count, range: 1...100, default: 1),
        .optional("copies", "r", "Copies.", \.copies),
        .list("config", "c", "Settings.", \.pairs).alias("setting"),
        .value("timeout", "t", "Give up then.", \.timeout, default: .seconds(1)),
        .optional("size", "s", "Size.", \.size),
        .value("level", "l", "How much.", \.level, default: .low),
    ]

    static let plain = CommandSpec<Options>(
        "topics create",
        "Create.",
        operands: [
            .required("NAME", "The first.", \.name, orFlag: "name"),
            .repeated("OTHER", "The rest.", \.others, minimum: 1),
        ],
        flags: flags,
        validate: { options throws(UsageError) in
            if options.isDry, !options.waits { throw UsageError("one or the other") }
        }
    )

    static let wrapper = CommandSpec<Options>(
        "run",
        "Run.",
        operands: [.trailing("COMMAND", "What to run.", \.command)],
        flags: flags
    )

    static let program = Program<Int>(
        name: "kctl",
        summary: "A program.",
        nodes: [
            .group(
                GroupDescription("topics", aliases: ["topic"], "Topics."),
                [.command(plain.description, 1)]
            ),
            .command(wrapper.description, 2),
        ]
    )
}

private enum Level: String, ArgumentChoice {
    case low
    case high
}

/// Reads one input as a command line.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let words = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { word in
        String(decoding: word, as: UTF8.self)
    }
    check(Options.plain, words)
    check(Options.wrapper, words)
    do throws(UsageError) {
        switch try Options.program.resolve(words) {
        case .command(let leaf, _, let rest):
            precondition(rest.count < words.count, "the command's own words are used")
            if leaf == 1 { check(Options.plain, rest) } else { check(Options.wrapper, rest) }
        case .help(.page(let path), let long):
            let help = try Options.program.help(for: path, long: long)
            precondition(!help.isEmpty, "help is there")
        case .help(.document, _): break
        }
    } catch {
        check(error)
    }
    return 0
}

private func check(_ spec: CommandSpec<Options>, _ words: [String]) {
    let first = Result { () throws(UsageError) in try spec.parse(words) }
    let second = Result { () throws(UsageError) in try spec.parse(words) }
    precondition(first == second, "the same words mean the same")
    switch first {
    case .success(.run(let options)):
        let stored = options.others.count + options.command.count + options.pairs.count
        precondition(stored <= words.count, "a word is used once")
        precondition((1...100).contains(options.count), "a range is kept")
        for word in options.others + options.command where !words.contains(word) {
            preconditionFailure("an argument is a word that was given")
        }
    case .success(.help):
        precondition(words.contains { $0.hasPrefix("-") }, "help is asked for")
    case .failure(let error): check(error)
    }
}

private func check(_ error: UsageError) {
    precondition(error.usage?.isEmpty == false, "a usage error shows the usage")
    for text in [error.message, error.hint ?? " ", error.usage ?? ""] {
        precondition(!text.isEmpty, "a message says something")
        precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a message is one line")
    }
}
