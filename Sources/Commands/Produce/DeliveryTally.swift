// What became of the records: every one that was read ends up as acknowledged or failed.

import KafkaCore

/// Counts of one run.
struct DeliveryTally {
    /// Records handed to the library, and input that could not become a record.
    private(set) var sent = 0
    /// Records that the broker has confirmed.
    private(set) var acknowledged = 0
    /// Records that were refused or given up.
    private(set) var failed = 0
    /// Records that the broker has, in a transaction that has not ended.
    private(set) var provisional = 0
    /// How the process ends when no other reason comes first.
    private(set) var status: ExitStatus?

    /// Why records failed, in the order in which that came up.
    private(set) var reasons: [(text: String, count: Int)] = []

    /// Records whose fate is not known yet.
    var outstanding: Int { sent - acknowledged - failed - provisional }

    /// Records that the broker has, for good or in a transaction that has not ended.
    var stored: Int { acknowledged + provisional }

    mutating func send(_ count: Int = 1) {
        sent += count
    }

    mutating func acknowledge(isProvisional: Bool) {
        if isProvisional { provisional += 1 } else { acknowledged += 1 }
    }

    mutating func fail(_ reason: String, _ status: ExitStatus, count: Int = 1) {
        failed += count
        if self.status == nil { self.status = status }
        if let index = reasons.firstIndex(where: { $0.text == reason }) {
            reasons[index].count += count
        } else {
            reasons.append((reason, count))
        }
    }

    /// The transaction was committed.
    mutating func commit() {
        acknowledged += provisional
        provisional = 0
    }

    /// The transaction was aborted: what the broker has will never be read.
    mutating func revoke() {
        guard provisional > 0 else { return }
        let count = provisional
        provisional = 0
        fail("aborted", .failure, count: count)
    }

    /// `sent 1000, acked 998, failed 2 (2 x MSG_SIZE_TOO_LARGE)`.
    var summary: String {
        var text = "sent \(sent), acked \(acknowledged), failed \(failed)"
        if !reasons.isEmpty {
            let list = reasons.map { "\($0.count) x \($0.text)" }.joined(separator: ", ")
            text += " (\(list))"
        }
        let unknown = sent - acknowledged - failed
        if unknown > 0 { text += ", unknown \(unknown)" }
        return text
    }
}
