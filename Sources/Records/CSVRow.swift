// One row of comma-separated values: its fields, and the record that they make.

import JSON
package import KafkaCore
import Output

/// A fault of a row, and the byte it is at, from 1.
package struct CSVFault: Error {
    package let column: Int
    package let reason: String

    package init(column: Int, _ reason: String) {
        self.column = column
        self.reason = reason
    }
}

/// The fields of a row.
package struct CSVFields {
    package private(set) var fields: [ByteSlice] = []

    /// Takes a row apart; fields with quotes inside are made in `batch`.
    package init(
        _ row: Range<Int>,
        of input: RawSpan,
        _ separator: UInt8,
        into batch: inout RecordBatch
    ) throws(CSVFault) {
        let quote = UInt8(ascii: "\"")
        var index = row.lowerBound
        while true {
            if index < row.upperBound, input.has([quote], at: index) {
                index = try quoted(from: index + 1, row, of: input, into: &batch)
            } else {
                let rest = input.extracting(index..<row.upperBound)
                let end = rest.firstIndex(of: separator).map { index + $0 } ?? row.upperBound
                if let found = input.extracting(index..<end).firstIndex(of: quote) {
                    throw CSVFault(
                        column: index + found - row.lowerBound + 1,
                        "a quote in a field that does not begin with one"
                    )
                }
                fields.append(ByteSlice(index..<end))
                index = end
            }
            guard index < row.upperBound else { return }
            guard input.has([separator], at: index) else {
                throw CSVFault(
                    column: index - row.lowerBound + 1,
                    "text follows a closing quote"
                )
            }
            index += 1
        }
    }

    /// Reads a field whose opening quote lies before `start`; where it ends.
    private mutating func quoted(
        from start: Int,
        _ row: Range<Int>,
        of input: RawSpan,
        into batch: inout RecordBatch
    ) throws(CSVFault) -> Int {
        let quote = UInt8(ascii: "\"")
        let made = batch.made.count
        var index = start
        var pieces = 0
        while true {
            let rest = input.extracting(index..<row.upperBound)
            guard let found = rest.firstIndex(of: quote) else {
                throw CSVFault(column: start - row.lowerBound, "the quote is not closed")
            }
            let end = index + found
            let isDoubled = end + 1 < row.upperBound && input.has([quote], at: end + 1)
            if !isDoubled {
                if pieces == 0 {
                    fields.append(ByteSlice(index..<end))
                } else {
                    batch.made.append(input.extracting(index..<end))
                    fields.append(ByteSlice(made..<batch.made.count, in: .made))
                }
                return end + 1
            }
            batch.made.append(input.extracting(index...end))
            pieces += 1
            index = end + 2
        }
    }
}

/// The meaning of a column of the input.
package enum CSVColumn: Equatable {
    case topic
    case partition
    case timestamp
    case key
    case value
    case header(name: [UInt8])
    /// A member of the object that is the value when no column is called so.
    case member(name: [UInt8])

    private static let known = "columns are value, key, topic, partition, timestamp and header.NAME"

    /// Returns the columns that a first line names.
    package static func named(
        by fields: [ByteSlice],
        of input: RawSpan,
        _ batch: inout RecordBatch,
        _ needsTopic: Bool
    ) throws(CSVFault) -> [CSVColumn] {
        var columns: [CSVColumn] = []
        var firstMember: (name: [UInt8], column: Int)?
        var place = 1
        for field in fields {
            let name = batch.bytes(of: field, input)
            let prefix = Array("header.".utf8)
            switch String(decoding: name, as: UTF8.self) {
            case "topic": columns.append(.topic)
            case "partition": columns.append(.partition)
            case "timestamp": columns.append(.timestamp)
            case "key": columns.append(.key)
            case "value": columns.append(.value)
            default:
                guard !name.starts(with: prefix) else {
                    columns.append(.header(name: Array(name.dropFirst(prefix.count))))
                    break
                }
                if firstMember == nil { firstMember = (name, place) }
                columns.append(.member(name: name))
            }
            place += field.range.count + 1
        }
        let hasValue = columns.contains(.value)
        if hasValue, let (name, column) = firstMember {
            let unknown = String(decoding: name.prefix(40), as: UTF8.self)
            throw CSVFault(column: column, "unknown column '\(unknown)' beside 'value'; \(known)")
        }
        if !hasValue, firstMember == nil {
            throw CSVFault(column: 1, "no column for the value; \(known)")
        }
        if needsTopic, !columns.contains(.topic) {
            throw CSVFault(column: 1, "no column 'topic', and no TOPIC was named")
        }
        return columns
    }
}

/// A row that fits its columns.
package struct CSVRow {
    package let fields: [ByteSlice]
    package let columns: [CSVColumn]
    package let rules: PieceRules

    /// Returns the record that the row makes.
    package func record(of input: RawSpan, into batch: inout RecordBatch) throws(CSVFault)
        -> RecordSlice
    {
        var record = batch.model
        let firstHeader = batch.headers.count
        var members: [(name: [UInt8], value: [UInt8])] = []
        for (field, column) in zip(fields, columns) {
            switch column {
            case .topic:
                record.topic = batch.number(of: batch.bytes(of: field, input).span.bytes)
            case .partition:
                if let number = try number(field, input, batch, "partition") {
                    guard let partition = Int32(exactly: number), partition >= 0 else {
                        throw CSVFault(column: 1, "partition \(number) is not one")
                    }
                    if batch.model.partition == nil { record.partition = partition }
                }
            case .timestamp:
                record.timestamp =
                    try time(field, input, batch) ?? batch.model.timestamp
                if record.timestamp == 0 {
                    throw CSVFault(column: 1, "a timestamp of 0 cannot be sent")
                }
            case .key: record.key = nulled(field, input, batch)
            case .value: record.value = nulled(field, input, batch)
            case .header(let name):
                let start = batch.made.count
                batch.made.append(name.span.bytes)
                let slice = ByteSlice(start..<batch.made.count, in: .made)
                batch.append(HeaderSlice(name: slice, value: nulled(field, input, batch)))
            case .member(let name):
                members.append((name, batch.bytes(of: field, input)))
            }
        }
        if !members.isEmpty { record.value = try object(members, into: &batch) }
        record.headers =
            batch.headers.count == firstHeader
            ? batch.model.headers : batch.headers(since: firstHeader)
        return record
    }

    private func object(
        _ members: [(name: [UInt8], value: [UInt8])],
        into batch: inout RecordBatch
    ) throws(CSVFault) -> ByteSlice {
        let start = batch.made.count
        for (index, member) in members.enumerated() {
            batch.made.append(index == 0 ? "{\"" : ",\"")
            guard batch.made.appendEscaped(member.name.span.bytes) else {
                throw CSVFault(column: 1, "the name of a column is not UTF-8")
            }
            batch.made.append("\":\"")
            guard batch.made.appendEscaped(member.value.span.bytes) else {
                throw CSVFault(column: 1, "a field is not UTF-8")
            }
            batch.made.append("\"")
        }
        batch.made.append("}")
        return ByteSlice(start..<batch.made.count, in: .made)
    }

    private func nulled(
        _ field: ByteSlice,
        _ input: RawSpan,
        _ batch: borrowing RecordBatch
    ) -> ByteSlice? {
        if field.range.isEmpty, rules.emptyIsNull { return nil }
        if let marker = rules.nullMarker, batch.bytes(of: field, input) == marker { return nil }
        return field
    }

    private func text(
        _ field: ByteSlice,
        _ input: RawSpan,
        _ batch: borrowing RecordBatch
    ) -> String {
        String(decoding: batch.bytes(of: field, input), as: UTF8.self)
    }

    /// Returns a time; nil for an empty field.
    private func time(
        _ field: ByteSlice,
        _ input: RawSpan,
        _ batch: borrowing RecordBatch
    ) throws(CSVFault) -> Int64? {
        if field.range.isEmpty { return nil }
        let text = text(field, input, batch)
        guard let time = CalendarTime.recordMilliseconds(text) else {
            let forms = CalendarTime.recordForms
            throw CSVFault(column: 1, "'\(text.prefix(40))' is no timestamp such as \(forms)")
        }
        return time
    }

    /// Returns a number; nil for an empty field.
    private func number(
        _ field: ByteSlice,
        _ input: RawSpan,
        _ batch: borrowing RecordBatch,
        _ name: String
    ) throws(CSVFault) -> Int64? {
        if field.range.isEmpty { return nil }
        let text = text(field, input, batch)
        guard let number = Int64(text) else {
            throw CSVFault(column: 1, "'\(text.prefix(40))' is no \(name)")
        }
        return number
    }
}
