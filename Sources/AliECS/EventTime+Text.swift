// Times for people, with every digit that the number has.

import Glibc
internal import JSON

extension EventTime {
    /// Appends `2026-01-31T12:00:00.123Z`, with nine digits of a second for nanoseconds.
    static func append(_ number: Int64, _ unit: FieldShape.TimeUnit, to buffer: inout ByteBuffer) {
        let perSecond: Int64 = unit == .nanoseconds ? 1_000_000_000 : 1000
        var seconds = Int(number / perSecond)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let year = unsafe parts.tm_year
        let rest = unsafe [
            parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
        ]
        append(Int64(year) + 1900, digits: 4, to: &buffer)
        for (mark, value) in zip("--T::".utf8, rest) {
            buffer.append(mark)
            append(Int64(value), digits: 2, to: &buffer)
        }
        buffer.append(UInt8(ascii: "."))
        append(number % perSecond, digits: unit == .nanoseconds ? 9 : 3, to: &buffer)
        buffer.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int64, digits: Int, to buffer: inout ByteBuffer) {
        var limit: Int64 = 1
        for _ in 1..<digits { limit *= 10 }
        while limit > number, limit > 1 {
            buffer.append(UInt8(ascii: "0"))
            limit /= 10
        }
        buffer.append(decimal: number)
    }
}
