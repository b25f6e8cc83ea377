// Up to which time everything has come, when records come from several sources.
//
// 1. A source says it with its newest time, less the lateness: disorder of up to that much is no
//    news. The source that is behind decides for all.
// 2. A source at its end, where records may come later, holds nothing back for longer than the
//    lateness by the clock that is passed in.

/// The time up to which all records have come, as far as that can be known.
public struct Watermark: Sendable {
    struct Source: Sendable {
        var number: Int
        /// The newest time seen; nil before anything came.
        var newest: Int64?
        var isAtEnd = false
        var isHeld = false
    }

    private let lateness: Int64
    private(set) var sources: [Source] = []
    private var indexes: [Int: Int] = [:]
    /// The greatest times that came until a moment of the clock, oldest moment first.
    private var arrivals: [(clock: Int64, time: Int64)] = []
    /// The greatest time that came since the clock was last reported.
    private var fresh: Int64?
    /// The bound by the clock: what has waited for as long as the lateness is not newer than this.
    private var floor = Int64.min
    private var nanoseconds = Int64.min

    /// Makes one without a source; `lateness` is in nanoseconds.
    public init(lateness: Int64) {
        self.lateness = lateness
    }

    /// Up to this time all records have come.
    ///
    /// The greatest time there is when there is no source.
    public var time: EventTime { EventTime(nanoseconds: nanoseconds) }

    /// Waits for a source from now on; nothing new when it is known.
    public mutating func open(_ source: Int) {
        guard indexes[source] == nil else { return }
        indexes[source] = sources.count
        sources.append(Source(number: source))
        measure()
    }

    /// Takes note that nothing more comes from a source.
    public mutating func close(_ source: Int) {
        guard let index = indexes.removeValue(forKey: source) else { return }
        sources.remove(at: index)
        for (number, other) in indexes where other > index { indexes[number] = other - 1 }
        measure()
    }

    /// Takes note that nothing more comes at all.
    public mutating func closeAll() {
        sources = []
        indexes = [:]
        measure()
    }

    /// Takes note that nothing more comes from a source for the moment.
    public mutating func reachedEnd(_ source: Int) {
        guard let index = indexes[source] else { return }
        sources[index].isAtEnd = true
        measure()
    }

    /// Takes note that nothing more comes from any source for the moment.
    public mutating func pause() {
        for index in sources.indices { sources[index].isAtEnd = true }
        measure()
    }

    /// Takes note of a record; without a time it counts as the newest of its source.
    ///
    /// - Returns: the time that it counts for, in nanoseconds.
    @discardableResult
    public mutating func record(at time: EventTime?, from source: Int) -> Int64 {
        open(source)
        let index = indexes[source] ?? 0
        let nanoseconds = time?.nanoseconds ?? sources[index].newest ?? self.nanoseconds
        sources[index].newest = max(sources[index].newest ?? .min, nanoseconds)
        fresh = max(fresh ?? .min, nanoseconds)
        if sources[index].isAtEnd {
            sources[index].isAtEnd = false
            measure()
        }
        return nanoseconds
    }

    /// Reports the time of a clock that never goes back, in nanoseconds from anywhere.
    ///
    /// To be called before waiting, when all that had come has been taken.
    public mutating func tick(now: Int64) {
        if let fresh { arrivals.append((now, fresh)) }
        fresh = nil
        let passed = arrivals.prefix { Self.less(now, lateness) >= $0.clock }
        for arrival in passed { floor = max(floor, arrival.time) }
        arrivals.removeFirst(passed.count)
        measure()
    }

    /// The time of the next `tick` that changes something though nothing came; nil when none does.
    public var due: Int64? {
        // Where a source is behind, the clock does not help.
        guard let first = arrivals.first, sources.contains(where: \.isAtEnd) else { return nil }
        return Self.sum(first.clock, lateness)
    }

    mutating func hold(_ index: Int, _ isHeld: Bool) { sources[index].isHeld = isHeld }

    /// Reckons anew, since records have come.
    public mutating func measure() {
        var busy = Int64.max
        var idle = Int64.max
        for source in sources {
            let time = source.newest.map { Self.less($0, lateness) } ?? .min
            if source.isAtEnd { idle = min(idle, time) } else { busy = min(busy, time) }
        }
        nanoseconds = min(busy, max(idle, floor))
    }

    private static func less(_ time: Int64, _ span: Int64) -> Int64 {
        let (result, overflow) = time.subtractingReportingOverflow(span)
        return overflow ? .min : result
    }

    static func sum(_ time: Int64, _ span: Int64) -> Int64 {
        let (result, overflow) = time.addingReportingOverflow(span)
        return overflow ? .max : result
    }
}
