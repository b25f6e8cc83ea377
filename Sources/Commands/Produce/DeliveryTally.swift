// What became of the records: every one that was read ends up as acknowledged or failed.

import KafkaCore
import Output

/// Counts of one run.
struct DeliveryTally {
    /// Records handed to the library.
    var sent = 0
    /// Records that the broker has confirmed.
    private(set) var acknowledged = 0
    /// Records that were refused or given up.
    private(set) var failed = 0

    private var reasons: [(text: String, count: Int)] = []
    private static let shown = 10

    /// Records whose fate is not known yet.
    var outstanding: Int { sent - acknowledged - failed }

    mutating func acknowledge() {
        acknowledged += 1
    }

    /// Counts a failed record, and tells of the first few.
    mutating func fail(_ line: Int, _ error: KafkaError, in context: Context) {
        failed += 1
        let text = error.codeName.isEmpty ? error.reason : error.codeName
        if let index = reasons.firstIndex(where: { $0.text == text }) {
            reasons[index].count += 1
        } else {
            reasons.append((text, 1))
        }
        if failed <= Self.shown {
            context.report(CommandError(error, "line \(line)"))
        } else if failed == Self.shown + 1 {
            context.note("further failures are only counted")
        }
    }

    /// `sent 1000, acked 998, failed 2 (2 x MSG_SIZE_TOO_LARGE)`.
    var summary: String {
        var text = "sent \(sent), acked \(acknowledged), failed \(failed)"
        if !reasons.isEmpty {
            let list = reasons.map { "\($0.count) x \($0.text)" }.joined(separator: ", ")
            text += " (\(list))"
        }
        if outstanding > 0 { text += ", unknown \(outstanding)" }
        return text
    }
}
