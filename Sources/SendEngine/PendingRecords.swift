// The records to be enqueued next: entered in the book, addressed, and repeated.

package import KafkaCore
import Records

/// The destinations of records, by the name that they give.
package struct Destinations {
    /// The producer's number of each topic of the batch, or why there is none.
    package var known: [Result<Int, KafkaError>] = []
    /// True when all records go to the one topic that was named for them.
    package var isSingle: Bool

    init(isSingle: Bool) {
        self.isSingle = isSingle
    }
}

/// Records about to be enqueued.
package struct PendingRecords {
    /// The records, with their numbers in the book.
    private(set) var records: [RecordSlice] = []
    /// The number of them that have been enqueued.
    private(set) var done = 0
    /// The number of times that each record is sent.
    let copies: Int

    private var nextRecord = 0
    private var nextCopy = 0
    private var nextRefusal = 0

    /// Input that could not be sent; `serial` is its number in the book.
    package struct Unsendable {
        package var serial: Int
        package var line: Int
        package var cause: Cause

        package enum Cause {
            /// It is no record.
            case refusal(Int)
            /// It is the first line of an input, and no header; it is not in the book.
            case header(Int)
            /// Its topic cannot be sent to; the record's index in the batch.
            case topic(Int, KafkaError)
        }
    }

    init(copies: Int) {
        self.copies = copies
    }

    /// True when all have been enqueued.
    var isEmpty: Bool { done == records.count }

    /// Those that have not been enqueued.
    var rest: ArraySlice<RecordSlice> { records[done...] }

    /// Counts records that were enqueued.
    mutating func enqueue(_ count: Int) {
        done += count
    }

    /// Begins a new batch.
    mutating func begin() {
        records.removeAll(keepingCapacity: true)
        done = 0
        nextRecord = 0
        nextCopy = 0
        nextRefusal = 0
    }

    /// Drops what has not been enqueued; returns how many records that were.
    mutating func drop() -> Int {
        let count = records.count - done
        records.removeLast(count)
        return count
    }

    /// Enters at most `limit` more records of the batch in the book, up to what cannot be sent.
    ///
    /// The batch is of the input with this number, and begins at byte `base` of all inputs. What cannot
    /// be sent is entered alone, when it is first in line: whatever it ends, all before it were sent.
    /// - Returns: what cannot be sent. When there are neither records nor this, the batch is done.
    mutating func fill(
        from batch: borrowing RecordBatch,
        of input: Int,
        at base: Int,
        _ destinations: Destinations,
        limit: Int,
        in book: inout DeliveryBook
    ) -> Unsendable? {
        records.removeAll(keepingCapacity: true)
        done = 0
        func mark(_ end: Int, _ line: Int) -> InputMark {
            InputMark(input: Int32(truncatingIfNeeded: input), byte: base + end, line: line)
        }
        while records.count < limit {
            if nextRefusal < batch.refusals.count,
                batch.refusals[nextRefusal].index <= nextRecord, nextCopy == 0
            {
                guard records.isEmpty else { break }
                let refusal = batch.refusals[nextRefusal]
                let place = refusal.place
                nextRefusal += 1
                if case .header = refusal.reason {
                    return Unsendable(serial: -1, line: place.line, cause: .header(nextRefusal - 1))
                }
                let serial = book.enter(mark(place.end, place.line), topic: 0)
                return Unsendable(
                    serial: serial,
                    line: place.line,
                    cause: .refusal(nextRefusal - 1)
                )
            }
            guard nextRecord < batch.records.count else { break }
            var record = batch.records[nextRecord]
            let place = batch.places[nextRecord]
            // What ends with a copy is the record before it, until the last one.
            let isLast = nextCopy == copies - 1
            let end = isLast ? place.end : nextRecord > 0 ? batch.places[nextRecord - 1].end : 0
            let destination = destinations.isSingle ? .success(0) : destinations.known[record.topic]
            switch destination {
            case .success(let topic):
                record.topic = topic
                record.sequence = book.enter(
                    mark(end, place.line),
                    topic: topic,
                    partition: record.partition,
                    time: record.timestamp
                )
                records.append(record)
            case .failure(let error):
                guard records.isEmpty else { return nil }
                let serial = book.enter(mark(end, place.line), topic: 0)
                let index = nextRecord
                passCopy(isLast: isLast)
                return Unsendable(serial: serial, line: place.line, cause: .topic(index, error))
            }
            passCopy(isLast: isLast)
        }
        return nil
    }

    private mutating func passCopy(isLast: Bool) {
        nextCopy = isLast ? 0 : nextCopy + 1
        if isLast { nextRecord += 1 }
    }
}
