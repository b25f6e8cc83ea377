// What a line of shell prints: for values that a password manager gives.

import CLinux
import Glibc

/// A line of shell, run to its end.
public struct CommandOutput: Equatable, Sendable {
    /// What it printed on its standard output.
    public let bytes: [UInt8]
    /// How it ended.
    public let status: ChildStatus

    /// Runs `line` by `/bin/sh` with exactly `environment`, and waits for its end.
    ///
    /// Its standard input is empty, so that it takes nothing from ours; standard error is ours, and
    /// it may ask on the terminal. Signals are as by default. C: `posix_spawn`, `waitpid`.
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
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        let child: ChildProcess
        do {
            let writer = Descriptor(ends[1])
            child = try ChildProcess(
                arguments: ["/bin/sh", "-c", line],
                environment: environment,
                actions: &actions
            )
            _ = writer.number
        }
        var read: [UInt8]?
        var failure: ReactorError?
        do throws(ReactorError) { read = try reader.readAll(limit: limit) } catch {
            // It would fill the pipe and wait for ever.
            child.send(.kill)
            failure = error
        }
        let status = try child.wait()
        if let failure { throw failure }
        bytes = read ?? []
        self.status = status
    }
}
