// Strings of a JSON text: scanned eight bytes at a time and checked once, unescaped on demand.

import Glibc

private let lowBits: UInt64 = 0x0101_0101_0101_0101
private let highBits: UInt64 = 0x8080_8080_8080_8080

/// A string in a JSON text, checked by the reader that returned it.
public struct JSONText: Hashable, Sendable {
    /// The bytes between the quotes.
    public let range: Range<Int>
    /// True when there is a backslash: without one, the bytes are the string.
    public let hasEscapes: Bool
}

extension JSONReader {
    /// Reads a string and checks all of it: UTF-8, control characters, escapes, surrogates.
    ///
    /// - Returns: where it is; `append`, `string(of:)` and `matches` give what it says.
    public mutating func string() throws(JSONError) -> JSONText {
        skipBlanks()
        guard current == UInt8(ascii: "\"") else { throw expected("a string") }
        let start = offset + 1
        let count = bytes.byteCount
        var index = start
        var hasEscapes = false
        while true {
            while index + 8 <= count {
                let word =
                    bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
                    .littleEndian
                // A mark above a true one may be false, so only the lowest is used.
                let marks =
                    ((word &- (0x20 &* lowBits)) | ((word ^ (0x22 &* lowBits)) &- lowBits)
                        | ((word ^ (0x5C &* lowBits)) &- lowBits) | word) & highBits
                guard marks == 0 else {
                    index += marks.trailingZeroBitCount / 8
                    break
                }
                index += 8
            }
            guard let byte = byte(at: index) else {
                throw JSONError(at: offset, "the string is not closed")
            }
            switch byte {
            case UInt8(ascii: "\""):
                offset = index + 1
                return JSONText(range: start..<index, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index = try escape(at: index).end
            case ..<0x20:
                throw JSONError(at: index, "a control character in a string must be escaped")
            case ..<0x80:
                index += 1
            default:
                let length = bytes.withUnsafeBytes { all in
                    all.baseAddress.map { utf8Length($0 + index, available: count - index) } ?? 0
                }
                guard length > 0 else { throw JSONError(at: index, "a string is not valid UTF-8") }
                index += length
            }
        }
    }

    /// Appends what a string says, without quotes and escapes.
    ///
    /// - Parameters:
    ///   - text: a string that this reader returned.
    ///   - buffer: where it goes.
    public func append(_ text: JSONText, to buffer: inout ByteBuffer) {
        guard text.hasEscapes else { return buffer.append(bytes(in: text.range)) }
        unescape(text) { buffer.append($0) }
    }

    /// Returns the content of a string, as bytes of its own.
    ///
    /// - Parameter text: a string that this reader returned.
    /// - Returns: valid UTF-8.
    public func bytes(of text: JSONText) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.range.count)
        unescape(text) { piece in
            piece.withUnsafeBytes { result.append(contentsOf: $0) }
        }
        return result
    }

    /// Returns the content of a string, as a string.
    ///
    /// - Parameter text: a string that this reader returned.
    /// - Returns: the text without quotes and escapes.
    public func string(of text: JSONText) -> String {
        guard text.hasEscapes else {
            return bytes(in: text.range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        return String(decoding: bytes(of: text), as: UTF8.self)
    }

    /// Returns true when a string says `word`, however it is escaped.
    ///
    /// - Parameters:
    ///   - text: a string that this reader returned.
    ///   - word: what it may say.
    /// - Returns: true when both are the same bytes.
    public func matches(_ text: JSONText, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: length)
        // An escape is never shorter than what it stands for.
        guard text.range.count == length || (text.hasEscapes && text.range.count > length) else {
            return false
        }
        if text.hasEscapes { return bytes(of: text).elementsEqual(wanted) }
        return bytes(in: text.range).withUnsafeBytes { own in
            guard let base = own.baseAddress else { return length == 0 }
            return memcmp(base, word.utf8Start, length) == 0
        }
    }

    /// Hands out what a string says in pieces: runs of its bytes, and unescaped characters.
    private func unescape(_ text: JSONText, _ body: (RawSpan) -> Void) {
        var index = text.range.lowerBound
        var runStart = index
        while index < text.range.upperBound {
            guard byte(at: index) == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            body(bytes(in: runStart..<index))
            let end: Int
            do throws(JSONError) {
                let escape = try escape(at: index)
                end = escape.end
                var units = InlineArray<4, UInt8>(repeating: 0)
                var length = 0
                for unit in UTF8.encode(escape.scalar) ?? UTF8.encodedReplacementCharacter {
                    units[length] = unit
                    length += 1
                }
                body(units.span.bytes.extracting(first: length))
            } catch {
                preconditionFailure("a string is unescaped by the reader that checked it")
            }
            index = end
            runStart = end
        }
        body(bytes(in: runStart..<text.range.upperBound))
    }

    /// Returns the character that the escape at `start` stands for, and where the escape ends.
    private func escape(at start: Int) throws(JSONError) -> (scalar: Unicode.Scalar, end: Int) {
        switch byte(at: start + 1) {
        case UInt8(ascii: "\""): return ("\"", start + 2)
        case UInt8(ascii: "\\"): return ("\\", start + 2)
        case UInt8(ascii: "/"): return ("/", start + 2)
        case UInt8(ascii: "b"): return ("\u{08}", start + 2)
        case UInt8(ascii: "f"): return ("\u{0C}", start + 2)
        case UInt8(ascii: "n"): return ("\n", start + 2)
        case UInt8(ascii: "r"): return ("\r", start + 2)
        case UInt8(ascii: "t"): return ("\t", start + 2)
        case UInt8(ascii: "u"): break
        case nil: throw JSONError(at: start, "the string is not closed")
        default: throw JSONError(at: start, "unknown escape in a string")
        }
        let unit = try codeUnit(at: start)
        if let scalar = Unicode.Scalar(unit) { return (scalar, start + 6) }
        // A high surrogate means something only with a low one right behind it.
        if unit < 0xDC00, byte(at: start + 6) == UInt8(ascii: "\\"),
            byte(at: start + 7) == UInt8(ascii: "u")
        {
            let low = try codeUnit(at: start + 6)
            if low & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
            {
                return (scalar, start + 12)
            }
        }
        let digits = String(unit, radix: 16, uppercase: true)
        throw JSONError(at: start, "lone surrogate \\u\(digits) in a string")
    }

    /// Returns the number that the four digits of the `\u` escape at `start` make.
    private func codeUnit(at start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            let digit: UInt8
            switch byte(at: index) {
            case .some(let byte) where (0x30...0x39).contains(byte): digit = byte - 0x30
            case .some(let byte) where (0x41...0x46).contains(byte): digit = byte - 0x41 + 10
            case .some(let byte) where (0x61...0x66).contains(byte): digit = byte - 0x61 + 10
            default: throw JSONError(at: start, "'\\u' needs four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
