// Which records are to go: the value of --before, the file of Kafka's own tool, and one step.

import Output
import Testing

@testable import Arguments
@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TrimTests {
    @Test(
        arguments: [
            ("0", .offset(0)), ("1769860800", .offset(1_769_860_800)), ("end", .end(minus: 0)),
            ("latest", .end(minus: 0)), ("end-10", .end(minus: 10)), ("-10", .end(minus: 10)),
            ("start+3", .start(plus: 3)), ("-5m", .time(.ago(.seconds(300)))),
            ("@-5m", .time(.ago(.seconds(300)))),
            ("@1769860800", .time(.absolute(1_769_860_800_000))),
            ("2026-01-31", .time(.absolute(1_769_817_600_000))),
            ("2026-01-31T12:00:00Z", .time(.absolute(1_769_860_800_000))),
        ] as [(String, OffsetPosition)]
    )
    func places(_ text: String, _ position: OffsetPosition) throws {
        #expect(try TrimPoint(argument: text).position == position)
    }

    @Test(arguments: ["", "stored", "5:8", "@", "yesterday", "0=10", "-", "1.5"])
    func whatIsNoPlace(_ text: String) {
        #expect(throws: InvalidValue.self) { try TrimPoint(argument: text) }
    }

    private let place = TopicPartition("t", 3)

    @Test(arguments: [(5, 5, 4), (10, 10, 9), (2, 2, 1)] as [(Int64, Int64, Int64)])
    func aStep(_ offset: Int64, _ newStart: Int64, _ records: Int64) throws {
        let step = try #require(try TrimStep(place, to: offset, first: 1, last: 10))
        #expect(step.newStart == newStart)
        #expect(step.records == records)
    }

    @Test(arguments: [0, 1] as [Int64])
    func nothingGoesBeforeTheStart(_ offset: Int64) throws {
        #expect(try TrimStep(place, to: offset, first: 1, last: 10) == nil)
    }

    @Test func whatIsNotWrittenYetCannotGo() {
        #expect {
            _ = try TrimStep(place, to: 11, first: 1, last: 10)
        } throws: { error in
            let report = (error as? CommandError)?.report
            return report?.message
                == "offset 11 is after the end offset 10 of topic 't' partition 3"
                && report?.topic == "t" && report?.partition == 3
        }
    }

    private func requests(_ text: String) throws(CommandError) -> [TrimRequest] {
        try TrimFile.requests(in: Array(text.utf8), path: "f")
    }

    @Test func theFileOfKafkasOwnTool() throws {
        let text = """
            {"partitions": [{"topic": "t", "partition": 1, "offset": 7},
                            {"topic": "t", "partition": 0, "offset": -1}], "version": 1}
            """
        let expected = [
            TrimRequest(partition: TopicPartition("t", 1), position: .offset(7)),
            TrimRequest(partition: TopicPartition("t", 0), position: .end(minus: 0)),
        ]
        #expect(try requests(text) == expected)
        #expect(try requests(#"{"partitions":[]}"#) == [])
    }

    @Test(arguments: [
        ("{}", "f:1:1: the key 'partitions' with an array is missing"),
        ("[]", "f:1:1: the key 'partitions' with an array is missing"),
        (#"{"partitions":[],"version":2}"#, "f:1:1: 'version' must be 1"),
        (
            #"{"partitions":[{}]}"#,
            "f:1:1: entry 1 of 'partitions' lacks topic, partition or offset"
        ),
        (
            #"{"partitions":[{"topic":"t","partition":0,"offset":-2}]}"#,
            "f:1:1: entry 1 of 'partitions' lacks topic, partition or offset"
        ),
        (
            #"""
            {"partitions":[{"topic":"t","partition":0,"offset":1},
            {"topic":"t","partition":0,"offset":1}]}
            """#,
            "f:1:1: topic 't' partition 0 is listed twice"
        ),
    ])
    func whatIsNoSuchFile(_ text: String, _ message: String) {
        #expect {
            _ = try requests(text)
        } throws: { error in
            let error = error as? CommandError
            return error?.status == .badData && error?.report?.message == message
        }
    }
}
