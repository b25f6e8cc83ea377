// How far a command has got, for a person who waits: one line on standard error.
//
// 1. Who waits less than a second sees nothing.
// 2. On a terminal the line is written over itself; it never wraps, so that it can be removed whole.
// 3. A caller that prints anything else on a terminal calls `clear` first, and at the end.

/// A line about progress, written now and then.
///
/// Time is counted from the start of the command, and handed in. That a line cannot be written is
/// no reason to end what it reports on, so failures are not reported.
public struct ProgressLine {
    /// The time when `show` will next write something; nil when it never will.
    ///
    /// Until then a loop need not wake up for it.
    public private(set) var nextDue: Duration?

    private let stream: OutputStream
    private var isShown = false

    /// Makes a line of which nothing is visible yet.
    ///
    /// `stream`: standard error. `isWanted`: whether to show it; nil for where a person reads it,
    /// which is a terminal. On anything else, a line of its own is written each time.
    public init(_ stream: OutputStream, isWanted: Bool? = nil) {
        self.stream = stream
        nextDue = isWanted ?? stream.isTerminal ? .seconds(1) : nil
    }

    /// Shows `text`, when it is time to: after a second, then five times a second on a terminal and
    /// once a second elsewhere.
    ///
    /// Control characters in it are escaped. On a terminal it is cut to one line.
    public mutating func show(_ text: @autoclosure () -> String, at now: Duration) {
        guard let due = nextDue, now >= due else { return }
        let line = TerminalText.escaped(text())
        if stream.isTerminal {
            // Text in the last column leaves the cursor on it, and clearing would take it away.
            let room = max((stream.sink.width ?? 80) - 1, 0)
            write("\r" + TerminalText.prefix(of: line, columns: room) + Self.clearToEnd)
            isShown = true
            nextDue = now + .milliseconds(200)
        } else {
            write(line + "\n")
            nextDue = now + .seconds(1)
        }
    }

    /// Removes the line from the terminal, if it is there; a later `show` brings it back.
    public mutating func clear() {
        guard isShown else { return }
        write("\r" + Self.clearToEnd)
        isShown = false
    }

    private static let clearToEnd = "\u{1b}[K"

    private func write(_ text: String) {
        try? stream.write(text)
        try? stream.flush()
    }
}
