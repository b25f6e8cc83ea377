// Comma-separated values as records.

import Output
@testable import Records
import JSON
import KafkaCore
import TestSupport
import Testing

struct CSVReaderTests {
    private func made(_ text: String, limit: Int = 1000, needsTopic: Bool = false) -> Cut {
        let reader = CSVReader(
            separator: UInt8(ascii: ","),
            rules: PieceRules(),
            limit: limit,
            needsTopic: needsTopic
        )
        let whole = cut([Array(text.utf8)], by: reader)
        for size in [1, 2, 7] {
            let pieces = cut(Array(text.utf8).chunks(of: size), by: reader)
            #expect(pieces == whole, "\(size) at a time")
        }
        return whole
    }

    @Test func columnsAreWhatTheFirstLineNames() {
        let result = made("value,key,header.h,partition,timestamp\r\nv,k,x,3,7\r\n,,,,\r\n")
        let header = { (text: String) in RecordHeader(name: [104], value: Array(text.utf8)) }
        #expect(
            result.records == [
                OutgoingRecord(
                    partition: 3,
                    timestamp: 7,
                    key: [107],
                    value: [118],
                    headers: [header("x")]
                ), OutgoingRecord(key: [], value: [], headers: [header("")]),
            ]
        )
        #expect(result.lines == [2, 3])
    }

    @Test func quotesHoldSeparatorsLineEndsAndQuotes() {
        let result = made("key,value\n\"a,b\",\"c\n\"\"d\"\"\n\"\n\"\",x\n")
        #expect(result.keys == ["a,b", ""])
        #expect(result.values == ["c\n\"d\"\n", "x"])
        #expect(result.lines == [2, 5])
    }

    @Test func columnsWithoutAMeaningBecomeAnObject() {
        let result = made("key,name,\"a \"\"b\"\"\"\n1,Ünal,\"x\ty\"\n")
        #expect(result.values == [#"{"name":"Ünal","a \"b\"":"x\ty"}"#])
        #expect(result.keys == ["1"])
    }

    private static let columns =
        "columns are value, key, topic, partition, timestamp and header.NAME"

    @Test(arguments: [
        ("key,value\na\n", ["2:1: 1 of 2 fields"]),
        ("key,value\na,b,c\n", ["2:1: 3 of 2 fields"]),
        ("key,value\na,b\"c\n", ["2:4: a quote in a field that does not begin with one"]),
        ("key,value\na,\"b\"c\n", ["2:6: text follows a closing quote"]),
        ("key,value\na,\"b\n", ["2:3: the quote is not closed"]),
        ("key\na\n", ["1:1: no column for the value; \(CSVReaderTests.columns)"]),
        ("value,x\n1,2\n", ["1:7: unknown column 'x' beside 'value'; \(CSVReaderTests.columns)"]),
        ("value,partition\na,-1\n", ["2:1: partition -1 is not one"]),
        ("value,partition\na,x\n", ["2:1: 'x' is no partition"]),
        ("value,timestamp\na,0\n", ["2:1: a timestamp of 0 cannot be sent"]),
        (
            "value,timestamp\na,soon\n",
            [
                "2:1: 'soon' is no timestamp such as 1769860800000 or 2026-01-31T12:00:00Z"
            ]
        ),
    ])
    func badRowsAreToldWithTheirPlace(_ text: String, _ told: [String]) {
        let result = made(text)
        #expect(result.refusals == told)
        #expect(result.records.isEmpty)
    }

    @Test func timesAreMillisecondsOrDates() {
        let result = made("value,timestamp\na,17\nb,2026-01-31T12:00:00Z\nc,2026-01-31\nd,\n")
        #expect(result.records.map(\.timestamp) == [17, 1_769_860_800_000, 1_769_817_600_000, nil])
    }

    @Test func aTopicIsNeededInTheHeader() {
        #expect(
            made("value\nx\ny\n", needsTopic: true).refusals
                == ["1:1: no column 'topic', and no TOPIC was named"]
        )
    }

    @Test func aRowThatIsTooLargeIsPassedOver() {
        let long = String(repeating: "x", count: 100_000)
        let result = made("value\na\n\(long)\nb\n\(long.prefix(20))\n", limit: 10)
        #expect(result.values == ["a", "b"])
        #expect(result.refusals.map { $0.prefix(2) } == ["3:", "5:"])
    }

    @Test func aTopicIsNeededWhenNoneIsNamed() {
        #expect(made("value\nx\n", needsTopic: true).records.isEmpty)
        let named = made("value,topic\nx,t\n", needsTopic: true)
        #expect(named.values == ["x"])
    }

    @Test func randomBytesNeverCrash() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let bytes = (0..<60).map { _ in
                [UInt8](arrayLiteral: 34, 44, 10, 13, 97, 255, 34).randomElement(using: &random)
                    ?? 0
            }
            let reader = CSVReader(
                separator: 44,
                rules: PieceRules(),
                limit: 20,
                needsTopic: false
            )
            _ = cut([Array("key,value\n".utf8) + bytes], by: reader)
        }
    }
}
