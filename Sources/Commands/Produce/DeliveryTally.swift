// What became of the records: every one that was read ends up as acknowledged or failed.
//
// Four numbers, each of one meaning. Read: cut from the input, whether it could become a record or not.
// Sent: of these, what left for a broker. Acknowledged: what a broker confirmed, and no abort took back.
// Failed: what was read and is not stored, as far as is known.

import CommandKit
import KafkaCore

/// Counts of one run.
struct DeliveryTally {
    /// Records cut from the input, and input that could not become a record.
    private(set) var read = 0
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

    private var failedUnsent = 0

    /// Records that left for a broker, with those of which that is not known yet.
    var sent: Int { read - failedUnsent }

    /// Records whose outcome is not known yet.
    var outstanding: Int { read - acknowledged - failed - provisional }

    /// Records of which it will never be known whether they are stored.
    var unknown: Int { read - acknowledged - failed }

    /// Records that the broker has, for good or in a transaction that has not ended.
    var stored: Int { acknowledged + provisional }

    mutating func read(_ count: Int = 1) {
        read += count
    }

    mutating func acknowledge(isProvisional: Bool) {
        if isProvisional { provisional += 1 } else { acknowledged += 1 }
    }

    /// Counts failures; `wasSent`: whether the records left for a broker.
    mutating func fail(
        _ reason: String,
        _ status: ExitStatus,
        count: Int = 1,
        wasSent: Bool
    ) {
        failed += count
        if !wasSent { failedUnsent += count }
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
        fail("aborted", .failure, count: count, wasSent: true)
    }

    /// `sent 1000, acked 998, failed 2 (2 x MSG_SIZE_TOO_LARGE)`.
    ///
    /// `read 1001, ` stands in front when not all that was read was sent.
    var summary: String {
        var text = read == sent ? "" : "read \(read), "
        text += "sent \(sent), acked \(acknowledged), failed \(failed)"
        if !reasons.isEmpty {
            let list = reasons.map { "\($0.count) x \($0.text)" }.joined(separator: ", ")
            text += " (\(list))"
        }
        if unknown > 0 { text += ", unknown \(unknown)" }
        return text
    }
}
