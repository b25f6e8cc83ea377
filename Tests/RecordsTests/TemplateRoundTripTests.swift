// What a format prints, the same format reads; and no bytes at all make a reader's result depend on
// how they arrive.

@testable import Records
import JSON
import KafkaCore
import Output
import TestSupport
import Testing

private let binary =
    "%d{big64}%K{big32}%k%V{big32}%v%H{big16}%h{%K{big16}%k%V{big16}%v}%p{big32}"
private let little =
    "%p{little32}%V{little64}%K{little16}%v%k%d{hex64}%H{byte}%h{%V{hex8}%v%K{little8}%k}%t\\n"
private let ascii = #"%d %K:%k %V:%v %H:%h{%K %k%V %v;}%p\n"#
private let encoded = #"%k{hex} %v{base64} %H %h{%k{base64raw}=%v{hex},}%d %p{hex}.\n"#
private let delimited = #"%k\x00%v\x01%H,%h{%k\x02%v\x03}%d,%p\x04"#
private let mixed = #"%p %k{re#[^,]*#},%v{json}\n"#

private func reader(_ format: String, limit: Int = 1 << 20, bound: Int? = nil) throws
    -> TemplateReader
{
    TemplateReader(
        try InputTemplate(try FormatTemplate(format)),
        rules: PieceRules(),
        limit: limit,
        needsTopic: false,
        bound: bound
    )
}

private func withSpan(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
    if let bytes { body(bytes.span.bytes) } else { body(nil) }
}

/// Records as a format prints them.
private func printed(_ records: [OutgoingRecord], by format: String) throws -> [UInt8] {
    let template = try OutputTemplate(parsing: format)
    var printer = RecordPrinter(.template(template), isForTerminal: false)
    let topic = printer.addTopic("orders")
    for (offset, record) in records.enumerated() {
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
                    offset: Int64(offset),
                    timestamp: record.timestamp.map { ($0, .create) },
                    key: key,
                    value: value
                )
            }
        }
    }
    #expect(printer.cutNumbers == 0)
    return printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
}

/// Records with anything in them that a format can tell apart.
private struct RecordMaker {
    var random: SeededGenerator
    /// Whether null and empty are different, and bytes below 32 are possible.
    var isExact = true

    mutating func bytes(upTo most: Int) -> [UInt8] {
        let bytes = random.bytes(upTo: most)
        return isExact ? bytes : bytes.filter { $0 > 31 }
    }

    mutating func field(upTo most: Int) -> [UInt8]? {
        if isExact, Int.random(in: 0..<4, using: &random) == 0 { return nil }
        return bytes(upTo: most)
    }

    mutating func records(_ count: Int) -> [OutgoingRecord] {
        (0..<count).map { _ in
            let name = bytes(upTo: 5)
            let headers = (0..<Int.random(in: 0...3, using: &random)).map { index in
                // The first name comes twice now and then.
                RecordHeader(name: index == 0 ? name : bytes(upTo: 5), value: field(upTo: 9))
            }
            let hasTime = Bool.random(using: &random)
            return OutgoingRecord(
                partition: Int32.random(in: 0...Int32.max, using: &random),
                timestamp: hasTime ? Int64.random(in: 1...1 << 60, using: &random) : nil,
                key: field(upTo: 9),
                value: field(upTo: 200),
                headers: headers + headers.prefix(1)
            )
        }
    }
}

struct TemplateRoundTripTests {
    @Test(arguments: [binary, little, ascii])
    func whatIsPrintedBySizesIsReadBack(_ format: String) throws {
        for seed in 0..<40 as Range<UInt64> {
            var maker = RecordMaker(random: SeededGenerator(seed: seed))
            let records = maker.records(20)
            let text = try printed(records, by: format)
            for size in [1, 7, 64, text.count] {
                let result = cut(text.chunks(of: size), by: try reader(format))
                #expect(result.records == records, "seed \(seed), \(size) at a time")
                #expect(result.refusals == [])
            }
        }
    }

    @Test(arguments: [delimited, encoded])
    func whatIsPrintedBetweenTextsIsReadBack(_ format: String) throws {
        for seed in 0..<40 as Range<UInt64> {
            var maker = RecordMaker(random: SeededGenerator(seed: seed), isExact: false)
            if format == encoded { maker.isExact = true }
            let records = maker.records(20)
            let text = try printed(records, by: format)
            // Between texts null and empty are the same.
            let expected = records.map { record in
                var record = record
                record.key = record.key ?? []
                record.value = record.value ?? []
                record.headers = record.headers.map {
                    RecordHeader(name: $0.name, value: $0.value ?? [])
                }
                return record
            }
            for size in [1, 7, 64, text.count] {
                let result = cut(text.chunks(of: size), by: try reader(format))
                #expect(result.records == expected, "seed \(seed), \(size) at a time")
                #expect(result.refusals == [])
            }
        }
    }

    /// Records that are sound, cut short, changed, or nothing but noise; small and large bounds.
    @Test(arguments: [binary, little, ascii, encoded, delimited, mixed, #"%v{json}"#, #"%k\n%v"#])
    func howTheBytesArriveMakesNoDifference(_ format: String) throws {
        for seed in 0..<150 as Range<UInt64> {
            var maker = RecordMaker(random: SeededGenerator(seed: seed))
            var text: [UInt8]
            if format.contains("json") {
                text = Array(#"3 k,{"a":[1,"\"x"]}"#.utf8) + Array("\n 12 \"é\" {}[[]\n".utf8)
                text += text + text
            } else {
                text = try printed(maker.records(5), by: format)
            }
            for _ in 0..<Int.random(in: 0...3, using: &maker.random) where !text.isEmpty {
                let index = Int.random(in: 0..<text.count, using: &maker.random)
                switch Int.random(in: 0..<4, using: &maker.random) {
                case 0: text[index] = UInt8.random(in: 0...255, using: &maker.random)
                case 1: text.remove(at: index)
                case 2: text.insert(contentsOf: [48, 10], at: index)
                default: text = Array(text[..<index])
                }
            }
            let bound = [20, 60, 300, 100_000].randomElement(using: &maker.random) ?? 20
            let limit = [5, 100, 100_000].randomElement(using: &maker.random) ?? 5
            let reader = try reader(format, limit: limit, bound: bound)
            let whole = cut([text], by: reader)
            for size in [1, 2, 3, 7, 50] {
                let pieces = cut(text.chunks(of: size), by: reader, limit: 1 + size % 3)
                #expect(pieces == whole, "seed \(seed), \(size) at a time: \(text)")
            }
        }
    }
}
