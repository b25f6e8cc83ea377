// Input cut into records by a reader, in the pieces in which it arrives.

package import KafkaCore
package import Records

/// What a reader made of its input.
package struct Cut: Equatable {
    package var records: [OutgoingRecord] = []
    package var lines: [Int] = []
    package var refusals: [String] = []

    package var values: [String?] {
        records.map { $0.value.map { String(decoding: $0, as: UTF8.self) } }
    }
    package var keys: [String?] {
        records.map { $0.key.map { String(decoding: $0, as: UTF8.self) } }
    }
}

/// Cuts blocks that arrive one after another.
package func cut(
    _ blocks: [[UInt8]],
    by reader: any RecordReader,
    fixed: FixedParts = FixedParts(),
    limit: Int = 1000
) -> Cut {
    var reader = reader
    var batch = RecordBatch(fixed)
    var result = Cut()
    var block: [UInt8] = []
    reader.beginInput()
    func takeAll(isAtEnd: Bool) {
        while true {
            batch.removeAll()
            let held = block
            let input = held.span.bytes
            let next = reader.cut(input, from: 0, isAtEnd: isAtEnd, limit: limit, into: &batch)
            for index in batch.records.indices {
                result.records.append(batch.record(index, of: input))
                result.lines.append(batch.places[index].line)
            }
            result.refusals += batch.refusals.map { refusal in
                let column =
                    switch refusal.reason {
                    case .malformed(_, let column?), .header(_, let column?): ":\(column)"
                    case .malformed, .header, .tooLarge, .kept: ""
                    }
                return "\(refusal.place.line)\(column): \(refusal.text)"
            }
            if batch.isEmpty, next == 0 { return }
            block.removeFirst(next)
        }
    }
    for arrived in blocks {
        block += arrived
        takeAll(isAtEnd: false)
    }
    takeAll(isAtEnd: true)
    if !block.isEmpty { result.refusals.append("\(block.count) bytes were left") }
    return result
}

extension Refusal {
    /// Why, in one line.
    package var text: String {
        switch reason {
        case .tooLarge(let limit): "\(size) bytes, and the limit is \(limit)"
        case .malformed(let text, _), .header(let text, _), .kept(_, let text): text
        }
    }
}
