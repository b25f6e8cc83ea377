// Signals as a descriptor.
// The handler writes the signal's number into a pipe, and counts: a process that hangs in a library
// still ends when it is asked to a second time.

import CLinux
import CProcess
import Glibc

/// A signal that kctl handles itself.
public struct Signal: Hashable, Sendable {
    /// The signal's number.
    public let number: Int32

    /// The signal with this number.
    public init(number: Int32) {
        self.number = number
    }

    /// Ctrl-C.
    public static let interrupt = Signal(number: SIGINT)
    /// The polite end, from `kill` and service managers.
    public static let terminate = Signal(number: SIGTERM)
    /// The terminal went away.
    public static let hangUp = Signal(number: SIGHUP)
    /// Ctrl-\\.
    public static let quit = Signal(number: SIGQUIT)
    /// Ctrl-Z.
    public static let suspend = Signal(number: SIGTSTP)
    /// The end that no process can refuse.
    public static let kill = Signal(number: SIGKILL)

    /// The name as in signal(7), for messages.
    public var name: String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        case SIGCHLD: "SIGCHLD"
        case SIGBUS: "SIGBUS"
        case SIGILL: "SIGILL"
        case SIGKILL: "SIGKILL"
        case SIGPIPE: "SIGPIPE"
        case SIGSEGV: "SIGSEGV"
        case SIGABRT: "SIGABRT"
        default: "signal \(number)"
        }
    }

    /// Ends the process by this signal, as if it had never been handled.
    ///
    /// C: `raise`.
    ///
    /// Returns only when the signal does not end a process.
    public func endProcess() {
        signal(number, SIG_DFL)
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, number)
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        raise(number)
    }

    /// Stops the process until it is continued, as Ctrl-Z does.
    ///
    /// C: `raise`.
    public static func stopProcess() { raise(SIGSTOP) }

    /// Has a crash say so in a line on standard error; the status stays that of the signal.
    ///
    /// The texts stand around the signal's name; `own` is for the thread of `main`, `other` for those
    /// of libraries. C: `sigaction`, `sigaltstack`.
    public static func explainCrashes(_ before: String, own: String, other: String) {
        // Kept for ever: who crashes allocates nothing.
        crashes_explain(strdup(before), strdup(own), strdup(other))
    }

    /// Makes writing to a closed pipe an error of `write` instead of the end of the process.
    public static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}

/// Signals delivered through a descriptor.
///
/// librdkafka blocks all signals in its own threads, so it may be made after a client.
public final class SignalSource {
    private let descriptor: Descriptor
    private let writer: Descriptor
    private let signals: [Signal]

    /// Collects `signals` in place of their default action, for as long as this value lives.
    ///
    /// The second one that comes, whatever the process is doing, gives it three seconds to end, and
    /// the third ends it at once. The same signal within 100 ms is not a second one: timeout(1) sends
    /// two. Those of `patient` do not count: another part acts on them. A signal that the parent had
    /// set to be ignored (`nohup`) stays ignored. C: `sigaction`, `pipe`.
    /// - Throws: `ReactorError` when no descriptor is to be had.
    public init(_ signals: [Signal], patient: [Signal] = []) throws(ReactorError) {
        var ends: [Int32] = [-1, -1]
        _ = try valueOrErrno("pipe") { pipe(&ends) }
        descriptor = Descriptor(ends[0])
        writer = Descriptor(ends[1])
        for number in ends {
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
        }
        self.signals = signals.filter { !Self.isIgnored($0) }
        signals_forget()
        for signal in self.signals {
            let code = signals_collect(signal.number, ends[1], patient.contains(signal) ? 0 : 1)
            guard code == 0 else { throw ReactorError(call: "sigaction", code: code) }
        }
    }

    deinit {
        for signal in signals { signals_release(signal.number, writer.number) }
    }

    /// The descriptor to watch for reading.
    public var number: Int32 { descriptor.number }

    /// Returns the next signal that arrived, or nil when none is waiting.
    ///
    /// C: `read`.
    public func next() -> Signal? {
        var byte: UInt8 = 0
        guard Glibc.read(number, &byte, 1) == 1 else { return nil }
        return Signal(number: Int32(byte))
    }

    /// True when a signal is waiting, which is left where it is.
    ///
    /// C: `poll`.
    public var isPending: Bool {
        var watched = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }

    private static func isIgnored(_ signal: Signal) -> Bool {
        var action = sigaction()
        sigaction(signal.number, nil, &action)
        guard let handler = action.__sigaction_handler.sa_handler else { return false }
        return unsafeBitCast(handler, to: Int.self) == 1  // SIG_IGN
    }
}
