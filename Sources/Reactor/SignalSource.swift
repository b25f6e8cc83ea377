// Signals as a descriptor. They are blocked for the whole process first, so that no thread of a
// library takes one and nothing runs in a signal handler.

import CLinux
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
    /// The end that no process can refuse.
    public static let kill = Signal(number: SIGKILL)
    /// A child process changed its state.
    public static let child = Signal(number: SIGCHLD)

    /// The name as in signal(7), for messages.
    public var name: String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        case SIGCHLD: "SIGCHLD"
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

    /// Blocks `signals` in the calling thread, and in all it starts later, and collects them.
    ///
    /// A signal that the parent had set to be ignored (`nohup`) stays ignored.
    /// C: `pthread_sigmask`, `signalfd`.
    /// - Throws: `ReactorError` when no descriptor is to be had.
    public init(_ signals: [Signal]) throws(ReactorError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals where !Self.isIgnored(signal) || signal == .child {
            sigaddset(&mask, signal.number)
        }
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        // Where it is ignored, the system tells nobody how a child has ended.
        if signals.contains(.child) { signal(SIGCHLD, SIG_DFL) }
        let flags = Int32(SFD_NONBLOCK | SFD_CLOEXEC)
        descriptor = Descriptor(try valueOrErrno("signalfd") { signalfd(-1, &mask, flags) })
    }

    /// The descriptor to watch for reading.
    public var number: Int32 { descriptor.number }

    /// The next signal that arrived, or nil when none is waiting.
    ///
    /// C: `read`.
    public func next() -> Signal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard Glibc.read(number, &information, size) == size else { return nil }
        return Signal(number: Int32(truncatingIfNeeded: information.ssi_signo))
    }

    /// Whether a signal is waiting, which is left where it is.
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
