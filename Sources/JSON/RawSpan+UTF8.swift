// Whether bytes are text.

extension RawSpan {
    /// Returns the first byte of `range` that does not belong to a well-formed UTF-8 sequence; nil
    /// for none.
    public func firstNonUTF8(in range: Range<Int>) -> Int? {
        precondition(range.upperBound <= byteCount, "the range lies within the bytes")
        return withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var index = range.lowerBound
            while index < range.upperBound {
                if index + 8 <= range.upperBound,
                    start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                        & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                    continue
                }
                let byte = start.load(fromByteOffset: index, as: UInt8.self)
                if byte < 0x80 {
                    index += 1
                    continue
                }
                let length = utf8Length(start + index, available: range.upperBound - index)
                guard length > 0 else { return index }
                index += length
            }
            return nil
        }
    }
}
