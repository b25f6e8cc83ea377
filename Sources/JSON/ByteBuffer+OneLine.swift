// Foreign JSON as a part of a line of ours.

extension ByteBuffer {
    /// Appends JSON as it is, but on one line and with no byte that a terminal acts on.
    ///
    /// - Throws: why the bytes are not one JSON value; nothing has been appended then.
    public mutating func append(oneLineJSON bytes: RawSpan) throws(JSONError) {
        var reader = JSONReader(bytes)
        _ = try reader.rawValue()
        try reader.end()
        var index = 0
        while index < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            let next =
                index + 1 < bytes.byteCount
                ? bytes.unsafeLoad(fromUncheckedByteOffset: index + 1, as: UInt8.self) : 0
            if byte == 0x0a || byte == 0x0d {
                // Between values only: in a string it would have to be escaped.
                append(UInt8(ascii: " "))
            } else if byte == 0x7f {
                append("\\u007f")
            } else if byte == 0xc2, (0x80..<0xa0).contains(next) {
                append("\\u00")
                appendHex(bytes.extracting(index + 1..<index + 2))
                index += 1
            } else {
                append(byte)
            }
            index += 1
        }
    }
}
