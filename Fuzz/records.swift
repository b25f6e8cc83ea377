// Input cut into records, in each of its forms: however the bytes arrive, the same records come out,
// every byte is dealt with once, and no slice points outside its block.

import JSON
import KafkaCore

/// Fails the run with a sentence.
private func demand(_ condition: Bool, _ sentence: StaticString) {
    precondition(condition, "\(sentence)")
}

/// What a reader made of its input: records and refusals as they came.
private func cut(_ bytes: [UInt8], by form: any RecordReader, pieces: Int) -> [String] {
    var reader = form
    var batch = RecordBatch(FixedParts(headers: [RecordHeader(name: [1], value: nil)]))
    var made: [String] = []
    var block: [UInt8] = []
    reader.beginInput()
    func takeAll(isAtEnd: Bool) {
        while true {
            batch.removeAll()
            let held = block
            let input = held.span.bytes
            let next = reader.cut(input, from: 0, isAtEnd: isAtEnd, limit: 3, into: &batch)
            demand(next >= 0 && next <= held.count, "what was dealt with was there")
            demand(batch.records.count <= 3, "no more records than asked for")
            demand(batch.records.count == batch.places.count, "each record has a place")
            var refusals = batch.refusals[...]
            for index in 0...batch.records.count {
                while let refusal = refusals.first, refusal.index == index {
                    made.append("\(refusal.place.line) \(refusal.size) \(refusal.reason)")
                    refusals.removeFirst()
                }
                guard index < batch.records.count else { break }
                demand(batch.places[index].end <= next, "a record was dealt with")
                let record = batch.record(index, of: input)
                demand(record.headers.last?.name == [1], "the fixed header is there")
                made.append("\(batch.places[index].line) \(record)")
            }
            demand(refusals.isEmpty, "each refusal has its place among the records")
            if batch.isEmpty, next == 0 { return }
            block.removeFirst(next)
        }
    }
    for start in stride(from: 0, to: bytes.count, by: pieces) {
        block += bytes[start..<min(start + pieces, bytes.count)]
        takeAll(isAtEnd: false)
    }
    takeAll(isAtEnd: true)
    demand(block.isEmpty, "all of the input was dealt with")
    return made
}

/// Reads one input in every form.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let comma = UInt8(ascii: ",")
    let rules = PieceRules(
        keySeparator: [comma],
        nullMarker: [UInt8(ascii: "-")],
        emptyIsNull: true,
        stripsCarriageReturn: true,
        skipsEmpty: true
    )
    let forms: [any RecordReader] = [
        DelimitedReader(delimiter: [10], rules: PieceRules(), limit: 20),
        DelimitedReader(delimiter: [10, 97], rules: rules, limit: 20),
        DelimitedReader(delimiter: [], rules: PieceRules(), limit: 100),
        JSONLineReader(limit: 50, needsTopic: count.isMultiple(of: 2)),
        CSVReader(separator: comma, rules: PieceRules(), limit: 40, needsTopic: false),
    ]
    for form in forms {
        let whole = cut(bytes, by: form, pieces: max(bytes.count, 1))
        demand(cut(bytes, by: form, pieces: 3) == whole, "how bytes arrive makes no difference")
    }
    return 0
}
