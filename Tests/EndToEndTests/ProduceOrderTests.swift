// What stands before a record that ends the reading is sent, what stands behind it is not, in
// whatever pieces the input comes.

import Glibc
import JSON
import TestSupport
import Testing

struct ProduceOrderTests {
    private let sandbox: SandboxServer
    private let folder: TemporaryFolder

    init() throws {
        sandbox = try SandboxServer(["--topic", "t:1"])
        folder = try TemporaryFolder()
    }

    /// An input with a line in it that is no record.
    struct Input: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        /// What stands before the good lines.
        var header = ""
        var line: @Sendable (Int) -> String
        var bad: String
        /// Whether the library refuses it, and not the reader.
        var isRecord = false
    }

    private static let inputs = [
        Input(
            testDescription: "lines",
            arguments: ["-K", ":"],
            line: { "k:\($0)\n" },
            bad: "BAD\n"
        ),
        Input(
            testDescription: "json",
            arguments: ["--json"],
            line: { "{\"value\":\"\($0)\"}\n" },
            bad: "{\n"
        ),
        Input(
            testDescription: "csv",
            arguments: ["--csv"],
            header: "key,value\n",
            line: { "k,\($0)\n" },
            bad: "a,b,c\n"
        ),
        Input(
            testDescription: "template",
            arguments: ["-f", "%p %v\\n"],
            line: { "0 \($0)\n" },
            bad: "x y\n"
        ),
        Input(
            testDescription: "larger than a record may be",
            arguments: ["--max-record-bytes", "100"],
            line: { "\($0)\n" },
            bad: String(repeating: "x", count: 101) + "\n"
        ),
        Input(
            testDescription: "larger than the library takes",
            arguments: ["-X", "message.max.bytes=1000"],
            line: { "\($0)\n" },
            bad: String(repeating: "x", count: 2000) + "\n",
            isRecord: true
        ),
        Input(
            testDescription: "a partition that is not there",
            arguments: ["--json"],
            line: { "{\"value\":\"\($0)\"}\n" },
            bad: "{\"value\":\"x\",\"partition\":9}\n"
        ),
    ]

    @Test(arguments: inputs)
    func allBeforeTheFailureIsSentAndNothingBehindIt(input: Input) throws {
        var sent = 0
        // As one piece and line by line; at the beginning and behind more than a batch.
        for (count, isHeld) in [(2, false), (2, true), (0, false), (2500, false)] {
            let before = (0..<count).map(input.line).joined()
            let behind = (count..<count + 50).map(input.line).joined()
            let run = try Kctl.start(
                ["produce", "t", "--on-error", "stop"] + input.arguments,
                input: .held,
                on: sandbox.address
            )
            for piece in [input.header, before, input.bad, behind] {
                run.send(piece)
                // Behind the bad line it reads nothing more.
                if isHeld, piece == before { run.waitUntilInputIsTaken() }
            }
            run.endInput()
            let outcome = run.finish()
            #expect([.exited(7), .exited(1), .exited(3)].contains(outcome.ending))
            let tally = Tally(read: count + 1, sent: count, acked: count, failed: 1)
            #expect(outcome.tally == tally, "\(count), \(isHeld): \(outcome.errors)")
            let read = try Kctl.run(
                ["consume", "t", "-o", "\(sent):end", "-e"],
                on: sandbox.address
            )
            #expect(read.lines.compactMap { Int($0) } == Array(0..<count), "\(read.errors)")
            sent += count
        }
    }

    @Test func whatWasReadBeforeAFileThatIsNoneIsSent() throws {
        let file = try folder.file("in", (1...2500).map { "\($0)\n" }.joined())
        // A folder can be opened, and not be read.
        let outcome = try Kctl.run(
            ["produce", "t", "--file", file, folder.path, file, "--on-error", "stop"],
            on: sandbox.address
        )
        #expect(outcome.ending == .exited(1), "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot read '\(folder.path)': is a directory"))
        #expect(outcome.tally == Tally(2500))
    }

    @Test func aHeaderThatCannotBeUnderstoodIsRefusedOnce() throws {
        let failed = "\(folder.path)/failed"
        for more in [[], ["--on-error", "skip"], ["--failed-to", failed]] {
            let outcome = try Kctl.run(
                ["produce", "t", "--csv"] + more,
                input: .text("value,colour\n1,2\n3,4\n5,6\n"),
                on: sandbox.address
            )
            #expect(outcome.ending == .exited(7))
            #expect(
                outcome.errors == """
                    kctl: line 1, column 7: unknown column 'colour' beside 'value'; columns are \
                    value, key, topic, partition, timestamp and header.NAME
                    kctl: sent 0, acknowledged 0, failed 0\n
                    """
            )
        }
        #expect(try folder.text("failed").isEmpty)
        // What stands in the file before it is sent.
        let good = try folder.file("good", "value\n1\n2\n")
        let bad = try folder.file("bad", "key\n3\n")
        let two = try Kctl.run(
            ["produce", "t", "--csv", "--file", good, bad],
            on: sandbox.address
        )
        #expect(two.ending == .exited(7))
        #expect(two.errors.hasPrefix("kctl: \(bad):1:1: no column for the value"))
        #expect(two.tally == Tally(2), "\(two.errors)")
        let dry = try Kctl.run(
            ["produce", "t", "--csv", "--dry-run"],
            input: .text("value,colour\n1,2\n"),
            on: sandbox.address
        )
        #expect(dry.ending == .exited(7))
        #expect(dry.errors.contains("unknown column 'colour'"))
    }

    @Test func timesAreTakenAsDatesToo() throws {
        let json = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text("{\"value\":1,\"timestamp\":\"2026-01-31T13:00:00+01:00\"}\n"),
            on: sandbox.address
        )
        #expect(json.tally == Tally(1), "\(json.errors)")
        let csv = try Kctl.run(
            ["produce", "t", "--csv"],
            input: .text("value,timestamp\n2,2026-01-31T12:00:00.250Z\n3,soon\n"),
            on: sandbox.address
        )
        #expect(csv.tally == Tally(read: 2, sent: 1, acked: 1, failed: 1), "\(csv.errors)")
        #expect(csv.errors.contains("'soon' is no timestamp such as"), "\(csv.errors)")
        let bad = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text("{\"value\":1,\"timestamp\":\"soon\"}\n"),
            on: sandbox.address
        )
        #expect(bad.errors.contains("not a time such as"), "\(bad.errors)")
        let read = try Kctl.run(["consume", "t", "-e", "--json"], on: sandbox.address)
        let times = try read.json().map { $0["timestamp"]?.int64 }
        #expect(times == [1_769_860_800_000, 1_769_860_800_250])
    }

    @Test func aCountOfOneIsSingular() throws {
        let dry = try Kctl.run(
            ["produce", "t", "--dry-run"],
            input: .text("x\n"),
            on: sandbox.address
        )
        #expect(dry.errors.hasPrefix("kctl: would send 1 record, 1 byte "), "\(dry.errors)")
        let perf = try Kctl.run(["perf", "produce", "t", "-n", "1"], on: sandbox.address)
        #expect(perf.text.hasPrefix("1 record, "), "\(perf.text)")
    }

    @Test func kcatsSpellingsAreTakenOrTranslated() throws {
        let glued = try Kctl.run(
            ["produce", "-t", "t", "-K:", "-p0", "-zgzip", "-Hh=1"],
            input: .text("k:v\n"),
            on: sandbox.address
        )
        #expect(glued.tally == Tally(1), "\(glued.errors)")
        let read = try Kctl.run(["consume", "t", "-e", "--json"], on: sandbox.address)
        #expect(try read.json().first?["key"]?.string == "k")
        for (words, told) in [
            (["-P"], "leave out kcat's -P"), (["-l", "in"], "kcat's -l in is --file in here"),
            (["-lin"], "kcat's -l in is --file in here"),
            (["-c", "5"], "kcat's -c 5 is 'head -n 5 |' before it here"),
            (["-o", "beg"], "kcat's -o is 'kctl consume -o' here"),
            (["-C"], "kcat's -C is 'kctl consume' here"),
        ] {
            let outcome = try Kctl.run(["produce", "t"] + words, on: sandbox.address)
            #expect(outcome.ending == .exited(2))
            #expect(outcome.errors.contains("(\(told)"), "\(outcome.errors)")
        }
    }

    @Test func whatNeverLeftIsNotSent() throws {
        let run = try Kctl.start(["produce", "t", "--print"], input: .held, on: sandbox.address)
        run.send("a\n")
        run.wait(forOutput: "offset 0\n")
        sandbox.signal(SIGKILL)
        // When nobody answers any more, that is known.
        run.send("b\n")
        run.wait(forErrors: "no acknowledgement for 5 s, 1 record in flight")
        run.send((1...500).map { "\($0)\n" }.joined())
        run.waitUntilInputIsTaken()
        run.signal(SIGINT)
        run.waitForSignals(toBeTaken: SIGINT)
        run.signal(SIGINT)
        let outcome = run.finish()
        let tally = try #require(outcome.tally, "\(outcome.errors)")
        #expect(tally.read == 502)
        #expect(tally.acked == 1)
        #expect((tally.sent ?? 502) <= 2, "\(outcome.errors)")
    }
}
