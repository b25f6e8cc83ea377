// The outside world of a command: its streams, its environment and its clock.
// Nothing else reaches a command, so that a test can be the world.

package import Arguments
import KafkaCore
public import Output
public import Reactor
import Settings

/// The part of the world that a command may touch.
public struct Context {
    /// Data for the user or the next program.
    public let output: OutputStream
    /// Everything else that is said.
    public let errors: OutputStream
    /// The number of the descriptor that input is read from.
    public let input: Int32
    /// The environment variables.
    public let environment: [String: String]
    /// The time.
    public let clock: any Clock
    /// True when a person can be asked: input and both outputs are a terminal.
    public let isInteractive: Bool

    /// The format of errors.
    package var errorFormat = ErrorFormat.text
    /// True when librdkafka's log lines are shown.
    package var isVerbose = false
    /// True when the address of the cluster is kctl's own default, which no one has set.
    package var usesDefaultServers = false
    /// The command that runs, for mistakes found while it does.
    package var command: CommandDescription?
    /// True when this is the world of the process itself, whose signals are ours.
    package var isProcess = false
    /// The secrets that have been asked for once and are not to be asked for again.
    package let secrets = KnownSecrets()

    /// Makes a world.
    public init(
        output: OutputStream,
        errors: OutputStream,
        input: Int32,
        environment: [String: String],
        clock: any Clock,
        isInteractive: Bool
    ) {
        self.output = output
        self.errors = errors
        self.input = input
        self.environment = environment
        self.clock = clock
        self.isInteractive = isInteractive
    }

    /// True when a person reads the output, and wants colours.
    package var isColourful: Bool { isInteractive && wantsColour }

    /// True when nothing speaks against colours on a terminal.
    package var wantsColour: Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Prints an error, unless it has been printed.
    package func report(_ error: CommandError) {
        guard var report = error.report else { return }
        report.message = URLText.reduced(report.message)
        report.hint = report.hint.flatMap { isOffered($0) ? URLText.reduced($0) : nil }
        if error.status == .unreachable, usesDefaultServers { report.hint = Self.addressHint }
        // A mistake in a file is shown by its line; how the command is called would only hide it.
        if error.status == .usage, report.usage == nil, report.excerpt == nil,
            report.code != CommandError.untrusted, let command
        {
            report.usage = "usage: " + command.usage
        }
        // When even standard error is gone, the status is all that is left to report.
        try? errors.report(
            report,
            as: errorFormat,
            isColoured: errors.isTerminal && wantsColour
        )
        try? errors.flush()
    }

    /// The hint at how a cluster is named, for one who has named none.
    private static let addressHint =
        "no address is set: use -b HOST:PORT, KCTL_BOOTSTRAP_SERVERS or 'kctl config init';"
        + " 'kctl sandbox' starts a broker to try"

    /// Says something that is neither data nor an error, on a line of its own.
    package func note(_ text: String) {
        try? errors.write("kctl: " + TerminalText.escaped(URLText.reduced(text)) + "\n")
        try? errors.flush()
    }

    /// Prints rows, and flushes them; says `none` when there are no rows.
    package func list<Item: Row>(
        _ rows: [Item],
        as format: OutputFormat,
        none: @autoclosure () -> String? = nil
    ) throws(CommandError) {
        if rows.isEmpty, let none = none() { note(none) }
        do {
            try output.list(rows, as: format)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
        noteCut()
    }

    /// Prints further rows of a table, and flushes them.
    package func list<Item: Row>(
        _ rows: [Item],
        as format: OutputFormat,
        in table: inout GrowingTable
    ) throws(CommandError) {
        do {
            try output.list(rows, as: format, in: &table)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
        noteCut()
    }

    /// Prints reports, and flushes them.
    package func reports<Item: Report>(_ items: [Item], as format: OutputFormat)
        throws(CommandError)
    {
        do {
            try output.reports(items, as: format)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
        noteCut()
    }

    /// Prints reports that consist of rows, and flushes them.
    package func reports<Item: ReportOfRows>(
        _ items: [Item],
        as format: OutputFormat
    ) throws(CommandError) {
        do {
            try output.reports(items, as: format)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
        noteCut()
    }

    /// Says which columns the tables lost to the width of the terminal.
    package func noteCut() {
        let cut = output.takeCut()
        if !cut.isEmpty { note(cut.text + " (--wide shows all)") }
    }

    /// Prints text of our own, and flushes it.
    package func print(_ text: String) throws(CommandError) {
        do {
            try output.write(text)
            try output.flush()
        } catch {
            throw CommandError(error)
        }
    }

    /// Returns the contents of a file; `-` means standard input.
    ///
    /// `what` names it in the error.
    package func read(_ path: String, as what: String) throws(CommandError) -> [UInt8] {
        do {
            let file =
                path == "-"
                ? Descriptor(input, isOwned: false) : try Descriptor.reading(path)
            return try file.readAll(limit: 1 << 28)
        } catch {
            throw CommandError(error, doing: "cannot read \(what) '\(path)'")
        }
    }
}
