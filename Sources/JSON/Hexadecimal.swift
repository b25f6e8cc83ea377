// Bytes as pairs of hexadecimal digits, there and back.

extension ByteBuffer {
    /// Appends two lower-case digits for each byte of `source`.
    public mutating func appendHex(_ source: RawSpan) {
        reserve(2 * source.byteCount)
        source.withUnsafeBytes { bytes in
            for byte in bytes {
                append(hexDigits[Int(byte >> 4)])
                append(hexDigits[Int(byte & 15)])
            }
        }
    }

    /// Appends the last `count` digits of `number`, the highest first.
    ///
    /// A `count` of nil writes as many as the number has.
    public mutating func append(hex number: UInt64, digits count: Int?) {
        var place = count ?? max((67 - number.leadingZeroBitCount) / 4, 1)
        while place > 0 {
            place -= 1
            append(hexDigits[Int(truncatingIfNeeded: number >> UInt64(4 * place) & 15)])
        }
    }

    /// Appends the bytes that `text` stands for: pairs of digits, in lower or upper case.
    ///
    /// - Returns: `false`, with nothing appended, for anything else.
    public mutating func appendDecodedHex(_ text: RawSpan) -> Bool {
        guard text.byteCount.isMultiple(of: 2) else { return false }
        let before = count
        reserve(text.byteCount / 2)
        for index in stride(from: 0, to: text.byteCount, by: 2) {
            guard
                let high = hexValue(of: text.unsafeLoad(fromByteOffset: index, as: UInt8.self)),
                let low = hexValue(of: text.unsafeLoad(fromByteOffset: index + 1, as: UInt8.self))
            else {
                truncate(to: before)
                return false
            }
            append(high << 4 | low)
        }
        return true
    }
}

/// Returns the value of a hexadecimal digit; nil for any other byte.
public func hexValue(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}

private let hexDigits: [16 of UInt8] = [
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
]
