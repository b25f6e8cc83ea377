// Help as a person sees it: as wide as the terminal, and by a pager when it is longer than that.

package import Arguments
import Output
import Reactor

extension Context {
    /// The look of help on standard output.
    package var helpStyle: HelpStyle {
        HelpStyle(columns: output.width, isBold: output.isTerminal && wantsColour)
    }

    /// Prints help; `isPaged`: by a pager when it is longer than the screen.
    ///
    /// A pager that cannot be started is no failure: the help is printed.
    package func printHelp(_ text: String, isPaged: Bool) throws(CommandError) {
        if isPaged, isLongerThanTheScreen(text), let pager, runs(pager, with: text) { return }
        try self.print(text)
    }

    private func isLongerThanTheScreen(_ text: String) -> Bool {
        guard output.isTerminal, let height = output.sink.height else { return false }
        return text.utf8.count { $0 == UInt8(ascii: "\n") } >= height
    }

    /// The pager's words; nil when there is to be none.
    private var pager: [String]? {
        guard environment["TERM"] != "dumb" else { return nil }
        guard let line = environment["KCTL_PAGER"] ?? environment["PAGER"] else {
            return ["less", "-FRX"]
        }
        return line.isEmpty || line == "cat" ? nil : ["/bin/sh", "-c", line]
    }

    /// Returns true when the pager has run.
    private func runs(_ pager: [String], with text: String) -> Bool {
        // Ctrl-C is the pager's to act on while it shows.
        let signals = try? catchSignals(patient: [.interrupt])
        defer { withExtendedLifetime(signals) {} }
        var environment = environment
        // Quits when all fits, shows bold headings, leaves the text on the screen.
        if environment["LESS"] == nil { environment["LESS"] = "FRX" }
        let status = try? Pager.show(text.utf8.span.bytes, by: pager, environment: environment)
        switch status {
        case nil, .exited(126), .exited(127): return false
        case .exited, .signalled: return true
        }
    }
}
