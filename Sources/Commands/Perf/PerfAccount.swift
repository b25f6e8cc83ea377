// The outcomes of the records of a load test.
//
// There is no ledger: nothing has to be sent again, so a record carries the instant at which it was
// enqueued in place of a serial number, and its report brings it back.

import CommandKit
import KafkaCore
import Reactor
import SendEngine

/// Counts and latencies of one run.
struct PerfAccount {
    private(set) var tally = DeliveryTally()
    /// The status of the process when no other reason comes first.
    private(set) var status: ExitStatus?
    private(set) var latencies = LatencyHistogram()
    /// The bytes of records that were acknowledged.
    private(set) var bytes = 0
    /// The time of the last report.
    private(set) var last: Instant?
    /// The first failure of each kind that has not been reported, and the record's size.
    private(set) var unreported: [(error: KafkaError, size: Int)] = []
    /// True when records are given up because of a signal, or because the time is over.
    var hasGivenUp = false

    private var known: Set<String> = []

    /// Enters records that were enqueued or refused.
    mutating func send(_ count: Int) {
        tally.read(count)
    }

    /// Takes the report of a record.
    mutating func take(_ report: borrowing DeliveryReport, at now: Instant) {
        last = now
        guard report.isAcknowledged else {
            if let error = report.error {
                fail(error, size: report.size, wasSent: report.hasLeft)
            }
            return
        }
        tally.acknowledge(isProvisional: false)
        bytes += report.size
        let sent = Instant(nanoseconds: Int64(report.sequence))
        latencies.add(microseconds: Int((now - sent).nanoseconds / 1000))
    }

    /// Counts a record that was not stored.
    mutating func fail(_ error: KafkaError, size: Int, wasSent: Bool = false) {
        if error.isPurged, hasGivenUp {
            status = status ?? .incomplete
            tally.fail(wasSent ? .notAcknowledged : .notSent, wasSent: wasSent)
            return
        }
        let code = error.codeName.isEmpty ? error.reason : error.codeName
        if known.insert(code).inserted { unreported.append((error, size)) }
        status = status ?? CommandError.status(error.kind)
        tally.fail(.code(code), wasSent: wasSent)
    }

    /// Returns the unreported failures, and counts them as reported.
    mutating func takeUnreported() -> [(error: KafkaError, size: Int)] {
        defer { unreported.removeAll() }
        return unreported
    }
}

extension KafkaError {
    /// True when later records would fail as well.
    var endsLoadTest: Bool {
        switch kind {
        case .tooLarge, .timedOut, .unreachable: false
        case .notFound, .alreadyExists, .refused, .invalid, .unsupported: true
        case .other: !isRetriable
        }
    }
}
