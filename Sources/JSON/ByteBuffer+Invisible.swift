// Characters that are not seen but change what is: they turn the direction of writing, or hide text.

extension Unicode.Scalar {
    /// True when the character has no shape of its own but acts on others, or stands for nothing.
    public var isFormatControl: Bool {
        switch value {
        case 0xad, 0x061c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff,
            0xfff9...0xfffb, 0x1d173...0x1d17a, 0xe0000...0xe0fff:
            true
        default: false
        }
    }
}

extension ByteBuffer {
    /// Writes each such character in the JSON from `start` on as `\uXXXX`: a reader gets the same one.
    ///
    /// For terminals; what is there is valid JSON.
    public mutating func escapeFormatControls(from start: Int) {
        let text = bytes.extracting(start..<count).withUnsafeBytes { all -> String? in
            // All of them begin with a byte above ASCII.
            guard all.contains(where: { $0 > 0x7f }) else { return nil }
            return String(decoding: all, as: UTF8.self)
        }
        guard let text, text.unicodeScalars.contains(where: \.isFormatControl) else { return }
        truncate(to: start)
        for scalar in text.unicodeScalars {
            guard scalar.isFormatControl else {
                append(text: String(scalar))
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                append("\\u")
                for _ in digits.utf8.count..<4 { append(UInt8(ascii: "0")) }
                append(text: digits)
            }
        }
    }
}
