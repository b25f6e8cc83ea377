// Records on their way out: from librdkafka's bytes straight into the output block.
//
// No String and no allocation a record: constant parts are prepared once per topic, numbers are
// digits written by hand, and bytes are copied or escaped into the block.

public import JSON
import Output

/// The form in which a record is printed.
public enum RecordFormat: Sendable {
    /// The value's bytes and a delimiter; a tombstone prints as an empty value.
    case value(delimiter: [UInt8])
    /// The record as one JSON object a line, with its key and value in these forms.
    case json(key: JSONFieldForm = .text, value: JSONFieldForm = .text)
    /// The form that a format describes.
    case template(OutputTemplate)
}

/// A record's header bytes, gathered for one record and used again for the next.
public struct HeaderFields {
    private var bytes: [UInt8] = []
    private var bounds: [(name: Range<Int>, value: Range<Int>?)] = []

    /// Makes a list without headers.
    public init() {}

    /// Forgets all headers and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        bounds.removeAll(keepingCapacity: true)
    }

    /// Adds a header; a nil value is null.
    public mutating func append(name: RawSpan, value: RawSpan?) {
        let nameRange = add(name)
        var valueRange: Range<Int>?
        if let value { valueRange = add(value) }
        bounds.append((nameRange, valueRange))
    }

    var count: Int { bounds.count }

    func forEach(_ body: (RawSpan, RawSpan?) -> Void) {
        let all = bytes.span.bytes
        for (name, value) in bounds {
            if let value {
                body(all.extracting(name), all.extracting(value))
            } else {
                body(all.extracting(name), nil)
            }
        }
    }

    private mutating func add(_ span: RawSpan) -> Range<Int> {
        let start = bytes.count
        span.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }
}

/// The meaning of a timestamp, as JSON names it.
public enum TimestampKind: Sendable {
    /// The producer set it: `create`.
    case create
    /// The broker set it: `logAppend`.
    case logAppend
}

/// Puts records into a block of bytes that its owner passes on when it is full.
public struct RecordPrinter: ~Copyable {
    /// The block; the owner empties it.
    public var buffer: ByteBuffer

    /// The headers of the record that is printed next; the owner fills and empties them.
    public var headers = HeaderFields()

    /// The number of numbers that did not fit the form that the format gives them, and were cut.
    public internal(set) var cutNumbers = 0

    let isForTerminal: Bool
    let isColoured: Bool
    /// The topics' names.
    private(set) var names: [[UInt8]] = []
    /// The number of records printed by a format.
    var runningNumber: Int64 = 0
    private let format: RecordFormat
    /// The front of each topic's objects.
    private(set) var prefixes: [[UInt8]] = []

    /// The size the block is to reach before it is passed on.
    public static let blockSize = 262_144

    /// Makes a printer; `isForTerminal` has what a terminal would act on escaped.
    ///
    /// `isColoured` sets what a format shows of a record off from its value.
    public init(_ format: RecordFormat, isForTerminal: Bool, isColoured: Bool = false) {
        self.format = format
        self.isColoured = isColoured
        self.isForTerminal = isForTerminal
        buffer = ByteBuffer(capacity: Self.blockSize + 65_536)
    }

    /// True when the format shows more than the value, so that it has to be gathered.
    public var showsMore: Bool {
        switch format {
        case .value: false
        case .json: true
        case .template(let template): template.showsMore
        }
    }

    /// True when the format shows the leader's epoch, so that it has to be asked for.
    public var showsLeaderEpoch: Bool {
        if case .template(let template) = format { template.showsLeaderEpoch } else { false }
    }

    /// True when the format shows headers, so that they have to be gathered.
    public var showsHeaders: Bool {
        switch format {
        case .value: false
        case .json: true
        case .template(let template): template.showsHeaders
        }
    }

    /// Appends a record of which nothing but the value is shown.
    public mutating func print(value: RawSpan?) {
        switch format {
        case .value(let delimiter):
            if let value { appendPlain(value) }
            if delimiter.count == 1 {
                buffer.append(delimiter[0])
            } else {
                buffer.append(delimiter.span.bytes)
            }
        case .template(let template) where !template.showsMore:
            let none = RecordFacts(topic: 0, partition: 0, offset: 0, leaderEpoch: -1)
            print(by: template, none, key: nil, value: value)
        case .json, .template:
            preconditionFailure("a format that shows more is printed with all of the record")
        }
    }

    /// True when the block is to be passed on.
    public var isFull: Bool { buffer.count >= Self.blockSize }

    /// Makes a topic known, and prepares what is printed for each of its records.
    ///
    /// - Returns: the number by which `print` gets the topic: 0, 1, 2, …
    public mutating func addTopic(_ name: String) -> Int {
        var made = JSONWriter(capacity: 64)
        made.beginObject()
        made.key("topic")
        made.string(name)
        made.key("partition")
        prefixes.append(Array(made.text.utf8))
        names.append(Array(name.utf8))
        return prefixes.count - 1
    }

    /// Appends one record.
    ///
    /// `topic` is a number that `addTopic` gave. `leaderEpoch` is −1 when it is not known. `timestamp` is
    /// in milliseconds, or nil when the broker has none.
    public mutating func print(
        topic: Int,
        partition: Int32,
        offset: Int64,
        leaderEpoch: Int32 = -1,
        timestamp: (milliseconds: Int64, kind: TimestampKind)?,
        key: RawSpan?,
        value: RawSpan?
    ) {
        switch format {
        case .value:
            print(value: value)
        case .template(let template):
            let facts = RecordFacts(
                topic: topic,
                partition: partition,
                offset: offset,
                leaderEpoch: leaderEpoch,
                timestamp: timestamp
            )
            print(by: template, facts, key: key, value: value)
        case .json(let keyForm, let valueForm):
            let start = buffer.count
            appendPlace(topic, partition, offset, timestamp)
            appendKey(key, keyForm)
            appendHeaders()
            appendValue(value, valueForm)
            buffer.append("}\n")
            makeFit(from: start)
        }
    }

    /// Makes the JSON that stands in the block from `start` on fit for a terminal, if it goes to one.
    @inline(__always)
    public mutating func makeFit(from start: Int) {
        if isForTerminal { buffer.escapeFormatControls(from: start) }
    }

    mutating func appendPlain(_ value: RawSpan) {
        if isForTerminal {
            TerminalText.append(value, to: &buffer)
        } else {
            buffer.append(value)
        }
    }

    mutating func appendField(
        _ name: StaticString,
        _ encodedName: StaticString,
        _ bytes: RawSpan?
    ) {
        guard let bytes else {
            buffer.append(name)
            buffer.append("null")
            return
        }
        let before = buffer.count
        buffer.append(name)
        buffer.append(UInt8(ascii: "\""))
        if !buffer.appendEscaped(bytes) {
            buffer.truncate(to: before)
            buffer.append(encodedName)
            buffer.append(UInt8(ascii: "\""))
            buffer.appendBase64(bytes)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func appendHeaders() {
        buffer.append(",\"headers\":[")
        var isFirst = true
        // Taken out for the loop: the body changes the buffer beside it.
        let headers = self.headers
        headers.forEach { name, value in
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            appendField("{\"key\":", "{\"keyBase64\":", name)
            appendField(",\"value\":", ",\"valueBase64\":", value)
            buffer.append(UInt8(ascii: "}"))
        }
        buffer.append(UInt8(ascii: "]"))
    }
}
