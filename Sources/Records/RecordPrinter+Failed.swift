// Records that could not be sent, as objects that can be sent once more.

import JSON
import Output

/// The facts reported of a record that failed, beside its bytes.
public struct FailedRecord: Sendable {
    /// The topic it was to go to; nil when even that is not known.
    public let topic: String?
    /// The partition, when it was asked for.
    public let partition: Int32?
    /// Milliseconds since 1970, when it has a time.
    public let timestamp: Int64?
    /// The line that it was read from.
    public let line: Int
    /// The name of the error.
    public let code: String
    /// The reason it failed.
    public let reason: String

    /// Gathers what is reported.
    public init(
        topic: String?,
        partition: Int32?,
        timestamp: Int64?,
        line: Int,
        code: String,
        reason: String
    ) {
        self.topic = topic
        self.partition = partition
        self.timestamp = timestamp
        self.line = line
        self.code = code
        self.reason = reason
    }
}

extension RecordPrinter {
    /// Appends a record as `produce --json` takes it, with an object `error` behind its fields.
    ///
    /// Its headers are the printer's `headers`.
    public mutating func print(failed record: FailedRecord, key: RawSpan?, value: RawSpan?) {
        buffer.append("{")
        if let topic = record.topic {
            buffer.append("\"topic\":")
            appendQuoted(topic)
            buffer.append(",")
        }
        if let partition = record.partition {
            buffer.append("\"partition\":")
            buffer.append(decimal: Int64(partition))
            buffer.append(",")
        }
        if let timestamp = record.timestamp {
            buffer.append("\"timestamp\":")
            buffer.append(decimal: timestamp)
            buffer.append(",")
        }
        appendField("\"key\":", "\"keyBase64\":", key)
        appendHeaders()
        appendField(",\"value\":", ",\"valueBase64\":", value)
        appendError(record.line, record.code, record.reason)
    }

    /// Appends input that is no record, as it was read; nil when its bytes are gone.
    public mutating func print(unreadable input: RawSpan?, line: Int, code: String, reason: String)
    {
        buffer.append("{")
        if let input {
            appendField("\"input\":", "\"inputBase64\":", input)
        } else {
            buffer.append("\"input\":null")
        }
        appendError(line, code, reason)
    }

    private mutating func appendError(_ line: Int, _ code: String, _ reason: String) {
        buffer.append(",\"error\":{\"line\":")
        buffer.append(decimal: Int64(line))
        buffer.append(",\"code\":")
        appendQuoted(code)
        buffer.append(",\"message\":")
        appendQuoted(reason)
        buffer.append("}}\n")
    }

    private mutating func appendQuoted(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        _ = buffer.appendEscaped(text.utf8Span.span.bytes)
        buffer.append(UInt8(ascii: "\""))
    }
}
