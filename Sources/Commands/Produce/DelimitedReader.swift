// Lines, or whatever stands between two delimiters, as records.

import JSON
import KafkaCore

/// How a piece of input becomes a record.
struct PieceRules {
    /// What stands between key and value; empty when there is no key.
    var keySeparator: [UInt8] = []
    /// A key or value that means null.
    var nullMarker: [UInt8]?
    /// An empty value means null, and so does an empty key.
    var emptyIsNull = false
    /// Every value is null; what is read are the keys, unless there is a fixed one.
    var isTombstone = false
    /// A carriage return at the end of a piece does not belong to it.
    var stripsCarriageReturn = false
    /// An empty piece is no record.
    var skipsEmpty = false

    /// Whether a piece is a value as it stands.
    var isPlain: Bool {
        keySeparator.isEmpty && nullMarker == nil && !emptyIsNull && !isTombstone
            && !stripsCarriageReturn && !skipsEmpty
    }
}

/// Records between delimiters.
struct DelimitedReader: RecordReader {
    private let rules: PieceRules
    private var pieces: PieceCutter
    var line = 0

    init(delimiter: [UInt8], rules: PieceRules, limit: Int) {
        self.rules = rules
        pieces = PieceCutter(delimiter: delimiter, limit: limit)
    }

    mutating func beginInput() {
        pieces.begin()
    }

    mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        var position = start
        let isPlain = rules.isPlain
        var count = 0
        while count < limit {
            switch pieces.next(input, from: position, isAtEnd: isAtEnd) {
            case .none(let next):
                return next
            case .tooLarge(let size, let next):
                line += 1
                batch.refuse(
                    .tooLarge(limit: pieces.limit),
                    line: line,
                    end: next,
                    input: nil,
                    size: size
                )
                position = next
            case .whole(let range, let next):
                line += 1
                position = next
                if isPlain {
                    var record = batch.model
                    record.value = ByteSlice(range)
                    batch.append(record, line: line, end: next)
                } else {
                    add(range, of: input, end: next, to: &batch)
                }
            }
            count += 1
        }
        return position
    }

    private func add(
        _ piece: Range<Int>,
        of input: RawSpan,
        end: Int,
        to batch: inout RecordBatch
    ) {
        var rest = piece
        if rules.stripsCarriageReturn, !rest.isEmpty, input.has([0x0d], at: rest.upperBound - 1) {
            rest = rest.dropLast()
        }
        if rules.skipsEmpty, rest.isEmpty { return }
        var record = batch.model
        if !rules.keySeparator.isEmpty {
            let line = input.extracting(rest)
            if let found = line.firstIndex(of: rules.keySeparator) {
                let key = rest.lowerBound..<rest.lowerBound + found
                record.key = field(key, of: input)
                rest = key.upperBound + rules.keySeparator.count..<rest.upperBound
            } else if rules.isTombstone {
                record.key = field(rest, of: input)
            } else {
                return batch.refuse(
                    .malformed("no key separator", column: nil),
                    line: self.line,
                    end: end,
                    input: piece,
                    size: piece.count
                )
            }
        } else if rules.isTombstone, record.key == nil {
            record.key = field(rest, of: input)
        }
        record.value = rules.isTombstone ? nil : field(rest, of: input)
        batch.append(record, line: line, end: end)
    }

    /// A key or value; nil when it means null.
    private func field(_ range: Range<Int>, of input: RawSpan) -> ByteSlice? {
        if range.isEmpty, rules.emptyIsNull { return nil }
        if let marker = rules.nullMarker, range.count == marker.count,
            input.has(marker, at: range.lowerBound)
        {
            return nil
        }
        return ByteSlice(range)
    }
}
