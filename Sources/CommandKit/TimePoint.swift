// Reads times as users write them.
// RFC 3339, a date, seconds, milliseconds or nanoseconds since 1970 by the number of digits, or a
// duration ago. UTC wherever no offset is given.

import Arguments

/// A point in time, or a time before now.
package enum TimePoint: Equatable, Sendable {
    /// Milliseconds since 1970 UTC.
    case absolute(Int64)
    /// This long before now.
    case ago(Duration)

    package static let forms = "2026-01-31, 2026-01-31T12:00:00Z, 1769860800, 1769860800000 or -5m"

    /// What a record's own time may be, for messages.
    package static let recordForms = "1769860800000 or 2026-01-31T12:00:00Z"

    /// A record's own time in milliseconds: a number of them, or a date or time as text.
    package static func milliseconds(of text: String) -> Int64? {
        if let number = Int64(text) { return number }
        guard case .absolute(let time)? = TimePoint(text) else { return nil }
        return time
    }

    /// Reads a time; nil when `text` is none.
    package init?(_ text: String) {
        if text.hasPrefix("-") {
            guard let duration = try? Duration(argument: String(text.dropFirst())) else {
                return nil
            }
            self = .ago(duration)
            return
        }
        if text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
            guard let number = Int64(text) else { return nil }
            switch text.utf8.count {
            case 9, 10: self = .absolute(number * 1000)
            case 12, 13: self = .absolute(number)
            case 18, 19: self = .absolute(number / 1_000_000)
            default: return nil
            }
            return
        }
        guard let milliseconds = Self.calendar(text) else { return nil }
        self = .absolute(milliseconds)
    }

    /// Milliseconds since 1970, when now is `now`; 0 for all times before, since to Kafka the
    /// negative numbers are not times but special offsets.
    package func milliseconds(now: Int64) -> Int64 {
        switch self {
        case .absolute(let time): return max(time, 0)
        case .ago(let duration):
            let (seconds, attoseconds) = duration.components
            let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            guard !overflow else { return 0 }
            let (time, tooFar) = now.subtractingReportingOverflow(
                scaled &+ attoseconds / 1_000_000_000_000_000
            )
            return tooFar ? 0 : max(time, 0)
        }
    }

    private static func calendar(_ text: String) -> Int64? {
        var rest = Substring(text)
        guard let year = digits(4, &rest), skip("-", &rest), let month = digits(2, &rest),
            skip("-", &rest), let day = digits(2, &rest),
            (1...12).contains(month), (1...daysIn(month, year)).contains(day)
        else { return nil }
        var time = daysSince1970(year, month, day) * 86_400_000
        if rest.isEmpty { return time }
        guard skip("T", &rest) || skip("t", &rest) || skip(" ", &rest),
            let hour = digits(2, &rest), skip(":", &rest), let minute = digits(2, &rest),
            hour < 24, minute < 60
        else { return nil }
        time += (hour * 60 + minute) * 60_000
        if skip(":", &rest) {
            // A leap second counts as the first of the next minute.
            guard let second = digits(2, &rest), second <= 60 else { return nil }
            time += second * 1000
            if skip(".", &rest) {
                let fraction = rest.prefix { $0.isASCII && $0.isNumber }
                guard !fraction.isEmpty else { return nil }
                rest = rest.dropFirst(fraction.count)
                time += Int64((fraction + "00").prefix(3)) ?? 0
            }
        }
        return offset(rest).map { time - $0 }
    }

    /// `Z`, `+02:00` or nothing, in milliseconds.
    private static func offset(_ text: Substring) -> Int64? {
        if text.isEmpty || text == "Z" || text == "z" { return 0 }
        var rest = text.dropFirst()
        guard text.first == "+" || text.first == "-", let hour = digits(2, &rest),
            skip(":", &rest), let minute = digits(2, &rest), rest.isEmpty, hour < 24, minute < 60
        else { return nil }
        let magnitude = (hour * 60 + minute) * 60_000
        return text.first == "-" ? -magnitude : magnitude
    }

    private static func digits(_ count: Int, _ rest: inout Substring) -> Int64? {
        let word = rest.prefix(count)
        guard word.count == count, word.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        rest = rest.dropFirst(count)
        return Int64(word)
    }

    private static func skip(_ character: Character, _ rest: inout Substring) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // Years are counted from March, so that the leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}
