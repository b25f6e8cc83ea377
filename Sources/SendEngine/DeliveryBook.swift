// The book of a run: which records were entered, which are in flight, and the outcome of each.
//
// 1. A record is entered once, in the order of the input, and settled once.
// 2. `lowWater` never passes a record whose outcome is not known, or one that has to be sent again.
//    In transactions it moves with a commit only, to the end of what was committed.

package import KafkaCore

/// The outcomes of the records of one run.
package struct DeliveryBook {
    /// A record that the library or a broker did not take.
    package struct Failure {
        /// Its number in the book.
        package var serial: Int
        package var error: KafkaError
        /// The bytes of its key and value.
        package var size: Int
        /// The partition it was sent to; negative when it had not come so far.
        package var partition: Int32
        /// True when it left for a broker.
        package var wasSent = false
        package var isKeyless = false
    }

    /// The stored records that are reported, beside being counted.
    package enum StoredReports: Sendable {
        case none
        /// Each as its report comes.
        case asTheyCome
        /// Each when it and all before it are settled.
        case inOrder
    }

    package private(set) var tally = DeliveryTally()
    package private(set) var ledger = Ledger()
    /// The records that each partition has for good.
    package private(set) var spans = PartitionSpans()
    /// The end of the input that is processed, counted from where the reading began.
    package private(set) var lowWater = InputMark()
    /// The end of the last record that left the ledger: in a transaction this is ahead of the
    /// low-water mark.
    package private(set) var settled = InputMark()
    /// The bytes of records that were reported, acknowledged or not.
    package private(set) var bytesReported = 0
    /// The records that each partition got in the transaction that has not ended.
    package private(set) var provisional = PartitionSpans()

    /// The failures since the last `takeFailures`.
    private(set) var failures: [Failure] = []
    private let isTransactional: Bool
    private let storedReports: StoredReports

    init(isTransactional: Bool, storedReports: StoredReports = .none) {
        self.isTransactional = isTransactional
        self.storedReports = storedReports
    }

    /// Enters a record; the number goes with it to the library and comes back with the report.
    ///
    /// `partition` and `time` are what was asked for, if anything was.
    mutating func enter(
        _ end: InputMark,
        topic: Int,
        partition: Int32? = nil,
        time: Int64? = nil
    ) -> Int {
        tally.read()
        return ledger.append(end, topic: topic, partition: partition, time: time)
    }

    /// Takes records back that were never enqueued; the low-water mark stays before them.
    mutating func withdraw(_ count: Int) {
        tally.read(-count)
    }

    /// Takes a delivery report.
    ///
    /// `stored` gets a stored record, if such are reported as they come. `failed` gets a record that
    /// failed while its bytes are there.
    mutating func take(
        _ report: borrowing DeliveryReport,
        stored: (Ledger.Entry) -> Void,
        failed: (Failure, Ledger.Entry, borrowing Record) -> Void
    ) {
        guard var entry = ledger[report.sequence] else { return }
        bytesReported += report.size
        guard report.isAcknowledged else {
            guard let error = report.error else { return }
            let failure = Failure(
                serial: report.sequence,
                error: error,
                size: report.size,
                partition: report.partition,
                wasSent: report.hasLeft,
                isKeyless: report.isKeyless
            )
            report.withRecord { failed(failure, entry, $0) }
            failures.append(failure)
            return
        }
        let offset = report.offset >= 0 ? report.offset : nil
        tally.acknowledge(isProvisional: isTransactional)
        if isTransactional {
            provisional.add(topic: Int(entry.topic), partition: report.partition, offset: offset)
        } else {
            spans.add(topic: Int(entry.topic), partition: report.partition, offset: offset)
        }
        entry.partition = report.partition
        entry.offset = offset ?? Ledger.Entry.acknowledgedWithoutOffset
        ledger.settle(report.sequence, partition: entry.partition, offset: entry.offset)
        if storedReports == .asTheyCome { stored(entry) }
    }

    /// Notes that the library did not take a record: `fail` says later what that means for the rest.
    mutating func refuse(_ serial: Int, _ error: KafkaError, size: Int) {
        failures.append(Failure(serial: serial, error: error, size: size, partition: -1))
    }

    /// Hands out the failures since the last call.
    mutating func takeFailures() -> [Failure] {
        defer { failures.removeAll() }
        return failures
    }

    /// Counts a failure; `isDone` lets the low-water mark pass it.
    mutating func fail(_ serial: Int, _ cause: FailureCause, isDone: Bool, wasSent: Bool) {
        tally.fail(cause, wasSent: wasSent)
        guard isDone else { return }
        ledger.settle(serial, partition: -1, offset: Ledger.Entry.failed)
    }

    /// Lets what is settled leave, from the oldest on.
    ///
    /// `stored` gets each stored record, if such are reported in order.
    mutating func advance(_ stored: (Ledger.Entry) -> Void = { _ in }) {
        while let entry = ledger.removeFirstSettled() {
            let byte = max(settled.byte, entry.end.byte)
            settled = entry.end
            settled.byte = byte
            if storedReports == .inOrder, entry.offset != Ledger.Entry.failed { stored(entry) }
        }
        if !isTransactional { lowWater = settled }
    }

    /// Counts what the transaction stored as acknowledged: it was committed.
    mutating func commit() {
        tally.commit()
        spans.add(provisional)
        provisional = PartitionSpans()
        lowWater = settled
    }

    /// Counts what the transaction stored as failed: it was aborted.
    mutating func abort() {
        tally.abort()
        provisional = PartitionSpans()
    }
}
