// A place in the input as it is kept, and how it is known that the input is the same.

import JSON
import Output
import TestSupport
import Testing

@testable import Commands

struct CheckpointTests {
    private let place = Checkpoint.Place(
        input: 1,
        offset: 70,
        lines: 12,
        firstLine: 9,
        sizes: [30],
        digest: ConsumedDigest.Value(bytes: 100, hex: "ab")
    )

    @Test func whatIsWrittenIsReadAgain() throws {
        var checkpoint = Checkpoint(topic: "t", inputs: ["a", "b"], place: place)
        #expect(Checkpoint(Array(checkpoint.line().utf8)) == checkpoint)
        checkpoint.pending = Checkpoint.Pending(
            transactionalID: "id",
            place: place,
            records: [Checkpoint.Stored(topic: "t", partition: 2, offset: 17)]
        )
        #expect(Checkpoint(Array(checkpoint.line().utf8)) == checkpoint)
    }

    @Test func filesOfVersionOneAreRead() throws {
        let text = """
            {"version":1,"topic":"t","inputs":["in"],"input":0,"offset":4,"lines":2,\
            "headBytes":4,"headSha256":"x"}
            """
        let checkpoint = try #require(Checkpoint(Array(text.utf8)))
        #expect(checkpoint.place.offset == 4)
        #expect(checkpoint.place.sizes == nil)
        #expect(checkpoint.place.digest == ConsumedDigest.Value(bytes: 4, hex: "x"))
        #expect(checkpoint.pending == nil)
    }

    @Test func nothingElseIsOne() {
        let good = Checkpoint(topic: "t", inputs: ["a", "b"], place: place).line()
        let changes = [
            ("\"version\":2", "\"version\":3"), ("\"input\":1", "\"input\":2"),
            ("\"input\":1", "\"input\":-1"), ("\"sizes\":[30]", "\"sizes\":[]"),
            ("\"sizes\":[30]", "\"sizes\":[-30]"), ("\"hashedBytes\":100", "\"hashedBytes\":101"),
            ("\"offset\":70", "\"offset\":1.5"), ("\"sha256\":\"ab\"", "\"sha256\":1"),
            ("\"topic\"", "\"pending\":{},\"topic\""),
        ]
        for (old, new) in changes {
            let parts = good.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            #expect(parts.count == 2, "\(old)")
            #expect(Checkpoint(Array(parts.joined(separator: new).utf8)) == nil, "\(new)")
        }
    }
}

struct ConsumedDigestTests {
    private let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    private func digest(of count: Int) throws -> String {
        let digest = try ConsumedDigest()
        try digest.add(Array(bytes[..<count]).span.bytes)
        return try digest.value(at: count, bytes.span.bytes, from: 0).hex
    }

    /// Adds records of these sizes, and asks for a place now and then.
    @Test func aDigestIsOfAllThatItSays() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let digest = try ConsumedDigest()
            var end = 0
            var asked = 0
            while end < bytes.count {
                let next = min(end + Int.random(in: 1...5000, using: &random), bytes.count)
                try digest.add(Array(bytes[end..<next]).span.bytes)
                if digest.isDue(at: next) { try digest.mark() }
                end = next
                guard Int.random(in: 0..<10, using: &random) == 0 else { continue }
                asked = Int.random(in: asked...end, using: &random)
                // Nothing is left of the block.
                let value = try digest.value(at: asked, [UInt8]().span.bytes, from: end)
                #expect(value.bytes <= asked, "seed \(seed)")
                #expect(asked - value.bytes <= 10_000, "seed \(seed): \(asked), \(value.bytes)")
                #expect(try self.digest(of: value.bytes) == value.hex)
            }
        }
    }

    @Test func aPlaceInTheBlockIsReachedExactly() throws {
        let digest = try ConsumedDigest()
        try digest.add(Array(bytes[..<1000]).span.bytes)
        try digest.mark()
        try digest.add(Array(bytes[1000..<3000]).span.bytes)
        let value = try digest.value(at: 2345, Array(bytes[500..<3000]).span.bytes, from: 500)
        #expect(value == ConsumedDigest.Value(bytes: 2345, hex: try self.digest(of: 2345)))
    }

    @Test func otherBytesAreFoundHoweverTheyArrive() throws {
        let expected = ConsumedDigest.Value(bytes: 2000, hex: try digest(of: 2000))
        for piece in [1, 7, 1999, 2000, 2001, 5000] {
            for change in [nil, 0, 1999, 2000] as [Int?] {
                var changed = bytes[..<5000]
                if let change { changed[change] ^= 1 }
                let digest = try ConsumedDigest()
                digest.expect(expected)
                for start in stride(from: 0, to: 5000, by: piece) {
                    try digest.add(Array(changed[start..<min(start + piece, 5000)]).span.bytes)
                }
                #expect(digest.isRefuted == (change ?? 2000 < 2000), "\(piece), \(change ?? -1)")
            }
        }
    }

    @Test func theFirstRecordsAreCoveredToo() throws {
        let digest = try ConsumedDigest()
        for line in 1...100 {
            try digest.add(Array(bytes[(line - 1) * 10..<line * 10]).span.bytes)
            if digest.isDue(at: line * 10) { try digest.mark() }
        }
        let value = try digest.value(at: 50, [UInt8]().span.bytes, from: 1000)
        #expect(value.bytes == 50)
    }
}

struct PassedInputTests {
    private func place(_ input: Int, _ offset: Int, sizes: [Int]?) -> Checkpoint.Place {
        Checkpoint.Place(
            input: input,
            offset: offset,
            sizes: sizes,
            digest: ConsumedDigest.Value(bytes: 0, hex: "")
        )
    }

    @Test func whatIsDoneIsPassedInAnyPieces() throws {
        for piece in [1, 3, 10, 100] {
            var passed = PassedInput(place(1, 25, sizes: [40]), path: "ck")
            let isDone = passed.begin(input: 0)
            #expect(!isDone)
            var left = 40
            while left > 0 {
                let count = min(piece, left)
                let taken = try passed.pass(count, isAtEnd: false, "'a'")
                #expect(taken == count)
                left -= count
            }
            _ = try passed.pass(0, isAtEnd: true, "'a'")
            #expect(!passed.isComplete)
            _ = passed.begin(input: 1)
            var taken = 0
            while !passed.isComplete {
                taken += try passed.pass(piece, isAtEnd: false, "'b'")
            }
            #expect(taken == 25)
        }
    }

    @Test func anInputOfAnotherSizeIsRefused() throws {
        var shorter = PassedInput(place(0, 25, sizes: []), path: "ck")
        _ = shorter.begin(input: 0)
        _ = try shorter.pass(24, isAtEnd: false, "'a'")
        let error = #expect(throws: CommandError.self) {
            try shorter.pass(0, isAtEnd: true, "'a'")
        }
        #expect(
            error?.report?.message
                == "'a' has 24 bytes, and 25 of it are done by the checkpoint 'ck'"
        )
        var longer = PassedInput(place(1, 1, sizes: [3]), path: "ck")
        _ = longer.begin(input: 0)
        _ = try longer.pass(4, isAtEnd: false, "'a'")
        #expect(throws: CommandError.self) { try longer.pass(0, isAtEnd: true, "'a'") }
        // An old file does not know how long the inputs before were.
        var old = PassedInput(place(1, 0, sizes: nil), path: "ck")
        _ = old.begin(input: 0)
        _ = try old.pass(4, isAtEnd: false, "'a'")
        _ = try old.pass(0, isAtEnd: true, "'a'")
        let isComplete = old.begin(input: 1)
        #expect(isComplete)
    }
}

struct HeldLinesTests {
    private func text(_ lines: HeldLines) throws -> [String] {
        var all: [UInt8] = []
        try lines.forEach { line in line.withUnsafeBytes { all += $0 } }
        return String(decoding: all, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func linesComeInTheirOrderWithThoseThatWereReplaced() throws {
        let lines = HeldLines(folder: "/tmp")
        #expect(lines.isEmpty)
        for serial in 5..<10 { try lines.add(serial, Array("line \(serial)\n".utf8).span.bytes) }
        try lines.add(7, Array("seven\n".utf8).span.bytes)
        #expect(try text(lines) == ["line 5", "line 6", "seven", "line 8", "line 9"])
        lines.removeAll()
        #expect(lines.isEmpty)
        try lines.add(20, Array("line 20\n".utf8).span.bytes)
        #expect(try text(lines) == ["line 20"])
    }

    @Test func manyLinesGoThroughAFile() throws {
        let folder = try #require(TemporaryDirectory())
        let lines = HeldLines(folder: folder.path)
        let long = String(repeating: "x", count: 100_000)
        for serial in 0..<300 {
            try lines.add(serial, Array("\(serial) \(long)\n".utf8).span.bytes)
        }
        try lines.add(1, Array("one\n".utf8).span.bytes)
        let read = try text(lines)
        #expect(read.count == 300)
        #expect(read[1] == "one")
        #expect(read.indices.allSatisfy { $0 == 1 || read[$0].hasPrefix("\($0) ") })
    }
}
