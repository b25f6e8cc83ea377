// Input cut into records: the same ones however the bytes arrive.

import JSON
import KafkaCore
import TestSupport
import Testing

@testable import Commands

struct LineSplitterTests {
    /// What the splitter makes of blocks that arrive one after another.
    private func lines(_ blocks: [[UInt8]], limit: Int = 1000) -> [[UInt8]] {
        var splitter = LineSplitter(capacity: 64)
        var lines: [[UInt8]] = []
        var sequences: [Int] = []
        func takeAll() {
            while true {
                var records: [RecordSlice] = []
                splitter.cut(into: &records, limit: limit, partition: 3)
                if records.isEmpty { break }
                #expect(records.count <= limit)
                for record in records {
                    guard let value = record.value else { continue }
                    lines.append(
                        splitter.block.bytes.extracting(value).withUnsafeBytes { [UInt8]($0) }
                    )
                    sequences.append(record.sequence)
                    #expect(record.partition == 3)
                    #expect(record.key == nil)
                }
            }
            splitter.discardTaken()
        }
        for block in blocks {
            splitter.block.append(block.span.bytes)
            takeAll()
        }
        splitter.end()
        takeAll()
        let count = splitter.count
        #expect(sequences == Array(1...max(count, 1)).prefix(count).map { $0 })
        let left = splitter.block.count
        #expect(left == 0)
        return lines
    }

    private func texts(_ text: String) -> [String] {
        lines([Array(text.utf8)]).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        arguments: [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n", [""]),
            ("\n\n", ["", ""]), ("a\n\nb\n", ["a", "", "b"]), ("\n\na", ["", "", "a"]),
            ("a\r\nb\r\n", ["a\r", "b\r"]), ("a\rb\n", ["a\rb"]), ("a\0b\n", ["a\0b"]),
            (" a \n", [" a "]),
        ] as [(String, [String])]
    )
    func cutsAtLineEnds(_ text: String, _ expected: [String]) {
        #expect(texts(text) == expected)
    }

    @Test func howTheBytesArriveMakesNoDifference() {
        for seed in 0..<200 as Range<UInt64> { cutAnyhow(seed) }
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
        #expect(lines(blocks, limit: limit) == expected, "seed \(seed)")
        #expect(lines([bytes]) == expected)
    }

    @Test func aLineLongerThanTheBlockGrowsIt() {
        let long = [UInt8](repeating: 120, count: 1_000_000)
        let cut = lines([long, [10, 97]])
        #expect(cut.map(\.count) == [1_000_000, 1])
    }
}
