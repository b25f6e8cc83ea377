// The records of a load test.
// Letters that no compression makes vanish, or the lines of a file.
//
// 1. The same seed and size give the same records.
// 2. Two records of one batch share no long run of letters: each is cut from one block where the one
//    before it ended.

import JSON
import KafkaCore

/// The values of records, as slices of one block.
struct PerfPayload {
    /// The block.
    let bytes: [UInt8]
    private let lines: [Range<Int>]
    private let size: Int
    private var position = 0

    /// The distance between equal letters; a batch of the library's own size holds less.
    private static let period = 1 << 20

    /// Random letters A to Z, in records of `size` bytes.
    init(size: Int, seed: UInt64) {
        var random = SplitMix(state: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.period + size)
        while bytes.count < Self.period + size {
            var word = random.next()
            for _ in 0..<min(12, Self.period + size - bytes.count) {
                bytes.append(UInt8(ascii: "A") + UInt8(truncatingIfNeeded: word % 26))
                word /= 26
            }
        }
        self.bytes = bytes
        self.size = size
        lines = []
    }

    /// The lines of a file, again and again; nil when there is none.
    init?(lines bytes: [UInt8]) {
        var lines: [Range<Int>] = []
        var start = 0
        for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
            lines.append(start..<end)
            start = end + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        guard !lines.isEmpty else { return nil }
        self.bytes = bytes
        self.lines = lines
        size = 0
    }

    /// The bytes of the largest record.
    var largest: Int { lines.map(\.count).max() ?? size }

    /// Returns the range of the next record's value; `count` records later it is behind these.
    mutating func next() -> Range<Int> {
        if lines.isEmpty {
            let range = position..<position + size
            position = (position + size) % Self.period
            return range
        }
        let range = lines[position]
        position = position + 1 == lines.count ? 0 : position + 1
        return range
    }
}

/// Numbers that look random and are the same for the same seed: SplitMix64.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
