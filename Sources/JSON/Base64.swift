// Base64 back to bytes; the way out is in ByteBuffer+Escaping.

extension ByteBuffer {
    /// Appends the bytes that `text` stands for (RFC 4648, section 4).
    ///
    /// - Returns: `false`, with nothing appended, unless `text` is canonical Base64 with its padding.
    public mutating func appendDecodedBase64(_ text: RawSpan) -> Bool {
        text.withUnsafeBytes { appendDecodedBase64($0) }
    }

    /// Appends the bytes that `text` stands for, when it is Base64 without its padding.
    ///
    /// - Returns: `false`, with nothing appended, for anything else.
    public mutating func appendDecodedUnpaddedBase64(_ text: RawSpan) -> Bool {
        let rest = text.byteCount % 4
        guard rest > 0 else {
            // With all digits there, only the padding is left to be refused.
            let last = text.byteCount - 1
            if last > 0, text.unsafeLoad(fromByteOffset: last, as: UInt8.self) == UInt8(ascii: "=")
            {
                return false
            }
            return appendDecodedBase64(text)
        }
        guard rest > 1 else { return false }
        let before = count
        guard appendDecodedBase64(text.extracting(first: text.byteCount - rest)) else {
            return false
        }
        var group: [4 of UInt8] = .init(repeating: UInt8(ascii: "="))
        for index in 0..<rest {
            group[index] = text.unsafeLoad(
                fromByteOffset: text.byteCount - rest + index,
                as: UInt8.self
            )
        }
        if group[rest - 1] != UInt8(ascii: "="), appendDecodedBase64(group.span.bytes) {
            return true
        }
        truncate(to: before)
        return false
    }

    private mutating func appendDecodedBase64(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count.isMultiple(of: 4) else { return false }
        guard let last = text.last else { return true }
        var padding = 0
        if last == UInt8(ascii: "=") {
            padding = text[text.count - 2] == UInt8(ascii: "=") ? 2 : 1
        }
        let before = count
        let groups = text.count / 4 - (padding > 0 ? 1 : 0)
        reserve(text.count / 4 * 3)
        var bad: UInt32 = 0
        for group in 0..<groups {
            let bits = Self.group(text, 4 * group, &bad)
            append(UInt8(truncatingIfNeeded: bits >> 16))
            append(UInt8(truncatingIfNeeded: bits >> 8))
            append(UInt8(truncatingIfNeeded: bits))
        }
        if padding > 0 {
            let start = 4 * groups
            var bits = sextet(text[start], &bad) << 18 | sextet(text[start + 1], &bad) << 12
            append(UInt8(truncatingIfNeeded: bits >> 16))
            if padding == 1 {
                bits |= sextet(text[start + 2], &bad) << 6
                append(UInt8(truncatingIfNeeded: bits >> 8))
            }
            // Bits that belong to no byte are 0, so that no two texts mean the same bytes.
            bad |= bits & (padding == 1 ? 0xff : 0xffff)
        }
        if bad == 0 { return true }
        truncate(to: before)
        return false
    }

    @inline(__always)
    private static func group(
        _ text: UnsafeRawBufferPointer,
        _ start: Int,
        _ bad: inout UInt32
    ) -> UInt32 {
        sextet(text[start], &bad) << 18 | sextet(text[start + 1], &bad) << 12
            | sextet(text[start + 2], &bad) << 6 | sextet(text[start + 3], &bad)
    }
}

/// Returns the six bits of a digit; sets `bad` for what is none.
@inline(__always)
private func sextet(_ digit: UInt8, _ bad: inout UInt32) -> UInt32 {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): return UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): return 62
    case UInt8(ascii: "/"): return 63
    default:
        bad = 1
        return 0
    }
}
