// Offsets as users write them.

import Arguments
import CommandKit
import TestSupport
import Testing

@testable import Commands

struct OffsetSpecTests {
    private func spec(_ text: String) throws -> OffsetSpec { try OffsetSpec(argument: text) }

    @Test(
        arguments: [
            ("start", .start(plus: 0)), ("beginning", .start(plus: 0)),
            ("earliest", .start(plus: 0)), ("end", .end(minus: 0)), ("latest", .end(minus: 0)),
            ("beg", .start(plus: 0)), ("smallest", .start(plus: 0)), ("largest", .end(minus: 0)),
            ("stored", .stored), ("0", .offset(0)), ("42", .offset(42)), ("-10", .end(minus: 10)),
            ("end-10", .end(minus: 10)), ("start+3", .start(plus: 3)), ("+3", .start(plus: 3)),
            ("@-5m", .time(.ago(.seconds(300)))),
            ("@1769860800", .time(.absolute(1_769_860_800_000))),
            ("@2026-01-31T12:00:00Z", .time(.absolute(1_769_860_800_000))),
            ("@2026-01-31T12:00", .time(.absolute(1_769_860_800_000))),
        ] as [(String, OffsetPosition)]
    )
    func places(_ text: String, _ position: OffsetPosition) throws {
        let spec = try spec(text)
        #expect(spec.all == OffsetRange(from: position))
        #expect(spec.partitions.isEmpty)
        #expect(!spec.isBounded)
        #expect(spec.argumentText == text)
        // A colon behind it says the same.
        #expect(try self.spec(text + ":").all == OffsetRange(from: position))
    }

    @Test(
        arguments: [
            ("5:8", .offset(5), .offset(8)), (":8", .start(plus: 0), .offset(8)),
            (":end", .start(plus: 0), .end(minus: 0)), ("5:end", .offset(5), .end(minus: 0)),
            ("-10:end", .end(minus: 10), .end(minus: 0)),
            ("-10:-5", .end(minus: 10), .end(minus: 5)),
            ("start+1:end-1", .start(plus: 1), .end(minus: 1)),
            ("@-5m:@-1m", .time(.ago(.seconds(300))), .time(.ago(.seconds(60)))),
            ("@-5m:end", .time(.ago(.seconds(300))), .end(minus: 0)),
            (":@-5m", .start(plus: 0), .time(.ago(.seconds(300)))),
            ("7:@-5m", .offset(7), .time(.ago(.seconds(300)))),
            ("stored:end", .stored, .end(minus: 0)),
            (
                "@2026-01-31T12:00:00Z:@2026-01-31T12:00:01+00:00",
                .time(.absolute(1_769_860_800_000)),
                .time(.absolute(1_769_860_801_000))
            ),
        ] as [(String, OffsetPosition, OffsetPosition)]
    )
    func ranges(_ text: String, _ begin: OffsetPosition, _ end: OffsetPosition) throws {
        let spec = try spec(text)
        #expect(spec.all == OffsetRange(from: begin, to: end))
        #expect(spec.isBounded)
    }

    /// kcat's times are milliseconds, however many digits they have; its pair is a range.
    @Test func kcatsTimes() throws {
        let begin = try spec("s@1700000000")
        #expect(begin.all == OffsetRange(from: .time(.absolute(1_700_000_000))))
        let end = try spec("e@1769860800000")
        #expect(
            end.all == OffsetRange(from: .start(plus: 0), to: .time(.absolute(1_769_860_800_000)))
        )
        let both = OffsetRange(
            from: .time(.absolute(1_700_000_000)),
            to: .time(.absolute(1_769_860_800_000))
        )
        #expect(OffsetSpec.merged(begin, end).all == both)
        #expect(OffsetSpec.merged(end, begin).all == both)
        // Of all others the last one counts, as ever.
        #expect(try OffsetSpec.merged(begin, spec("5")) == spec("5"))
        #expect(try OffsetSpec.merged(spec("5"), end) == end)
        #expect(throws: InvalidValue.self) { try spec("s@") }
        #expect(throws: InvalidValue.self) { try spec("e@nonsense") }
    }

    @Test func partitionsMayHaveTheirOwn() throws {
        let spec = try spec("0=10,1=end,7=@-5m:@-1m")
        #expect(spec.all == nil)
        #expect(spec.range(of: 0) == OffsetRange(from: .offset(10)))
        #expect(spec.range(of: 1) == OffsetRange(from: .end(minus: 0)))
        #expect(spec.range(of: 7)?.end == .time(.ago(.seconds(60))))
        #expect(spec.range(of: 2) == nil)
        #expect(!spec.isBounded)
        #expect(try self.spec("0=:5,1=:end").isBounded)
    }

    @Test(arguments: [
        "", ":", "x", "5:x", "x:5", "--5", "- 5", "5-", "1.5", "0x10", "@", "@x", "@-5m:x",
        "5:stored",
        "9223372036854775808", "start+", "end-", "start-5", "end+5", "0=", "=5", "0=5,", "0=5,0=6",
        "-1=5", "a=5", "0=5;1=6", "1:2:3", "@2026-13-01",
    ])
    func othersAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try spec(text) }
    }

    @Test func anythingIsReadOrRefused() {
        var random = SeededGenerator(seed: 3)
        let pieces = [
            "@", ":", "-", "5", "end", "start", "+", "=", ",", "m", "2026-01-31", "T12:00",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 1...6, using: &random)
            let text = (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            guard let spec = try? spec(text) else { continue }
            #expect(!spec.ranges.isEmpty, "\(text)")
        }
    }
}
