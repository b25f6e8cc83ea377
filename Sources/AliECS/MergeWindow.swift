// Records of many partitions in the order of their own times, within a bounded window.
//
// 1. What is older than the watermark is let out: disorder of up to the lateness is put in order.
// 2. Nothing is lost and nothing comes twice. What comes later than the window allows is let out at
//    once and counted; so is what has to go early because the window is full.
// 3. Before it is full, sources that are far ahead are to be held, never the one that is behind.

/// Puts what comes from several sources in the order of time.
public struct MergeWindow<Item> {
    /// The action of the reader for a source.
    public enum Flow: Equatable, Sendable {
        /// Take no more of it for now.
        case hold(source: Int)
        /// Go on with it.
        case resume(source: Int)
    }

    private let lateness: Int64
    private let byteLimit: Int
    private var marks: Watermark
    private var heap = MergeHeap()
    /// The items, each in the slot that its entry of the heap names.
    private var items: [Item?] = []
    private var freeSlots: [Int] = []
    private var sequence: UInt64 = 0
    private var released = Int64.min
    private var changes: [Flow] = []

    /// The number of bytes held, by the sizes that were reported.
    public private(set) var bytes = 0
    /// The number of records that came after something newer had been let out.
    public private(set) var late = 0
    /// The number of records let out before their time because the window was full.
    public private(set) var early = 0

    /// Makes an empty window; `lateness` is in nanoseconds.
    public init(lateness: Int64, byteLimit: Int = 256 << 20) {
        self.lateness = lateness
        marks = Watermark(lateness: lateness)
        self.byteLimit = byteLimit
    }

    /// True when so much is held that it is time to check which sources are to wait.
    public var isCrowded: Bool { bytes > byteLimit / 2 }

    /// True when nothing is held.
    public var isEmpty: Bool { heap.isEmpty }

    /// Up to which time everything has come.
    public var watermark: EventTime { marks.time }

    /// Waits for a source from now on; nothing new when it is known.
    public mutating func open(_ source: Int) { marks.open(source) }

    /// Takes note that nothing more comes from a source.
    public mutating func close(_ source: Int) { marks.close(source) }

    /// Takes note that nothing more comes from a source for the moment.
    public mutating func reachedEnd(_ source: Int) { marks.reachedEnd(source) }

    /// Takes note that nothing more comes from any source for the moment.
    public mutating func pause() { marks.pause() }

    /// Nothing more comes of anything: all that is held may go.
    public mutating func closeAll() { marks.closeAll() }

    /// Takes an item; without a time it stands behind what came before it from its source.
    ///
    /// `size`: what it counts for in the window's bytes.
    public mutating func insert(
        _ item: consuming Item,
        at time: EventTime?,
        size: Int,
        from source: Int
    ) {
        let nanoseconds = marks.record(at: time, from: source)
        let slot = freeSlots.popLast() ?? items.count
        if slot == items.count { items.append(item) } else { items[slot] = item }
        heap.insert(
            MergeHeap.Entry(
                time: nanoseconds,
                source: source,
                sequence: sequence,
                slot: slot,
                size: size
            )
        )
        sequence += 1
        bytes += size
    }

    /// Reports the time of a clock that never goes back, in nanoseconds from anywhere.
    ///
    /// To be called before waiting, when all that had come has been taken.
    public mutating func tick(now: Int64) {
        marks.tick(now: now)
        steer()
    }

    /// The time of the next `tick` that changes something though nothing came; nil when none does.
    public var due: Int64? { heap.isEmpty ? nil : marks.due }

    /// Lets out the next item whose time has come; nil when there is none.
    public mutating func next() -> Item? {
        guard let first = heap.first else { return nil }
        if first.time > watermark.nanoseconds {
            marks.measure()
            if first.time > watermark.nanoseconds {
                guard bytes > byteLimit else { return nil }
                early += 1
            }
        }
        if first.time < released { late += 1 }
        released = max(released, first.time)
        bytes -= first.size
        heap.removeFirst()
        freeSlots.append(first.slot)
        return items[first.slot].take()
    }

    /// Returns the next action of the reader for a source; nil when there is none.
    public mutating func nextFlow() -> Flow? {
        changes.isEmpty ? nil : changes.removeFirst()
    }

    /// Holds sources that are far ahead of the one behind, and has them go on when it is their turn.
    private mutating func steer() {
        let sources = marks.sources
        let behind = sources.filter { !$0.isAtEnd && !$0.isHeld }.map { $0.newest ?? .min }.min()
        let isRoomy = bytes < byteLimit / 8
        for (index, source) in sources.enumerated() where source.isHeld {
            let newest = source.newest ?? .min
            guard isRoomy || behind.map({ newest <= $0 }) ?? true else { continue }
            marks.hold(index, false)
            changes.append(.resume(source: source.number))
        }
        guard isCrowded, let behind else { return }
        for (index, source) in sources.enumerated() where !source.isHeld && !source.isAtEnd {
            guard let newest = source.newest, newest > Watermark.sum(behind, lateness) else {
                continue
            }
            marks.hold(index, true)
            changes.append(.hold(source: source.number))
        }
    }
}

/// The content of a window, in the order of time; each entry is before the two that it leads to.
struct MergeHeap {
    /// The place of an item in the order, and its slot.
    struct Entry {
        var time: Int64
        var source: Int
        var sequence: UInt64
        var slot: Int
        var size: Int

        static func < (one: Entry, other: Entry) -> Bool {
            if one.time != other.time { return one.time < other.time }
            return (one.source, one.sequence) < (other.source, other.sequence)
        }
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    /// The one that is before all others.
    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < entries[parent] else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    /// Takes the first out; there is one.
    mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < last else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = last
    }
}
