// What librdkafka logs, fit to be read: classified, escaped, and each kind of line once.

package import KafkaCore
import Output
import Settings

/// The log lines shown so far, so that each is shown once however often it comes.
package struct SeenLines {
    private var seen: Set<String> = []

    /// Returns the line as it is to be shown, or nil when its like has been.
    package mutating func text(_ line: LogLine) -> String? {
        // Times and counters make lines of one kind differ: digits do not count.
        // What stands in brackets is when it happened and how often.
        let kind = line.facility + line.text.prefix { $0 != "(" }.filter { !$0.isNumber }
        guard seen.count < 10_000, seen.insert(kind).inserted else { return nil }
        let severity: String
        switch line.level {
        case ...3: severity = "error"
        case 4: severity = "warning"
        case 5, 6: severity = "info"
        default: severity = "debug"
        }
        return "librdkafka: \(severity): " + TerminalText.escaped(URLText.reduced(line.text))
            + " (\(line.facility))\n"
    }
}
