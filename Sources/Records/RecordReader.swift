// What every form of input has in common: it is cut into records, a batch at a time.

import JSON
import KafkaCore

/// Cuts records off a block of input: bytes in, slices out, no I/O.
///
/// Every byte is part of one record, of one refusal, or between two of them.
package protocol RecordReader {
    /// The number of lines, or records where there are no lines, cut from all inputs.
    var line: Int { get set }

    /// Cuts at most `limit` records off `input`, beginning at `start`.
    ///
    /// `isAtEnd` says that nothing comes behind `input`.
    /// - Returns: where what has been processed ends; the rest is passed in again, with more behind
    ///   it. When `isAtEnd`, fewer than `limit` records mean that all has been processed.
    mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int

    /// Begins a new input: a file, or one more of them.
    mutating func beginInput()

    /// True when where the next record of this input begins cannot be known.
    var isLost: Bool { get }

    /// Returns the texts that may follow a record which only the end of its input has ended: each
    /// ends it too, and leaves it as it was.
    ///
    /// `isRefused`: what was cut there could not become a record.
    func closings(isRefused: Bool) -> [[UInt8]]
}

extension RecordReader {
    package var isLost: Bool { false }

    package func closings(isRefused: Bool) -> [[UInt8]] { [] }
}

/// The pieces between delimiters, with bounds on their size.
package struct PieceCutter {
    /// The bytes that end a piece; empty when all of an input is one.
    package let delimiter: [UInt8]
    /// The largest piece; a larger one is passed over.
    package let limit: Int

    private var searched = 0
    private var passedOver = 0
    private var hasCut = false

    /// A piece, or what is known of one that was too large.
    private enum Piece {
        /// The bytes of one piece, and where the next begins.
        case whole(Range<Int>, next: Int)
        /// A piece of this size was passed over, up to where the next begins.
        case tooLarge(size: Int, next: Int)
        /// No piece is complete; what lies before this index has been processed.
        case none(next: Int)
    }

    package init(delimiter: [UInt8], limit: Int) {
        self.delimiter = delimiter
        self.limit = limit
    }

    /// The bytes that end a piece that had no end: the delimiter.
    ///
    /// None where the delimiter can overlap itself, since its end may stand in the piece already.
    package var closings: [[UInt8]] {
        let overlaps = (1..<max(delimiter.count, 1)).contains { count in
            delimiter.suffix(count) == delimiter.prefix(count)
        }
        return delimiter.isEmpty || overlaps ? [] : [delimiter]
    }

    /// Begins a new input.
    package mutating func begin() {
        searched = 0
        passedOver = 0
        hasCut = false
    }

    /// Cuts at most `count` pieces off `input`, from `start` on; those too large are refused.
    ///
    /// `line` counts them. `take` gets the range of each piece, and where the next begins.
    /// - Returns: where what has been processed ends.
    @inline(__always)
    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        count: Int,
        into batch: inout RecordBatch,
        line: inout Int,
        refusing largest: Int,
        take: (Range<Int>, Int, Int, inout RecordBatch) -> Void
    ) -> Int {
        var position = start
        for _ in 0..<count {
            switch next(input, from: position, isAtEnd: isAtEnd) {
            case .none(let next): return next
            case .tooLarge(let size, let next):
                line += 1
                position = next
                batch.refuse(
                    .tooLarge(limit: largest),
                    line: line,
                    end: next,
                    input: nil,
                    size: size
                )
            case .whole(let range, let next):
                line += 1
                position = next
                take(range, next, line, &batch)
            }
        }
        return position
    }

    /// Returns the next piece of `input` at or behind `start`.
    private mutating func next(_ input: RawSpan, from start: Int, isAtEnd: Bool) -> Piece {
        if !delimiter.isEmpty,
            let found = input.firstIndex(of: delimiter, from: start + searched)
        {
            searched = 0
            return piece(start..<found, next: found + delimiter.count)
        }
        if isAtEnd {
            searched = 0
            let rest = start..<input.byteCount
            // An input without a delimiter is one record, even when it is empty.
            if rest.isEmpty, passedOver == 0, !delimiter.isEmpty || hasCut {
                return .none(next: start)
            }
            return piece(rest, next: input.byteCount)
        }
        let pending = input.byteCount - start
        // The last bytes may be the beginning of a delimiter.
        let overlap = max(delimiter.count - 1, 0)
        guard pending > limit + overlap || passedOver > 0 else {
            searched = max(pending - overlap, 0)
            return .none(next: start)
        }
        let dropped = max(pending - overlap, 0)
        passedOver += dropped
        searched = 0
        return .none(next: start + dropped)
    }

    private mutating func piece(_ range: Range<Int>, next: Int) -> Piece {
        hasCut = true
        let size = passedOver + range.count
        passedOver = 0
        return size > limit ? .tooLarge(size: size, next: next) : .whole(range, next: next)
    }
}
