// Finding bytes in a span.

import Glibc

extension RawSpan {
    /// Returns where `byte` first stands at or behind `start`; nil when it does not.
    ///
    /// C: `memchr`.
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0 && start <= byteCount, "the search begins inside the bytes")
        return withUnsafeBytes { all -> Int? in
            guard let base = all.baseAddress else { return nil }
            guard let found = memchr(base + start, Int32(byte), all.count - start) else {
                return nil
            }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Returns where `word` first stands at or behind `start`; nil when it does not.
    ///
    /// `word` has at least one byte.
    public func firstIndex(of word: [UInt8], from start: Int = 0) -> Int? {
        var from = start
        while let found = firstIndex(of: word[0], from: from) {
            if word.count == 1 || has(word, at: found) { return found }
            from = found + 1
        }
        return nil
    }

    /// Returns true when `word` stands at `index`.
    public func has(_ word: [UInt8], at index: Int) -> Bool {
        guard index + word.count <= byteCount else { return false }
        return withUnsafeBytes { all in
            word.withUnsafeBytes { word in
                guard let base = all.baseAddress, let other = word.baseAddress else {
                    return word.isEmpty
                }
                return memcmp(base + index, other, word.count) == 0
            }
        }
    }
}
