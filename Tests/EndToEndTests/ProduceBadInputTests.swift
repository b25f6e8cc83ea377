// Lines that are no records: each is reported and counted, nothing crashes, the others arrive.

import JSON
import TestSupport
import Testing

struct ProduceBadInputTests {
    private let sandbox: SandboxServer

    init() throws {
        sandbox = try SandboxServer(["--topic", "t:1"])
    }

    private let whole =
        #"{"topic":"t","partition":0,"offset":1,"timestamp":1600000000000,"key":"k\u00e9\ud83d\ude00","#
        + #""headers":[{"key":"h","value":"1"},{"key":"h","valueBase64":"/w=="}],"value":"x\n\\y"}"#

    /// A line with something changed, dropped or cut off; JSON readers differ from bytes to bytes.
    private func mutated(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(whole.utf8)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        case 1:
            let start = Int.random(in: 0..<bytes.count - 1, using: &random)
            let count = Int.random(in: 1...min(20, bytes.count - start), using: &random)
            bytes.removeSubrange(start..<start + count)
        case 2:
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        default:
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes.insert(contentsOf: random.bytes(upTo: 6), at: place)
        }
        return bytes.filter { $0 != 10 }
    }

    /// Lines that are surely none: each is one that a parser is easily wrong about.
    private let bad = [
        "{", "}", "[]", "\"x\"", "null", "true", "1", "{}", "{\"key\":\"k\"}", "{\"value\"}",
        "{\"value\":}", "{\"value\":\"x\"", "{\"value\":\"x\"}}", "{\"value\":\"x\"},",
        "{\"value\":\"x\",}", "{\"value\":'x'}", "{value:\"x\"}", "{\"value\":\"\\ud800\"}",
        "{\"value\":\"\\udc00\\ud800\"}", "{\"value\":\"\\ud83dx\"}", "{\"value\":\"\\x\"}",
        "{\"value\":\"\\u12\"}", "{\"value\":\"\t\"}", "{\"value\":\"\u{0}\"}",
        "{\"valueBase64\":\"?\"}", "{\"valueBase64\":\"QQ\"}", "{\"valueBase64\":1}",
        "{\"value\":NaN}", "{\"value\":01}", "{\"value\":1.}", "{\"value\":nul}",
        "{\"value\":\"x\",\"partition\":-1}", "{\"value\":\"x\",\"partition\":1.5}",
        "{\"value\":\"x\",\"partition\":99999999999}", "{\"value\":\"x\",\"partition\":\"0\"}",
        "{\"value\":\"x\",\"timestamp\":99999999999999999999}",
        "{\"value\":\"x\",\"timestamp\":\"1\"}",
        "{\"value\":\"x\",\"headers\":{}}", "{\"value\":\"x\",\"headers\":[1]}",
        "{\"value\":\"x\",\"headers\":[{}]}", "{\"value\":\"x\",\"headers\":[{\"value\":\"1\"}]}",
        "{\"value\":\"x\",\"headers\":[{\"key\":null}]}", "{\"value\":\"x\",\"topic\":1}",
        "{\"value\":\"x\"} {\"value\":\"y\"}",
    ]

    @Test func everyLineThatIsNoneIsReportedWithItsPlace() throws {
        for line in bad {
            let sent = try Kctl.run(
                ["produce", "t", "--json"],
                input: .text("{\"value\":1}\n\(line)\n{\"value\":2}\n"),
                on: sandbox.address
            )
            #expect(sent.ending == .exited(7), "\(line)")
            #expect(sent.tally == Tally(read: 3, acked: 2, failed: 1), "\(line): \(sent.errors)")
            #expect(sent.errors.hasPrefix("kctl: line 2, column "), "\(line): \(sent.errors)")
            #expect(sent.errorLines.count == 2, "\(line): \(sent.errors)")
        }
    }

    @Test func fiveHundredMutatedLinesAmongGoodOnes() throws {
        var random = SeededGenerator(seed: 500)
        var input: [UInt8] = []
        var places: [Int: [UInt8]] = [:]
        for number in 1...1000 {
            if number % 2 == 0 {
                let line = mutated(&random)
                places[number] = line
                input += line
            } else {
                input += Array("{\"value\":\"good \(number)\"}".utf8)
            }
            input.append(10)
        }
        let folder = try TemporaryFolder()
        let failed = "\(folder.path)/failed"
        let sent = try Kctl.run(
            ["produce", "t", "--json", "--failed-to", failed],
            input: .bytes(input),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(7))
        let tally = try #require(sent.tally, "\(sent.errors)")
        // Some mutations leave a record, such as one in its text; and an empty line is nothing.
        #expect(tally.read == tally.acked + tally.failed)
        #expect((250...500).contains(tally.failed), "\(tally)")
        #expect(tally.acked >= 500)

        // The first ten are told with their places, the others are counted.
        let told = sent.errorLines.filter { $0.hasPrefix("kctl: line ") }
        #expect(told.count == 10)
        for line in told {
            let words = line.split { " ,:".contains($0) }
            let number = try #require(Int(words[2]))
            #expect(places[number] != nil, "\(line)")
            #expect(words[3] == "column")
            let column = try #require(Int(words[4]))
            let size = places[number]?.count ?? 0
            #expect(column >= 1 && column <= size + 1, "\(line)")
        }
        #expect(sent.errors.contains("kctl: more failures follow; they are only counted\n"))
        #expect(!sent.errors.utf8.contains { $0 < 32 && $0 != 10 })

        // All of them are kept, with what they were.
        let kept = try folder.text("failed").split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }
        #expect(kept.count == tally.failed)
        #expect(kept.allSatisfy { places[Int($0["error"]?["line"]?.int64 ?? 0)] != nil })
        let read = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        let good = read.text.split(separator: "\n").filter { $0.hasPrefix("good ") }
        let odd = stride(from: 1, through: 1000, by: 2)
        #expect(good.map(String.init) == odd.map { "good \($0)" }, "all good ones, in their order")
    }

    @Test func aLineWithoutItsSeparatorIsNamed() throws {
        let sent = try Kctl.run(
            ["produce", "t", "-K", ":"],
            input: .text("a:1\nb\n:3\nd:\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(7))
        #expect(sent.errors.hasPrefix("kctl: line 2: no key separator"))
        #expect(sent.tally == Tally(read: 4, acked: 3, failed: 1))
        let read = try Kctl.run(["consume", "t", "-e", "--json"], on: sandbox.address)
        let records = try read.json()
        #expect(records.map { $0["key"]?.string } == ["a", "", "d"])
        #expect(records.map { $0["value"]?.string } == ["1", "3", ""])
    }
}
