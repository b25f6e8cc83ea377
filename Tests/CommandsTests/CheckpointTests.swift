// A place in the input as it is kept, and how it is known that the input is the same.

import Arguments
import JSON
import KafkaCore
import Output
import Reactor
import Records
import SendEngine
import TestSupport
import Testing

@testable import CommandKit
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
        checkpoint.run = 7
        #expect(Checkpoint(Array(checkpoint.line().utf8)) == checkpoint)
    }

    @Test func anOpenEndIsKept() throws {
        var open = place
        open.openEnd = Checkpoint.OpenEnd(size: 72, kind: .refusal)
        var checkpoint = Checkpoint(topic: "t", inputs: ["a", "b"], place: open)
        #expect(Checkpoint(Array(checkpoint.line().utf8)) == checkpoint)
        checkpoint.place = place
        checkpoint.pending = Checkpoint.Pending(transactionalID: "id", place: open, records: [])
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
        var open = place
        open.openEnd = Checkpoint.OpenEnd(size: 71, kind: .record)
        let good = Checkpoint(topic: "t", inputs: ["a", "b"], place: open).line()
        let changes = [
            ("\"version\":2", "\"version\":3"), ("\"input\":1", "\"input\":2"),
            ("\"input\":1", "\"input\":-1"), ("\"sizes\":[30]", "\"sizes\":[]"),
            ("\"sizes\":[30]", "\"sizes\":[-30]"), ("\"hashedBytes\":100", "\"hashedBytes\":101"),
            ("\"offset\":70", "\"offset\":1.5"), ("\"sha256\":\"ab\"", "\"sha256\":1"),
            ("\"topic\"", "\"pending\":{},\"topic\""), ("\"size\":71", "\"size\":69"),
            ("\"kind\":\"record\"", "\"kind\":\"odd\""), ("{\"size\":71", "{\"sizes\":71"),
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
    private func place(
        _ input: Int,
        _ offset: Int,
        sizes: [Int]?,
        openEnd: Checkpoint.OpenEnd? = nil
    ) -> Checkpoint.Place {
        Checkpoint.Place(
            input: input,
            offset: offset,
            sizes: sizes,
            openEnd: openEnd,
            digest: ConsumedDigest.Value(bytes: 0, hex: "")
        )
    }

    @Test func whatIsDoneIsPassedInAnyPieces() throws {
        for piece in [1, 3, 10, 100] {
            var passed = PassedInput(place(1, 25, sizes: [40]), path: "ck", closings: [])
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
        var shorter = PassedInput(place(0, 25, sizes: []), path: "ck", closings: [])
        _ = shorter.begin(input: 0)
        _ = try shorter.pass(24, isAtEnd: false, "'a'")
        let error = #expect(throws: CommandError.self) {
            try shorter.pass(0, isAtEnd: true, "'a'")
        }
        #expect(
            error?.report?.message
                == "'a' has only 24 bytes, but the checkpoint 'ck' covers 25"
        )
        var longer = PassedInput(place(1, 1, sizes: [3]), path: "ck", closings: [])
        _ = longer.begin(input: 0)
        _ = try longer.pass(4, isAtEnd: false, "'a'")
        #expect(throws: CommandError.self) { try longer.pass(0, isAtEnd: true, "'a'") }
        // An old file does not know how long the inputs before were.
        var old = PassedInput(place(1, 0, sizes: nil), path: "ck", closings: [])
        _ = old.begin(input: 0)
        _ = try old.pass(4, isAtEnd: false, "'a'")
        _ = try old.pass(0, isAtEnd: true, "'a'")
        let isComplete = old.begin(input: 1)
        #expect(isComplete)
    }
}

struct InputFeedTests {
    /// Where the records of these files end, each of them one.
    private func places(_ texts: [String]) throws -> [Checkpoint.Place] {
        let folder = try #require(TemporaryDirectory())
        var paths: [String] = []
        for (index, text) in texts.enumerated() {
            paths.append("\(folder.path)/\(index)")
            try Files.replace(paths[index], with: Array(text.utf8))
        }
        var feed = InputFeed(
            InputQueue(paths, standardInput: -1),
            reader: DelimitedReader(delimiter: [], rules: PieceRules(), limit: 100),
            fixed: FixedParts(),
            hash: nil
        )
        var places: [Checkpoint.Place] = []
        while true {
            switch try feed.advance(limit: 10) {
            case .exhausted: return places
            case .needsInput: _ = try feed.read()
            case .batch:
                for place in feed.batch.places {
                    let mark = InputMark(
                        input: Int32(feed.inputs.index),
                        byte: feed.base + place.end,
                        line: place.line
                    )
                    places.append(try feed.place(mark))
                }
            }
        }
    }

    @Test func placesTellEmptyFilesApart() throws {
        let texts = ["", "", "four", "", ""]
        let places = try places(texts)
        #expect(places.map(\.input) == [0, 1, 2, 3, 4])
        #expect(places.map(\.offset) == [0, 0, 4, 0, 0])
        #expect(places.map(\.lines) == [1, 2, 3, 4, 5])
        #expect(places.map(\.sizes?.count) == [0, 1, 2, 3, 4])
        #expect(places.last?.sizes == [0, 0, 4, 0])
        for (place, text) in zip(places, texts) {
            #expect(place.openEnd?.size == text.utf8.count)
            #expect(place.openEnd?.kind == .record)
        }
    }
}

/// What is behind a record that only the input's end had ended.
struct PassedEndTests {
    /// Passes `rest`, in pieces of this size, behind a place at byte 4 of an input of `size`.
    ///
    /// - Returns: how many bytes of it are passed.
    private func pass(
        _ rest: String,
        size: Int = 4,
        piece: Int,
        closings: [String] = ["\r\n", "\n"]
    ) throws -> Int {
        let place = Checkpoint.Place(
            offset: 4,
            openEnd: Checkpoint.OpenEnd(size: size, kind: .record),
            digest: ConsumedDigest.Value(bytes: 0, hex: "")
        )
        var passed = PassedInput(place, path: "ck", closings: closings.map { Array($0.utf8) })
        let isComplete = passed.begin(input: 0)
        #expect(!isComplete)
        var held: [UInt8] = []
        var done = 0
        var left = Array("done\(rest)".utf8)[...]
        while true {
            held += left.prefix(piece)
            let isAtEnd = left.isEmpty
            left = left.dropFirst(piece)
            var count = try passed.pass(held.count, isAtEnd: isAtEnd, "'f'")
            let rest = Array(held[count...])
            count += try passed.passEnd(rest.span.bytes, isAtEnd: isAtEnd, "'f'")
            done += count
            held.removeFirst(count)
            if passed.isComplete { return done - 4 }
            try #require(!isAtEnd, "complete at the latest when nothing more comes")
        }
    }

    @Test(arguments: [1, 2, 4, 5, 100])
    func whatEndsTheRecordIsPassed(piece: Int) throws {
        #expect(try pass("", piece: piece) == 0)
        #expect(try pass("\n", piece: piece) == 1)
        #expect(try pass("\nnext", piece: piece) == 1)
        #expect(try pass("\n\n", piece: piece) == 1)
        #expect(try pass("\r\n\n", piece: piece) == 2)
        // What had been read then is there: it is cut once more.
        #expect(try pass("at the end", size: 14, piece: piece) == 0)
    }

    @Test(arguments: [1, 2, 4, 5, 100])
    func whatContinuesTheRecordIsRefused(piece: Int) throws {
        for rest in ["next\n", "\r", "\rx", " \n"] {
            let error = #expect(throws: CommandError.self) { try pass(rest, piece: piece) }
            #expect(
                error?.report?.message
                    == "the last record of 'f' was incomplete at byte 4, the place of checkpoint 'ck',"
                    + " and has grown since"
            )
        }
        #expect(throws: CommandError.self) { try pass("\n", piece: piece, closings: []) }
        // Behind what was read then, nothing ends the records before.
        #expect(throws: CommandError.self) { try pass("at the end\n", size: 14, piece: piece) }
        let shorter = #expect(throws: CommandError.self) {
            try pass("at the", size: 14, piece: piece)
        }
        #expect(
            shorter?.report?.message == "'f' has 10 bytes, but had 14 at the checkpoint 'ck'"
        )
    }

    /// A closing ends a record as the end of the input does.
    @Test(arguments: [
        ([], "a\nb"), (["-D", ";"], "a;b"), (["--delimiter=--"], "a--b-"), (["-D", "ab"], "xaba"),
        (["--strip-cr"], "a\r\nb"), (["-K", ":"], "k:1\nBAD"), (["--json"], "{\"value\":1}"),
        (["--json"], "{\"value\":"), (["-f", "%k:%v\n"], "k:1"), (["-f", "%k:%v\n"], "k:"),
        (["-f", "%v{json}"], "1 2"), (["-f", "%v{json}\n"], "12"), (["-f", "%p %v\n"], "1 2"),
        (["-f", "%V{ascii}:%v\n"], "3:abc"), (["-f", "%v{re#[a-z]+#}\n"], "abc"),
    ])
    func aClosingLeavesTheRecordAsItWas(words: [String], text: String) throws {
        guard case .run(let options) = try Produce.spec.parse(["t"] + words) else {
            Issue.record("\(words)")
            return
        }
        let reader = options.input.reader(hasTopic: true)
        let alone = cut([Array(text.utf8)], by: reader)
        let closings = reader.closings(isRefused: !alone.refusals.isEmpty)
        #expect(closings.isEmpty == (words == ["--delimiter=--"]))
        for closing in closings {
            let closed = cut([Array(text.utf8) + closing], by: reader)
            #expect(closed.records == alone.records, "\(closing)")
            #expect(closed.lines == alone.lines)
            #expect(closed.refusals.count == alone.refusals.count)
            let more = cut([Array(text.utf8) + closing + Array(text.utf8)], by: reader)
            #expect(Array(more.records.prefix(alone.records.count)) == alone.records)
            #expect(more.records.count == 2 * alone.records.count)
        }
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
