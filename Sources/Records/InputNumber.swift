// Numbers as a format has them in the input.

import JSON
import Output

/// A number read from the input, or what keeps it from being one.
package enum InputNumber: Equatable {
    /// The number, and where it ends; −1 stands for itself and for all bits set.
    ///
    /// A positive number too large for 64 bits with a sign is the largest there is.
    case value(Int64, end: Int)
    /// Its end has not arrived.
    case incomplete
    /// It is none.
    case bad(String)

    /// Reads the number that begins at `start`.
    package static func read(
        _ input: RawSpan,
        from start: Int,
        as form: FormatTemplate.NumberForm,
        isAtEnd: Bool
    ) -> InputNumber {
        switch form {
        case .ascii: return digits(input, from: start, base: 10, limit: 19, isAtEnd)
        case .hex: return digits(input, from: start, base: 16, limit: 16, isAtEnd)
        case .hexDigits(let count):
            var value: UInt64 = 0
            for index in start..<min(start + count, input.byteCount) {
                guard let digit = hexValue(of: byte(input, index)) else {
                    return .bad(expected("a hexadecimal digit", input, index))
                }
                value = value << 4 | UInt64(digit)
            }
            guard start + count <= input.byteCount else { return cutOff(isAtEnd) }
            return .value(signed(value, bits: 4 * count), end: start + count)
        case .big(let count):
            guard start + count <= input.byteCount else { return cutOff(isAtEnd) }
            var value: UInt64 = 0
            for index in start..<start + count { value = value << 8 | UInt64(byte(input, index)) }
            return .value(signed(value, bits: 8 * count), end: start + count)
        case .little(let count):
            guard start + count <= input.byteCount else { return cutOff(isAtEnd) }
            var value: UInt64 = 0
            for index in (start..<start + count).reversed() {
                value = value << 8 | UInt64(byte(input, index))
            }
            return .value(signed(value, bits: 8 * count), end: start + count)
        case .bool: return bool(input, from: start, isAtEnd)
        case .constant(let number): return .value(Int64(number), end: start)
        }
    }

    private static func digits(
        _ input: RawSpan,
        from start: Int,
        base: UInt64,
        limit: Int,
        _ isAtEnd: Bool
    ) -> InputNumber {
        var index = start
        let isNegative =
            base == 10 && index < input.byteCount && byte(input, index) == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        var value: UInt64 = 0
        while index < input.byteCount, let digit = hexValue(of: byte(input, index)), digit < base {
            guard index - first < limit else {
                return .bad("a number of more than \(limit) digits")
            }
            value = value &* base &+ UInt64(digit)
            index += 1
        }
        guard index < input.byteCount || isAtEnd else { return .incomplete }
        guard index > first else {
            let what = base == 10 ? "a digit" : "a hexadecimal digit"
            return .bad(expected(what, input, index))
        }
        // With 19 digits it can be above what fits with a sign, and never above what fits without.
        if base == 10 {
            let number = Int64(clamping: value)
            return .value(isNegative ? -number : number, end: index)
        }
        return .value(signed(value, bits: 64), end: index)
    }

    private static func bool(_ input: RawSpan, from start: Int, _ isAtEnd: Bool) -> InputNumber {
        let words: [(text: [UInt8], value: Int64)] = [
            (Array("true".utf8), 1), (Array("false".utf8), 0),
        ]
        for word in words where input.has(word.text, at: start) {
            return .value(word.value, end: start + word.text.count)
        }
        let there = input.extracting(start..<min(start + 5, input.byteCount))
        let isBeginning = words.contains { word in
            there.byteCount < word.text.count
                && there.withUnsafeBytes { word.text.starts(with: $0) }
        }
        if isBeginning { return cutOff(isAtEnd) }
        return .bad(expected("'true' or 'false'", input, start))
    }

    /// All bits set are −1; anything else has no sign.
    private static func signed(_ value: UInt64, bits: Int) -> Int64 {
        let ones = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
        return value == ones ? -1 : Int64(clamping: value)
    }

    private static func cutOff(_ isAtEnd: Bool) -> InputNumber {
        isAtEnd ? .bad("the input ends inside of a number") : .incomplete
    }

    private static func expected(_ what: String, _ input: RawSpan, _ index: Int) -> String {
        guard index < input.byteCount else { return "expected \(what), found the end of the input" }
        let byte = byte(input, index)
        let found =
            (0x21..<0x7f).contains(byte)
            ? "'\(Unicode.Scalar(byte))'"
            : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        return "expected \(what), found \(found)"
    }

    private static func byte(_ input: RawSpan, _ index: Int) -> UInt8 {
        input.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
