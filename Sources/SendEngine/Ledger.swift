// The records that were entered and have not left, in the order of the input.
//
// 1. An entry is made when a record is cut and leaves when it and all before it are settled.
// 2. Serial numbers count up by one and are never used again, so that a delivery report finds its
//    entry without a search.

/// The place where a record ends.
///
/// Bytes alone do not tell: a record of no bytes ends where it begins, and a file of it where the next
/// file does.
package struct InputMark: Equatable {
    /// The number of the input it is in.
    package var input: Int32 = 0
    /// The number of bytes of all inputs before the mark.
    package var byte = 0
    /// The number of its line, counted through all inputs.
    package var line = 0

    package init(input: Int32 = 0, byte: Int = 0, line: Int = 0) {
        self.input = input
        self.byte = byte
        self.line = line
    }
}

/// The entries of records, from the oldest that is not settled on.
package struct Ledger {
    /// A record's place in the input and, once it is known, its outcome.
    package struct Entry {
        /// The mark where it ends.
        package var end: InputMark
        /// The topic's number.
        package var topic: Int32
        /// The partition that it was sent to, or that it went to; negative when any will do.
        package var partition: Int32
        /// The time that it was given, in milliseconds; `noTime` when it got that of its sending.
        package var time = Self.noTime
        /// The offset it got, or one of the negative numbers below.
        package var offset: Int64

        init(
            end: InputMark,
            topic: Int32,
            partition: Int32,
            time: Int64 = Self.noTime,
            offset: Int64
        ) {
            self.end = end
            self.topic = topic
            self.partition = partition
            self.time = time
            self.offset = offset
        }

        package static let pending: Int64 = -1
        package static let failed: Int64 = -2
        package static let acknowledgedWithoutOffset: Int64 = -3
        package static let noTime = Int64.min
        /// The number of its line.
        package var line: Int { end.line }
        /// True when its outcome is known.
        var isSettled: Bool { offset != Self.pending }
    }

    private var ring: [Entry] = []
    private var mask = 0
    private var head = 0
    private var tail = 0

    /// The number of entries.
    package var count: Int { tail - head }
    /// The oldest entry's serial number, or the next one when there is none.
    package var first: Int { head }
    /// The serial number that the next entry gets.
    package var next: Int { tail }

    /// Adds an entry.
    ///
    /// - Returns: its serial number.
    mutating func append(
        _ end: InputMark,
        topic: Int,
        partition: Int32? = nil,
        time: Int64? = nil
    ) -> Int {
        if tail - head == ring.count { grow() }
        ring[tail & mask] = Entry(
            end: end,
            topic: Int32(truncatingIfNeeded: topic),
            partition: partition ?? -1,
            time: time ?? Entry.noTime,
            offset: Entry.pending
        )
        tail += 1
        return tail - 1
    }

    /// The entry with a serial number; nil when it has left, or never was.
    package subscript(serial: Int) -> Entry? {
        guard serial >= head, serial < tail else { return nil }
        return ring[serial & mask]
    }

    /// Notes an outcome.
    mutating func settle(_ serial: Int, partition: Int32, offset: Int64) {
        guard serial >= head, serial < tail else { return }
        ring[serial & mask].partition = partition
        ring[serial & mask].offset = offset
    }

    /// Lets the first entry leave when it is settled.
    mutating func removeFirstSettled() -> Entry? {
        guard head < tail, ring[head & mask].isSettled else { return nil }
        head += 1
        return ring[(head - 1) & mask]
    }

    private mutating func grow() {
        let size = max(1024, ring.count * 2)
        var larger: [Entry] = []
        larger.reserveCapacity(size)
        let empty = Entry(end: InputMark(), topic: 0, partition: 0, offset: 0)
        larger.append(contentsOf: repeatElement(empty, count: size))
        for serial in head..<tail { larger[serial & (size - 1)] = ring[serial & mask] }
        ring = larger
        mask = size - 1
    }
}
