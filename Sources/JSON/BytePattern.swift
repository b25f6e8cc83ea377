// Regular expressions over bytes.
// Swift's own are over text, and take a byte that is not UTF-8 for a character that is not there.

import Glibc

/// A POSIX extended regular expression over bytes, whatever they are.
///
/// A byte is a character; a dot stands for any byte but 0. Of several matches the longest counts.
/// C: `regcomp`, `regexec` with `REG_STARTEND`.
public final class BytePattern {
    private var compiled = regex_t()
    /// The text itself, when it means nothing but itself: looking for that is many times faster.
    private let literal: [UInt8]?

    /// A text that is no regular expression.
    public struct Mistake: Error, Equatable {
        /// The fault, in the C library's words.
        public let reason: String
    }

    /// Compiles `text`.
    ///
    /// - Throws: `Mistake` when it is no regular expression.
    public init(_ text: String) throws(Mistake) {
        let isLiteral =
            !text.isEmpty && !text.utf8.contains { "\\^$.[]|()*+?{}\0".utf8.contains($0) }
        literal = isLiteral ? Array(text.utf8) : nil
        let code = regcomp(&compiled, text, REG_EXTENDED)
        guard code == 0 else {
            let size = Int(regerror(code, &compiled, nil, 0))
            let reason = String(unsafeUninitializedCapacity: size) { room in
                room.withMemoryRebound(to: CChar.self) { room in
                    _ = regerror(code, &compiled, room.baseAddress, size)
                }
                return max(size - 1, 0)
            }
            // What could not be compiled holds nothing, and freeing it does nothing.
            throw Mistake(reason: reason)
        }
    }

    deinit {
        regfree(&compiled)
    }

    /// Returns how many bytes at the beginning of `bytes` match; nil when they do not.
    public func length(atStartOf bytes: RawSpan) -> Int? {
        // Of all matches the leftmost is found: one elsewhere means that there is none here.
        guard let match = match(in: bytes), match.rm_so == 0 else { return nil }
        return Int(match.rm_eo)
    }

    /// Returns true when any part of `bytes` matches.
    public func matches(in bytes: RawSpan) -> Bool {
        if let literal { return bytes.firstIndex(of: literal) != nil }
        return match(in: bytes) != nil
    }

    private func match(in bytes: RawSpan) -> regmatch_t? {
        guard let end = regoff_t(exactly: bytes.byteCount) else { return nil }
        return bytes.withUnsafeBytes { all -> regmatch_t? in
            var match = regmatch_t(rm_so: 0, rm_eo: end)
            // No bytes have no address, and the library wants one.
            let code =
                if let start = all.assumingMemoryBound(to: CChar.self).baseAddress {
                    regexec(&compiled, start, 1, &match, REG_STARTEND)
                } else {
                    regexec(&compiled, "", 1, &match, REG_STARTEND)
                }
            return code == 0 ? match : nil
        }
    }
}
