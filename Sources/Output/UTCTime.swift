// A time for people, the same everywhere: RFC 3339 in UTC.

import JSON

/// Times as texts.
public enum UTCTime {
    private static let layout = TimeFormat(.strftime("%Y-%m-%dT%H:%M:%SZ"))

    /// Returns `2026-01-31T12:00:00Z` for a time in milliseconds since 1970; parts of a second are
    /// left out.
    public static func text(_ milliseconds: Int64) -> String {
        var buffer = ByteBuffer()
        layout?.append(milliseconds, to: &buffer)
        return buffer.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static let exactLayout = TimeFormat(.go("2006-01-02T15:04:05.000Z"))

    /// Returns `2026-01-31T12:00:00.123Z` for a time in milliseconds since 1970.
    public static func exactText(_ milliseconds: Int64) -> String {
        var buffer = ByteBuffer()
        exactLayout?.append(milliseconds, to: &buffer)
        return buffer.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
