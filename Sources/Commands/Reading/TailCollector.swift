// Records kept while parts of partitions are read: the newest of all, or all of them by place.

/// Keeps the newest records by time.
struct TailCollector {
    /// A record as it will be printed, and what it is ordered by.
    struct Kept {
        var time: Int64
        var topicIndex: Int
        var partition: Int32
        var offset: Int64
        var bytes: [UInt8]

        /// By time, and where times are equal by place: the order of a partition is always kept
        /// among its records of one time.
        static func < (left: Kept, right: Kept) -> Bool {
            (left.time, left.topicIndex, left.partition, left.offset)
                < (right.time, right.topicIndex, right.partition, right.offset)
        }
    }

    private let limit: Int
    private var kept: [Kept] = []
    private var found: [Int: Int] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// All records that are kept, by place.
    var byPlace: [Kept] {
        kept.sorted { left, right in
            (left.topicIndex, left.partition, left.offset)
                < (right.topicIndex, right.partition, right.offset)
        }
    }

    /// Returns the number of records of a partition that were added.
    func count(topicIndex: Int, partition: Int32) -> Int {
        found[topicIndex << 32 | Int(partition)] ?? 0
    }

    /// Takes a record, with the bytes that it is printed as.
    ///
    /// A record without a time is older than others.
    mutating func add(
        time: Int64?,
        topicIndex: Int,
        partition: Int32,
        offset: Int64,
        bytes: [UInt8]
    ) {
        found[topicIndex << 32 | Int(partition), default: 0] += 1
        kept.append(
            Kept(
                time: time ?? .min,
                topicIndex: topicIndex,
                partition: partition,
                offset: offset,
                bytes: bytes
            )
        )
        // Sorted now and then, so that no more than twice as many as wanted are ever held.
        if kept.count >= 2 * limit + 64 { cut() }
    }

    /// Returns the records that were asked for, oldest first.
    mutating func newest() -> [Kept] {
        cut()
        return kept
    }

    private mutating func cut() {
        kept.sort { $0 < $1 }
        kept.removeFirst(max(0, kept.count - limit))
    }
}
