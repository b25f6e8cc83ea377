// Records as they are printed: exact in a pipe, harmless on a terminal, without loss as JSON.

@testable import Records
import JSON
import Output
import Testing

/// A record to print.
private struct Sample {
    var topic = "orders"
    var partition: Int32 = 0
    var offset: Int64 = 42
    var timestamp: (milliseconds: Int64, kind: TimestampKind)?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [(name: [UInt8], value: [UInt8]?)] = []
}

struct RecordPrinterTests {
    private func bytes(
        _ samples: [Sample],
        as format: RecordFormat,
        isForTerminal: Bool = false
    ) -> [UInt8] {
        var printer = RecordPrinter(format, isForTerminal: isForTerminal)
        for sample in samples {
            let topic = printer.addTopic(sample.topic)
            printer.headers.removeAll()
            for (name, value) in sample.headers {
                withSpan(value) { printer.headers.append(name: name.span.bytes, value: $0) }
            }
            withSpan(sample.key) { key in
                withSpan(sample.value) { value in
                    printer.print(
                        topic: topic,
                        partition: sample.partition,
                        offset: sample.offset,
                        timestamp: sample.timestamp,
                        key: key,
                        value: value
                    )
                }
            }
        }
        return printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    }

    private func json(_ samples: Sample...) -> String {
        String(decoding: bytes(samples, as: .json()), as: UTF8.self)
    }

    private func withSpan(_ bytes: [UInt8]?, _ body: (RawSpan?) -> Void) {
        if let bytes { body(bytes.span.bytes) } else { body(nil) }
    }

    @Test(
        arguments: [
            ([10], "one\n\n\na\nb\n"), ([], "onea\nb"), ([0, 124], "one\0|\0|\0|a\nb\0|"),
        ] as [([UInt8], String)]
    )
    func plainValuesEndWithTheDelimiter(_ delimiter: [UInt8], _ expected: String) {
        let samples = [
            Sample(key: Array("left out".utf8), value: Array("one".utf8)), Sample(value: []),
            Sample(value: nil), Sample(value: Array("a\nb".utf8)),
        ]
        #expect(bytes(samples, as: .value(delimiter: delimiter)) == Array(expected.utf8))
    }

    @Test func controlBytesAreEscapedOnATerminalOnly() {
        let value: [UInt8] = [0x1b, 0x5b, 0x41, 0x09, 0xff]
        let samples = [Sample(value: value)]
        #expect(bytes(samples, as: .value(delimiter: [10])) == value + [10])
        let shown = bytes(samples, as: .value(delimiter: [10]), isForTerminal: true)
        #expect(shown == Array("\\x1b[A\t\\xff\n".utf8))
    }

    @Test func nullEmptyAndTextAreToldApart() {
        let start = #"{"topic":"orders","partition":0,"offset":42,"#
        #expect(
            json(Sample(key: nil, value: nil))
                == start + #""key":null,"headers":[],"value":null}"# + "\n"
        )
        #expect(
            json(Sample(key: [], value: [])) == start + #""key":"","headers":[],"value":""}"# + "\n"
        )
        #expect(
            json(Sample(key: Array("k\"\\\n".utf8), value: Array("ü\0".utf8)))
                == start + #""key":"k\"\\\n","headers":[],"value":"ü\u0000"}"# + "\n"
        )
    }

    @Test(arguments: [
        [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80],
    ])
    func whatIsNoUTF8IsBase64(_ value: [UInt8]) throws {
        let text = json(Sample(key: value, value: Array("ok".utf8) + value))
        #expect(!text.contains(#""key":"#))
        #expect(!text.contains(#""value":"#))
        let object = try JSONValue(parsing: text)
        #expect(object["keyBase64"]?.string.flatMap(decodedBase64) == value)
        let decoded = object["valueBase64"]?.string.flatMap(decodedBase64)
        #expect(decoded == Array("ok".utf8) + value)
    }

    @Test func timesAndNumbersAreExact() {
        #expect(
            json(
                Sample(partition: .max, offset: .max, timestamp: (.max, .logAppend), value: [])
            )
                == #"{"topic":"orders","partition":2147483647,"offset":9223372036854775807,"#
                + #""timestamp":9223372036854775807,"timestampType":"logAppend","#
                + #""key":null,"headers":[],"value":""}"# + "\n"
        )
        let first = json(Sample(offset: 0, timestamp: (0, .create), value: []))
        #expect(first.contains(#""offset":0,"timestamp":0,"timestampType":"create","key":null"#))
    }

    @Test func headersKeepTheirOrderAndDuplicates() {
        let headers: [(name: [UInt8], value: [UInt8]?)] = [
            (Array("b".utf8), Array("1".utf8)), (Array("a".utf8), nil), (Array("b".utf8), []),
            ([0xfe], [0xff]), ([], Array("\"".utf8)),
        ]
        #expect(
            json(Sample(value: [], headers: headers)).contains(
                #""headers":[{"key":"b","value":"1"},{"key":"a","value":null},"#
                    + #"{"key":"b","value":""},{"keyBase64":"/g==","valueBase64":"/w=="},"#
                    + #"{"key":"","value":"\""}],"value""#
            )
        )
    }

    @Test func theHeadersOfOneRecordAreNotThoseOfTheNext() {
        let first = Sample(value: [], headers: [(Array("h".utf8), nil)])
        let lines = json(first, Sample(value: [])).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last?.contains(#""headers":[]"#) == true)
    }

    @Test func namesOfTopicsAreEscapedAndKeptApart() throws {
        let names = ["a\"b", "c", "d\u{1b}\n"]
        let text = json(
            Sample(topic: names[0], value: []),
            Sample(topic: names[1], value: []),
            Sample(topic: names[2], value: [])
        )
        let read = try text.split(separator: "\n").map { line in
            try JSONValue(parsing: String(line))["topic"]?.string
        }
        #expect(read == names)
    }

    @Test func theBlockIsFullBeforeItGrows() {
        var printer = RecordPrinter(.value(delimiter: [10]), isForTerminal: false)
        let topic = printer.addTopic("t")
        let value = [UInt8](repeating: 120, count: RecordPrinter.blockSize - 2)
        var fullness: [Bool] = []
        for _ in 0..<2 {
            printer.print(
                topic: topic,
                partition: 0,
                offset: 0,
                timestamp: nil,
                key: nil,
                value: value.span.bytes
            )
            fullness.append(printer.isFull)
        }
        #expect(fullness == [false, true])
    }

    @Test(arguments: [(RecordFormat.value(delimiter: []), false), (.json(), true)])
    func headersAreGatheredWhereTheyAreShown(_ format: RecordFormat, _ shown: Bool) {
        let printer = RecordPrinter(format, isForTerminal: false)
        let shows = printer.showsMore
        #expect(shows == shown)
    }
}

private func decodedBase64(_ text: String) -> [UInt8]? {
    var buffer = ByteBuffer()
    guard buffer.appendDecodedBase64(text.utf8.span.bytes) else { return nil }
    return buffer.bytes.withUnsafeBytes { [UInt8]($0) }
}
