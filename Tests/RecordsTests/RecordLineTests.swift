// Records read from JSON, and that what is printed is what is read.

@testable import Records
import JSON
import KafkaCore
import Output
import TestSupport
import Testing

/// A record read from the JSON object that is all of `text`, and the topic that it names.
private func readRecord(
    _ text: String
) throws(JSONError) -> (topic: String?, record: OutgoingRecord) {
    let span = text.utf8.span.bytes
    var reader = JSONReader(span)
    var batch = RecordBatch()
    let read = try RecordLine(base: 0).read(&reader, into: &batch)
    try reader.end()
    batch.append(read.record, line: 1, end: reader.offset)
    let topic = read.hasTopic ? batch.topics[read.record.topic] : nil
    return (topic, batch.record(0, of: span))
}

struct RecordLineTests {
    private func line(
        _ text: String
    ) throws(JSONError) -> (topic: String?, record: OutgoingRecord) {
        try readRecord(text)
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func allFieldsInAnyOrder() throws {
        let fields = [
            #""topic":"t""#, #""partition":3"#, #""offset":9"#, #""timestamp":1732150000000"#,
            #""timestampType":"create""#, #""key":"k""#, #""value":"v""#,
            #""headers":[{"value":"1","key":"h"},{"key":"h","value":null}]"#,
        ]
        let expected = OutgoingRecord(
            partition: 3,
            timestamp: 1_732_150_000_000,
            key: bytes("k"),
            value: bytes("v"),
            headers: [
                RecordHeader(name: bytes("h"), value: bytes("1")),
                RecordHeader(name: bytes("h"), value: nil),
            ]
        )
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let shuffled = fields.shuffled(using: &random).joined(separator: " , ")
            let read = try line("{ \(shuffled) }")
            #expect(read.topic == "t")
            #expect(read.record == expected)
        }
    }

    @Test(
        arguments: [
            (#"{"value":null}"#, nil), (#"{"value":""}"#, ""), (#"{"value":"a\u0000\n"}"#, "a\0\n"),
            (#"{"value":{"a": [1, 2.50]}}"#, #"{"a": [1, 2.50]}"#), (#"{"value":[ ]}"#, "[ ]"),
            (#"{"value":1.00}"#, "1.00"), (#"{"value":true}"#, "true"),
            (#"{"valueBase64":"YQ=="}"#, "a"), (#"{"valueBase64":""}"#, ""),
            (#"{"valueBase64":null}"#, nil), (#"{"v\u0061lue":"escaped key"}"#, "escaped key"),
            (#"{"value":"x","unknown":{"value":"y"},"z":[[{}]]}"#, "x"),
            (#"{"value":"first","value":"last"}"#, "last"),
            (#"{"value":"\ud83d\ude00 ü 漢"}"#, "😀 ü 漢"),
        ] as [(String, String?)]
    )
    func values(_ text: String, _ value: String?) throws {
        let read = try line(text)
        #expect(read.record.value == value.map(bytes))
        #expect(read.topic == nil)
        #expect(read.record.partition == nil)
        #expect(read.record.timestamp == nil)
        #expect(read.record.key == nil)
        #expect(read.record.headers == [])
    }

    @Test func nullFieldsAreAbsentOnes() throws {
        let text =
            #"{"topic":null,"partition":null,"timestamp":null,"key":null,"value":"v","headers":[]}"#
        let read = try line(text)
        #expect(read.topic == nil)
        #expect(read.record == OutgoingRecord(value: bytes("v")))
        #expect(try line(#"{"keyBase64":null,"value":""}"#).record.key == nil)
        #expect(try line(#"{"key":"","value":""}"#).record.key == [])
        #expect(try line(#"{"keyBase64":"/w==","value":""}"#).record.key == [0xff])
    }

    @Test(arguments: [
        ("{}", 0), (#"{"key":"k"}"#, 0), ("[]", 0), ("", 0), ("null", 0), (#"{"value":"v""#, 12),
        (#"{"value":}"#, 9), (#"{"value":"v","partition":-1}"#, 25),
        (#"{"value":"v","partition":2147483648}"#, 25), (#"{"value":"v","partition":1.5}"#, 25),
        (#"{"value":"v","partition":"1"}"#, 25), (#"{"value":"v","timestamp":1e30}"#, 25),
        (#"{"value":"v","topic":3}"#, 21), (#"{"valueBase64":"a"}"#, 15),
        (#"{"valueBase64":"YR=="}"#, 15), (#"{"valueBase64":"YQ"}"#, 15),
        (#"{"valueBase64":"YQ==\n"}"#, 15), (#"{"valueBase64":3}"#, 15),
        (#"{"value":"v","headers":{}}"#, 23), (#"{"value":"v","headers":[3]}"#, 24),
        (#"{"value":"v","headers":[{}]}"#, 24), (#"{"value":"v","headers":[{"key":null}]}"#, 24),
        (#"{"value":"v","headers":[{"keyBase64":"!"}]}"#, 37), (#"{"value":"\ud800"}"#, 10),
    ])
    func badLinesAreToldWithTheirPlace(_ text: String, _ offset: Int) {
        do throws(JSONError) {
            let read = try line(text)
            Issue.record("taken as \(read)")
        } catch {
            #expect(error.offset == offset, "\(error.reason)")
            #expect(!error.reason.isEmpty)
        }
    }
}

/// What is printed as JSON and read back is the same record, whatever bytes it has.
struct RecordRoundTripTests {
    private func random(_ generator: inout SeededGenerator) -> [UInt8]? {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return nil
        case 1: return []
        case 2: return generator.bytes(upTo: 40)
        case 3: return (0..<20).map { _ in UInt8.random(in: 0..<0x80, using: &generator) }
        case 4: return Array("ü \"\\/\u{8}\u{2028}漢😀\u{10ffff}\u{0}".utf8)
        default: return (0..<200).map { _ in UInt8.random(in: 0x20..<0x7f, using: &generator) }
        }
    }

    private func printed(_ record: OutgoingRecord, topic: String) -> String {
        var printer = RecordPrinter(.json(), isForTerminal: false)
        let index = printer.addTopic(topic)
        for header in record.headers {
            withSpan(header.value) {
                printer.headers.append(name: header.name.span.bytes, value: $0)
            }
        }
        withSpan(record.key) { key in
            withSpan(record.value) { value in
                printer.print(
                    topic: index,
                    partition: record.partition ?? 0,
                    offset: 7,
                    timestamp: record.timestamp.map { ($0, .create) },
                    key: key,
                    value: value
                )
            }
        }
        return printer.buffer.text
    }

    private func withSpan(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
        if let bytes { body(bytes.span.bytes) } else { body(nil) }
    }

    @Test func printedRecordsAreReadBack() throws {
        for seed in 0..<300 as Range<UInt64> { try printAndRead(seed) }
    }

    private func printAndRead(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var headers: [RecordHeader] = []
        for _ in 0..<Int.random(in: 0..<4, using: &generator) {
            let header = RecordHeader(name: random(&generator) ?? [], value: random(&generator))
            headers += [RecordHeader](
                repeating: header,
                count: Int.random(in: 1...2, using: &generator)
            )
        }
        let record = OutgoingRecord(
            partition: Int32.random(in: 0...(.max), using: &generator),
            timestamp: Bool.random(using: &generator)
                ? Int64.random(in: 0...(.max), using: &generator) : nil,
            key: random(&generator),
            value: random(&generator),
            headers: headers
        )
        let text = printed(record, topic: "t\"\n😀")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        let line = try readRecord(text)
        #expect(line.topic == "t\"\n😀")
        #expect(line.record == record, "seed \(seed)")
    }
}
