// Reads dates and times of RFC 3339; UTC wherever no offset is given.

/// Dates and times as text.
package enum CalendarTime {
    /// The forms of a record's own time, for messages.
    package static let recordForms = "1769860800000 or 2026-01-31T12:00:00Z"

    /// Returns a record's own time in milliseconds: a number of them, or a date or time as text.
    package static func recordMilliseconds(_ text: String) -> Int64? {
        Int64(text) ?? milliseconds(text)
    }

    /// Returns a point in time in milliseconds since 1970: a date or a time, or a number of
    /// seconds, milliseconds or nanoseconds by how many digits it has; nil when `text` is none of
    /// these.
    package static func instant(_ text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return milliseconds(text)
        }
        guard let number = Int64(text) else { return nil }
        return switch text.utf8.count {
        case 9, 10: number * 1000
        case 12, 13: number
        case 18, 19: number / 1_000_000
        default: nil
        }
    }

    /// Returns a date, or a date and a time, in milliseconds since 1970; nil when `text` is
    /// neither.
    package static func milliseconds(_ text: String) -> Int64? {
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
