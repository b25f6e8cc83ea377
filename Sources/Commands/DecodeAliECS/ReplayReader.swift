// Recorded records on their way to being sent again: addressed, and moved in time, anew.

import AliECS
import JSON
import KafkaCore
import Records

/// Reads what --record has written, for --replay.
struct ReplayReader: RecordReader {
    private var lines: JSONLineReader
    private let topicPrefix: String
    private let keepsPartitions: Bool
    /// The time of the first record, in milliseconds since 1970; nil to leave times alone.
    private let start: Int64?
    /// The shift of the times in messages, once it is known.
    private var messages: TimeShift?
    /// The shift of Kafka's timestamps.
    private var kafka: Int64?
    private var types: [MessageType?] = []

    /// The largest distance of Kafka's timestamp from the message's own time, in milliseconds.
    private static let nearness = 60_000.0

    var line: Int {
        get { lines.line }
        set { lines.line = newValue }
    }

    init(limit: Int, topicPrefix: String, keepsPartitions: Bool, start: Int64?) {
        lines = JSONLineReader(limit: limit, needsTopic: true)
        self.topicPrefix = topicPrefix
        self.keepsPartitions = keepsPartitions
        self.start = start
    }

    mutating func beginInput() { lines.beginInput() }

    mutating func cut(
        _ input: RawSpan,
        from position: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        let first = batch.records.count
        let end = lines.cut(input, from: position, isAtEnd: isAtEnd, limit: limit, into: &batch)
        for index in first..<batch.records.count {
            var record = batch.records[index]
            if !keepsPartitions { record.partition = nil }
            if let start { move(&record, to: start, &batch, input) }
            batch.replace(index, with: record)
        }
        return end
    }

    /// Moves a record's times; the first record that has any decides by how much.
    private mutating func move(
        _ record: inout RecordSlice,
        to start: Int64,
        _ batch: inout RecordBatch,
        _ input: RawSpan
    ) {
        let type = type(of: record.topic, batch)
        let value = record.value.map { batch.bytes(of: $0, input) }
        let own = type.flatMap { type in
            value.flatMap { TimeShift.time(of: $0.span.bytes, as: type) }
        }
        if messages == nil, let own { messages = TimeShift(milliseconds: start &- own) }
        if let time = record.timestamp {
            if kafka == nil {
                // Kafka's times stay as far from the messages' as they are, unless they are of
                // another day altogether, as those of a replay without this are.
                let isNear = own.map { abs(Double(time) - Double($0)) < Self.nearness } ?? true
                kafka = isNear ? messages?.milliseconds ?? start &- time : start &- time
            }
            record.timestamp = time &+ (kafka ?? 0)
        }
        guard let value, let type, let moved = messages?.shifted(value.span.bytes, as: type) else {
            return
        }
        let begin = batch.made.count
        batch.made.append(moved.span.bytes)
        record.value = ByteSlice(begin..<batch.made.count, in: .made)
    }

    private mutating func type(of topic: Int, _ batch: borrowing RecordBatch) -> MessageType? {
        while types.count <= topic {
            let name = batch.topics[types.count].dropFirst(topicPrefix.count)
            types.append(AliECSTopic(String(name)).type)
        }
        return types[topic]
    }
}
