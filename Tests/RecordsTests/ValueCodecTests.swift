// The forms of values that JSON can show, and the place they have in a printed record.

@testable import Records
import JSON
import Testing

/// Values that are one byte, as a number.
private struct NumberCodec: ValueCodec {
    func decode(_ bytes: RawSpan, into buffer: inout ByteBuffer) throws(ValueCodecError) {
        guard bytes.byteCount == 1 else {
            throw ValueCodecError(at: min(1, bytes.byteCount), "not one byte")
        }
        buffer.append(decimal: Int64(bytes.unsafeLoad(as: UInt8.self)))
    }

    func encode(_ json: RawSpan, into bytes: inout [UInt8]) throws(ValueCodecError) {
        let text = json.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard let number = UInt8(text) else { throw ValueCodecError(at: 0, "not 0 to 255") }
        bytes.append(number)
    }
}

struct ValueCodecTests {
    private func printed(_ value: [UInt8], key: [UInt8], by codec: some ValueCodec) -> String {
        var printer = RecordPrinter(
            .json(key: .decoded(codec), value: .decoded(codec)),
            isForTerminal: false
        )
        let topic = printer.addTopic("t")
        printer.print(
            topic: topic,
            partition: 0,
            offset: 0,
            timestamp: nil,
            key: key.span.bytes,
            value: value.span.bytes
        )
        return String(decoding: printer.buffer.bytes.withUnsafeBytes { Array($0) }, as: UTF8.self)
    }

    private func decoded(_ text: String, by codec: some ValueCodec) throws -> String {
        var buffer = ByteBuffer(capacity: 16)
        try codec.decode(text.utf8Span.span.bytes, into: &buffer)
        return String(decoding: buffer.bytes.withUnsafeBytes { Array($0) }, as: UTF8.self)
    }

    @Test func aCodecsJSONStandsInTheRecord() {
        #expect(
            printed([7], key: [255], by: NumberCodec())
                == #"{"topic":"t","partition":0,"offset":0,"key":255,"headers":[],"value":7}"#
                + "\n"
        )
    }

    @Test func whatACodecRefusesIsTextWithTheReason() {
        #expect(
            printed(Array("ab".utf8), key: [1], by: NumberCodec())
                == #"{"topic":"t","partition":0,"offset":0,"key":1,"headers":[],"value":"ab","#
                + #""valueError":"byte 1: not one byte"}"# + "\n"
        )
    }

    @Test func jsonIsDecodedToOneLineAndEncodedAsItIs() throws {
        let text = "{\"a\":\n 1.00}"
        #expect(try decoded(text, by: JSONCodec()) == "{\"a\":  1.00}")
        var bytes = Array("before".utf8)
        try JSONCodec().encode(text.utf8Span.span.bytes, into: &bytes)
        #expect(bytes == Array("before".utf8) + Array(text.utf8))
    }

    @Test(arguments: ["", "{", "1 2", "{\"a\":}"]) func whatIsNoJSONIsRefusedBothWays(text: String)
    {
        #expect(throws: ValueCodecError.self) { try decoded(text, by: JSONCodec()) }
        var bytes = Array("before".utf8)
        #expect(throws: ValueCodecError.self) {
            try JSONCodec().encode(text.utf8Span.span.bytes, into: &bytes)
        }
        #expect(bytes == Array("before".utf8))
    }
}
