// Lines, or whatever stands between two delimiters, as records.

import JSON
import KafkaCore

/// The rules by which a piece of input becomes a record.
package struct PieceRules {
    /// The bytes between key and value; empty when there is no key.
    package var keySeparator: [UInt8] = []
    /// A key or value that means null.
    package var nullMarker: [UInt8]?
    /// An empty value means null, and so does an empty key.
    package var emptyIsNull = false
    /// Every value is null; what is read are the keys, unless there is a fixed one.
    package var isTombstone = false
    /// A carriage return at the end of a piece does not belong to it.
    package var stripsCarriageReturn = false
    /// An empty piece is no record.
    package var skipsEmpty = false

    /// Rules by which a piece is a value as it stands.
    package init() {}

    /// True when a piece is a value as it stands.
    package var isPlain: Bool {
        keySeparator.isEmpty && nullMarker == nil && !emptyIsNull && !isTombstone
            && !stripsCarriageReturn && !skipsEmpty
    }
}

/// Records between delimiters.
package struct DelimitedReader: RecordReader {
    private let rules: PieceRules
    private var pieces: PieceCutter
    package var line = 0

    package init(delimiter: [UInt8], rules: PieceRules, limit: Int) {
        self.rules = rules
        pieces = PieceCutter(delimiter: delimiter, limit: limit)
    }

    package mutating func beginInput() {
        pieces.begin()
    }

    package func closings(isRefused: Bool) -> [[UInt8]] {
        let closings = pieces.closings
        return rules.stripsCarriageReturn ? closings + closings.map { [0x0d] + $0 } : closings
    }

    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        let rules = rules
        let isPlain = rules.isPlain
        return pieces.cut(
            input,
            from: start,
            isAtEnd: isAtEnd,
            count: limit,
            into: &batch,
            line: &line,
            refusing: pieces.limit
        ) { range, end, line, batch in
            if isPlain {
                var record = batch.model
                record.value = ByteSlice(range)
                batch.append(record, line: line, end: end)
            } else {
                rules.add(range, of: input, line: line, end: end, to: &batch)
            }
        }
    }
}

extension PieceRules {
    /// Makes a record of a piece, or refuses it.
    fileprivate func add(
        _ piece: Range<Int>,
        of input: RawSpan,
        line: Int,
        end: Int,
        to batch: inout RecordBatch
    ) {
        var rest = piece
        if stripsCarriageReturn, !rest.isEmpty, input.has([0x0d], at: rest.upperBound - 1) {
            rest = rest.dropLast()
        }
        if skipsEmpty, rest.isEmpty { return }
        var record = batch.model
        if !keySeparator.isEmpty {
            if let found = input.extracting(rest).firstIndex(of: keySeparator) {
                let key = rest.lowerBound..<rest.lowerBound + found
                record.key = field(key, of: input)
                rest = key.upperBound + keySeparator.count..<rest.upperBound
            } else if isTombstone {
                record.key = field(rest, of: input)
            } else {
                return batch.refuse(
                    .malformed("no key separator", column: nil),
                    line: line,
                    end: end,
                    input: piece,
                    size: piece.count
                )
            }
        } else if isTombstone, record.key == nil {
            record.key = field(rest, of: input)
        }
        record.value = isTombstone ? nil : field(rest, of: input)
        batch.append(record, line: line, end: end)
    }

    /// Returns a key or value; nil when it means null.
    private func field(_ range: Range<Int>, of input: RawSpan) -> ByteSlice? {
        if range.isEmpty, emptyIsNull { return nil }
        if let marker = nullMarker, range.count == marker.count,
            input.has(marker, at: range.lowerBound)
        {
            return nil
        }
        return ByteSlice(range)
    }
}
