// Finds the end of a JSON value that is a field.
// It is looked for as bytes arrive, each of them once; mistakes are found in windows that double,
// so that a value that never ends does not take the rest of the input with it.

import JSON

extension TemplateReader {
    /// Finds the value at `position`, behind white space.
    package mutating func takeJSON(
        _ slot: InputTemplate.Slot,
        _ record: RawSpan,
        _ isAtEnd: Bool
    ) -> Outcome {
        if progress.extent == nil {
            while progress.position < record.byteCount, isBlank(record, progress.position) {
                progress.position += 1
            }
            let start = progress.position
            if progress.released + start > bound { progress.isOversize = true }
            guard start < record.byteCount else {
                guard isAtEnd else { return .needsMore }
                return .failed("expected a JSON value, found the end of the input", at: start)
            }
            progress.window = Progress.firstWindow
        }
        var extent = progress.extent ?? JSONExtent()
        let outcome = takeJSON(slot, record, isAtEnd, &extent)
        if case .needsMore = outcome { progress.extent = extent } else { progress.extent = nil }
        return outcome
    }

    private mutating func takeJSON(
        _ slot: InputTemplate.Slot,
        _ record: RawSpan,
        _ isAtEnd: Bool,
        _ extent: inout JSONExtent
    ) -> Outcome {
        let start = progress.position
        while !progress.isOversize {
            let isBounded = start + progress.window >= bound
            let window = isBounded ? bound : start + progress.window
            let end = min(record.byteCount, window)
            let text = record.extracting(start..<end)
            if let length = extent.scan(text) {
                return finishJSON(slot, text.extracting(first: length))
            }
            if end < window {
                return isAtEnd ? finishJSON(slot, text) : .needsMore
            }
            if let error = Self.mistake(in: text, extent) {
                return .failed(error.reason, at: start + error.offset)
            }
            progress.window *= 2
            progress.isOversize = isBounded
        }
        if let length = extent.scan(record.extracting(start..<record.byteCount)) {
            count(slot, length)
            return next(at: start + length)
        }
        if isAtEnd { return .failed("the JSON value does not end", at: record.byteCount) }
        progress.passed += extent.scanned
        progress.position = start + extent.scanned
        extent.forget()
        return .needsMore
    }

    private mutating func finishJSON(_ slot: InputTemplate.Slot, _ text: RawSpan) -> Outcome {
        let start = progress.position
        do throws(JSONError) {
            var reader = JSONReader(text)
            let range = try reader.rawValue()
            put(slot, start + range.lowerBound..<start + range.upperBound)
            return next(at: start + range.upperBound)
        } catch {
            return .failed(error.reason, at: start + error.offset)
        }
    }

    /// Returns the fault of the beginning of a value, if it stays wrong whatever follows.
    private static func mistake(in text: RawSpan, _ extent: JSONExtent) -> JSONError? {
        // The longest escape, whose end may be missing.
        let longest = 12
        do throws(JSONError) {
            var reader = JSONReader(text)
            _ = try reader.rawValue()
            return nil
        } catch {
            let isOpen = extent.openString == error.offset
            return isOpen || error.offset + longest >= text.byteCount ? nil : error
        }
    }
}
