// Every rule by which a command line is read.

import Testing

@testable import Arguments

struct ParserTests {
    private func create(_ line: String...) throws -> SampleCreate {
        try run(SampleCreate.spec, line)
    }

    private func run<Options>(
        _ spec: CommandSpec<Options>,
        _ line: [String]
    ) throws -> Options {
        guard case .run(let options) = try spec.parse(line) else {
            throw UsageError("asked for help")
        }
        return options
    }

    @Test func defaultsAreThoseShown() throws {
        let options = try create("a")
        #expect(options.partitions == 1)
        #expect(options.level == .normal)
        #expect(options.cluster.servers == "localhost:9092")
        #expect(options.cluster.timeout == .seconds(10))
        #expect(options.waits)
        #expect(options.replication == nil)
        for row in SampleCreate.spec.description.flags where row.long == "partitions" {
            #expect(row.defaultText == "1")
        }
    }

    @Test(arguments: [
        ["--partitions", "5"], ["--partitions=5"], ["-n5"], ["-n", "5"], ["-in5"], ["-ijn", "5"],
        ["--partitions", "4", "-n5"], ["--partitions=+5"],
    ])
    func readsAValue(words: [String]) throws {
        // Without validation, since one row joins two toggles that exclude each other.
        let spec = CommandSpec<SampleCreate>(
            "topics create",
            "Create.",
            operands: SampleCreate.spec.rows().operands,
            flags: SampleCreate.spec.rows().flags
        )
        #expect(try run(spec, ["a"] + words).partitions == 5)
        #expect(try run(spec, words + ["a"]).partitions == 5)
    }

    @Test(arguments: [["-o", "-5"], ["-o-5"], ["--offset=-5"], ["--offset", "-5"]])
    func aValueMayBeginWithADash(words: [String]) throws {
        #expect(try run(SampleCreate.spec, ["a"] + words).offset == -5)
    }

    @Test func togglesTurnOnAndOff() throws {
        #expect(try !create("a", "--no-wait").waits)
        #expect(try create("a", "--no-wait", "--wait").waits)
        #expect(try create("a", "--dry-run").isDry)
        #expect(try !create("a", "--dry-run", "--no-dry-run").isDry)
        #expect(try create("-i", "a").isDry)
    }

    @Test func listsKeepTheirOrderAndAliasesWork() throws {
        let options = try create("-c", "a=1", "t", "--config=b=2", "-cc", "-X", "x=y", "-Xz=")
        #expect(options.configs == ["a=1", "b=2", "c"])
        #expect(options.cluster.properties == ["x=y", "z="])
        #expect(try create("a", "--timeout-ms", "5m").cluster.timeout == .seconds(300))
    }

    @Test func afterTwoDashesEverythingIsAnArgument() throws {
        #expect(try create("a", "--", "-n", "--help", "--").names == ["a", "-n", "--help", "--"])
        #expect(try create("-").names == ["-"])
        let sandbox = try run(SampleSandbox.spec, ["-p0", "--", "sh", "-c", "x", "--", "--help"])
        #expect(sandbox.command == ["sh", "-c", "x", "--", "--help"])
        #expect(sandbox.port == 0)
        #expect(try run(SampleSandbox.spec, ["--"]).command.isEmpty)
    }

    @Test func anOptionStandsInForAnArgument() throws {
        #expect(try run(SampleProduce.spec, ["t"]).topic == "t")
        #expect(try run(SampleProduce.spec, ["-t", "t"]).topic == "t")
        let both = try run(SampleProduce.spec, ["--topic", "t", "f"])
        #expect(both.topic == "t")
        #expect(both.input == "f")
        #expect(try run(SampleCreate.spec, ["-f", "x"]).names.isEmpty)
        #expect(try run(SampleCreate.spec, ["-f", "x", "a"]).names == ["a"])
    }

    @Test func laterArgumentsAreLeftTheirWords() throws {
        struct Copy: CommandOptions {
            var sources: [String] = []
            var target: String?
        }
        let spec = CommandSpec<Copy>(
            "copy",
            "Copy.",
            operands: [
                .repeated("SOURCE", "From.", \.sources, minimum: 2),
                .required("TARGET", "To.", \.target),
            ]
        )
        let options = try run(spec, ["a", "b", "c", "d"])
        #expect(options.sources == ["a", "b", "c"])
        #expect(options.target == "d")
        #expect(
            message { _ = try spec.parse(["a", "b"]) }?.0 == "missing SOURCE: at least 2 are needed"
        )
    }

    @Test(arguments: [
        (["--help"], true), (["-h"], false), (["-h", "--help"], true), (["--help", "-h"], true),
        (["-ih"], false), (["--nonsense", "-h"], false), (["-n", "x", "a", "b", "--help"], true),
        (["--partitions", "--help"], true), (["--", "-h"], nil), (["-nh"], nil),
        (["-f", "-h"], false),
    ])
    func helpWinsOverMistakes(words: [String], long: Bool?) {
        let parsed = try? SampleCreate.spec.parse(words)
        if case .help(let isLong) = parsed {
            #expect(isLong == long)
        } else {
            #expect(long == nil)
        }
    }
}

/// The message and hint of the usage error that `body` throws; nil when it throws none.
func message(_ body: () throws -> Void) -> (String, String?)? {
    do {
        try body()
        return nil
    } catch let error as UsageError {
        return (error.message, error.hint)
    } catch {
        return nil
    }
}

/// A toggle that may be followed by a value.
struct OptionalValueTests {
    private struct Options: CommandOptions {
        var watches = false
        var interval = Duration.seconds(2)
        var quick = false
        var names: [String] = []
    }

    private let spec = CommandSpec<Options>(
        "look",
        "Looks.",
        operands: [.repeated("NAME", "Names.", \.names)],
        flags: [
            .toggle("watch", "w", "Again and again.", \.watches, value: \.interval),
            .toggle("quick", "q", "At once.", \.quick),
        ]
    )

    private func parse(_ words: String...) throws -> Options {
        guard case .run(let options) = try spec.parse(words) else { return Options() }
        return options
    }

    @Test func theNextWordIsTheValueIfItReadsAsOne() throws {
        for words in [
            ["--watch", "5s", "a"], ["a", "-w", "5s"], ["--watch=5s", "a"], ["a", "-qw", "5s"],
        ] {
            guard case .run(let options) = try spec.parse(words) else { continue }
            #expect(options.watches, "\(words)")
            #expect(options.interval == .seconds(5), "\(words)")
            #expect(options.names == ["a"], "\(words)")
        }
        let plain = try parse("--watch", "a")
        #expect(plain.watches)
        #expect(plain.interval == .seconds(2))
        #expect(plain.names == ["a"])
        #expect(try parse("a", "--watch").watches)
        #expect(try !parse("5s").watches)
        #expect(throws: UsageError.self) { try parse("--watch=soon") }
        #expect(throws: UsageError.self) { try parse("--quick=1s") }
    }
}
