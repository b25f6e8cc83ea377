// Comma-separated values (RFC 4180) as records: the first line names the columns.
//
// 1. A line's end inside quotes belongs to the field; whether a byte is inside is known from the
//    bytes before it, so that nothing is read twice however the input arrives.
// 2. A row that does not fit the columns is refused alone. Of an input whose first line cannot be
//    understood nothing can be read.

import JSON
import KafkaCore

/// Rows as records.
package struct CSVReader: RecordReader {
    package var line = 0

    private let separator: UInt8
    private let rules: PieceRules
    private let limit: Int
    private let needsTopic: Bool
    private var columns: [CSVColumn]?
    private var scanned = 0
    private var isQuoted = false
    private var passedOver = 0
    package private(set) var isLost = false

    /// `needsTopic`: a column has to name each record's topic.
    package init(separator: UInt8, rules: PieceRules, limit: Int, needsTopic: Bool) {
        self.separator = separator
        self.rules = rules
        self.limit = limit
        self.needsTopic = needsTopic
    }

    package mutating func beginInput() {
        columns = nil
        isLost = false
        scanned = 0
        isQuoted = false
        passedOver = 0
    }

    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        var position = start
        for _ in 0..<limit {
            if isLost { return input.byteCount }
            guard let end = rowEnd(input, from: position, isAtEnd: isAtEnd) else {
                // More than any record may have, and no end of it: it is let go.
                guard scanned > self.limit + 65_536 || passedOver > 0 else { return position }
                position += scanned
                passedOver += scanned
                scanned = 0
                return position
            }
            let next = min(end + 1, input.byteCount)
            let row = position..<end
            let first = line + 1
            line += lines(in: input.extracting(row)) + 1
            position = next
            let size = passedOver + row.count
            passedOver = 0
            if size > self.limit + 65_536 {
                batch.refuse(
                    .tooLarge(limit: self.limit),
                    line: first,
                    end: next,
                    input: nil,
                    size: size
                )
            } else {
                add(row, of: input, line: first, end: next, to: &batch)
            }
        }
        return position
    }

    /// Returns where the row at `start` ends: at a line's end outside quotes, or with the input.
    private mutating func rowEnd(_ input: RawSpan, from start: Int, isAtEnd: Bool) -> Int? {
        let bytes = input.extracting(start..<input.byteCount)
        while scanned < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: scanned, as: UInt8.self)
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "\n"), !isQuoted { break }
            scanned += 1
        }
        let isFound = scanned < bytes.byteCount
        guard isFound || isAtEnd && (bytes.byteCount > 0 || passedOver > 0) else { return nil }
        defer {
            scanned = 0
            isQuoted = false
        }
        return start + scanned
    }

    private func lines(in row: RawSpan) -> Int {
        var count = 0
        var index = 0
        while let found = row.firstIndex(of: UInt8(ascii: "\n"), from: index) {
            count += 1
            index = found + 1
        }
        return count
    }

    private mutating func add(
        _ row: Range<Int>,
        of input: RawSpan,
        line: Int,
        end: Int,
        to batch: inout RecordBatch
    ) {
        var row = row
        if !row.isEmpty, input.has([0x0d], at: row.upperBound - 1) { row = row.dropLast() }
        if row.isEmpty { return }
        do throws(CSVFault) {
            let fields = try CSVFields(row, of: input, separator, into: &batch).fields
            guard let columns else {
                self.columns = try CSVColumn.named(by: fields, of: input, &batch, needsTopic)
                return
            }
            guard fields.count == columns.count else {
                throw CSVFault(
                    column: 1,
                    "\(fields.count) of \(columns.count) fields"
                )
            }
            let record = try CSVRow(fields: fields, columns: columns, rules: rules)
                .record(of: input, into: &batch)
            guard record.size <= limit else {
                return batch.refuse(
                    .tooLarge(limit: limit),
                    line: line,
                    end: end,
                    input: row,
                    size: record.size
                )
            }
            batch.append(record, line: line, end: end)
        } catch {
            isLost = columns == nil
            batch.refuse(
                isLost
                    ? .header(error.reason, column: error.column)
                    : .malformed(error.reason, column: error.column),
                line: line,
                end: end,
                input: row,
                size: row.count
            )
        }
    }
}
