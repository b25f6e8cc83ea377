// The way of a record, live or not, from its bytes to what comes out.
//
// 1. A record is decoded once. Its facts are asked for only where something depends on them.
// 2. What cannot be decoded is counted, told with its place, and nothing of it comes out.
// 3. In the order of time a record is printed first and kept as it is printed; what the window lets
//    out is handed on. What makes more of records gets them as they come, and the watermark.

import AliECS
import Arguments
import CommandKit
import JSON
import Output
import Reactor
import Records

/// Decodes records and hands on what is wanted of them.
struct DecodePipeline: ~Copyable {
    /// Where decoded records go.
    enum Goal {
        /// Printed as objects; flat ones are the message alone.
        case json(isFlat: Bool)
        /// Printed as a line for a person.
        case table
        /// To something that makes more of them.
        case facts(any FactsSink)
    }

    /// What is asked for.
    struct Wish {
        var goal: Goal
        /// What every record holds; nil to tell by the topic.
        var type: MessageType?
        var style = MessageStyle()
        var onError = DecodeErrorPolicy.report
        var selection = EventSelection()
        var merges = false
        var lateness = DecodeOrder.standardLateness
        /// How many bytes may wait for their turn.
        var memory = DecodeOrder.standardMemory.bytes
        /// How many records are printed at most.
        var limit = Int.max
    }

    let wish: Wish
    let context: Context
    private var selection: EventSelection
    private var decoder = Decoder()
    /// Prints records; its owner fills and empties its headers.
    var printer: RecordPrinter
    private let line: EventLine
    private var window: MergeWindow<[UInt8]>?
    private var watermark: Watermark?
    private var topics: [(name: String, kind: AliECSTopic)] = []
    private var hasToldEarly = false
    /// How many bytes have come into the window since it was last looked at.
    private var windowed = 0

    /// How much may come into the window before it is looked at: a small one is quick.
    private let windowedAtOnce: Int

    /// How many records have come out.
    private(set) var printed = 0
    /// How many of them are known to be where they go.
    private(set) var written = 0
    /// Whether what was to come out could not be written: nothing more is.
    private var hasFailed = false
    /// How many were decoded and are not wanted.
    private(set) var passedOver = 0
    /// How many could not be decoded.
    private(set) var bad = 0
    /// Whether the reading is to end because of one that could not.
    private(set) var isStopped = false

    init(_ wish: Wish, in context: Context) {
        self.wish = wish
        self.context = context
        selection = wish.selection
        windowedAtOnce = min(262_144, wish.memory / 8)
        let isForTerminal = context.output.isTerminal
        printer = RecordPrinter(.json(), isForTerminal: isForTerminal)
        line = EventLine(isForTerminal: isForTerminal, isColoured: context.isColourful)
        let lateness = wish.lateness.nanoseconds
        if case .facts = wish.goal {
            watermark = Watermark(lateness: lateness)
        } else if wish.merges {
            window = MergeWindow(lateness: lateness, byteLimit: wish.memory)
        }
    }

    /// Whether the headers of records are printed, so that gathering them is worth while.
    var showsHeaders: Bool { if case .json(isFlat: false) = wish.goal { true } else { false } }

    /// Makes a topic known, under the next number.
    mutating func addTopic(_ name: String) -> Int {
        topics.append((name, AliECSTopic(name)))
        return printer.addTopic(name)
    }

    /// Whether nothing more is wanted.
    var isSatisfied: Bool {
        if isStopped { return true }
        if case .facts(let sink) = wish.goal { return sink.isSatisfied }
        return false
    }

    // MARK: Records

    /// Takes a record; its headers are in `printer`.
    mutating func take(_ place: DecodePlace, key: RawSpan?, value: RawSpan?) {
        let topic = topics.indices.contains(place.topic) ? topics[place.topic].kind : nil
        if case .facts(let sink) = wish.goal, let topic, !sink.wants(topic.kind) {
            watermark?.record(at: nil, from: place.source)
            return
        }
        guard let value else { return takeTombstone(place, key) }
        guard let type = wish.type ?? topic?.type else {
            return refuse(place, "nothing says which message it holds", hint: "--type")
        }
        do throws(DecodeError) {
            try decoder.open(value, as: type, isSure: wish.type != nil)
        } catch {
            return refuse(place, error)
        }
        if window == nil, selection.isEmpty, case .json(let isFlat) = wish.goal {
            printed += 1
            return print(place, key, isFlat: isFlat)
        }
        let facts = decoder.facts(from: topic ?? AliECSTopic(""))
        let time = facts.time ?? place.time
        watermark?.record(at: time, from: place.source)
        guard selection.isEmpty || selection.wants(facts, from: topic ?? AliECSTopic("")) else {
            passedOver += 1
            return
        }
        switch wish.goal {
        case .facts(let sink):
            sink.take(facts, at: placed(place, hasKey: key != nil))
        case .json(let isFlat):
            print(place, key, isFlat: isFlat)
            comeOut(at: time, from: place.source)
        case .table:
            line.append(facts, at: time, to: &printer.buffer)
            comeOut(at: time, from: place.source)
        }
    }

    /// A record without a value says that what had its key is gone.
    private mutating func takeTombstone(_ place: DecodePlace, _ key: RawSpan?) {
        guard selection.isEmpty, case .json(let isFlat) = wish.goal else {
            passedOver += 1
            return
        }
        let start = printer.buffer.count
        if isFlat {
            printer.buffer.append("null\n")
        } else {
            front(place, key)
            printer.buffer.append("\"message\":null}\n")
            printer.makeFit(from: start)
        }
        comeOut(at: place.time, from: place.source)
    }

    private mutating func print(_ place: DecodePlace, _ key: RawSpan?, isFlat: Bool) {
        let start = printer.buffer.count
        defer { printer.makeFit(from: start) }
        if !isFlat {
            front(place, key)
            printer.buffer.append("\"message\":")
        }
        decoder.appendJSON(to: &printer.buffer, style: wish.style)
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

    /// What has just been printed comes out now, or when it is its turn.
    private mutating func comeOut(at time: EventTime?, from source: Int) {
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
            hint: error.looksLike.map { "it looks like \($0)" },
            error
        )
    }

    /// Counts what is no message, and tells of it.
    mutating func refuse(
        _ place: DecodePlace,
        _ reason: String,
        hint: String?,
        _ cause: DecodeError? = nil
    ) {
        bad += 1
        if wish.onError == .stop { isStopped = true }
        guard wish.onError != .skip else { return }
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

    /// Nothing more comes from a source.
    mutating func close(_ source: Int) {
        window?.close(source)
        watermark?.close(source)
    }

    /// Nothing more comes from a source for the moment.
    mutating func reachedEnd(_ source: Int) {
        window?.reachedEnd(source)
        watermark?.reachedEnd(source)
    }

    /// Nothing more comes from any source for the moment.
    mutating func pause() {
        window?.pause()
        watermark?.pause()
    }

    /// Whether it matters where records come from, and where that ends.
    var ordersByTime: Bool { window != nil || watermark != nil }

    /// How many records or lines have come out.
    var comeOut: Int { if case .facts(let sink) = wish.goal { sink.printed } else { printed } }

    /// What the reader is to do next about a source; nil when there is nothing.
    mutating func nextFlow() -> MergeWindow<[UInt8]>.Flow? { window?.nextFlow() }

    /// Whether so much is gathered that it is to be handed on.
    var isFull: Bool { printer.isFull || windowed >= windowedAtOnce }

    /// Whether so much waits that partitions may have to wait too.
    var isCrowded: Bool { window?.isCrowded ?? false }

    /// When to look again though nothing came.
    var deadline: Instant? {
        (window?.due ?? watermark?.due).map { Instant(nanoseconds: $0) }
    }

    /// Hands on what is to come out by now; to be called before a wait.
    mutating func look(at now: Instant) throws(CommandError) {
        let time = now.nanoseconds
        window?.tick(now: time)
        watermark?.tick(now: time)
        try handOn()
        if case .facts(let sink) = wish.goal, let watermark { try sink.advance(to: watermark.time) }
    }

    /// Hands on what has come out.
    mutating func handOn() throws(CommandError) {
        guard !hasFailed else { return }
        hasFailed = true
        windowed = 0
        while printed < wish.limit, let bytes = window?.next() {
            printer.buffer.append(bytes.span.bytes)
            printed += 1
            if printer.isFull { try printer.write(to: context.output.sink) }
        }
        try printer.write(to: context.output.sink)
        written = printed
        hasFailed = false
        if let early = window?.early, early > 0, !hasToldEarly {
            hasToldEarly = true
            context.note(
                "more is waiting for its turn than memory allows: the order is no longer sure"
            )
        }
    }

    /// Nothing more comes; `isWhole`: all that was asked for has been read.
    mutating func finish(isWhole: Bool) throws(CommandError) {
        window?.closeAll()
        try handOn()
        if case .facts(let sink) = wish.goal { try sink.finish(isWhole: isWhole) }
        if let late = window?.late, late > 0 {
            context.note(
                "\(counted(late, "record")) came too late for the order of time (--lateness)"
            )
        }
        guard bad > 0, wish.onError != .stop else { return }
        context.note("\(counted(bad, "record")) could not be decoded")
    }
}
