// What a line of shell prints: for values that a password manager gives.

import Glibc

/// A line of shell, run to its end.
public struct CommandOutput: Equatable, Sendable {
    /// The bytes it printed on its standard output.
    public let bytes: [UInt8]
    /// The way it ended.
    public let status: ChildStatus

    /// Runs `line` by `/bin/sh` with exactly `environment`, and waits for its end.
    ///
    /// Its standard input is empty, so that it takes nothing from ours; standard error is ours, and
    /// it may ask on the terminal. Signals are as by default. It ends with us; when it succeeds, only
    /// what it has moved to a session of its own lives on, as an agent that keeps a passphrase does.
    /// C: `fork`, `execve`, `waitpid`.
    /// - Throws: `ReactorError` of the call that failed; `EFBIG` when it prints more than `limit`.
    public init(
        of line: String,
        environment: [String: String],
        limit: Int
    ) throws(ReactorError) {
        var ends: [Int32] = [-1, -1]
        _ = try valueOrErrno("pipe") { pipe(&ends) }
        let reader = Descriptor(ends[0])
        for number in ends { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        let keeper: Keeper
        do {
            let writer = Descriptor(ends[1])
            let nothing = try Descriptor.reading("/dev/null")
            keeper = try Keeper()
            try keeper.start(
                ["/bin/sh", "-c", line],
                environment: environment,
                input: nothing.number,
                output: writer.number,
                .leavesAgents
            )
        }
        var read: [UInt8]?
        var failure: ReactorError?
        do throws(ReactorError) { read = try reader.readAll(limit: limit) } catch {
            // It would fill the pipe and wait for ever.
            keeper.send(.kill, toAll: true)
            failure = error
        }
        let status = try keeper.wait()
        if let failure { throw failure }
        bytes = read ?? []
        self.status = status
    }
}
