// A record as one JSON object, as `consume --json` prints it.
// Read back without loss and, where nothing is escaped, without a copy.

package import JSON
package import KafkaCore
import Output

/// Reads records written as JSON objects.
///
/// Keys may come in any order; unknown ones are passed over; of a key that comes twice the last one
/// counts. An object, array, number or boolean as `key` or `value` is sent as its own JSON text.
package struct RecordLine {
    /// The place in the block that slices are of where the reader's text begins.
    package let base: Int

    /// Reads objects whose text begins `base` bytes into the block.
    package init(base: Int) { self.base = base }

    /// The content of an object.
    package struct Read {
        package var record: RecordSlice
        /// True when it names its topic.
        package var hasTopic = false
        /// Its place in its partition, which is of no use to who sends it.
        package var offset: Int64?
        /// The kind of its timestamp: who set it.
        package var timestampKind: TimestampKind?
        /// Its content in place of a record: input that an earlier run refused.
        package var kept: Kept?
    }

    /// Input that `--failed-to` kept, since it was no record.
    package struct Kept {
        /// Its bytes; nil when they were gone.
        package var input: ByteSlice?
        package var code: String
        package var message: String
    }

    /// Reads the next object; what it needs beside its own text goes into `batch`.
    ///
    /// The topic is one of the batch's, or nil when the object names none.
    /// - Throws: `JSONError` with the place in the reader's text; the batch is then as it was, but
    ///   for bytes that nothing points at.
    package func read(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch
    ) throws(JSONError) -> Read {
        let read = try readOrKept(&reader, into: &batch)
        if let kept = read.kept { throw JSONError(at: 0, kept.message) }
        return read
    }

    /// Reads the next object, which may be input that an earlier run kept: then there is no record.
    package func readOrKept(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch
    ) throws(JSONError) -> Read {
        let start = batch.headers.count
        do throws(JSONError) {
            return try members(&reader, into: &batch)
        } catch {
            batch.dropHeaders(since: start)
            throw error
        }
    }

    private func members(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch
    ) throws(JSONError) -> Read {
        var record = batch.model
        var headers = batch.headers.count..<batch.headers.count
        var read = Read(record: record)
        var hasValue = false
        var keptInput: ByteSlice??
        var keptError: Range<Int>?
        let start = reader.offset
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch Field(key, reader) {
            case .value:
                record.value = try bytes(&reader, into: &batch)
                hasValue = true
            case .key:
                record.key = try bytes(&reader, into: &batch)
            case .headers:
                // A second list takes the place of the first.
                headers = try self.headers(&reader, into: &batch)
            case .timestamp:
                record.timestamp = try time(&reader) ?? batch.model.timestamp
            case .partition:
                let partition = try partition(&reader)
                if batch.model.partition == nil { record.partition = partition ?? record.partition }
            case .topic:
                if let topic = try topic(&reader, in: &batch) {
                    (record.topic, read.hasTopic) = (topic, true)
                }
            case .valueBase64:
                record.value = try decoded(&reader, into: &batch)
                hasValue = true
            case .keyBase64:
                record.key = try decoded(&reader, into: &batch)
            case .valueHex:
                record.value = try decoded(&reader, into: &batch, isHex: true)
                hasValue = true
            case .keyHex:
                record.key = try decoded(&reader, into: &batch, isHex: true)
            case .offset:
                read.offset = try offset(&reader)
            case .timestampType:
                read.timestampKind = try timestampKind(&reader) ?? read.timestampKind
            case .input: keptInput = .some(try bytes(&reader, into: &batch))
            case .inputBase64: keptInput = .some(try decoded(&reader, into: &batch))
            case .error: keptError = try reader.rawValue()
            case .unknown: _ = try reader.rawValue()
            }
        }
        guard hasValue else {
            guard let kept = kept(keptInput, keptError, reader) else {
                throw JSONError(at: start, "no 'value', 'valueBase64' or 'valueHex'")
            }
            read.kept = kept
            return read
        }
        record.headers =
            headers.isEmpty ? batch.model.headers : batch.headers(since: headers.lowerBound)
        read.record = record
        return read
    }

    /// Returns the input of a record that had failed, with its error; nil where the two are not
    /// there.
    private func kept(
        _ input: ByteSlice??,
        _ error: Range<Int>?,
        _ reader: borrowing JSONReader
    ) -> Kept? {
        guard let input, let error, let failure = Self.error(reader.bytes(in: error)) else {
            return nil
        }
        return Kept(input: input, code: failure.code, message: failure.message)
    }

    private func partition(_ reader: inout JSONReader) throws(JSONError) -> Int32? {
        let place = reader.offset
        guard let number = try number(&reader) else { return nil }
        guard let partition = Int32(exactly: number), partition >= 0 else {
            throw JSONError(at: place, "partition \(number) is not one")
        }
        return partition
    }

    private func offset(_ reader: inout JSONReader) throws(JSONError) -> Int64? {
        let text = try reader.rawValue()
        return reader.bytes(in: text).withUnsafeBytes {
            Int64(String(decoding: $0, as: UTF8.self))
        }
    }

    /// Returns the kind of a timestamp by its length: with its quotes, and there are but two.
    private func timestampKind(_ reader: inout JSONReader) throws(JSONError) -> TimestampKind? {
        switch try reader.rawValue().count {
        case 8: .create
        case 11: .logAppend
        default: nil
        }
    }

    private func headers(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch
    ) throws(JSONError) -> Range<Int> {
        if try reader.peekKind() == .null {
            try reader.null()
            return batch.headers.count..<batch.headers.count
        }
        let first = batch.headers.count
        try reader.beginArray()
        while try reader.nextElement() {
            let start = reader.offset
            var name: ByteSlice?
            var value: ByteSlice?
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch Field(key, reader) {
                case .key: name = try bytes(&reader, into: &batch)
                case .value: value = try bytes(&reader, into: &batch)
                case .keyBase64: name = try decoded(&reader, into: &batch)
                case .valueBase64: value = try decoded(&reader, into: &batch)
                case .headers, .timestamp, .partition, .topic, .keyHex, .valueHex, .offset,
                    .timestampType, .input, .inputBase64, .error, .unknown:
                    _ = try reader.rawValue()
                }
            }
            guard let name else { throw JSONError(at: start, "a header without 'key'") }
            batch.append(HeaderSlice(name: name, value: value))
        }
        return first..<batch.headers.count
    }

    /// Returns the batch's number of the topic that comes next; nil for null.
    private func topic(
        _ reader: inout JSONReader,
        in batch: inout RecordBatch
    ) throws(JSONError) -> Int? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        let text = try reader.string()
        guard text.hasEscapes else { return batch.number(of: reader.bytes(in: text.range)) }
        return batch.number(of: reader.bytes(of: text).span.bytes)
    }

    private func number(_ reader: inout JSONReader) throws(JSONError) -> Int64? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        return try reader.int64()
    }

    /// Returns a time: milliseconds, or a text such as `--timestamp` takes.
    private func time(_ reader: inout JSONReader) throws(JSONError) -> Int64? {
        guard try reader.peekKind() == .string else { return try number(&reader) }
        let place = reader.offset
        let text = try reader.string()
        let word = String(decoding: reader.bytes(of: text), as: UTF8.self)
        guard let time = CalendarTime.instant(word) else {
            throw JSONError(at: place, "not a time such as \(CalendarTime.recordForms)")
        }
        return time
    }

    /// Returns the code and the message of an object `error`.
    private static func error(_ text: RawSpan) -> (code: String, message: String)? {
        let text = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard let json = try? JSONValue(parsing: text), let code = json["code"]?.string,
            let message = json["message"]?.string
        else { return nil }
        return (code, message)
    }

    /// Returns a string's own bytes, or the JSON text of anything else; nil for null.
    private func bytes(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch
    ) throws(JSONError) -> ByteSlice? {
        switch try reader.peekKind() {
        case .null:
            try reader.null()
            return nil
        case .string:
            let text = try reader.string()
            guard text.hasEscapes else { return input(text.range) }
            let start = batch.made.count
            reader.append(text, to: &batch.made)
            return ByteSlice(start..<batch.made.count, in: .made)
        default:
            return input(try reader.rawValue())
        }
    }

    private func decoded(
        _ reader: inout JSONReader,
        into batch: inout RecordBatch,
        isHex: Bool = false
    ) throws(JSONError) -> ByteSlice? {
        if try reader.peekKind() == .null {
            try reader.null()
            return nil
        }
        let place = reader.offset
        let text = try reader.string()
        let start = batch.made.count
        let isGood: Bool
        if text.hasEscapes {
            let bytes = reader.bytes(of: text)
            isGood =
                isHex
                ? batch.made.appendDecodedHex(bytes.span.bytes)
                : batch.made.appendDecodedBase64(bytes.span.bytes)
        } else {
            let bytes = reader.bytes(in: text.range)
            isGood =
                isHex
                ? batch.made.appendDecodedHex(bytes) : batch.made.appendDecodedBase64(bytes)
        }
        guard isGood else { throw JSONError(at: place, isHex ? "not hexadecimal" : "not Base64") }
        return ByteSlice(start..<batch.made.count, in: .made)
    }

    private func input(_ range: Range<Int>) -> ByteSlice {
        ByteSlice(base + range.lowerBound..<base + range.upperBound)
    }
}

/// The meaning of a key; found by its length first, since this is asked for every key of every
/// record.
private enum Field {
    case topic
    case partition
    case timestamp
    case key
    case keyBase64
    case headers
    case value
    case valueBase64
    case keyHex
    case valueHex
    case offset
    case timestampType
    case input
    case inputBase64
    case error
    case unknown

    init(_ key: JSONText, _ reader: borrowing JSONReader) {
        switch key.hasEscapes ? reader.bytes(of: key).count : key.range.count {
        case 3 where reader.matches(key, "key"): self = .key
        case 5 where reader.matches(key, "value"): self = .value
        case 5 where reader.matches(key, "topic"): self = .topic
        case 5 where reader.matches(key, "input"): self = .input
        case 5 where reader.matches(key, "error"): self = .error
        case 6 where reader.matches(key, "offset"): self = .offset
        case 6 where reader.matches(key, "keyHex"): self = .keyHex
        case 7 where reader.matches(key, "headers"): self = .headers
        case 8 where reader.matches(key, "valueHex"): self = .valueHex
        case 9 where reader.matches(key, "timestamp"): self = .timestamp
        case 9 where reader.matches(key, "partition"): self = .partition
        case 9 where reader.matches(key, "keyBase64"): self = .keyBase64
        case 11 where reader.matches(key, "valueBase64"): self = .valueBase64
        case 11 where reader.matches(key, "inputBase64"): self = .inputBase64
        case 13 where reader.matches(key, "timestampType"): self = .timestampType
        default: self = .unknown
        }
    }
}
