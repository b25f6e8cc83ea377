// Base64 back to bytes; the way out is in ByteBuffer+Escaping.

/// Base64 (RFC 4648, section 4).
public enum Base64 {
    /// The bytes that `text` stands for; nil unless it is canonical Base64 with its padding.
    public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
            } else {
                guard padding == 0, let value = value(of: character) else { return nil }
                group = group << 6 | UInt32(value)
            }
            digits += 1
            guard digits == 4 else { continue }
            guard padding <= 2, padding == 0 || !bytes.isEmpty || digits == 4 else { return nil }
            group <<= 6 * UInt32(padding)
            let unused = group & (padding == 0 ? 0 : padding == 1 ? 0xff : 0xffff)
            guard unused == 0 else { return nil }
            let all = [UInt8(group >> 16 & 0xff), UInt8(group >> 8 & 0xff), UInt8(group & 0xff)]
            bytes += all.prefix(3 - padding)
            if padding > 0 { digits = 5 } else { digits = 0 }
            group = 0
        }
        return digits == 0 || digits == 5 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
