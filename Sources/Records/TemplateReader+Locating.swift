// Where the fields of the next record are.

import JSON
import Output

extension TemplateReader {
    private typealias Slot = InputTemplate.Slot

    /// The places of headers take many times the bytes of the shortest ones.
    private static let mostHeaders: Int64 = 1_000_000

    /// Goes through the steps as far as there is input.
    package mutating func locate(_ input: RawSpan, from start: Int, _ isAtEnd: Bool) -> Outcome {
        let record = input.extracting(start..<input.byteCount)
        while true {
            if progress.released + progress.position > bound { progress.isOversize = true }
            // Passed over by its size, though it has not arrived.
            if progress.position > record.byteCount {
                guard isAtEnd else { return .needsMore }
                return .failed("the input ends before the record does", at: record.byteCount)
            }
            guard progress.step < template.steps.count else { break }
            let outcome = take(template.steps[progress.step], record, isAtEnd)
            guard case .done = outcome else { return outcome }
        }
        if progress.released + progress.position == 0 {
            return .failed("the format matches nothing here", at: 0)
        }
        return .done
    }

    private mutating func take(
        _ step: InputTemplate.Step,
        _ record: RawSpan,
        _ isAtEnd: Bool
    ) -> Outcome {
        switch step {
        case .literal(let bytes): return take(bytes, record, isAtEnd)
        case .number(let target, let form):
            let start = progress.position
            switch InputNumber.read(record, from: start, as: form, isAtEnd: isAtEnd) {
            case .incomplete: return .needsMore
            case .bad(let reason): return .failed(reason, at: start)
            case .value(let number, let end):
                progress.position = end
                return set(target, to: number, at: start)
            }
        case .constant(let target, let number):
            return set(target, to: Int64(number), at: progress.position)
        case .sized(let slot): return takeSized(slot, record, isAtEnd)
        case .until(let slot, let bytes, let isBounded):
            return take(slot, until: bytes, isBounded: isBounded, record, isAtEnd)
        case .rest(let slot):
            guard isAtEnd else { return passOver(slot, upTo: record.byteCount) }
            put(slot, progress.position..<record.byteCount)
            return next(at: record.byteCount)
        case .json(let slot): return takeJSON(slot, record, isAtEnd)
        case .pattern(let slot, let pattern, let text):
            return take(slot, matching: pattern, text, record, isAtEnd)
        case .headers(let after):
            guard progress.headersLeft > 0 else {
                progress.step = after
                return .done
            }
            beginHeader()
            return next(at: progress.position)
        case .headerEnd(let first):
            let end = progress.released + progress.position
            if end == progress.headerStart {
                return .failed("a header of no bytes", at: progress.position)
            }
            if !progress.isOversize {
                headers.append((place(.headerName), place(.headerValue)))
            }
            progress.headersLeft -= 1
            guard progress.headersLeft > 0 else { return next(at: progress.position) }
            beginHeader()
            progress.step = first
            return .done
        }
    }

    package func place(_ slot: InputTemplate.Slot) -> Place { progress.places[slot.rawValue] }

    private mutating func beginHeader() {
        progress.headerStart = progress.released + progress.position
        progress.places[Slot.headerName.rawValue] = nil
        progress.places[Slot.headerValue.rawValue] = nil
    }

    package mutating func next(at position: Int) -> Outcome {
        progress.position = position
        progress.searched = 0
        progress.step += 1
        return .done
    }

    package mutating func put(_ slot: InputTemplate.Slot, _ range: Range<Int>) {
        progress.places[slot.rawValue] = range
        count(slot, range.count)
    }

    /// Counts a field that has been found, of which these bytes, or this last part, is at hand.
    package mutating func count(_ slot: InputTemplate.Slot, _ size: Int) {
        if slot == .key || slot == .value {
            progress.payload = Self.sum(Self.sum(progress.payload, progress.passed), size)
        }
        progress.passed = 0
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, isTooMuch) = one.addingReportingOverflow(other)
        return isTooMuch ? .max : sum
    }

    /// Waits for the end of a field that has been looked for up to here.
    private mutating func passOver(_ slot: Slot, upTo searched: Int) -> Outcome {
        progress.searched = max(searched, progress.position)
        if progress.released + progress.searched > bound { progress.isOversize = true }
        if progress.isOversize {
            progress.passed += progress.searched - progress.position
            progress.position = progress.searched
        }
        return .needsMore
    }

    // MARK: - Steps

    private mutating func take(_ bytes: [UInt8], _ record: RawSpan, _ isAtEnd: Bool) -> Outcome {
        let start = progress.position
        if record.has(bytes, at: start) { return next(at: start + bytes.count) }
        let there = record.extracting(start..<min(start + bytes.count, record.byteCount))
        let isBeginning = there.withUnsafeBytes { bytes.starts(with: $0) }
        if isBeginning, !isAtEnd { return .needsMore }
        // The last record may lack what would separate it from another.
        if there.isEmpty, progress.step == template.steps.count - 1 { return next(at: start) }
        return .failed("expected \(Self.shown(bytes))", at: start)
    }

    private mutating func set(
        _ target: InputTemplate.Target,
        to number: Int64,
        at start: Int
    ) -> Outcome {
        switch target {
        case .size(let slot):
            guard number >= -1 else { return .failed("a size of \(number)", at: start) }
            progress.sizes[slot.rawValue] = Int(number)
        case .headerCount:
            guard (-1...Self.mostHeaders).contains(number) else {
                return .failed("\(number) headers; a record has at most 1000000", at: start)
            }
            progress.headersLeft = max(Int(number), 0)
        case .partition: progress.partition = (number, start)
        case .timestamp: progress.timestamp = (number, start)
        }
        return next(at: progress.position)
    }

    private mutating func takeSized(_ slot: Slot, _ record: RawSpan, _ isAtEnd: Bool) -> Outcome {
        let size = progress.sizes[slot.rawValue]
        guard size >= 0 else {
            progress.places[slot.rawValue] = nil
            return next(at: progress.position)
        }
        let start = progress.position
        // Far beyond every input, and far from overflow.
        let end = start + min(size, 1 << 60)
        if progress.released + end > bound { progress.isOversize = true }
        if end > record.byteCount, !progress.isOversize {
            guard isAtEnd else { return .needsMore }
            let there = record.byteCount - start
            return .failed("'\(slot.verb)' has \(size) bytes, and only \(there) follow", at: start)
        }
        progress.places[slot.rawValue] = start..<end
        count(slot, size)
        return next(at: end)
    }

    private mutating func take(
        _ slot: Slot,
        until bytes: [UInt8],
        isBounded: Bool,
        _ record: RawSpan,
        _ isAtEnd: Bool
    ) -> Outcome {
        let start = progress.position
        var window = record.byteCount
        var isLastWindow = isAtEnd
        let recordEnd = isBounded ? findEnd(record) : nil
        if let recordEnd {
            let furthest = recordEnd + template.final.count - 1 + bytes.count
            window = min(window, furthest)
            isLastWindow = isAtEnd || furthest <= record.byteCount
        }
        let from = min(max(start, progress.searched), window)
        if let found = record.extracting(0..<window).firstIndex(of: bytes, from: from) {
            put(slot, start..<found)
            return next(at: found + bytes.count)
        }
        guard isLastWindow else {
            // What may be the beginning of either text is looked at once more.
            let overlap = max(bytes.count, isBounded ? template.final.count : 0) - 1
            return passOver(slot, upTo: min(window - overlap, recordEnd ?? window))
        }
        if progress.step == template.steps.count - 1 {
            put(slot, start..<record.byteCount)
            return next(at: record.byteCount)
        }
        if progress.released + (recordEnd ?? record.byteCount) > bound {
            progress.isOversize = true
        }
        let found = recordEnd == nil ? "the end of the input" : Self.shown(template.final)
        return .failed(
            "expected \(Self.shown(bytes)) behind '\(slot.verb)', found \(found)",
            // What has been let go of a field that is too large cannot be looked through again.
            at: recordEnd == nil && progress.isOversize ? record.byteCount : start
        )
    }

    /// Finds the text that ends records, at `position` or behind it.
    private mutating func findEnd(_ record: RawSpan) -> Int? {
        if let end = progress.end, end >= progress.position { return end }
        let from = min(max(progress.position, progress.endSearched), record.byteCount)
        progress.end = record.firstIndex(of: template.final, from: from)
        progress.endSearched = max(record.byteCount - template.final.count + 1, 0)
        return progress.end
    }

    private mutating func take(
        _ slot: Slot,
        matching pattern: BytePattern,
        _ text: String,
        _ record: RawSpan,
        _ isAtEnd: Bool
    ) -> Outcome {
        let start = progress.position
        // What the match is can only be said of all that it may reach.
        let from = min(max(start, progress.searched), record.byteCount)
        let found = record.firstIndex(of: UInt8(ascii: "\n"), from: from)
        let end = found ?? record.byteCount
        if progress.isOversize || end > bound { return .tooLarge }
        guard found != nil || isAtEnd else {
            progress.searched = end
            return .needsMore
        }
        guard let length = pattern.length(atStartOf: record.extracting(start..<end)) else {
            return .failed("nothing that \(quoted(text)) matches", at: start)
        }
        put(slot, start..<start + length)
        return next(at: start + length)
    }
}
