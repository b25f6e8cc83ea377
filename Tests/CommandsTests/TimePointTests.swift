// Times as users write them.

import Testing

@testable import Arguments
@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TimePointTests {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("2000-02-29", 951_782_400_000),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999), ("2100-03-01", 4_107_542_400_000),
            ("2400-02-29", 13_574_563_200_000), ("2026-01-31T12:00:00Z", 1_769_860_800_000),
            ("2026-01-31T12:00", 1_769_860_800_000), ("2026-01-31 12:00:00", 1_769_860_800_000),
            ("2026-01-31t12:00:00z", 1_769_860_800_000),
            ("2026-01-31T12:00:00+05:30", 1_769_841_000_000),
            ("2026-01-31T12:00:00-05:30", 1_769_880_600_000),
            ("2026-01-31T12:00:00+00:00", 1_769_860_800_000),
            ("2026-01-31T12:00+01:00", 1_769_857_200_000),
            ("2026-01-31T12:00:00.5Z", 1_769_860_800_500),
            ("2026-01-31T12:00:00.25", 1_769_860_800_250),
            ("2026-01-31T12:00:00.123456789Z", 1_769_860_800_123),
            ("2026-01-31T11:59:60Z", 1_769_860_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("176986080", 176_986_080_000), ("1769860800", 1_769_860_800_000),
            ("176986080012", 176_986_080_012), ("1769860800123", 1_769_860_800_123),
            ("176986080012345678", 176_986_080_012), ("1769860800123456789", 1_769_860_800_123),
        ] as [(String, Int64)]
    )
    func calendarAndEpoch(_ text: String, _ milliseconds: Int64) {
        #expect(TimePoint(text) == .absolute(milliseconds))
    }

    @Test(arguments: [
        ("-5m", Duration.seconds(300)), ("-1h", .seconds(3600)), ("-0s", .zero),
        ("-250ms", .milliseconds(250)), ("-36500d", .seconds(36_500 * 86_400)),
    ])
    func ago(_ text: String, _ duration: Duration) {
        #expect(TimePoint(text) == .ago(duration))
    }

    @Test(arguments: [
        "", "-", "now", "yesterday", "5m", "-5", "--5m", "-5 m", "1", "12345678", "12345678901",
        "12345678901234", "99999999999999999999", "9999999999999999999", "+1769860800",
        "2026-1-31", "26-01-31", "2026-01-31T", "2026-01-31T1", "2026-01-31T12", "2026-01-31X12:00",
        "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31", "2026-02-29",
        "2100-02-29", "1900-02-29", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:61Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00+1", "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00+01:60", "2026-01-31T12:00:00ZZ", "2026-01-31T12:00:00 Z",
        "2026-01-31Z", " 2026-01-31", "2026-01-31 ", "٢٠٢٦-٠١-٣١", "2026–01–31", "\u{0}",
    ])
    func whatIsNoTime(_ text: String) {
        #expect(TimePoint(text) == nil)
    }

    @Test func everyDayIsOneDayAfterTheLast() {
        // Against a count by hand over two periods of leap years.
        var days: Int64 = 0
        for year in 1970...2401 {
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                for day in 1...length {
                    let month = index + 1
                    let text =
                        "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    let expected = TimePoint.absolute(days * 86_400_000)
                    if TimePoint(text) != expected { Issue.record("\(text)") }
                    days += 1
                }
            }
        }
    }

    @Test(
        arguments: [
            ("-5m", 1_000_000, 700_000), ("-1h", 1_000_000, 0), ("-36500d", 0, 0),
            ("1769860800", 5, 1_769_860_800_000),
            // Before 1970 there are no records; as numbers such times would mean something else.
            ("1969-12-31T23:59:59.999Z", 5, 0), ("1969-12-31T23:59:59.998Z", 5, 0),
            ("0001-01-01", 5, 0), ("1970-01-01T00:30+01:00", 5, 0),
        ] as [(String, Int64, Int64)]
    )
    func isResolvedAgainstNowAndNeverBefore1970(_ text: String, _ now: Int64, _ expected: Int64) {
        #expect(TimePoint(text)?.milliseconds(now: now) == expected)
    }

    @Test(
        arguments: [
            ("earliest", .earliest), ("beginning", .earliest), ("start", .earliest),
            ("-2", .earliest), ("latest", .latest), ("end", .latest), ("-1", .latest),
            ("max-timestamp", .maxTimestamp), ("-3", .maxTimestamp),
            ("-5m", .milliseconds(700_000)),
            ("1970-01-01T00:00:01Z", .milliseconds(1000)),
            ("1969-12-31T23:59:59.999Z", .milliseconds(0)),
        ] as [(String, OffsetTime)]
    )
    func offsetTimes(_ text: String, _ expected: OffsetTime) throws {
        let argument = try OffsetTimeArgument(argument: text)
        #expect(argument.resolved(now: 1_000_000) == expected)
        // What help shows as a default reads back as the same.
        #expect(try OffsetTimeArgument(argument: argument.argumentText) == argument)
    }

    @Test(arguments: ["", "-4", "Latest", "oldest", "5m"])
    func whatIsNoOffsetTime(_ text: String) {
        #expect(throws: InvalidValue.self) { try OffsetTimeArgument(argument: text) }
    }
}
