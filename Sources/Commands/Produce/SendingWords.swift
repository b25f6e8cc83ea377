// The words for what the send engine reports as data.

import CommandKit
import KafkaCore
import SendEngine

extension FailureCause {
    /// The cause as it stands in a summary.
    var text: String {
        switch self {
        case .code(let name): name
        case .notSent: "not sent before the end"
        case .notAcknowledged: "not acknowledged before the end"
        case .aborted: "aborted"
        }
    }
}

extension DeliveryTally {
    /// `sent 1000, acknowledged 998, failed 2 (2 x MSG_SIZE_TOO_LARGE)`.
    ///
    /// `read 1001, ` stands in front when some records were not sent.
    var summary: String {
        var text = read == sent ? "" : "read \(read), "
        text += "sent \(sent), acknowledged \(acknowledged), failed \(failed)"
        if !causes.isEmpty {
            let list = causes.map { "\($0.count) x \($0.cause.text)" }.joined(separator: ", ")
            text += " (\(list))"
        }
        if unknown > 0 { text += ", unknown \(unknown)" }
        return text
    }
}

extension StallWatch.Event {
    /// The notice.
    var text: String {
        switch self {
        case .stalled(let time, let inFlight, let reason):
            let why = reason.map { ": \($0.reason)" } ?? ""
            return "no acknowledgement for \(time.components.seconds) s,"
                + " \(counted(inFlight, "record")) in flight; still trying\(why)"
        case .resumed(let time):
            return "acknowledged again after \(time.components.seconds) s"
        }
    }
}
