// Numbers of a JSON text: their digits are kept as they stand, and whole numbers are exact.

extension JSONReader {
    /// Reads a number of any size and checks its form.
    ///
    /// - Returns: the range of its bytes.
    public mutating func number() throws(JSONError) -> Range<Int> {
        skipBlanks()
        let start = offset
        if current == UInt8(ascii: "-") {
            offset += 1
            guard isDigit(current) else { throw expected("a digit after '-'") }
        }
        guard isDigit(current) else { throw expected("a number") }
        if current == UInt8(ascii: "0") {
            offset += 1
            guard !isDigit(current) else {
                throw JSONError(at: offset - 1, "a number may not begin with 0")
            }
        } else {
            skipDigits()
        }
        if current == UInt8(ascii: ".") {
            offset += 1
            guard isDigit(current) else { throw expected("a digit after '.'") }
            skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            guard isDigit(current) else { throw expected("a digit in the exponent") }
            skipDigits()
        }
        return start..<offset
    }

    /// Reads a whole number, in whatever form it is written: `1000`, `1e3`, `1000.0`.
    ///
    /// - Throws: also when the number has a fraction or does not fit into 64 bits.
    public mutating func int64() throws(JSONError) -> Int64 {
        let range = try number()
        if let value = JSONNumber.int64(bytes(in: range)) { return value }
        throw JSONError(at: range.lowerBound, "expected a whole number of at most 64 bits")
    }

    private mutating func skipDigits() {
        while isDigit(current) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// The values of JSON numbers.
public enum JSONNumber {
    /// Returns the exact value of a well-formed JSON number.
    ///
    /// No floating point is involved: every whole number of 64 bits is written as it was read.
    /// - Parameter text: the number's bytes, as `JSONReader.number` finds them.
    /// - Returns: nil when the number has a fraction or does not fit.
    public static func int64(_ text: RawSpan) -> Int64? {
        if let plain = plain(text) { return plain }
        var magnitude: UInt64 = 0
        var zeros = 0
        var scale = 0
        var exponent = 0
        var isNegative = false
        var exponentIsNegative = false
        var part = Part.whole
        for index in 0..<text.byteCount {
            let byte = text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            switch byte {
            case UInt8(ascii: "-"):
                if part == .exponent { exponentIsNegative = true } else { isNegative = true }
            case UInt8(ascii: "+"): break
            case UInt8(ascii: "."): part = .fraction
            case UInt8(ascii: "e"), UInt8(ascii: "E"): part = .exponent
            default:
                let digit = Int(byte) - 0x30
                guard (0...9).contains(digit) else { return nil }
                if part == .exponent {
                    // Far beyond every length a text can have, and far from overflow.
                    exponent = min(exponent * 10 + digit, 1 << 50)
                    continue
                }
                if part == .fraction { scale += 1 }
                // Zeros count only when another digit or nothing follows them.
                zeros += 1
                guard digit > 0 else { continue }
                guard let larger = shifted(magnitude, by: zeros, adding: UInt64(digit)) else {
                    return nil
                }
                magnitude = larger
                zeros = 0
            }
        }
        guard magnitude > 0 else { return 0 }
        let shift = zeros - scale + (exponentIsNegative ? -exponent : exponent)
        guard shift >= 0, let value = shifted(magnitude, by: shift, adding: 0) else { return nil }
        if isNegative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
        return Int64(exactly: value)
    }

    /// Returns the value of at most 18 digits and nothing else, which most numbers are.
    private static func plain(_ text: RawSpan) -> Int64? {
        guard text.byteCount <= 18 else { return nil }
        var value: Int64 = 0
        for index in 0..<text.byteCount {
            let digit = text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    private enum Part {
        case whole
        case fraction
        case exponent
    }

    private static func shifted(_ value: UInt64, by places: Int, adding digit: UInt64) -> UInt64? {
        guard value > 0 else { return digit }
        guard places < 20 else { return nil }
        var value = value
        for _ in 0..<places {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
        }
        let (sum, overflow) = value.addingReportingOverflow(digit)
        return overflow ? nil : sum
    }
}
