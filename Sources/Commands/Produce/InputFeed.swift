// From inputs to batches of records: reading, cutting, and knowing what has been used of the input.
//
// 1. The block holds what has been read and not yet been sent: bytes leave it only when every
//    record that was cut from it has been enqueued.
// 2. What an earlier run has done is read again and compared, and nothing behind it is cut before.
// 3. `used` counts the bytes of all inputs that records enqueued, or refused, were cut from.

import CommandKit
import Crypto
import JSON
import KafkaCore
import Reactor
import Records
import SendEngine

/// The source of the records.
struct InputFeed: ~Copyable {
    /// The next step of the caller.
    enum Step {
        /// Send the records of the batch.
        case batch
        /// Wait until there is something to read, and read.
        case needsInput
        /// Nothing is left.
        case exhausted
    }

    /// The records cut last.
    private(set) var batch: RecordBatch
    /// The block that the batch's slices are of.
    private(set) var block = ByteBuffer(capacity: 2 * Self.readSize)
    /// The inputs.
    private(set) var inputs: InputQueue
    /// The number of bytes of input that the records enqueued, or refused, were cut from.
    private(set) var used = 0

    /// The start of the block, counted in bytes through the inputs.
    private(set) var base = 0

    private var reader: any RecordReader
    private var passing: PassedInput?
    private var hasPassed = false
    private var cut = 0
    private var isOpen = false
    private var isAtEnd = false
    private var isStopped = false
    private var begun: [BegunInput] = []
    private var hash: SHA256?
    private var hashed = 0
    private let consumed: ConsumedDigest?

    /// An input that has been opened.
    private struct BegunInput {
        /// The start of the input, counted in bytes through the inputs.
        let start: Int
        /// From which end of a record on only the input's end was one, and which that was.
        var openEnd: (from: Int, end: Checkpoint.OpenEnd)?
    }

    /// The most that is read at once.
    static let readSize = 262_144

    /// Opens nothing yet.
    ///
    /// `hash`: of the bytes used, for a receipt. `consumed`: of all bytes cut, for a checkpoint.
    init(
        _ inputs: consuming InputQueue,
        reader: any RecordReader,
        fixed: FixedParts,
        hash: consuming SHA256?,
        consumed: ConsumedDigest? = nil
    ) {
        self.inputs = inputs
        self.reader = reader
        batch = RecordBatch(fixed)
        self.hash = hash
        self.consumed = consumed
    }

    /// Begins behind `place`, which an earlier run has kept in the checkpoint at `path`.
    ///
    /// To be called before the first `advance`.
    mutating func pass(_ place: Checkpoint.Place, path: String) {
        let closings = reader.closings(isRefused: place.openEnd?.kind != .record)
        passing = PassedInput(place, path: path, closings: closings)
        consumed?.expect(place.digest)
    }

    /// True when nothing of an earlier run is left to be compared.
    var isAccepted: Bool { passing == nil }

    /// Cuts the next batch, when the one before has been enqueued or refused.
    mutating func advance(limit: Int) throws(CommandError) -> Step {
        use(upTo: cut)
        batch.removeAll()
        while !isStopped {
            if !isOpen {
                guard try open() else { break }
            }
            if passing != nil {
                guard isAtEnd else { return .needsInput }
                isOpen = false
                continue
            }
            if isAtEnd, hasPassed {
                // Nothing came behind what was passed: where an input is one record, no other.
                isOpen = false
                hasPassed = false
                continue
            }
            let before = cut
            cut = Self.cut(&reader, block, from: cut, isAtEnd: isAtEnd, limit: limit, into: &batch)
            try addConsumed()
            noteOpenEnd()
            if !batch.isEmpty { return .batch }
            use(upTo: cut)
            if cut > before { continue }
            guard isAtEnd else { return .needsInput }
            isOpen = false
        }
        isStopped = true
        return .exhausted
    }

    /// Has `sender` enqueue the next records of the batch.
    func send(
        by sender: inout BatchSender,
        mayEnter: Bool,
        at now: Instant
    ) throws(KafkaError) -> BatchSender.Progress {
        try sender.send(
            batch,
            of: block.bytes,
            input: inputs.index,
            from: base,
            mayEnter: mayEnter,
            at: now
        )
    }

    /// Reads what is there; the batch has been enqueued.
    ///
    /// - Returns: the part of the block that is new.
    mutating func read() throws(CommandError) -> Range<Int> {
        discard()
        var first = block.count
        let count = try inputs.read(into: &block, atMost: Self.readSize)
        if count == 0 { isAtEnd = true }
        if passing != nil {
            let passed = try pass()
            base += passed
            block.removeFirst(passed)
            // What waits behind the place is new once that is known to be one.
            first = passing == nil ? 0 : block.count
        }
        if first < block.count { hasPassed = false }
        return first..<block.count
    }

    /// Ends the cutting; nothing behind `end`, counted through the inputs, was enqueued.
    mutating func stop(at end: Int) {
        use(upTo: min(end - base, cut))
        cut = max(hashed, 0)
        isStopped = true
    }

    /// The number of bytes of the block that have been used.
    var usedOfBlock: Int { hashed }

    /// Returns the place that a mark stands for.
    ///
    /// Places that are asked for never go back.
    func place(_ mark: InputMark) throws(CommandError) -> Checkpoint.Place {
        let nothing = ConsumedDigest.Value(bytes: 0, hex: "")
        let digest = try consumed?.value(at: mark.byte, block.bytes, from: base) ?? nothing
        var place = Checkpoint.Place(lines: mark.line, digest: digest)
        let index = Int(mark.input)
        guard begun.indices.contains(index) else { return place }
        place.input = index
        place.offset = mark.byte - begun[index].start
        place.firstLine = inputs.firstLine(of: index)
        place.sizes = (0..<index).map { begun[$0 + 1].start - begun[$0].start }
        if let open = begun[index].openEnd, mark.byte >= open.from { place.openEnd = open.end }
        return place
    }

    /// Returns the place before anything is done.
    func beginning() throws(CommandError) -> Checkpoint.Place {
        let digest = ConsumedDigest.Value(bytes: 0, hex: try ConsumedDigest.ofNothing())
        return Checkpoint.Place(firstLine: 1, sizes: [], digest: digest)
    }

    /// Returns the digest of the bytes used, in hexadecimal; nil when no report needs it.
    mutating func digest() throws(CommandError) -> String? {
        guard let hash = hash.take() else { return nil }
        do { return try hash.hex() } catch { throw CommandError(error) }
    }

    private mutating func open() throws(CommandError) -> Bool {
        discard()
        guard try inputs.openNext(firstLine: reader.line + 1) else { return false }
        begun.append(BegunInput(start: base))
        isAtEnd = false
        if passing?.begin(input: inputs.index) == true { endPassing() }
        reader.beginInput()
        isOpen = true
        return true
    }

    /// Passes what is read, as far as it belongs to what is done; how many bytes that are.
    private mutating func pass() throws(CommandError) -> Int {
        guard var passing else { return 0 }
        let name = inputs.name
        let count = try passing.pass(block.count, isAtEnd: isAtEnd, name)
        try consumed?.add(block.bytes.extracting(0..<count))
        if consumed?.isRefuted == true { throw passing.otherInput(name) }
        let more = try passing.passEnd(
            block.bytes.extracting(count..<block.count),
            isAtEnd: isAtEnd,
            name
        )
        try consumed?.add(block.bytes.extracting(count..<count + more))
        self.passing = passing
        if passing.isComplete { endPassing() }
        return count + more
    }

    private mutating func endPassing() {
        guard let place = passing?.place else { return }
        passing = nil
        hasPassed = place.offset > 0 || place.openEnd != nil
        reader.line = place.lines
        inputs.setFirstLine(place.firstLine ?? place.lines + 1)
    }

    /// Adds to the digest what has been cut, with marks at the ends of records.
    private mutating func addConsumed() throws(CommandError) {
        guard let end = consumed?.end else { return }
        var start = end - base
        for place in batch.places where consumed?.isDue(at: base + place.end) == true {
            try consumed?.add(block.bytes.extracting(start..<place.end))
            try consumed?.mark()
            start = place.end
        }
        guard start < cut else { return }
        try consumed?.add(block.bytes.extracting(start..<cut))
        try consumed?.mark()
    }

    /// Notes the ends of records that are no more than the input's end.
    ///
    /// Whatever had an end of its own was cut before the end of the input was known.
    private mutating func noteOpenEnd() {
        guard isAtEnd || reader.isLost, !batch.isEmpty, let last = begun.indices.last else {
            return
        }
        let start = begun[last].start
        let refused = batch.refusals.map(\.place.end)
        if isAtEnd {
            let before = begun[last].openEnd
            let first = min(batch.places.first?.end ?? .max, refused.first ?? .max)
            let isRecord = refused.isEmpty && before?.end.kind ?? .record == .record
            begun[last].openEnd = (
                from: before?.from ?? base + first,
                end: Checkpoint.OpenEnd(
                    size: base + block.count - start,
                    kind: isRecord ? .record : .refusal
                )
            )
        } else if let end = refused.last {
            begun[last].openEnd = (
                from: base + end,
                end: Checkpoint.OpenEnd(size: base + end - start, kind: .lost)
            )
        }
    }

    /// Moves what has not been cut to the front of the block.
    private mutating func discard() {
        guard cut > 0 else { return }
        use(upTo: cut)
        block.removeFirst(cut)
        base += cut
        hashed -= cut
        cut = 0
    }

    private mutating func use(upTo end: Int) {
        guard end > hashed else { return }
        Self.update(&hash, block, hashed..<end)
        used += end - hashed
        hashed = end
    }

    // A lent buffer must not be a part of self while another part of it is changed.

    private static func cut(
        _ reader: inout any RecordReader,
        _ block: borrowing ByteBuffer,
        from start: Int,
        isAtEnd: Bool,
        limit: Int,
        into batch: inout RecordBatch
    ) -> Int {
        reader.cut(block.bytes, from: start, isAtEnd: isAtEnd, limit: limit, into: &batch)
    }

    private static func update(
        _ hash: inout SHA256?,
        _ block: borrowing ByteBuffer,
        _ range: Range<Int>
    ) {
        hash?.update(block.bytes.extracting(range))
    }
}
