// JSON string escaping and Base64, straight from foreign bytes into the buffer.
//
// Most text needs no care, so eight bytes are tested at a time: a byte needs care when it is a
// control, a quote, a backslash, DEL, or not ASCII. The test marks a wrong byte only above a right
// one, so the lowest mark is always true and the run before it can be copied whole.
//
// DEL and the C1 controls (U+0080 to U+009F) are written as `\u00XX` though JSON does not ask for
// it: a terminal may act on them, and a reader gets the same character back.

private let lowBits: UInt64 = 0x0101_0101_0101_0101
private let highBits: UInt64 = 0x8080_8080_8080_8080

extension ByteBuffer {
    /// Appends the inside of a JSON string for `source`, without the quotes.
    ///
    /// - Returns: `false`, with nothing appended, when `source` is not valid UTF-8.
    public mutating func appendEscaped(_ source: RawSpan) -> Bool {
        source.withUnsafeBytes { appendEscaped($0) }
    }

    mutating func appendEscaped(_ source: UnsafeRawBufferPointer) -> Bool {
        guard let start = source.baseAddress else { return true }
        let before = count
        let end = source.count
        var index = 0
        reserve(end + 16)
        while index < end {
            if index + 16 <= end {
                // Two words at once while nothing needs care.
                let first = start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let second = start.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
                (base + count).storeBytes(of: first, as: UInt64.self)
                (base + count).storeBytes(of: second, toByteOffset: 8, as: UInt64.self)
                if marks(first) | marks(second) == 0 {
                    commit(16)
                    index += 16
                    continue
                }
            }
            if index + 8 <= end {
                let word = start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                (base + count).storeBytes(of: word, as: UInt64.self)
                let marks = marks(word)
                let clean = marks == 0 ? 8 : marks.trailingZeroBitCount / 8
                commit(clean)
                index += clean
                if marks == 0 { continue }
            }
            let byte = start.load(fromByteOffset: index, as: UInt8.self)
            if byte >= 0x20, byte < 0x7f, byte != 0x22, byte != 0x5c {
                (base + count).storeBytes(of: byte, as: UInt8.self)
                commit(1)
                index += 1
                continue
            }
            if byte < 0x80 {
                appendEscape(byte)
                index += 1
            } else {
                let length = utf8Length(start + index, available: end - index)
                guard length > 0 else {
                    truncate(to: before)
                    return false
                }
                let second = start.load(fromByteOffset: index + 1, as: UInt8.self)
                if byte == 0xc2, second < 0xa0 {
                    appendEscape(second)
                } else {
                    append(UnsafeRawBufferPointer(start: start + index, count: length))
                }
                index += length
            }
            reserve(end - index + 16)
        }
        return true
    }

    /// Appends `source` in Base64 with padding (RFC 4648, section 4).
    public mutating func appendBase64(_ source: RawSpan) {
        source.withUnsafeBytes { appendBase64($0) }
    }

    private mutating func appendBase64(_ source: UnsafeRawBufferPointer) {
        reserve((source.count + 2) / 3 * 4)
        var index = 0
        while index < source.count {
            let taken = min(3, source.count - index)
            var group = UInt32(source[index]) << 16
            if taken > 1 { group |= UInt32(source[index + 1]) << 8 }
            if taken > 2 { group |= UInt32(source[index + 2]) }
            append(base64Digit(group >> 18))
            append(base64Digit(group >> 12))
            append(taken > 1 ? base64Digit(group >> 6) : UInt8(ascii: "="))
            append(taken > 2 ? base64Digit(group) : UInt8(ascii: "="))
            index += taken
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5c: append("\\\\")
        case 0x0a: append("\\n")
        case 0x0d: append("\\r")
        case 0x09: append("\\t")
        case 0x08: append("\\b")
        case 0x0c: append("\\f")
        default:
            append("\\u00")
            append(hexDigit(byte >> 4))
            append(hexDigit(byte & 0x0f))
        }
    }
}

/// Returns the high bit of every byte that needs care, counted from the first byte in memory; a
/// wrong mark can stand only above a right one.
@inline(__always)
private func marks(_ bytes: UInt64) -> UInt64 {
    let word = bytes.littleEndian
    return
        ((word &- (0x20 &* lowBits)) | ((word ^ (0x22 &* lowBits)) &- lowBits)
        | ((word ^ (0x5c &* lowBits)) &- lowBits) | ((word ^ (0x7f &* lowBits)) &- lowBits)
        | word) & highBits
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

private func base64Digit(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 0x3f)
    switch value {
    case 0..<26: return UInt8(ascii: "A") + value
    case 26..<52: return UInt8(ascii: "a") + value - 26
    case 52..<62: return UInt8(ascii: "0") + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
}

/// Returns the length of the well-formed UTF-8 sequence at `start`, or 0 (Unicode, table 3-7).
func utf8Length(_ start: UnsafeRawPointer, available: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }
    func continues(_ offset: Int) -> Bool { byte(offset) & 0xc0 == 0x80 }
    switch byte(0) {
    case 0xc2...0xdf:
        return available >= 2 && continues(1) ? 2 : 0
    case 0xe0...0xef:
        guard available >= 3, continues(1), continues(2) else { return 0 }
        if byte(0) == 0xe0, byte(1) < 0xa0 { return 0 }
        if byte(0) == 0xed, byte(1) > 0x9f { return 0 }
        return 3
    case 0xf0...0xf4:
        guard available >= 4, continues(1), continues(2), continues(3) else { return 0 }
        if byte(0) == 0xf0, byte(1) < 0x90 { return 0 }
        if byte(0) == 0xf4, byte(1) > 0x8f { return 0 }
        return 4
    default:
        return 0
    }
}
