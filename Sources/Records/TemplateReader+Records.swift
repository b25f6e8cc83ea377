// From the places of its fields to a record.

import JSON
import KafkaCore
import Output

/// The fault of a record whose fields were found, and its place in it.
private struct Fault: Error {
    var reason: String
    /// In bytes from 0, counted from the record's first.
    var position: Int
}

extension TemplateReader {
    /// Adds the record that was located, or refuses it.
    package func add(_ input: RawSpan, _ range: Range<Int>, to batch: inout RecordBatch) {
        let firstHeader = batch.headers.count
        do throws(Fault) {
            let record = try record(input, from: range.lowerBound, &batch)
            guard record.size <= limit else {
                batch.dropHeaders(since: firstHeader)
                return batch.refuse(
                    .tooLarge(limit: limit),
                    line: line,
                    end: range.upperBound,
                    input: range,
                    size: record.size
                )
            }
            batch.append(record, line: line, end: range.upperBound)
        } catch {
            batch.dropHeaders(since: firstHeader)
            batch.refuse(
                .malformed(error.reason, column: error.position + 1),
                line: line,
                end: range.upperBound,
                input: range,
                size: range.count
            )
        }
    }

    private func record(
        _ input: RawSpan,
        from start: Int,
        _ batch: inout RecordBatch
    ) throws(Fault) -> RecordSlice {
        var record = batch.model
        if let (number, position) = progress.partition {
            guard let partition = Int32(exactly: number), partition >= 0 else {
                throw Fault(reason: "partition \(number) is not one", position: position)
            }
            if batch.model.partition == nil { record.partition = partition }
        }
        if let (number, position) = progress.timestamp, number != -1 {
            // The library takes a time of 0 for none and would put in its own.
            guard number > 0, number < .max else {
                throw Fault(reason: "a timestamp of \(number) cannot be sent", position: position)
            }
            record.timestamp = number
        }
        if needsTopic { record.topic = try topic(input, from: start, &batch) }
        if template.has(.key) { record.key = try field(.key, input, from: start, &batch) }
        if template.has(.value) { record.value = try field(.value, input, from: start, &batch) }
        guard !headers.isEmpty else { return record }
        let first = batch.headers.count
        for header in headers {
            guard
                let name = try slice(.headerName, header.name, input, from: start, &batch)
            else { throw Fault(reason: "a header without a name", position: 0) }
            let value = try slice(.headerValue, header.value, input, from: start, &batch)
            batch.append(HeaderSlice(name: name, value: value))
        }
        record.headers = batch.headers(since: first)
        return record
    }

    /// Returns the key or the value.
    private func field(
        _ slot: InputTemplate.Slot,
        _ input: RawSpan,
        from start: Int,
        _ batch: inout RecordBatch
    ) throws(Fault) -> ByteSlice? {
        guard let place = place(slot) else { return nil }
        if place.isEmpty, rules.emptyIsNull { return nil }
        if let marker = rules.nullMarker, place.count == marker.count,
            input.has(marker, at: start + place.lowerBound)
        {
            return nil
        }
        return try slice(slot, place, input, from: start, &batch)
    }

    /// Returns the bytes of a field, decoded.
    private func slice(
        _ slot: InputTemplate.Slot,
        _ place: Place,
        _ input: RawSpan,
        from start: Int,
        _ batch: inout RecordBatch
    ) throws(Fault) -> ByteSlice? {
        guard let place else { return nil }
        let range = start + place.lowerBound..<start + place.upperBound
        let before = batch.made.count
        let text = input.extracting(range)
        let isDecoded: Bool
        let what: String
        switch template.forms[slot.rawValue] {
        case .hex:
            isDecoded = batch.made.appendDecodedHex(text)
            what = "hexadecimal digits in pairs"
        case .base64:
            isDecoded = batch.made.appendDecodedBase64(text)
            what = "Base64 with its padding"
        case .base64raw:
            isDecoded = batch.made.appendDecodedUnpaddedBase64(text)
            what = "Base64 without padding"
        case .plain, .json, .pattern, .unpacked, nil:
            return ByteSlice(range)
        }
        guard isDecoded else {
            throw Fault(reason: "'\(slot.verb)' is not \(what)", position: place.lowerBound)
        }
        return ByteSlice(before..<batch.made.count, in: .made)
    }

    /// Returns the number of the topic that the record names.
    private func topic(
        _ input: RawSpan,
        from start: Int,
        _ batch: inout RecordBatch
    ) throws(Fault) -> Int {
        guard let place = place(.topic) else {
            throw Fault(reason: "the topic is null", position: 0)
        }
        guard let slice = try slice(.topic, place, input, from: start, &batch) else { return 0 }
        guard !slice.range.isEmpty else {
            throw Fault(reason: "the topic is empty", position: place.lowerBound)
        }
        switch slice.place {
        case .input:
            let name = input.extracting(slice.range)
            guard Self.isText(name) else { break }
            return batch.number(of: name)
        case .made:
            let name = batch.bytes(of: slice, input)
            guard Self.isText(name.span.bytes) else { break }
            return batch.number(of: name.span.bytes)
        }
        throw Fault(reason: "the topic is not valid UTF-8", position: place.lowerBound)
    }

    private static func isText(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var parser = UTF8.ForwardParser()
            var iterator = bytes.makeIterator()
            while true {
                switch parser.parseScalar(from: &iterator) {
                case .valid: continue
                case .error: return false
                case .emptyInput: return true
                }
            }
        }
    }

    /// Returns bytes of the format, made fit for a message.
    package static func shown(_ bytes: [UInt8]) -> String {
        "'\(ByteEscapes.text(of: bytes))'"
    }
}
