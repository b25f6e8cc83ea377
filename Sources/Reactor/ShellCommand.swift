// A line of shell that is given all of its input at once.
//
// 1. Its input is a file in memory, complete before the child starts: no end of ours can leave it
//    with a part, a child that reads nothing holds nobody up, and nobody has to feed it.
// 2. It leads a process group: Ctrl-C on the terminal is ours to act on, and what ends it ends what
//    it has started too.

import CLinux
import Glibc

/// A line of shell at work, whose output goes where ours does.
public struct ShellCommand: ~Copyable {
    private let child: ChildProcess

    /// Starts `line` by `/bin/sh` with exactly `environment` and with `input` to read.
    ///
    /// C: `memfd_create`, `posix_spawn`.
    /// - Throws: `ReactorError` of the call that failed; `E2BIG` when the environment is too large.
    public init(
        _ line: String,
        input: RawSpan,
        environment: [String: String]
    ) throws(ReactorError) {
        let closeOnExec: UInt32 = 1  // MFD_CLOEXEC is behind _GNU_SOURCE
        let file = Descriptor(
            try valueOrErrno("memfd_create") { memfd_create("kctl-input", closeOnExec) }
        )
        try file.writeAll(input)
        try file.seek(to: 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file.number, STDIN_FILENO)
        child = try ChildProcess(
            arguments: ["/bin/sh", "-c", line],
            environment: environment,
            actions: &actions,
            leadsGroup: true
        )
    }

    /// Sends it, and what it has started, a signal.
    ///
    /// C: `kill`.
    public borrowing func send(_ signal: Signal) { child.send(signal) }

    /// How it ended, or nil while it runs.
    ///
    /// C: `waitpid` with `WNOHANG`.
    /// - Throws: `ReactorError` of `waitpid`.
    public borrowing func poll() throws(ReactorError) -> ChildStatus? { try child.poll() }
}
