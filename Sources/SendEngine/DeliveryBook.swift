// The book of a run: what was handed over, what is under way, what became of each record.
//
// 1. A record is entered once, in the order of the input, and settled once.
// 2. `lowWater` never passes a record whose outcome is not known, or one that has to be sent again.
//    In transactions it moves with a commit only, to the end of what was committed.

package import KafkaCore

/// What became of the records of one run.
package struct DeliveryBook {
    /// A record that the library or a broker did not take.
    package struct Failure {
        package var serial: Int
        package var error: KafkaError
        package var size: Int
        package var partition: Int32
        /// True when it left for a broker.
        package var wasSent = false
        package var isKeyless = false
    }

    package private(set) var tally = DeliveryTally()
    package private(set) var ledger = Ledger()
    /// What each partition got for good.
    package private(set) var spans = PartitionSpans()
    /// All input before this is done with, counted from where the reading began.
    package private(set) var lowWater = InputMark()
    /// Where the last record ends that left the ledger: in a transaction this is ahead of the
    /// low-water mark.
    package private(set) var settled = InputMark()
    /// What failed and has not been told of.
    package private(set) var failures: [Failure] = []
    /// The bytes of records that were reported, acknowledged or not.
    package private(set) var bytesReported = 0

    /// Who is told; set before the first record.
    package var hooks = Hooks()

    /// What is called as fates become known.
    package struct Hooks {
        /// Told of each record that was stored, as the reports come; the partition and offset are in
        /// the entry.
        package var onStored: ((Ledger.Entry) -> Void)?
        /// Told of each record that left the ledger, in the order of the input.
        package var onSettled: ((Ledger.Entry) -> Void)?
        /// Told of each record that failed, while its bytes are there.
        ///
        /// The first argument is its serial number.
        package var onFailed: ((Int, Ledger.Entry, KafkaError, borrowing Record) -> Void)?
    }

    private let isTransactional: Bool
    /// What each partition got in the transaction that has not ended.
    package private(set) var provisional = PartitionSpans()

    package init(isTransactional: Bool) {
        self.isTransactional = isTransactional
    }

    /// Enters a record; the number goes with it to the library and comes back with the report.
    ///
    /// `partition` and `time` are what was asked for, if anything was.
    package mutating func enter(
        _ end: InputMark,
        topic: Int,
        partition: Int32? = nil,
        time: Int64? = nil
    ) -> Int {
        tally.read()
        return ledger.append(end, topic: topic, partition: partition, time: time)
    }

    /// Takes records back that were never handed over; the low-water mark stays before them.
    package mutating func withdraw(_ count: Int) {
        tally.read(-count)
    }

    /// Takes a delivery report.
    package mutating func take(_ report: borrowing DeliveryReport) {
        guard var entry = ledger[report.sequence] else { return }
        bytesReported += report.size
        guard report.isAcknowledged else {
            guard let error = report.error else { return }
            let serial = report.sequence
            if let onFailed = hooks.onFailed {
                report.withRecord { onFailed(serial, entry, error, $0) }
            }
            failures.append(
                Failure(
                    serial: serial,
                    error: error,
                    size: report.size,
                    partition: report.partition,
                    wasSent: report.hasLeft,
                    isKeyless: report.isKeyless
                )
            )
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
        hooks.onStored?(entry)
    }

    /// A record was not taken; whoever tells of it says later what that means for the rest.
    package mutating func refuse(_ serial: Int, _ error: KafkaError, size: Int) {
        failures.append(Failure(serial: serial, error: error, size: size, partition: -1))
    }

    /// Hands out the failures that have not been told of.
    package mutating func takeFailures() -> [Failure] {
        defer { failures.removeAll() }
        return failures
    }

    /// Counts a failure; `isDone` lets the low-water mark pass it.
    package mutating func fail(
        _ serial: Int,
        _ cause: FailureCause,
        isDone: Bool,
        wasSent: Bool
    ) {
        tally.fail(cause, wasSent: wasSent)
        guard isDone else { return }
        ledger.settle(serial, partition: -1, offset: Ledger.Entry.failed)
    }

    /// Lets what is settled leave, from the oldest on.
    package mutating func advance() {
        while let entry = ledger.removeFirstSettled() {
            let byte = max(settled.byte, entry.end.byte)
            settled = entry.end
            settled.byte = byte
            hooks.onSettled?(entry)
        }
        if !isTransactional { lowWater = settled }
    }

    /// The transaction was committed.
    package mutating func commit() {
        tally.commit()
        spans.add(provisional)
        provisional = PartitionSpans()
        lowWater = settled
    }

    /// The transaction was aborted.
    package mutating func abort() {
        tally.abort()
        provisional = PartitionSpans()
    }
}
