// The process's status: the only type that becomes a number, and the table that every page shows.

package import Arguments
import Reactor

/// The status a command ends with, as the shell sees it.
public enum ExitStatus: Equatable, Sendable {
    /// Everything asked for was done.
    case success
    /// Something failed; the rest was still tried.
    case failure
    /// The command line or a setting is wrong; nothing was attempted.
    case usage
    /// A named topic, partition, group or file does not exist.
    case notFound
    /// No broker could be reached.
    case unreachable
    /// Authentication or authorisation failed.
    case refused
    /// A deadline passed before the work was complete.
    case incomplete
    /// Input could not be parsed, or records could not be decoded.
    case badData
    /// Ended by a signal, after what had been accepted was flushed.
    case signalled(Int32)
    /// The status of the program that was run inside.
    case child(Int32)

    /// The number for the shell.
    public var number: Int32 {
        switch self {
        case .success: 0
        case .failure: 1
        case .usage: 2
        case .notFound: 3
        case .unreachable: 4
        case .refused: 5
        case .incomplete: 6
        case .badData: 7
        case .signalled(let signal): 128 + signal
        case .child(let status): status
        }
    }

    /// Ends the process by the signal that ended the command, so that the shell sees one.
    ///
    /// Returns when no signal did, or when this one ends no process.
    public func endBySignal() {
        if case .signalled(let number) = self { Signal(number: number).endProcess() }
    }

    /// The table for help and manual pages.
    package static let section = Section(
        "Exit status",
        "0: everything asked for was done.",
        "1: something failed: at least one record, item or call; the rest was still tried.",
        "2: usage: nothing was attempted.",
        "3: a named topic, partition, group or file does not exist.",
        "4: no broker reachable: wrong address, TLS handshake, down.",
        "5: refused: authentication or authorisation.",
        "6: incomplete: a deadline or idle limit passed before the work was complete.",
        "7: bad data: input that could not be parsed or records that could not be decoded.",
        "128+n: ended by signal n, after flushing what was accepted.",
        "When several apply, the first failure decides, and the last line on standard error counts"
            + " them all.",
        helpLine: "Exit status: 0 on success, 1-7 on failure"
    )
}
