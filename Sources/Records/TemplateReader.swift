// Records by a format.
// Each record is located first, step by step as its bytes arrive, and then made from the places of
// its fields.
//
// 1. Places are counted from where the next cut begins: the record's first byte, or, once bytes of it
//    have been let go, the first that is left (`released` counts the others).
// 2. No more of a record is held than `bound`. A larger one is gone through to its end without being
//    held, which needs no more than its sizes and the text between its fields.
// 3. What has been looked at is not looked at again when more arrives.
// 4. What is made of an input does not depend on the pieces in which it arrives.

package import JSON
import KafkaCore
import Output

/// Records as a format says.
package struct TemplateReader: RecordReader {
    package let template: InputTemplate
    package let rules: PieceRules
    package let needsTopic: Bool
    /// The largest record.
    package let limit: Int
    /// The most bytes of input that a record of that size may take.
    package let bound: Int

    package var line = 0
    /// The progress of locating the record.
    package var progress = Progress()
    /// The places of the record's headers.
    package var headers: [(name: Place, value: Place)] = []

    private var mode = Mode.locating

    /// The mode of reading.
    private enum Mode {
        /// A record is looked for.
        case locating
        /// No record could be made out, for this reason; the text that ends records is looked for.
        case recovering(Refusal.Reason)
        /// The place of the next record of this input cannot be known.
        case lost
    }

    /// The place of the bytes of a field; nil for null.
    package typealias Place = Range<Int>?

    /// The facts known of the record that is being located.
    package struct Progress {
        package var step = 0
        package var position = 0
        package var released = 0
        /// The position up to which the end of the field at `position` has been searched.
        package var searched = 0
        /// The next place of the text that ends records, and the progress of the search for it.
        package var end: Int?
        package var endSearched = 0
        package var isOversize = false
        /// The bytes of key and value, as far as they were found; and those of the field at
        /// `position` that have been let go.
        package var payload = 0
        package var passed = 0
        package var places: [5 of Place] = .init(repeating: nil)
        /// Sizes; −1 is null.
        package var sizes: [5 of Int] = .init(repeating: -1)
        package var headersLeft = 0
        package var headerStart = 0
        package var partition: (number: Int64, position: Int)?
        package var timestamp: (number: Int64, position: Int)?
        package var extent: JSONExtent?
        package var window = Progress.firstWindow

        package static let firstWindow = 512

        /// True when nothing of a record has been seen.
        package var isNew: Bool { step == 0 && position == 0 && released == 0 }
    }

    /// The outcome of a step.
    package enum Outcome {
        /// The step is done.
        case done
        /// More input is needed.
        case needsMore
        /// No record can be made out; the place is where to go on.
        case failed(String, at: Int)
        /// As before, but for a field that is larger than a record.
        case tooLarge
    }

    /// Makes a reader; `needsTopic`, when the topic is the record's own.
    ///
    /// `bound` is given by tests of records beyond it.
    package init(
        _ template: InputTemplate,
        rules: PieceRules,
        limit: Int,
        needsTopic: Bool,
        bound: Int? = nil
    ) {
        self.template = template
        self.rules = rules
        self.limit = limit
        self.needsTopic = needsTopic
        // Two digits of hexadecimal are the most that a byte takes; headers come on top.
        self.bound = bound ?? limit * (template.isEncoded ? 2 : 1) + 65_536
    }

    package mutating func beginInput() {
        forgetRecord()
        mode = .locating
    }

    package var isLost: Bool {
        if case .lost = mode { return true }
        return false
    }

    /// A field of a record that was cut short can hold anything; another one can hold no line's end
    /// when that ends records, and a JSON value no white space behind it.
    package func closings(isRefused: Bool) -> [[UInt8]] {
        if isRefused { return [] }
        if template.final == [UInt8(ascii: "\n")] { return [template.final] }
        guard template.steps.count == 1, case .json = template.steps[0] else { return [] }
        return [[0x20], [0x09], [0x0a], [0x0d]]
    }

    private mutating func forgetRecord() {
        progress = Progress()
        headers.removeAll(keepingCapacity: true)
    }

    package mutating func cut(
        _ input: RawSpan,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        var start = start
        var count = 0
        while count < limit {
            switch mode {
            case .lost:
                return input.byteCount
            case .recovering(let reason):
                let end = recover(reason, input, from: &start, isAtEnd, into: &batch)
                guard let end else { return start }
                start = end
                count += 1
            case .locating:
                if progress.isNew {
                    passOverBlanks(input, &start)
                    if start == input.byteCount { return start }
                }
                switch locate(input, from: start, isAtEnd) {
                case .done:
                    let end = start + progress.position
                    line += 1
                    finish(input, start..<end, into: &batch)
                    forgetRecord()
                    start = end
                    count += 1
                case .needsMore:
                    if progress.isOversize { start += release(input.byteCount - start) }
                    return start
                case .failed(let reason, let place):
                    mode = .recovering(
                        progress.isOversize
                            ? .tooLarge(limit: self.limit) : .malformed(reason, column: place + 1)
                    )
                    progress.position = place
                    progress.searched = 0
                case .tooLarge:
                    mode = .recovering(.tooLarge(limit: self.limit))
                    progress.searched = 0
                }
            }
        }
        return start
    }

    /// Passes over what may stand between JSON values: at the end it is not another record.
    private func passOverBlanks(_ input: RawSpan, _ start: inout Int) {
        guard case .json? = template.steps.first else { return }
        while start < input.byteCount, isBlank(input, start) { start += 1 }
    }

    /// Makes the record, or refuses it.
    private func finish(
        _ input: RawSpan,
        _ range: Range<Int>,
        into batch: inout RecordBatch
    ) {
        if progress.isOversize {
            return batch.refuse(
                .tooLarge(limit: limit),
                line: line,
                end: range.upperBound,
                input: nil,
                size: oversize(total: progress.released + range.count)
            )
        }
        add(input, range, to: &batch)
    }

    /// Returns the size reported of a record of too many bytes.
    private func oversize(total: Int) -> Int {
        progress.payload > limit ? progress.payload : total
    }

    /// Lets go of what has been gone through of a record that is too large.
    private mutating func release(_ available: Int) -> Int {
        let count = min(progress.position, available)
        progress.position -= count
        progress.released += count
        progress.searched = max(progress.searched - count, 0)
        progress.endSearched = max(progress.endSearched - count, 0)
        progress.end = progress.end.flatMap { $0 >= count ? $0 - count : nil }
        return count
    }

    // MARK: - Going on after a mistake

    /// Looks for the text that ends records, and refuses what lies before it.
    ///
    /// - Returns: where the next record begins; nil when that is not known yet, with `start` behind
    ///   what has been let go.
    private mutating func recover(
        _ reason: Refusal.Reason,
        _ input: RawSpan,
        from start: inout Int,
        _ isAtEnd: Bool,
        into batch: inout RecordBatch
    ) -> Int? {
        var end = input.byteCount
        var reason = reason
        if template.final.isEmpty {
            if case .malformed(let text, let column) = reason {
                let whole = text + "; without text that ends a record, the rest cannot be read"
                reason = .malformed(whole, column: column)
            }
        } else {
            let from = min(start + max(progress.position, progress.searched), end)
            if let found = input.firstIndex(of: template.final, from: from) {
                end = found + template.final.count
            } else if !isAtEnd {
                let overlap = template.final.count - 1
                progress.searched = max(end - start - overlap, from - start)
                if progress.released + end - start > bound {
                    progress.released += progress.searched
                    start += progress.searched
                    progress.position = 0
                    progress.searched = 0
                }
                return nil
            }
        }
        line += 1
        let size = progress.released + end - start
        let isKept = progress.released == 0 && size <= bound
        var reportedSize = size
        if case .tooLarge = reason { reportedSize = oversize(total: size) }
        batch.refuse(
            reason,
            line: line,
            end: end,
            input: isKept ? start..<end : nil,
            size: reportedSize
        )
        forgetRecord()
        mode = template.final.isEmpty ? .lost : .locating
        return end
    }

    package func isBlank(_ input: RawSpan, _ index: Int) -> Bool {
        switch input.unsafeLoad(fromByteOffset: index, as: UInt8.self) {
        case 0x20, 0x09, 0x0a, 0x0d: true
        default: false
        }
    }
}
