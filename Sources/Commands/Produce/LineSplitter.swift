// Cuts input into records at line ends. Bytes in, ranges out; no I/O.
//
// 1. Every byte belongs to exactly one record or is a delimiter.
// 2. What follows the last line end is a record only at the end of the input, and only if it has a
//    byte.
// 3. Ranges are of `block` as it is until `discardTaken` is called.

import JSON
import KafkaCore

/// Input on its way to becoming records.
struct LineSplitter: ~Copyable {
    /// The bytes that are not yet dealt with.
    var block: ByteBuffer

    /// How many records have been cut so far; the number of the last one's line.
    private(set) var count = 0

    private var taken = 0
    private var searched = 0
    private var isAtEnd = false

    init(capacity: Int) {
        block = ByteBuffer(capacity: capacity)
    }

    /// Says that no more bytes will come.
    mutating func end() {
        isAtEnd = true
    }

    /// Cuts at most `limit` records off the block and appends them to `records`.
    mutating func cut(into records: inout [RecordSlice], limit: Int, partition: Int32?) {
        let newline = UInt8(ascii: "\n")
        for _ in 0..<limit {
            let end: Int
            let next: Int
            if let found = block.firstIndex(of: newline, from: max(searched, taken)) {
                end = found
                next = found + 1
            } else {
                searched = block.count
                guard isAtEnd, taken < block.count else { return }
                end = block.count
                next = block.count
            }
            count += 1
            records.append(RecordSlice(value: taken..<end, partition: partition, sequence: count))
            taken = next
            searched = next
        }
    }

    /// Forgets the bytes of the records cut so far and moves the rest to the front.
    mutating func discardTaken() {
        guard taken > 0 else { return }
        block.removeFirst(taken)
        searched -= taken
        taken = 0
    }
}
