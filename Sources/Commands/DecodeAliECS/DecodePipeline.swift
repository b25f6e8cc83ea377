// The way of a record, live or not, from its bytes to the output.
//
// 1. A record is decoded once. Its facts are asked for only where something depends on them.
// 2. A record that cannot be decoded is counted and reported with its place; nothing of it is
//    emitted.
// 3. In the order of time a record is printed first and kept as it is printed; what the window lets
//    out is written. A sink of facts gets them as they come, and the watermark.

import AliECS
import Arguments
import CommandKit
import JSON
import Output
import Reactor
import Records

/// Decodes records and emits those that are wanted.
struct DecodePipeline: ~Copyable {
    /// The destination of decoded records.
    enum Goal {
        /// Printed as objects; flat ones are the message alone.
        case json(isFlat: Bool)
        /// Printed as a line for a person.
        case table
        /// To something that makes more of them.
        case facts(any FactsSink)
    }

    /// The options of the pipeline.
    struct Request {
        var goal: Goal
        /// The type of every record; nil to find it by the topic.
        var type: MessageType?
        var style = MessageStyle()
        var onError = DecodeErrorPolicy.report
        var selection = EventSelection()
        var merges = false
        var lateness = DecodeOrder.standardLateness
        /// The largest number of bytes that wait for their turn.
        var memory = DecodeOrder.standardMemory.bytes
        /// The largest number of records that are printed.
        var limit = Int.max
    }

    let request: Request
    let context: Context
    private var selection: EventSelection
    private var decoder = Decoder()
    /// Prints records; its owner fills and empties its headers.
    var printer: RecordPrinter
    private let line: EventLine
    private var window: MergeWindow<[UInt8]>?
    private var watermark: Watermark?
    private var topics: [(name: String, kind: AliECSTopic)] = []
    private var hasReportedEarly = false
    /// The number of bytes added to the window since the last check.
    private var windowed = 0

    /// The number of bytes added to the window before it is checked: a small one is quick.
    private let windowedAtOnce: Int

    /// The number of records emitted.
    private(set) var printed = 0
    /// The number of emitted records that are known to have reached their destination.
    private(set) var written = 0
    /// True once output could not be written: no more is written then.
    private var hasFailed = false
    /// The number of records that were decoded and filtered out.
    private(set) var filteredOut = 0
    /// The number of records that could not be decoded.
    private(set) var bad = 0
    /// True when the reading is to end because a record could not be decoded.
    private(set) var isStopped = false

    init(_ request: Request, in context: Context) {
        self.request = request
        self.context = context
        selection = request.selection
        windowedAtOnce = min(262_144, request.memory / 8)
        let isForTerminal = context.output.isTerminal
        printer = RecordPrinter(.json(), isForTerminal: isForTerminal)
        line = EventLine(isForTerminal: isForTerminal, isColoured: context.isColourful)
        let lateness = request.lateness.nanoseconds
        if case .facts = request.goal {
            watermark = Watermark(lateness: lateness)
        } else if request.merges {
            window = MergeWindow(lateness: lateness, byteLimit: request.memory)
        }
    }

    /// True when the headers of records are printed, so that they have to be gathered.
    var showsHeaders: Bool { if case .json(isFlat: false) = request.goal { true } else { false } }

    /// Makes a topic known, under the next number.
    mutating func addTopic(_ name: String) -> Int {
        topics.append((name, AliECSTopic(name)))
        return printer.addTopic(name)
    }

    /// True when no more records are wanted.
    var isSatisfied: Bool {
        if isStopped { return true }
        if case .facts(let sink) = request.goal { return sink.isSatisfied }
        return false
    }

    // MARK: Records

    /// Takes a record; its headers are in `printer`.
    mutating func take(_ place: DecodePlace, key: RawSpan?, value: RawSpan?) {
        let topic = topics.indices.contains(place.topic) ? topics[place.topic].kind : nil
        if case .facts(let sink) = request.goal, let topic, !sink.wants(topic.kind) {
            watermark?.record(at: nil, from: place.source)
            return
        }
        guard let value else { return takeTombstone(place, key) }
        guard let type = request.type ?? topic?.type else {
            return refuse(place, "unknown message type", hint: "--type")
        }
        do throws(DecodeError) {
            try decoder.open(value, as: type, isSure: request.type != nil)
        } catch {
            return refuse(place, error)
        }
        if window == nil, selection.isEmpty, case .json(let isFlat) = request.goal {
            printed += 1
            return print(place, key, isFlat: isFlat)
        }
        let facts = decoder.facts(from: topic ?? AliECSTopic(""))
        let time = facts.time ?? place.time
        watermark?.record(at: time, from: place.source)
        guard selection.isEmpty || selection.wants(facts, from: topic ?? AliECSTopic("")) else {
            filteredOut += 1
            return
        }
        switch request.goal {
        case .facts(let sink):
            sink.take(facts, at: placed(place, hasKey: key != nil))
        case .json(let isFlat):
            print(place, key, isFlat: isFlat)
            emit(at: time, from: place.source)
        case .table:
            line.append(facts, at: time, to: &printer.buffer)
            emit(at: time, from: place.source)
        }
    }

    /// Takes a record without a value: it says that the record with its key was deleted.
    private mutating func takeTombstone(_ place: DecodePlace, _ key: RawSpan?) {
        guard selection.isEmpty, case .json(let isFlat) = request.goal else {
            filteredOut += 1
            return
        }
        let start = printer.buffer.count
        if isFlat {
            printer.buffer.append("null\n")
        } else {
            front(place, key)
            printer.buffer.append("\"value\":null}\n")
            printer.makeFit(from: start)
        }
        emit(at: place.time, from: place.source)
    }

    private mutating func print(_ place: DecodePlace, _ key: RawSpan?, isFlat: Bool) {
        let start = printer.buffer.count
        defer { printer.makeFit(from: start) }
        if !isFlat {
            front(place, key)
            printer.buffer.append("\"value\":")
        }
        decoder.appendJSON(to: &printer.buffer, style: request.style)
        printer.buffer.append(isFlat ? "\n" : "}\n")
    }

    /// Appends the record's object up to its message.
    private mutating func front(_ place: DecodePlace, _ key: RawSpan?) {
        if place.topic >= 0 {
            let isNumber = topics[place.topic].kind.kind == .beamMode && key?.byteCount == 4
            printer.beginObject(
                topic: place.topic,
                partition: place.partition,
                offset: place.offset,
                timestamp: place.timestamp,
                key: key,
                hasNumericKey: isNumber
            )
            printer.buffer.append(",")
        } else {
            printer.buffer.append("{")
        }
        printer.buffer.append("\"type\":\"")
        printer.buffer.append(decoder.type.rawValue.utf8Span.span.bytes)
        printer.buffer.append("\",")
    }

    /// Emits the record printed last, now or when it is its turn.
    private mutating func emit(at time: EventTime?, from source: Int) {
        guard window != nil else {
            printed += 1
            return
        }
        let bytes = printer.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
        printer.buffer.removeAll()
        windowed += bytes.count
        // An array has a head of its own.
        window?.insert(bytes, at: time, size: bytes.count + 64, from: source)
    }

    private func placed(_ place: DecodePlace, hasKey: Bool) -> RecordPlace? {
        guard place.topic >= 0, let partition = place.partition, let offset = place.offset else {
            return nil
        }
        return RecordPlace(
            topic: topics[place.topic].name,
            partition: partition,
            offset: offset,
            milliseconds: place.timestamp?.milliseconds,
            hasKey: hasKey
        )
    }

    // MARK: What cannot be decoded

    private mutating func refuse(_ place: DecodePlace, _ error: DecodeError) {
        let field = error.field.isEmpty ? "" : ", field \(error.field)"
        refuse(
            place,
            "byte \(error.position)\(field): \(error.text)",
            hint: error.looksLike.map { "it may be \($0)" },
            error
        )
    }

    /// Counts a record that is no message, and reports it.
    mutating func refuse(
        _ place: DecodePlace,
        _ reason: String,
        hint: String?,
        _ cause: DecodeError? = nil
    ) {
        bad += 1
        if request.onError == .stop { isStopped = true }
        guard request.onError != .skip else { return }
        let name = topics.indices.contains(place.topic) ? topics[place.topic].name : nil
        var error = CommandError(
            .badData,
            "\(place.text(topic: name)): \(reason)",
            hint: hint,
            topic: name,
            partition: place.partition
        )
        error.report?.fault = RecordFault(
            offset: place.offset,
            position: cause?.position,
            field: cause.flatMap { $0.field.isEmpty ? nil : $0.field },
            reason: cause?.text ?? reason
        )
        context.report(error)
    }

    // MARK: Sources and time

    /// Waits for a source.
    mutating func open(_ source: Int) {
        window?.open(source)
        watermark?.open(source)
    }

    /// Closes a source: nothing more comes from it.
    mutating func close(_ source: Int) {
        window?.close(source)
        watermark?.close(source)
    }

    /// Enters that nothing more comes from a source for the moment.
    mutating func reachedEnd(_ source: Int) {
        window?.reachedEnd(source)
        watermark?.reachedEnd(source)
    }

    /// Enters that nothing more comes from any source for the moment.
    mutating func pause() {
        window?.pause()
        watermark?.pause()
    }

    /// True when the sources of records, and their ends, matter.
    var ordersByTime: Bool { window != nil || watermark != nil }

    /// The number of records or lines emitted.
    var emitted: Int { if case .facts(let sink) = request.goal { sink.printed } else { printed } }

    /// Returns the reader's next action for a source; nil when there is none.
    mutating func nextFlow() -> MergeWindow<[UInt8]>.Flow? { window?.nextFlow() }

    /// True when so much is gathered that it is to be written.
    var isFull: Bool { printer.isFull || windowed >= windowedAtOnce }

    /// True when so much waits that partitions may have to wait too.
    var isCrowded: Bool { window?.isCrowded ?? false }

    /// The time of the next tick when no record comes before it.
    var deadline: Instant? {
        (window?.due ?? watermark?.due).map { Instant(nanoseconds: $0) }
    }

    /// Writes the output that is due by now; to be called before a wait.
    mutating func tick(at now: Instant) throws(CommandError) {
        let time = now.nanoseconds
        window?.tick(now: time)
        watermark?.tick(now: time)
        try write()
        if case .facts(let sink) = request.goal, let watermark {
            try sink.advance(to: watermark.time)
        }
    }

    /// Writes the emitted records.
    mutating func write() throws(CommandError) {
        guard !hasFailed else { return }
        hasFailed = true
        windowed = 0
        while printed < request.limit, let bytes = window?.next() {
            printer.buffer.append(bytes.span.bytes)
            printed += 1
            if printer.isFull { try printer.write(to: context.output.sink) }
        }
        try printer.write(to: context.output.sink)
        written = printed
        hasFailed = false
        if let early = window?.early, early > 0, !hasReportedEarly {
            hasReportedEarly = true
            context.note(
                "--merge-memory is full; records may be out of order from here on"
            )
        }
    }

    /// Finishes the output; `isWhole`: all that was asked for has been read.
    mutating func finish(isWhole: Bool) throws(CommandError) {
        window?.closeAll()
        try write()
        if case .facts(let sink) = request.goal { try sink.finish(isWhole: isWhole) }
        if let late = window?.late, late > 0 {
            context.note(
                "\(counted(late, "record")) printed out of order; raise --lateness"
            )
        }
        guard bad > 0, request.onError != .stop else { return }
        context.note("\(counted(bad, "record")) could not be decoded")
    }
}
