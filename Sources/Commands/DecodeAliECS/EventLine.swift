// A record as a line for a person: when, where, which run, what happened, and what went wrong.

import AliECS
import JSON
import Output

/// Makes lines of records.
struct EventLine {
    let isForTerminal: Bool
    let isColoured: Bool

    /// Appends a line.
    func append(_ facts: EventFacts, at time: EventTime?, to buffer: inout ByteBuffer) {
        let clock = time.map { UTCTime.exactText($0.milliseconds) } ?? "-"
        let run = facts.run.map { "\($0)" } ?? ""
        var text = Self.padded(clock, 24) + "  "
        text += Self.padded(Self.safe(facts.environment), 11) + "  "
        text += Self.padded(run, 7) + "  " + Self.safe(facts.summary)
        if !facts.error.isEmpty { text += "  error: " + Self.safe(facts.error) }
        let isBad = isColoured && facts.isError
        buffer.append((isBad ? "\u{1b}[31m\(text)\u{1b}[0m\n" : text + "\n").utf8Span.span.bytes)
    }

    /// Escapes a text, so that a line is one line, on a terminal or not.
    private static func safe(_ text: String) -> String { TerminalText.escaped(text) }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - TerminalText.width(text)))
    }
}
