// Formats, and records read and printed by them: whatever the format, it is understood or refused;
// whatever the input, its records do not depend on the pieces in which it arrives, and a binary
// format reads back what it prints.

import JSON
import KafkaCore
import Output

/// Fails the run with a sentence.
private func demand(_ condition: Bool, _ sentence: StaticString) {
    precondition(condition, "\(sentence)")
}

/// What a reader made of an input.
private struct Result: Equatable {
    var records: [OutgoingRecord] = []
    var lines: [Int] = []
    var refusals: [String] = []
}

/// Reads the first line of an input as a format, and the rest of it by that format.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return 0 }
    let format = String(decoding: parts[0], as: UTF8.self)
    let input = [UInt8](parts[1])
    guard let template = try? FormatTemplate(format) else { return 0 }
    demand(!template.pieces.isEmpty, "a format has a piece")
    // Compiling an expression may take as long as it likes: it is the user's own.
    guard !format.contains("{re") else { return 0 }
    if let output = try? OutputTemplate(template) { printSample(output, input) }
    guard let ready = try? InputTemplate(template) else { return 0 }
    let bound = [16, 100, 100_000][count % 3]
    let whole = read(input, by: ready, bound: bound, piece: max(input.count, 1))
    demand(whole.records.count + whole.refusals.count <= input.count, "a record has a byte")
    for piece in [1, 5] {
        let other = read(input, by: ready, bound: bound, piece: piece)
        demand(other == whole, "the pieces make no difference")
    }
    roundTrip(whole.records)
    return 0
}

/// Cuts an input that arrives in pieces of a size.
private func read(_ input: [UInt8], by template: InputTemplate, bound: Int, piece: Int) -> Result {
    var reader = TemplateReader(
        template,
        rules: PieceRules(),
        limit: 50,
        needsTopic: false,
        bound: bound
    )
    var batch = RecordBatch()
    var result = Result()
    var block: [UInt8] = []
    var arrived = 0
    reader.beginInput()
    while true {
        let isAtEnd = arrived == input.count
        while true {
            batch.removeAll()
            let held = block
            let span = held.span.bytes
            let next = reader.cut(span, from: 0, isAtEnd: isAtEnd, limit: 1 + piece, into: &batch)
            demand(next <= held.count, "no more is dealt with than there is")
            for index in batch.records.indices {
                result.records.append(batch.record(index, of: span))
                result.lines.append(batch.places[index].line)
            }
            for refusal in batch.refusals {
                if let range = refusal.input { demand(range.upperBound <= held.count, "in bounds") }
                result.refusals.append("\(refusal.place.line) \(refusal.reason)")
            }
            if batch.isEmpty, next == 0 { break }
            block.removeFirst(next)
        }
        if isAtEnd {
            demand(block.isEmpty, "all has been dealt with")
            return result
        }
        let end = min(arrived + piece, input.count)
        block += input[arrived..<end]
        arrived = end
    }
}

private func withSpan(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
    if let bytes { body(bytes.span.bytes) } else { body(nil) }
}

private func printSample(_ template: OutputTemplate, _ bytes: [UInt8]) {
    for isForTerminal in [false, true] {
        var printer = RecordPrinter(.template(template), isForTerminal: isForTerminal)
        let topic = printer.addTopic("topic")
        printer.headers.append(name: bytes.span.bytes, value: nil)
        printer.headers.append(name: "b".utf8.span.bytes, value: bytes.span.bytes)
        printer.print(
            topic: topic,
            partition: 1,
            offset: .max,
            timestamp: (Int64(bytes.count) << 50, .create),
            key: nil,
            value: bytes.span.bytes
        )
    }
}

/// Prints records by a format that tells everything apart, and reads them.
private func roundTrip(_ records: [OutgoingRecord]) {
    let format =
        "%d{big64}%K{big32}%k%V{big32}%v%H{big16}%h{%K{big16}%k%V{big16}%v}%p{big32}"
    guard let template = try? FormatTemplate(format), let output = try? OutputTemplate(template),
        let input = try? InputTemplate(template)
    else { preconditionFailure("the format is sound") }
    var printer = RecordPrinter(.template(output), isForTerminal: false)
    let topic = printer.addTopic("topic")
    var expected: [OutgoingRecord] = []
    for record in records {
        printer.headers.removeAll()
        for header in record.headers {
            withSpan(header.value) {
                printer.headers.append(name: header.name.span.bytes, value: $0)
            }
        }
        withSpan(record.key) { key in
            withSpan(record.value) { value in
                printer.print(
                    topic: topic,
                    partition: record.partition ?? 0,
                    offset: 0,
                    timestamp: record.timestamp.map { ($0, .create) },
                    key: key,
                    value: value
                )
            }
        }
        var record = record
        record.partition = record.partition ?? 0
        expected.append(record)
    }
    guard printer.cutNumbers == 0 else { return }
    let text = printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    let back = read(text, by: input, bound: 100_000, piece: 100)
    demand(back.records == expected, "what is printed is read back")
}
