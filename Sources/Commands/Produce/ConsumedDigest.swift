// The digest of the input up to a place that lies behind what has been read.
//
// 1. Bytes are added in their order, as they are cut; the digest is asked for at a place before,
//    since acknowledgements come later.
// 2. States of the digest are kept at ends of records: at most 4 KiB and one record apart, and closer
//    at the beginning, so that little of what a checkpoint covers is outside its digest.
// 3. Where the bytes behind such a state are still in the block, the digest is of all up to the place.

import CommandKit
import Crypto
import JSON

/// The digest of what has been cut from the inputs.
final class ConsumedDigest {
    /// A digest, and of how many bytes from the beginning it is.
    struct Value: Equatable {
        var bytes: Int
        var hex: String
    }

    /// The state after `end` bytes.
    private final class Mark {
        let end: Int
        let hash: SHA256

        init(_ end: Int, _ hash: consuming SHA256) {
            self.end = end
            self.hash = hash
        }
    }

    /// The number of bytes added.
    private(set) var end = 0
    /// True once the first bytes turned out to be others than expected.
    private(set) var isRefuted = false

    private var hash: SHA256
    private var marks: [Mark]
    private var expected: Value?

    /// The longest distance between two marks, when records are short.
    private static let distance = 4096
    private static let mostMarks = 4096

    /// Begins with no bytes.
    init() throws(CommandError) {
        hash = try .begin()
        marks = [Mark(0, try .begin())]
    }

    /// Compares the first bytes with those of an earlier run, as they are added.
    func expect(_ value: Value) {
        expected = value
    }

    /// Adds bytes.
    func add(_ bytes: RawSpan) throws(CommandError) {
        if let expected, expected.bytes <= end + bytes.byteCount {
            let first = expected.bytes - end
            self.expected = nil
            hash.update(bytes.extracting(0..<first))
            isRefuted = try Self.hex(of: hash) != expected.hex
            hash.update(bytes.extracting(first..<bytes.byteCount))
        } else {
            hash.update(bytes)
        }
        end += bytes.byteCount
    }

    /// True when a record that ends at `place` gets a mark.
    func isDue(at place: Int) -> Bool {
        place - (marks.last?.end ?? 0) >= min(Self.distance, place / 16)
    }

    /// Keeps the state, unless it is kept.
    func mark() throws(CommandError) {
        guard marks.last?.end != end else { return }
        marks.append(Mark(end, try Self.copy(of: hash)))
        guard marks.count > Self.mostMarks else { return }
        // Every second one goes: what is far behind can do with fewer.
        marks = marks.indices.filter { $0 % 2 == 0 || $0 == marks.count - 1 }.map { marks[$0] }
    }

    /// Returns the digest of all bytes before `place`, or of as many as are still known.
    ///
    /// `block` holds the bytes from `base` on. Places that are asked for never go back.
    func value(
        at place: Int,
        _ block: RawSpan,
        from base: Int
    ) throws(CommandError) -> Value {
        marks.removeFirst(marks.lastIndex { $0.end <= place } ?? 0)
        let mark = marks[0]
        guard mark.end >= base, place <= base + block.byteCount, place > mark.end else {
            return Value(bytes: mark.end, hex: try Self.hex(of: mark.hash))
        }
        var hash = try Self.copy(of: mark.hash)
        hash.update(block.extracting(mark.end - base..<place - base))
        return Value(bytes: place, hex: try Self.finish(hash))
    }

    /// Returns the digest of no bytes.
    static func ofNothing() throws(CommandError) -> String {
        try finish(.begin())
    }

    private static func copy(of hash: borrowing SHA256) throws(CommandError) -> SHA256 {
        do { return try hash.copy() } catch { throw CommandError(error) }
    }

    private static func hex(of hash: borrowing SHA256) throws(CommandError) -> String {
        try finish(copy(of: hash))
    }

    private static func finish(_ hash: consuming SHA256) throws(CommandError) -> String {
        do { return try hash.hex() } catch { throw CommandError(error) }
    }
}
