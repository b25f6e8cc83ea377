// A child process that shares our terminal and standard streams, and ends with us.

import Glibc

/// The way a child process ended.
public enum ChildStatus: Equatable, Sendable {
    /// It left with this status.
    case exited(Int32)
    /// It was ended by this signal.
    case signalled(Int32)

    /// Reads a status as `waitpid` gives it.
    init(_ status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

/// A running child process.
///
/// It, and all that it has started, is killed when this value goes away.
public struct ChildProcess: ~Copyable {
    private let keeper: Keeper

    /// Starts `arguments[0]`, found through `PATH`, with exactly `environment`.
    ///
    /// The child has our three standard descriptors and no other, default signal handling and an
    /// empty mask, whatever this process has set. It is in our process group. C: `fork`, `execve`.
    /// - Throws: `ReactorError` with the reason; `isNotFound` when there is no such program.
    public init(
        arguments: [String],
        environment: [String: String]
    ) throws(ReactorError) {
        let keeper = try Keeper()
        try keeper.start(arguments, environment: environment)
        self.keeper = keeper
    }

    /// The descriptor that is readable when the child may have ended.
    public var number: Int32 { keeper.number }

    /// Sends the child a signal.
    ///
    /// C: `kill`.
    public borrowing func send(_ signal: Signal) { keeper.send(signal, toAll: false) }

    /// Returns how the child ended, or nil while it or anything that it has started lives.
    ///
    /// Processes that it leaves behind are asked to end, and killed a second later. C: `waitpid`.
    /// - Throws: `ReactorError` of `waitpid`.
    public borrowing func poll() throws(ReactorError) -> ChildStatus? { try keeper.poll() }
}
