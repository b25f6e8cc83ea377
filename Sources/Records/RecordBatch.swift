// Records on their way from input to the library, with what could not become one between them.
//
// 1. Slices are of the block that the records were cut from, or of `made`.
// 2. What is fixed for all records stands at the front of `made` and of `headers`, and stays there
//    when the batch is emptied.

package import JSON
package import KafkaCore
import Output

/// The parts that a batch's records have in common.
package struct FixedParts {
    /// The text in front of the topics that records name.
    package var topicPrefix = ""
    package var key: [UInt8]?
    package var headers: [RecordHeader] = []
    package var partition: Int32?
    package var timestamp: Int64?

    /// Nothing that is the same for all.
    package init() {}
}

/// Input that could not become a record.
package struct Refusal {
    /// The reason.
    package enum Reason: Equatable {
        /// It is larger than a record may be.
        case tooLarge(limit: Int)
        /// It is not in the form that was asked for; the place within it is in bytes, from 1.
        case malformed(String, column: Int?)
        /// It names the fields of all that follows, and cannot: nothing of this input can be read.
        case header(String, column: Int?)
        /// It was refused by an earlier run, which kept it with its reason.
        case kept(code: String, message: String)
    }

    /// The number of records before it in the batch.
    package var index: Int
    /// Its place.
    package var place: RecordBatch.Place
    /// Its bytes, when they are still there.
    package var input: ByteSlice?
    /// Its size in bytes.
    package var size: Int
    /// The reason it is no record.
    package var reason: Reason
}

/// Some records.
package struct RecordBatch: ~Copyable {
    /// The place of a record in the input.
    package struct Place {
        /// The number of its line, or of the record where there are no lines, from 1.
        package var line: Int
        /// The end of it in the block, its delimiter included.
        package var end: Int
        /// Its place in its partition, and the setter of its time, where the input says it.
        package var offset: Int64?
        package var timestampKind: TimestampKind?
    }

    package private(set) var records: [RecordSlice] = []
    /// The place of each record.
    package private(set) var places: [Place] = []
    package private(set) var refusals: [Refusal] = []
    package private(set) var headers: [HeaderSlice] = []
    /// Bytes that do not stand in the input as they are.
    package var made = ByteBuffer()
    /// The bytes of `made`, for as long as the batch is not changed.
    package var madeBytes: RawSpan {
        @_lifetime(borrow self)
        get { made.bytes }
    }
    /// The topics that records name; a record's `topic` counts them.
    package private(set) var topics: [String] = []

    /// The parts that every record has unless it says otherwise.
    package let model: RecordSlice
    private let topicPrefix: String
    private let fixedCount: Int
    private let fixedHeaders: Int
    private var topicNumbers: [String: Int] = [:]
    private var lastTopic: (name: [UInt8], number: Int) = ([], -1)

    package init(_ fixed: FixedParts = FixedParts()) {
        var model = RecordSlice(
            partition: fixed.partition,
            timestamp: fixed.timestamp,
            value: nil,
            headers: 0..<fixed.headers.count
        )
        var made = ByteBuffer()
        func slice(_ bytes: [UInt8], _ made: inout ByteBuffer) -> ByteSlice {
            made.append(bytes.span.bytes)
            return ByteSlice(made.count - bytes.count..<made.count, in: .made)
        }
        if let key = fixed.key { model.key = slice(key, &made) }
        for header in fixed.headers {
            let name = slice(header.name, &made)
            var value: ByteSlice?
            if let bytes = header.value { value = slice(bytes, &made) }
            headers.append(HeaderSlice(name: name, value: value))
        }
        self.model = model
        topicPrefix = fixed.topicPrefix
        fixedCount = made.count
        fixedHeaders = headers.count
        self.made = made
    }

    /// True when there is nothing in it.
    package var isEmpty: Bool { records.isEmpty && refusals.isEmpty }

    /// Forgets the records.
    package mutating func removeAll() {
        records.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        refusals.removeAll(keepingCapacity: true)
        headers.removeSubrange(fixedHeaders...)
        made.truncate(to: fixedCount)
    }

    /// Adds a record.
    package mutating func append(_ record: RecordSlice, line: Int, end: Int) {
        records.append(record)
        places.append(Place(line: line, end: end))
    }

    /// Adds a record as an object describes it.
    package mutating func append(_ read: RecordLine.Read, line: Int, end: Int) {
        records.append(read.record)
        places.append(
            Place(
                line: line,
                end: end,
                offset: read.offset,
                timestampKind: read.timestampKind
            )
        )
    }

    /// Puts another record in the place of one.
    package mutating func replace(_ index: Int, with record: RecordSlice) {
        records[index] = record
    }

    /// Notes what could not become a record.
    package mutating func refuse(
        _ reason: Refusal.Reason,
        line: Int,
        end: Int,
        input: Range<Int>?,
        size: Int
    ) {
        let place = Place(line: line, end: end)
        refusals.append(
            Refusal(
                index: records.count,
                place: place,
                input: input.map { ByteSlice($0) },
                size: size,
                reason: reason
            )
        )
    }

    /// Notes what an earlier run could not make a record of.
    package mutating func refuse(_ kept: RecordLine.Kept, line: Int, end: Int) {
        refusals.append(
            Refusal(
                index: records.count,
                place: Place(line: line, end: end),
                input: kept.input,
                size: kept.input?.range.count ?? 0,
                reason: .kept(code: kept.code, message: kept.message)
            )
        )
    }

    /// Adds a header for the record that is being made.
    package mutating func append(_ header: HeaderSlice) {
        headers.append(header)
    }

    /// Returns the headers added since there were `start`, and the fixed ones behind them.
    package mutating func headers(since start: Int) -> Range<Int> {
        guard headers.count > start else { return 0..<fixedHeaders }
        headers.append(contentsOf: headers[..<fixedHeaders])
        return start..<headers.count
    }

    /// Forgets the headers added since there were `start`: of a record that came to nothing.
    package mutating func dropHeaders(since start: Int) {
        headers.removeSubrange(start...)
    }

    /// Returns the number of a topic; most records name the same one as the record before.
    package mutating func number(of name: RawSpan) -> Int {
        if name.byteCount == lastTopic.name.count, name.has(lastTopic.name, at: 0),
            lastTopic.number >= 0
        {
            return lastTopic.number
        }
        lastTopic.name = name.withUnsafeBytes { [UInt8]($0) }
        let topic = String(decoding: lastTopic.name, as: UTF8.self)
        if let number = topicNumbers[topic] {
            lastTopic.number = number
            return number
        }
        lastTopic.number = topics.count
        topicNumbers[topic] = topics.count
        topics.append(topicPrefix + topic)
        return lastTopic.number
    }

    /// Returns the record with this index, with bytes of its own.
    package func record(_ index: Int, of input: RawSpan) -> OutgoingRecord {
        outgoing(records[index], of: input)
    }

    /// Returns a record that was made of one of the batch, with bytes of its own.
    package func outgoing(_ record: RecordSlice, of input: RawSpan) -> OutgoingRecord {
        OutgoingRecord(
            partition: record.partition,
            timestamp: record.timestamp,
            key: record.key.map { bytes(of: $0, input) },
            value: record.value.map { bytes(of: $0, input) },
            headers: headers[record.headers].map {
                RecordHeader(
                    name: bytes(of: $0.name, input),
                    value: $0.value.map { bytes(of: $0, input) }
                )
            },
            sequence: record.sequence
        )
    }

    /// Returns the bytes of a slice, copied.
    package func bytes(of slice: ByteSlice, _ input: RawSpan) -> [UInt8] {
        let span: RawSpan
        switch slice.place {
        case .input: span = input.extracting(slice.range)
        case .made: span = made.bytes.extracting(slice.range)
        }
        return span.withUnsafeBytes { [UInt8]($0) }
    }
}
