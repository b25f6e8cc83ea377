// Lines of JSON as records: what `consume --json` prints goes in unchanged.

import JSON
import KafkaCore

/// Records as JSON objects, one a line; lines of white space are passed over.
package struct JSONLineReader: RecordReader {
    private var pieces: PieceCutter
    private let limit: Int
    private let needsTopic: Bool
    private let isForSending: Bool
    package var line = 0

    /// `needsTopic`: each record has to name its topic.
    ///
    /// A record without a topic has the number −1 for it when the records are not for sending.
    package init(limit: Int, needsTopic: Bool, isForSending: Bool = true) {
        self.limit = limit
        self.needsTopic = needsTopic
        self.isForSending = isForSending
        // No text says a byte in more than the six of `\u0000`.
        let (longest, isTooLong) = limit.multipliedReportingOverflow(by: 6)
        pieces = PieceCutter(
            delimiter: [UInt8(ascii: "\n")],
            limit: isTooLong ? limit : longest + 65_536
        )
    }

    package mutating func beginInput() {
        pieces.begin()
    }

    /// A carriage return is white space.
    package func closings(isRefused: Bool) -> [[UInt8]] {
        pieces.closings + pieces.closings.map { [0x0d] + $0 }
    }

    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        let rules = (limit: self.limit, needsTopic: needsTopic, isForSending: isForSending)
        return pieces.cut(
            input,
            from: start,
            isAtEnd: isAtEnd,
            count: limit,
            into: &batch,
            line: &line,
            refusing: self.limit
        ) { range, end, line, batch in
            Self.add(range, of: input, rules, line: line, end: end, to: &batch)
        }
    }

    private static func add(
        _ piece: Range<Int>,
        of input: RawSpan,
        _ rules: (limit: Int, needsTopic: Bool, isForSending: Bool),
        line: Int,
        end: Int,
        to batch: inout RecordBatch
    ) {
        do throws(JSONError) {
            var reader = JSONReader(input.extracting(piece))
            if try reader.peekKind() == .end { return }
            var read = try RecordLine(base: piece.lowerBound).readOrKept(&reader, into: &batch)
            try reader.end()
            if let kept = read.kept { return batch.refuse(kept, line: line, end: end) }
            if rules.needsTopic, !read.hasTopic {
                throw JSONError(at: 0, "no 'topic', and none was named")
            }
            // The library takes a time of 0 for none and would put in its own.
            if read.record.timestamp == 0, rules.isForSending {
                throw JSONError(at: 0, "a timestamp of 0 cannot be sent")
            }
            if !read.hasTopic, !rules.isForSending { read.record.topic = -1 }
            guard read.record.size <= rules.limit else {
                return batch.refuse(
                    .tooLarge(limit: rules.limit),
                    line: line,
                    end: end,
                    input: piece,
                    size: read.record.size
                )
            }
            batch.append(read, line: line, end: end)
        } catch {
            let column = error.place(in: input.extracting(piece)).column
            batch.refuse(
                .malformed(error.reason, column: column),
                line: line,
                end: end,
                input: piece,
                size: piece.count
            )
        }
    }
}
