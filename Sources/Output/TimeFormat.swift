// Times as a format lays them out, always in UTC: C's conversions, and Go's by example.

import Glibc
package import JSON

/// The layout of a time, in UTC.
public enum TimeLayout: Equatable, Sendable {
    /// By the conversions of C's `strftime`.
    case strftime(String)
    /// As Go writes it, by the example of 2006-01-02 15:04:05.
    case go(String)
}

/// A layout of times, prepared.
package struct TimeFormat: Equatable, Sendable {
    /// A part of a layout.
    package enum Part: Equatable, Sendable {
        /// Conversions for `strftime`, with the zero behind them.
        case strftime([CChar])
        /// A mark and this many digits of a second; zeros at the end left out, if so wanted.
        case fraction(mark: UInt8, digits: Int, trims: Bool)
    }

    /// The parts in their order.
    package let parts: [Part]

    /// More than any sensible layout makes.
    private static let limit = 4096

    /// Prepares a layout; nil when it prints nothing, or thousands of bytes.
    package init?(_ layout: TimeLayout) {
        switch layout {
        case .strftime(let text): parts = [.strftime(Self.conversions(text))]
        case .go(let text): parts = GoLayout.parts(of: text)
        }
        // A Wednesday in September is as long as a date can be.
        var trial = ByteBuffer()
        guard !parts.isEmpty, append(1_725_451_200_000, to: &trial) else { return nil }
    }

    /// Conversions with the zero behind them.
    package static func conversions(_ text: String) -> [CChar] {
        text.utf8.map { CChar(bitPattern: $0) } + [0]
    }

    /// Appends a time in milliseconds since 1970.
    ///
    /// - Returns: false when a part of it printed nothing.
    @discardableResult
    package func append(_ milliseconds: Int64, to buffer: inout ByteBuffer) -> Bool {
        let rest = milliseconds % 1000
        let seconds = milliseconds / 1000 - (rest < 0 ? 1 : 0)
        let fraction = Int(rest < 0 ? rest + 1000 : rest)
        var time = time_t(seconds)
        var fields = tm()
        guard gmtime_r(&time, &fields) != nil else {
            buffer.append(decimal: milliseconds)
            return true
        }
        for part in parts {
            switch part {
            case .strftime(let conversions):
                let count = buffer.append(atMost: Self.limit) { room in
                    room.withUnsafeMutableBytes { bytes in
                        let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
                        return start.map { strftime($0, Self.limit, conversions, &fields) } ?? 0
                    }
                }
                if count == 0 { return false }
            case .fraction(let mark, let digits, let trims):
                Self.append(fraction, mark, digits, trims, to: &buffer)
            }
        }
        return true
    }

    private static func append(
        _ milliseconds: Int,
        _ mark: UInt8,
        _ digits: Int,
        _ trims: Bool,
        to buffer: inout ByteBuffer
    ) {
        let before = buffer.count
        buffer.append(mark)
        var rest = milliseconds
        var unit = 100
        var kept = before
        for _ in 0..<digits {
            let digit = unit > 0 ? rest / unit : 0
            rest -= digit * unit
            unit /= 10
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            if digit > 0 { kept = buffer.count }
        }
        if trims { buffer.truncate(to: kept) }
    }
}

/// Go's layouts: an example time in which each number stands for a field.
package enum GoLayout {
    /// The conversions of `strftime` for the pieces of the example, the longer of two that begin
    /// alike first; the zone is always UTC.
    private static let fields: [(example: String, conversion: String)] = [
        ("January", "%B"), ("Jan", "%b"), ("Monday", "%A"), ("Mon", "%a"), ("MST", "UTC"),
        ("2006", "%Y"), ("_2006", "_%Y"), ("__2", "%_j"), ("_2", "%e"), ("002", "%j"),
        ("01", "%m"), ("02", "%d"), ("03", "%I"), ("04", "%M"), ("05", "%S"), ("06", "%y"),
        ("15", "%H"), ("1", "%-m"), ("2", "%-d"), ("3", "%-I"), ("4", "%-M"), ("5", "%-S"),
        ("PM", "%p"), ("pm", "%P"), ("-07:00:00", "+00:00:00"), ("-070000", "+000000"),
        ("-07:00", "+00:00"), ("-0700", "+0000"), ("-07", "+00"), ("Z07:00:00", "Z"),
        ("Z070000", "Z"), ("Z07:00", "Z"), ("Z0700", "Z"), ("Z07", "Z"),
    ]

    /// Returns the parts of a layout.
    package static func parts(of layout: String) -> [TimeFormat.Part] {
        var parts: [TimeFormat.Part] = []
        var text = ""
        var rest = layout[...]
        func close() {
            guard !text.isEmpty else { return }
            parts.append(.strftime(TimeFormat.conversions(text)))
            text = ""
        }
        while let first = rest.first {
            if let fraction = fraction(rest) {
                close()
                parts.append(fraction.part)
                rest = rest.dropFirst(fraction.length)
            } else if let field = fields.first(where: { begins(rest, with: $0.example) }) {
                text += field.conversion
                rest = rest.dropFirst(field.example.count)
            } else {
                text += first == "%" ? "%%" : String(first)
                rest = rest.dropFirst()
            }
        }
        close()
        return parts
    }

    private static func begins(_ rest: Substring, with example: String) -> Bool {
        guard rest.hasPrefix(example) else { return false }
        guard example == "Jan" || example == "Mon" else { return true }
        // A longer word, such as Month, is no example.
        return rest.dropFirst(3).first.map { !("a"..."z").contains($0) } ?? true
    }

    /// `.000` or `,999`, unless another digit follows.
    private static func fraction(
        _ rest: Substring
    ) -> (part: TimeFormat.Part, length: Int)? {
        guard let mark = rest.first?.asciiValue, mark == 0x2e || mark == 0x2c else { return nil }
        guard let digit = rest.dropFirst().first, digit == "0" || digit == "9" else { return nil }
        let digits = rest.dropFirst().prefix { $0 == digit }
        if let next = rest.dropFirst(1 + digits.count).first, ("0"..."9").contains(next) {
            return nil
        }
        let part = TimeFormat.Part.fraction(
            mark: mark,
            digits: digits.count,
            trims: digit == "9"
        )
        return (part, 1 + digits.count)
    }
}
