// From inputs to batches of records: reading, cutting, and knowing what has been used of the input.
//
// 1. The block holds what has been read and not yet been sent: bytes leave it only when every
//    record that was cut from it has been handed over.
// 2. `used` counts the bytes of all inputs that records handed over, or refused, were cut from.

import Crypto
import JSON
import KafkaCore
import Reactor

/// Where the records come from.
struct InputFeed: ~Copyable {
    /// What to do next.
    enum Step {
        /// Hand over the records of the batch.
        case batch
        /// Wait until there is something to read, and read.
        case needsInput
        /// Nothing is left.
        case exhausted
    }

    /// Where an earlier run left off.
    struct Resume {
        /// Which input.
        var input: Int
        /// How many of its bytes are done with.
        var offset: Int
        /// How many lines of all inputs are.
        var lines: Int
    }

    /// The records cut last.
    private(set) var batch: RecordBatch
    /// The block that the batch's slices are of.
    private(set) var block = ByteBuffer(capacity: 2 * Self.readSize)
    /// The inputs.
    private(set) var inputs: InputQueue
    /// How many bytes of input the records handed over, or refused, were cut from.
    private(set) var used = 0
    /// The first bytes of the first input, by which a later run knows it again.
    private(set) var head: [UInt8] = []

    /// Where the block begins, counted in bytes through the inputs.
    private(set) var base = 0

    private var reader: any RecordReader
    private var resume: Resume?
    private var skip = 0
    private var hasPassed = false
    private var cut = 0
    private var isOpen = false
    private var isAtEnd = false
    private var isStopped = false
    private var starts: [(input: Int, at: Int)] = []
    private var hash: SHA256?
    private var hashed = 0

    /// The most that is read at once.
    static let readSize = 262_144
    /// How much of an input is enough to know it again.
    static let headSize = 4096

    init(
        _ inputs: consuming InputQueue,
        reader: any RecordReader,
        fixed: FixedParts,
        hash: consuming SHA256?,
        resume: Resume? = nil
    ) {
        self.inputs = inputs
        self.reader = reader
        self.resume = resume
        batch = RecordBatch(fixed)
        self.hash = hash
    }

    /// Cuts the next batch, when the one before has been handed over or refused.
    mutating func advance(limit: Int) throws(CommandError) -> Step {
        use(upTo: cut)
        batch.removeAll()
        while !isStopped {
            if !isOpen {
                guard try open() else { break }
            }
            if skip > 0, !isAtEnd { return .needsInput }
            let before = cut
            cut = Self.cut(&reader, block, from: cut, isAtEnd: isAtEnd, limit: limit, into: &batch)
            if !batch.isEmpty { return .batch }
            use(upTo: cut)
            if cut > before { continue }
            guard isAtEnd else { return .needsInput }
            isOpen = false
        }
        isStopped = true
        return .exhausted
    }

    /// Reads what is there; the batch has been handed over.
    ///
    /// - Returns: the part of the block that is new.
    mutating func read() throws(CommandError) -> Range<Int> {
        discard()
        let before = block.count
        var count = try inputs.read(into: &block, atMost: Self.readSize)
        if count == 0 { isAtEnd = true }
        if head.count < Self.headSize, inputs.index == 0, !hasPassed {
            let wanted = min(count, Self.headSize - head.count)
            head += Self.copy(of: before..<before + wanted, block)
        }
        if skip > 0 {
            let skipped = min(skip, count)
            skip -= skipped
            base += skipped
            block.removeFirst(skipped)
            count -= skipped
        }
        return before..<before + count
    }

    /// Ends the cutting; nothing behind `end`, counted through the inputs, was handed over.
    mutating func stop(at end: Int) {
        use(upTo: min(end - base, cut))
        cut = max(hashed, 0)
        isStopped = true
    }

    /// How much of the block has been used.
    var usedOfBlock: Int { hashed }

    /// The input that a count of bytes leads to, and how many of them are its own.
    func location(_ absolute: Int) -> (input: Int, offset: Int) {
        guard let start = starts.last(where: { $0.at <= absolute }) else { return (0, 0) }
        return (start.input, absolute - start.at)
    }

    /// The digest of the bytes used, in hexadecimal; nil when nobody wanted it.
    mutating func digest() throws(CommandError) -> String? {
        guard let hash = hash.take() else { return nil }
        do { return try hash.hex() } catch { throw CommandError(error) }
    }

    private mutating func open() throws(CommandError) -> Bool {
        discard()
        guard try inputs.openNext(firstLine: reader.line + 1) else { return false }
        if let resume {
            if inputs.index < resume.input { return try open() }
            reader.line = resume.lines
            starts.append((inputs.index, base))
            let passed = inputs.pass(resume.offset)
            // What is read from here on is not the beginning.
            hasPassed = passed > 0
            base += passed
            skip = resume.offset - passed
            self.resume = nil
        } else {
            starts.append((inputs.index, base))
        }
        reader.beginInput()
        isOpen = true
        isAtEnd = false
        return true
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

    // What is lent must not be a part of self while another part of it is changed.

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

    private static func copy(of range: Range<Int>, _ block: borrowing ByteBuffer) -> [UInt8] {
        block.bytes.extracting(range).withUnsafeBytes { [UInt8]($0) }
    }

    private static func update(
        _ hash: inout SHA256?,
        _ block: borrowing ByteBuffer,
        _ range: Range<Int>
    ) {
        hash?.update(block.bytes.extracting(range))
    }
}
