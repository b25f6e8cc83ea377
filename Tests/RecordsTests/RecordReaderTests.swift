// Input cut into records: the same ones however the bytes arrive.

import Output
@testable import Records
import JSON
import KafkaCore
import TestSupport
import Testing

private func lines(
    _ delimiter: String = "\n",
    limit: Int = 1_000_000,
    _ change: (inout PieceRules) -> Void = { _ in }
) -> DelimitedReader {
    var rules = PieceRules()
    change(&rules)
    return DelimitedReader(delimiter: Array(delimiter.utf8), rules: rules, limit: limit)
}

struct DelimitedReaderTests {
    @Test(
        arguments: [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n", [""]),
            ("\n\n", ["", ""]), ("a\n\nb\n", ["a", "", "b"]), ("\n\na", ["", "", "a"]),
            ("a\r\nb\r\n", ["a\r", "b\r"]), ("a\rb\n", ["a\rb"]), ("a\0b\n", ["a\0b"]),
            (" a \n", [" a "]),
        ] as [(String, [String])]
    )
    func cutsAtLineEnds(_ text: String, _ expected: [String]) {
        #expect(cut([Array(text.utf8)], by: lines()).values == expected)
    }

    @Test(
        arguments: [
            ("", "", [""]), ("", "a\nb\n", ["a\nb\n"]), ("::", "a::b", ["a", "b"]),
            ("::", "a:::b", ["a", ":b"]), ("::", "a:b::", ["a:b"]), ("aab", "aaab", ["a"]),
            ("\0", "a\0\0b", ["a", "", "b"]),
        ] as [(String, String, [String])]
    )
    func otherDelimiters(_ delimiter: String, _ text: String, _ expected: [String]) {
        for size in 1...4 {
            let blocks = Array(text.utf8).chunks(of: size)
            #expect(cut(blocks, by: lines(delimiter)).values == expected, "\(size) at a time")
        }
    }

    @Test func howTheBytesArriveMakesNoDifference() {
        for seed in 0..<300 as Range<UInt64> { cutAnyhow(seed) }
    }

    private func cutAnyhow(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...400, using: &random)
        let bytes = (0..<count).map { _ in
            // Line ends are as frequent as all else, so that empty lines come up.
            [UInt8](arrayLiteral: 10, 13, 0, 97, 255, 10).randomElement(using: &random) ?? 10
        }
        var blocks: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = rest.prefix(Int.random(in: 0...40, using: &random))
            blocks.append(Array(block))
            rest = rest.dropFirst(block.count)
        }
        var expected = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
            Array($0)
        }
        // What follows the last line end is a line only if it has a byte.
        if expected.last == [] { expected.removeLast() }
        let limit = Int.random(in: 1...5, using: &random)
        let whole = cut(blocks, by: lines(), limit: limit)
        #expect(whole.records.map(\.value) == expected, "seed \(seed)")
        #expect(whole.lines == Array(1...max(expected.count, 1)).prefix(expected.count).map { $0 })
        // With a bound, what is longer is told with its size, and the rest is as before.
        let bounded = cut(blocks, by: lines(limit: 3), limit: limit)
        #expect(bounded.records.map(\.value) == expected.filter { $0.count <= 3 }, "seed \(seed)")
        let long = expected.enumerated().filter { $0.element.count > 3 }.map {
            "\($0.offset + 1): \($0.element.count) bytes, and the limit is 3"
        }
        #expect(bounded.refusals == long, "seed \(seed)")
    }

    @Test func aLineLongerThanTheBlockGrowsIt() {
        let long = [UInt8](repeating: 120, count: 1_000_000)
        let made = cut([long, [10, 97]], by: lines())
        #expect(made.records.map { $0.value?.count } == [1_000_000, 1])
    }

    @Test func keysAndNulls() {
        let text = Array("k:v\n:v\nk:\n:\nNULL:v\nk:NULL\nk:a:b\nnone\n".utf8)
        var made = cut([text], by: lines { $0.keySeparator = Array(":".utf8) })
        #expect(made.keys == ["k", "", "k", "", "NULL", "k", "k"])
        #expect(made.values == ["v", "v", "", "", "v", "NULL", "a:b"])
        #expect(made.refusals == ["8: no key separator"])
        made = cut(
            [text],
            by: lines {
                $0.keySeparator = Array(":".utf8)
                $0.nullMarker = Array("NULL".utf8)
                $0.emptyIsNull = true
            }
        )
        #expect(made.keys == ["k", nil, "k", nil, nil, "k", "k"])
        #expect(made.values == ["v", "v", nil, nil, "v", nil, "a:b"])
    }

    @Test func tombstones() {
        let text = Array("a\nb:x\n".utf8)
        let made = cut([text], by: lines { $0.isTombstone = true })
        #expect(made.keys == ["a", "b:x"])
        #expect(made.values == [nil, nil])
        let split = cut(
            [text],
            by: lines {
                $0.isTombstone = true
                $0.keySeparator = Array(":".utf8)
            }
        )
        #expect(split.keys == ["a", "b"])
    }

    @Test func emptyLinesAndCarriageReturns() {
        let text = Array("a\r\n\r\n\nb\n".utf8)
        let made = cut(
            [text],
            by: lines {
                $0.stripsCarriageReturn = true
                $0.skipsEmpty = true
            }
        )
        #expect(made.values == ["a", "b"])
        #expect(made.lines == [1, 4])
    }

    @Test func fixedPartsStandInEveryRecord() {
        let header = RecordHeader(name: [104], value: nil)
        var fixed = FixedParts()
        fixed.key = [107]
        fixed.headers = [header]
        fixed.partition = 3
        fixed.timestamp = 9
        let made = cut([Array("a\nb\n".utf8)], by: lines(), fixed: fixed)
        let record = OutgoingRecord(
            partition: 3,
            timestamp: 9,
            key: [107],
            value: [97],
            headers: [header]
        )
        var other = record
        other.value = [98]
        #expect(made.records == [record, other])
    }
}

struct JSONLineReaderTests {
    private func made(_ text: String, limit: Int = 1000, needsTopic: Bool = false) -> Cut {
        let reader = JSONLineReader(limit: limit, needsTopic: needsTopic)
        let whole = cut([Array(text.utf8)], by: reader)
        for size in [1, 3, 7] {
            #expect(cut(Array(text.utf8).chunks(of: size), by: reader) == whole)
        }
        return whole
    }

    @Test func linesAreRecordsAndBlankOnesAreNot() {
        let result = made(#"{"value":"a"}"# + "\n\n \t\r\n" + #"{"value":null,"key":"\u0000"}"#)
        #expect(result.values == ["a", nil])
        #expect(result.keys == [nil, "\0"])
        #expect(result.lines == [1, 4])
        #expect(result.refusals == [])
    }

    @Test(arguments: [
        ("{", "1:2: expected '}' or a key in quotes, found the end of the text"),
        (#"{"value":"a"} x"#, "1:15: expected the end of the text, found 'x'"),
        ("[]", "1:1: expected an object, found an array"),
        (#"{"value":"ü","partition":-1}"#, "1:26: partition -1 is not one"),
        (#"{"value":1,"timestamp":0}"#, "1:1: a timestamp of 0 cannot be sent"),
        (#"{"value":"0123456789a"}"#, "1: 11 bytes, and the limit is 10"),
    ])
    func badLinesAreToldWithTheirPlace(_ text: String, _ told: String) {
        let result = made(text + "\n" + #"{"value":"b"}"#, limit: 10)
        #expect(result.values == ["b"])
        #expect(result.lines == [2])
        #expect(result.refusals.count == 1)
        if text != "{" { #expect(result.refusals == [told]) }
    }

    @Test func aTopicIsNeededWhenNoneIsNamed() {
        let result = made(
            #"{"value":"a"}"# + "\n" + #"{"topic":"t","value":"b"}"#,
            needsTopic: true
        )
        #expect(result.values == ["b"])
        #expect(result.refusals == ["1:1: no 'topic', and none was named"])
    }

    @Test func mutatedLinesNeverCrash() {
        var random = SeededGenerator(seed: 5)
        let line =
            #"{"topic":"t","partition":1,"timestamp":5,"key":"k\u00e9","headers":[{"key":"h","#
            + #""value":null}],"valueBase64":"AP8="}"#
        for _ in 0..<2000 {
            var bytes = Array(line.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                guard bytes.count > 1 else { break }
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes = Array(bytes[..<max(index, 1)])
                }
            }
            let text = bytes.filter { $0 != 10 }
            let result = cut([text], by: JSONLineReader(limit: 1000, needsTopic: false))
            #expect(result.records.count + result.refusals.count <= 1)
        }
    }
}

extension Array {
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
