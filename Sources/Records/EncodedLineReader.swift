// Records that are written as text, one a line.

import JSON
import KafkaCore

/// Cuts lines of hexadecimal digits or of Base64 into records; empty lines are passed over.
package struct EncodedLineReader: RecordReader {
    private var pieces: PieceCutter
    private let isHex: Bool
    private let limit: Int
    package var line = 0

    package init(isHex: Bool, limit: Int) {
        self.isHex = isHex
        self.limit = limit
        pieces = PieceCutter(delimiter: [UInt8(ascii: "\n")], limit: 2 * limit + 2)
    }

    package mutating func beginInput() { pieces.begin() }

    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit count: Int,
        into batch: inout RecordBatch
    ) -> Int {
        let isHex = isHex
        return pieces.cut(
            input,
            from: start,
            isAtEnd: isAtEnd,
            count: count,
            into: &batch,
            line: &line,
            refusing: limit
        ) { range, end, line, batch in
            let bytes = input.extracting(range).withUnsafeBytes { [UInt8]($0) }
            guard let message = Self.message(bytes, isHex: isHex) else {
                batch.refuse(
                    .malformed(isHex ? "not hexadecimal" : "not Base64", column: nil),
                    line: line,
                    end: end,
                    input: range,
                    size: range.count
                )
                return
            }
            guard !bytes.allSatisfy(Self.isBlank) else { return }
            let first = batch.made.count
            batch.made.append(message.span.bytes)
            let slice = ByteSlice(first..<batch.made.count, in: .made)
            batch.append(RecordSlice(topic: -1, value: slice), line: line, end: end)
        }
    }

    /// Returns the bytes that a text stands for, blanks left out; nil when it is none.
    package static func message(_ text: [UInt8], isHex: Bool) -> [UInt8]? {
        let digits = text.filter { !isBlank($0) }
        var buffer = ByteBuffer(capacity: digits.count)
        let isGood =
            isHex
            ? buffer.appendDecodedHex(digits.span.bytes)
            : buffer.appendDecodedBase64(digits.span.bytes)
        return isGood ? buffer.bytes.withUnsafeBytes { [UInt8]($0) } : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }
}
