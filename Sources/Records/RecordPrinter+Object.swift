// A record's object up to its value, for a caller with something to put in the value's place.

import JSON
import Output

extension RecordPrinter {
    /// Appends the front of a record's object: what stands before its value, without a comma.
    ///
    /// A part that is nil is left out. `hasNumericKey`: the key is a big-endian number of four
    /// bytes.
    public mutating func beginObject(
        topic: Int,
        partition: Int32?,
        offset: Int64?,
        timestamp: (milliseconds: Int64, kind: TimestampKind?)?,
        key: RawSpan?,
        hasNumericKey: Bool
    ) {
        if let partition, let offset {
            appendPlace(topic, partition, offset, nil)
        } else {
            // Without the partition's name at its end.
            let front = prefixes[topic]
            let count = front.count - Self.partitionName.utf8CodeUnitCount
            buffer.append(front.span.bytes.extracting(0..<count))
            if let partition {
                buffer.append(Self.partitionName)
                buffer.append(decimal: Int64(partition))
            }
        }
        if let timestamp { appendTime(timestamp.milliseconds, timestamp.kind) }
        if hasNumericKey, let key, key.byteCount == 4 {
            let number = key.unsafeLoadUnaligned(fromByteOffset: 0, as: Int32.self)
            buffer.append(",\"key\":")
            buffer.append(decimal: Int64(Int32(bigEndian: number)))
        } else {
            appendKey(key, .text)
        }
        appendHeaders()
    }

    /// The text at the end of a topic's prepared front.
    static var partitionName: StaticString { ",\"partition\":" }

    mutating func appendPlace(
        _ topic: Int,
        _ partition: Int32,
        _ offset: Int64,
        _ timestamp: (milliseconds: Int64, kind: TimestampKind)?
    ) {
        let front = prefixes[topic]
        buffer.append(front.span.bytes)
        buffer.append(decimal: Int64(partition))
        buffer.append(",\"offset\":")
        buffer.append(decimal: offset)
        if let timestamp { appendTime(timestamp.milliseconds, timestamp.kind) }
    }

    private mutating func appendTime(_ milliseconds: Int64, _ kind: TimestampKind?) {
        buffer.append(",\"timestamp\":")
        buffer.append(decimal: milliseconds)
        switch kind {
        case .create: buffer.append(",\"timestampType\":\"create\"")
        case .logAppend: buffer.append(",\"timestampType\":\"logAppend\"")
        case nil: break
        }
    }
}
